"""The demo's conversations, written by hand in `data/*.txt`: what was said, by whom, in which order.

# Subject
priority=high channel=email            live ones: org= by= left=6m | ago=20h  agent= merge=yes
@customer                              the first turn opens the ticket
What they write.
@agent pending                         an answer, saved with a status
@note -2h                              live ones say how long before the last turn
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(-?)(\d+)([mhd])")


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happens. `before`: how long before the last turn; nothing in stories of the past."""

    kind: str
    argument: str
    text: str
    before: timedelta


@dataclass(frozen=True, slots=True)
class Story:
    """`left`: what the running promise has left now (negative: over). `ago`: when the last turn was."""

    subject: str
    language: str
    priority: str | None
    channel: str
    turns: tuple[Turn, ...]
    organization: str
    by: int
    agent: str
    left: timedelta | None
    ago: timedelta | None
    merges: bool


def read(name: str, language: str) -> list[Story]:
    """The stories of one file. ValueError names what cannot be read."""
    text = (resources.files(__package__) / "data" / f"{name}-{language}.txt").read_text(encoding="utf-8")
    return [_story(part, language) for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:]]


def _story(part: str, language: str) -> Story:
    head, *turns = re.split(r"^@", part.strip(), flags=re.MULTILINE)
    subject, _, settings = head.strip().partition("\n")
    facts = dict(word.split("=", 1) for word in settings.split())
    return Story(
        subject=subject.strip(),
        language=language,
        priority=facts.get("priority"),
        channel=facts["channel"],
        turns=tuple(_turn(turn) for turn in turns),
        organization=facts.get("org", ""),
        by=int(facts.get("by", "0")),
        agent=facts.get("agent", ""),
        left=_length(facts["left"]) if "left" in facts else None,
        ago=_length(facts["ago"]) if "ago" in facts else None,
        merges="merge" in facts,
    )


def _turn(turn: str) -> Turn:
    head, _, text = turn.partition("\n")
    kind, *words = head.split()
    lengths = [word for word in words if _LENGTH.fullmatch(word)]
    rest = [word for word in words if word not in lengths]
    return Turn(kind, " ".join(rest), text.strip(), -_length(lengths[0]) if lengths else timedelta())


def _length(word: str) -> timedelta:
    found = _LENGTH.fullmatch(word)
    if found is None:
        raise ValueError(f"{word!r} is no length of time such as 6m, -12m, 20h or 3d")
    length = timedelta(**{_UNITS[found[3]]: int(found[2])})
    return -length if found[1] else length
