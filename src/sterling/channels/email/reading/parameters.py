"""Content-Type and Content-Disposition with their parameters (RFC 2045, 2231, 2047 misused). Nothing here raises."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from sterling.channels.email.reading.charsets import decode
from sterling.channels.email.reading.words import clean, decode_words, raw_text

_TOKEN_END = re.compile(r"[;\r\n]")
_SECTION = re.compile(r"([^*]+)\*(\d{1,3})(\*?)")
_MAX = 200


@dataclass(frozen=True, slots=True)
class Valued:
    """A header value with parameters: `value` lower-case, `params` by lower-case name."""

    value: str = ""
    params: dict[str, str] = field(default_factory=dict)


def parse(raw: bytes) -> Valued:
    """Split `text/plain; charset="x"` and the like; broken parameters are skipped."""
    text = raw_text(raw)
    head = _TOKEN_END.split(_without_comments(text), maxsplit=1)[0].strip()
    if "=" in head and "/" not in head.split("=", 1)[0]:  # the value is missing: parameters come at once
        rest, value = text, ""
    else:
        rest, value = (
            (text.split(";", 1)[1] if ";" in text else ""),
            head.split(" ", 1)[0].strip("\"'").lower(),
        )
        if not rest and " " in head:  # "text/plain charset=x": the semicolon is missing
            rest = head.split(" ", 1)[1]
    return Valued(value, _joined(_pairs(rest)))


def _without_comments(text: str) -> str:
    return re.sub(r"\([^()]{0,200}\)", " ", text.split('"', 1)[0])


def _pairs(text: str) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    position = 0
    while position < len(text) and len(out) < _MAX:
        equal = text.find("=", position)
        if equal == -1:
            break
        name = re.split(r"[;\s]", text[position:equal].strip(" \t;"))[-1].lower()
        value, position = _value(text, equal + 1)
        if name:
            out.append((name, value))
    return out


def _value(text: str, start: int) -> tuple[str, int]:
    while start < len(text) and text[start] in " \t":
        start += 1
    if text[start : start + 1] != '"':
        end = text.find(";", start)
        end = len(text) if end == -1 else end
        return text[start:end].strip(), end + 1
    out: list[str] = []
    index = start + 1
    while index < len(text):
        character = text[index]
        if character == "\\" and text[index + 1 : index + 2] in {'"', "\\"}:
            out.append(text[index + 1])
            index += 2
            continue
        if character == '"':
            break
        out.append(character)
        index += 1
    end = text.find(";", index)
    return "".join(out), len(text) if end == -1 else end + 1


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Parameters with their RFC 2231 sections joined and decoded; the extended form wins over the plain one."""
    out: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    extended: dict[str, str] = {}
    for name, value in pairs:
        section = _SECTION.fullmatch(name)
        if section is not None:
            sections.setdefault(section[1], {}).setdefault(int(section[2]), (value, bool(section[3])))
        elif name.endswith("*"):
            extended.setdefault(name[:-1], _extended(value))
        else:
            out.setdefault(name, clean(decode_words(value)))
    for name, pieces in sections.items():
        extended.setdefault(name, _sections(pieces))
    out.update({name: value for name, value in extended.items() if value})
    return out


def _extended(value: str) -> str:
    """charset'language'percent-encoded."""
    bits = value.split("'", 2)
    if len(bits) == 3:  # noqa: PLR2004 - charset, language, text
        return clean(decode(unquote_to_bytes(bits[2]), bits[0]))
    return clean(decode_words(decode(unquote_to_bytes(value))))


def _sections(pieces: dict[int, tuple[str, bool]]) -> str:
    ordered = [pieces[key] for key in sorted(pieces)]
    charset, data, encoded = "", bytearray(), False
    for index, (text, percent) in enumerate(ordered):
        value = text
        if percent and index == 0 and value.count("'") >= 2:  # noqa: PLR2004 - charset, language, text
            charset, _, value = value.split("'", 2)
        encoded = encoded or percent
        data += unquote_to_bytes(value) if percent else value.encode("utf-8", "replace")
    text = decode(bytes(data), charset) if encoded else data.decode("utf-8", "replace")
    return clean(decode_words(text))
