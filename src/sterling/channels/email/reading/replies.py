"""What a person wrote this time: the text without quotations and signature.

Hiding a customer's words is worse than showing a signature, so only sure signs cut. The whole text is kept beside it.
"""

from __future__ import annotations

import re

from sterling.channels.email.reading import attribution, signatures

_MAX_LINES = 3_000  # of a longer text the rest is kept as it is
_MAX_CHARACTERS = 400_000
_QUOTED = re.compile(r"^[ \t]{0,4}>")
# The rest of a link that was wrapped inside a quotation, without its mark.
_TAIL = re.compile(r"^\s*(?:\S{0,300}[)>]|[(<]?https?://\S{1,500}.{0,40}|\(https?://.{1,500})$")
_BARRED = re.compile(r"^[ \t]{0,4}\|")
_INVISIBLE = str.maketrans(
    {
        "\u200b": None,
        "\ufeff": None,
        "\u200e": None,
        "\u200f": None,
        "\u2060": None,
        "\xad": None,
        "\xa0": " ",
    }
)
_FORWARDS = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|vs|转发|轉寄|転送)\s*[:：]", re.IGNORECASE)
_SIGNATURE_LINES = 15  # what is longer is no signature
_DEVICE_LINES = 3  # "Sent from my phone" and an address line or two
_GAPS = re.compile(r"\n{3,}")


def reply_text(text: str, *, subject: str = "") -> str:
    """`text` without quotations and signature; all of it where nothing else would remain.

    What is forwarded stays, whether a line in the text or "Fwd:" in the subject says so: it is meant to be read.
    """
    body = text[:_MAX_CHARACTERS].translate(_INVISIBLE)
    every = [line.rstrip() for line in body.split("\n")]
    lines, rest = every[:_MAX_LINES], every[_MAX_LINES:]
    lines = [line for line in lines if line.strip() != "\u1427"]  # a mail tracker's mark
    mine = lines if _FORWARDS.match(subject) else _without_quotes(lines)
    # A text that goes on beyond what was looked at, and was not cut, is kept whole.
    kept = mine + rest if rest and mine and mine[-1] is lines[-1] else _without_signature(mine)
    return _tidy(kept) or _tidy(_without_signature(lines)) or _tidy(every)


def forwards(text: str, subject: str) -> bool:
    """Does the message pass another one on?"""
    if _FORWARDS.match(subject):
        return True
    return any(attribution.forward(line) for line in text[:_MAX_CHARACTERS].split("\n")[:_MAX_LINES])


def _tidy(lines: list[str]) -> str:
    return _GAPS.sub("\n\n", "\n".join(lines)).strip("\n ")


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    index, size = 0, len(lines)
    while index < size:
        line = lines[index]
        if attribution.forward(line) and not _QUOTED.match(line):
            return kept + lines[index:]  # passed on for us to read
        if _is_quoted(lines, index):
            index = _end_of_quote(lines, index)
            continue
        if _starts_the_rest(lines, index):
            return kept
        count, sure = attribution.attribution(lines, index)
        if count:
            after = _next_filled(lines, index + count)
            if after < size and (_is_quoted(lines, after) or _BARRED.match(lines[after])):
                index = _end_of_bars(lines, after)  # what follows the quotation is the person's again
                continue
            if sure and any(kept_line.strip() for kept_line in kept):
                return kept
            if sure:  # nothing was written above: then what follows counts
                index += count
                continue
        kept.append(line)
        index += 1
    return kept


def _starts_the_rest(lines: list[str], index: int) -> bool:
    """Is everything from here an older message?"""
    line = lines[index]
    if attribution.separator(line):
        return True
    if attribution.rule(line):
        after = _next_filled(lines, index + 1)
        return after < len(lines) and after - index <= 3 and attribution.header_block(lines, after)  # noqa: PLR2004 - a blank line or two
    return attribution.header_block(lines, index)


def _is_quoted(lines: list[str], index: int) -> bool:
    line = lines[index]
    if not _QUOTED.match(line) or "<<" in line.lstrip("> \t"):  # ">>> look here <<<"
        return False
    # The ">" that closes a link broken over two lines is no quotation.
    return not (
        index
        and lines[index - 1].count("<") > lines[index - 1].count(">")
        and not _QUOTED.match(lines[index - 1])
    )


def _end_of_quote(lines: list[str], index: int) -> int:
    """The first line after a quotation that is neither quoted nor blank nor the tail of a wrapped quoted line."""
    size = len(lines)
    while index < size:
        if _is_quoted(lines, index):
            index += 1
            continue
        after = _next_filled(lines, index)
        if after < size and _is_quoted(lines, after) and after > index:
            index = after
            continue
        if after == index and index + 1 < size and _TAIL.match(lines[index]) and _is_quoted(lines, index + 1):
            index += 1
            continue
        return index
    return index


def _end_of_bars(lines: list[str], index: int) -> int:
    """The first line after a quotation marked with "|"."""
    while index < len(lines) and (_BARRED.match(lines[index]) or not lines[index].strip()):
        index += 1
    return index


def _next_filled(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _without_signature(lines: list[str]) -> list[str]:
    while lines and (not lines[-1].strip() or attribution.rule(lines[-1])):  # the line above what went
        lines = lines[:-1]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for position, index in enumerate(filled):
        line, following = lines[index], len(filled) - position - 1
        if position and signatures.delimiter(line) and following <= _SIGNATURE_LINES:
            return lines[:index]
        if signatures.list_footer(lines, index) or (position and signatures.service(line)):
            return lines[:index]
        if following < _DEVICE_LINES and signatures.device(line):
            before = lines[filled[position - 1]].strip() if position else ""
            return lines[: filled[position - 1] if before and not before.strip("-_—") else index]
    return lines
