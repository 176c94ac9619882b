"""The promise strip: a ticket's promises in time, as one image.

`draw(Strip(...), language)` is pure: plain values in, shapes with their px out; `markup` writes them as SVG.
Long tickets show the most recent part (`axis.LEAST_SCALE`).
"""

from sterling.base.strip.drawing import WIDTH, draw
from sterling.base.strip.markup import markup
from sterling.base.strip.shapes import Drawing
from sterling.base.strip.values import How, Kind, Mark, Piece, Run, Strip

__all__ = ["WIDTH", "Drawing", "How", "Kind", "Mark", "Piece", "Run", "Strip", "draw", "markup"]
