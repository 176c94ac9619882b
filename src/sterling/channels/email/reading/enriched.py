"""text/enriched (RFC 1896) and its elder text/richtext as plain text. One linear pass; nothing here raises."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"<<|<param>[^<]{0,1000}</param>|<(?P<end>/?)(?P<name>[a-z][a-z0-9-]{0,59})>|\n+|[^<\n]+|<", re.IGNORECASE
)
_OWN_LINES = {"center", "flushleft", "flushright", "flushboth", "indent", "paragraph"}
_MOST_QUOTED = 5
_QUOTED = ["> " * depth for depth in range(_MOST_QUOTED + 1)]
LIMIT = 2_000_000


def to_text(marked: str) -> str:
    """The words without their commands; what is an excerpt is marked as quoted."""
    writer = _Writer()
    for token in _TOKEN.finditer(marked[:LIMIT]):
        piece = token[0]
        if token["name"]:
            writer.command(token["name"].lower(), opens=not token["end"])
        elif piece == "<<":
            writer.words("<")
        elif piece[0] == "\n":
            writer.breaks(len(piece))
        elif not piece.lower().startswith("<param>"):
            writer.words(piece)
    return writer.text()


class _Writer:
    __slots__ = ("_as_it_is", "_line", "_out", "_quoted", "_unsaid")

    def __init__(self) -> None:
        self._out: list[str] = []
        self._line: list[str] = []
        self._as_it_is = self._quoted = self._unsaid = 0

    def command(self, name: str, *, opens: bool) -> None:
        by = 1 if opens else -1
        if name == "nofill":
            self._as_it_is = max(0, self._as_it_is + by)
        elif name == "comment":  # of text/richtext, as nl and lt are
            self._unsaid = max(0, self._unsaid + by)
        elif name == "nl":
            self._end()
        elif name == "lt":
            self.words("<")
        elif name == "excerpt":
            self._begin()
            self._quoted = min(_MOST_QUOTED, max(0, self._quoted + by))
        elif name in _OWN_LINES:
            self._begin()

    def words(self, words: str) -> None:
        if not self._unsaid:
            self._line.append(words)

    def breaks(self, number: int) -> None:
        """One line end alone is a space, of several one is left out."""
        if self._as_it_is:
            number += 1
        if number == 1:
            if self._line and not self._line[-1].endswith(" "):
                self._line.append(" ")
            return
        for _ in range(number - 1):
            self._end()

    def _begin(self) -> None:
        if "".join(self._line).strip():
            self._end()

    def _end(self) -> None:
        line = "".join(self._line)
        line = line if self._as_it_is else line.rstrip()
        self._out.append(_QUOTED[self._quoted] + line if line else _QUOTED[self._quoted].rstrip())
        self._line.clear()

    def text(self) -> str:
        self._begin()
        return "\n".join(self._out)
