"""HTML from outside written anew before it is cleaned: each tag closed, so deep and so many at most.

A browser's own rules repair any HTML, at a price that grows with the square of what is left open: a mail of 80 kB
can cost a gigabyte. What comes out of here leaves nothing to repair, in one pass.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sterling.channels.email.reading.markup import OF_THE_HEAD, scan

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LONGEST = 2_000_000
DEEPEST = 100
MOST_TAGS = 50_000
RUN = 10_000
"""Letters after which a run of text is ended by an empty comment, which the cleaner takes out: its time grows with
the square of the ampersands in a run."""
_VOID = {"br", "col", "hr", "img"}
_INLINE = {
    "a", "abbr", "b", "code", "del", "em", "i", "ins", "q", "s", "small", "span", "strong", "sub", "sup", "u",
}  # fmt: skip
_CELLS = {"td", "th", "caption", "table"}
_ROWS = {"tr", *_CELLS}
# A tag that begins -> those that end with that, and how far up is looked for them.
_ENDS: dict[str, tuple[Collection[str], Collection[str]]] = {
    "a": ({"a"}, _CELLS),
    "li": ({"li"}, {"ul", "ol", *_CELLS}),
    "dt": ({"dt", "dd"}, {"dl", *_CELLS}),
    "dd": ({"dt", "dd"}, {"dl", *_CELLS}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
    "tbody": ({"tbody", "thead", "tfoot"}, {"table"}),
    "thead": ({"tbody", "thead", "tfoot"}, {"table"}),
    "tfoot": ({"tbody", "thead", "tfoot"}, {"table"}),
}
_OF_TABLES = {"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup"}


class _Tidy:
    """`tags` are written with `attributes`; of others only what they hold, and of `dropped` nothing."""

    ended = False

    def __init__(
        self, tags: Collection[str], attributes: Mapping[str, Collection[str]], dropped: Collection[str]
    ) -> None:
        self.out: list[str] = []
        self.reads = tags
        self._attributes = attributes
        self._dropped = dropped
        self._open: list[str] = []
        self._hidden: list[str] = []
        self._open_p = 0
        self._run = 0
        self.count = 0

    def text(self, data: str) -> None:
        if not data or self._hidden:
            return
        for start in range(0, len(data), RUN):
            some = data[start : start + RUN]
            self.out.append(escape(some, quote=False))
            self._run += len(some)
            if self._run >= RUN:
                self.out.append("<!---->")
                self._run = 0

    def open(self, tag: str, attrs: dict[str, str]) -> None:
        if self._hidden and self._hidden[-1] == "head" and tag not in OF_THE_HEAD:
            self._hidden.pop()
        if tag in self._dropped:
            if len(self._hidden) < DEEPEST:
                self._hidden.append(tag)
            return
        if self._hidden or tag not in self.reads:
            return
        self._end_what_ends_with(tag)
        if self.count >= MOST_TAGS or (tag not in _VOID and len(self._open) >= DEEPEST):
            return
        self.count += 1
        wanted = (self._attributes.get("*", ()), self._attributes.get(tag, ()))
        said = "".join(
            f' {name}="{escape(value)}"'
            for name, value in attrs.items()
            if any(name in one for one in wanted)
        )
        self.out.append(f"<{tag}{said}>")
        if tag not in _VOID:
            self._open.append(tag)
            self._open_p += tag == "p"

    def close(self, tag: str) -> None:
        if tag in self._dropped:
            if tag in self._hidden:
                del self._hidden[len(self._hidden) - 1 - self._hidden[::-1].index(tag) :]
        elif tag == "br":
            self.open("br", {})
        elif not self._hidden:
            self._close({tag}, () if tag in _OF_TABLES else _CELLS)

    def whole(self) -> str:
        while self._open:
            self.out.append(f"</{self._open.pop()}>")
        return "".join(self.out)

    def _end_what_ends_with(self, tag: str) -> None:
        if tag in _ENDS:
            self._close(*_ENDS[tag])
        if self._open_p and tag not in _INLINE and tag not in _VOID and tag not in _OF_TABLES:
            self._close({"p"}, _CELLS)

    def _close(self, any_of: Collection[str], within: Collection[str]) -> None:
        """End the innermost of these, and what is open inside of it; it is not looked for beyond `within`."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] in any_of:
                break
            if self._open[index] in within:
                return
        else:
            return
        while len(self._open) > index:
            ended = self._open.pop()
            self._open_p -= ended == "p"
            self.out.append(f"</{ended}>")


def tidied(
    html: str, *, tags: Collection[str], attributes: Mapping[str, Collection[str]], dropped: Collection[str]
) -> str:
    """The same with `tags` alone, well formed; what is beyond two million letters is left out."""
    writer = _Tidy(tags, attributes, dropped)
    scan(html[:LONGEST], writer)
    return writer.whole()
