"""Address lists (RFC 5322 and what is sent instead): (name, address) pairs. Nothing here raises."""

from __future__ import annotations

import re

from sterling.channels.email.reading.words import clean, decode_words, raw_text

Mailbox = tuple[str, str]
_PIECE = re.compile(
    r"""(?P<word>=\?[\w.:+*-]{1,60}\?[bBqQ]\?[^?]{0,2000}\?=)"""
    r"""|(?P<quoted>"(?:[^"\\]|\\.){0,2000}")"""
    r"""|(?P<angle><[^<>]{0,1000}>)"""
    r"""|(?P<mark>[(),;:])"""
    r"""|(?P<text>[^"<(),;:=]+|.)""",
    re.DOTALL,
)
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]{1,200}@[^\s<>\"',;:()]{1,255}")
_MAX = 2_000


def parse(value: bytes, hint: str = "") -> tuple[Mailbox, ...]:
    """The mailboxes of an address field; groups give their members, junk gives nothing."""
    return parse_text(raw_text(value, hint))


def parse_text(text: str, *, again: bool = True) -> tuple[Mailbox, ...]:
    """As `parse`; `again`: an encoded word that holds a whole mailbox is opened and read once more."""
    reader = _Reader(again=again)
    for piece in _PIECE.finditer(text):
        if reader.depth:
            reader.comment(piece[0])
        else:
            reader.take(piece.lastgroup or "", piece[0])
        if len(reader.found) >= _MAX:
            return tuple(reader.found)
    reader.finish()
    return tuple(reader.found)


class _Reader:
    """One mailbox at a time: its phrase, its comments, its address in angle brackets."""

    __slots__ = ("_again", "_angle", "_comments", "_inside", "_phrase", "depth", "found")

    def __init__(self, *, again: bool) -> None:
        self.found: list[Mailbox] = []
        self.depth = 0  # of comments
        self._again = again
        self._phrase: list[str] = []
        self._comments: list[str] = []
        self._inside: list[str] = []
        self._angle: str | None = None

    def comment(self, piece: str) -> None:
        self.depth += (piece == "(") - (piece == ")")
        if self.depth:
            self._inside.append(piece)
        else:
            self._comments.append("".join(self._inside))
            self._inside.clear()

    def take(self, kind: str, piece: str) -> None:
        if kind == "mark":
            self._mark(piece)
        elif kind == "angle":
            if self._angle is None or not self._angle.strip("<> "):
                self._angle = piece
            self._phrase.append(" ")
        elif kind == "quoted" and ("@" in piece or "\\" in piece):
            self._phrase.append(re.sub(r"\\(.)", r"\1", piece))
        else:
            self._phrase.append(piece)

    def _mark(self, piece: str) -> None:
        if piece == "(":
            self.depth = 1
        elif piece in ",;":
            self.finish()
        elif piece == ":":
            if self._angle is None and "@" not in "".join(self._phrase):  # the name of a group
                self._phrase.clear()
                self._comments.clear()
            else:
                self._phrase.append(piece)

    def finish(self) -> None:
        phrase = "".join(self._phrase)
        self.found.extend(_mailbox(phrase, " ".join(self._comments), self._angle, again=self._again))
        self._phrase.clear()
        self._comments.clear()
        self._angle = None


def _mailbox(phrase: str, comment: str, angle: str | None, *, again: bool) -> tuple[Mailbox, ...]:
    if angle is not None and (email := _bare(angle)):
        return ((_name(phrase) or _name(comment), email),)
    plain = phrase.strip()
    if again and "=?" in plain and "@" not in plain:
        # The whole mailbox, address and all, inside an encoded word.
        return parse_text(decode_words(plain), again=False)
    match = _ADDRESS.search(plain)
    if match is None:
        email = _bare(plain)
        return () if angle is not None or " " in plain or not email else ((_name(comment), email),)
    before = plain[: match.start()].strip(" <\"'")
    email = _bare(plain)
    spaced = plain[match.end() :].lstrip().startswith(".")  # "jdoe@test . example", old and legal
    if before or (" " in plain and not spaced):
        return ((_name(before) or _name(comment), match[0].rstrip(".")),)
    return ((_name(comment), email),)


def _bare(text: str) -> str:
    """An address without brackets, blanks, route and mailto:."""
    if "(" in text and '"' not in text:
        text = re.sub(r"\([^()]{0,200}\)", "", text)
    bare = re.sub(r"[\x00-\x20\x7f]+", "", decode_words(text)).strip("<>'")
    if bare.lower().startswith("mailto:"):
        bare = bare[7:]
    if bare.startswith("@") and ":" in bare:  # a source route
        bare = bare.rsplit(":", 1)[1]
    return bare.strip("\"'") if bare.count("@") < 1 or not bare.startswith('"') else bare


def _name(text: str) -> str:
    name = clean(decode_words(text))
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return clean(name.replace('"', "")) if name.count('"') else name
