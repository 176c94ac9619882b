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


def parse(value: bytes) -> tuple[Mailbox, ...]:
    """The mailboxes of an address field; groups give their members, junk gives nothing."""
    return parse_text(raw_text(value))


def parse_text(text: str, *, again: bool = True) -> tuple[Mailbox, ...]:
    found: list[Mailbox] = []
    phrase: list[str] = []
    comments: list[str] = []
    angle: str | None = None

    def finish() -> None:
        nonlocal angle
        found.extend(_mailbox("".join(phrase), comments, angle, again=again))
        phrase.clear()
        comments.clear()
        angle = None

    depth, inside = 0, list[str]()
    for piece in _PIECE.finditer(text):
        kind, token = piece.lastgroup, piece[0]
        if depth:
            depth += (token == "(") - (token == ")")
            if depth:
                inside.append(token)
            else:
                comments.append("".join(inside))
                inside.clear()
        elif kind == "mark" and token == "(":
            depth = 1
        elif kind == "angle":
            if angle is None or not angle.strip("<> "):
                angle = token
            phrase.append(" ")
        elif kind == "mark" and token in ",;":
            finish()
        elif kind == "mark" and token == ":":
            if angle is None and "@" not in "".join(phrase):  # the name of a group
                phrase.clear()
                comments.clear()
            else:
                phrase.append(token)
        elif kind == "quoted":
            phrase.append(re.sub(r"\\(.)", r"\1", token) if "@" in token[1:-1] or "\\" in token else token)
        elif kind != "mark":
            phrase.append(token)
        if len(found) >= _MAX:
            return tuple(found)
    finish()
    return tuple(found)


def _mailbox(phrase: str, comments: list[str], angle: str | None, *, again: bool) -> list[Mailbox]:
    if angle is not None and (email := _bare(angle)):
        name = _name(phrase) or _name(" ".join(comments))
        return [(name, email)]
    plain = phrase.strip()
    if not plain:
        return []
    if again and "=?" in plain and "@" not in plain:
        # The whole mailbox, address and all, inside an encoded word.
        return list(parse_text(decode_words(plain), again=False))
    email = _bare(plain)
    match = _ADDRESS.search(plain)
    if match is not None:
        before = plain[: match.start()].strip(" <\"'")
        if not before:
            return [(_name(" ".join(comments)), email if " " not in email else match[0].rstrip("."))]
        return [(_name(before), match[0].rstrip("."))]
    if angle is not None or " " in plain:
        return []
    return [(_name(" ".join(comments)), email)] if email else []


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
