"""The pure mail reader: bytes of a message to a `Reading`. Standard library only; it never raises.

Start with `reading.py`; `parts.py` is the tree, `replies.py` and `bounces.py` the judgement.
"""

from sterling.channels.email.reading.reading import read
from sterling.channels.email.reading.values import Attachment, Reading

__all__ = ["Attachment", "Reading", "read"]
