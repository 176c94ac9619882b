"""Whether an analysis names other customers: suspects for a person to look at, never a verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_LATIN, LEAST_HAN = 3, 2
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Name:
    """`text` names somebody of the organization `whose`: the organization, a domain, a person, an address."""

    text: str
    whose: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """The words of `part` hold `name`, which is of `whose`."""

    part: str
    name: str
    whose: str


def suspects(written: Iterable[tuple[str, str]], others: Iterable[Name], own: Iterable[str]) -> list[Suspect]:
    """Where the words of a part hold another customer's name, each once. What is within a name of one's own is none."""
    ours = [name.casefold() for name in own if name.strip()]
    parts: dict[str, str] = {}
    for part, words in written:
        parts[part] = f"{parts.get(part, '')}\n{words.casefold()}"
    found: dict[Suspect, None] = {}
    for other in others:
        name = " ".join(other.text.split()).casefold()
        if len(name) < (LEAST_HAN if _HAN.search(name) else LEAST_LATIN) or any(name in our for our in ours):
            continue
        for part, words in parts.items():
            if name in words and _stands_alone(name, words):
                found[Suspect(part, other.text, other.whose)] = None
    return list(found)


def _stands_alone(name: str, words: str) -> bool:
    """Not within another word; Chinese has no gaps between words."""
    if _HAN.search(name):
        return True
    before = r"(?<!\w)" if _LETTER.match(name[0]) else ""
    after = r"(?!\w)" if _LETTER.match(name[-1]) else ""
    # A letter of a script without gaps may stand beside.
    plain = _HAN.sub(" ", words)
    return re.search(before + re.escape(name) + after, plain) is not None
