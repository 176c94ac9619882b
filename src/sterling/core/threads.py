"""Which ticket does a mail belong to, and what becomes of it there? Facts in, a decision with its reason out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class By(StrEnum):
    """What led to the ticket, the strongest first."""

    ADDRESS = "address"
    IN_REPLY_TO = "in_reply_to"
    REFERENCES = "references"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Hints:
    """What a mail says about where it belongs.

    `addressed`: numbers from signed addresses of ours. `in_reply_to`, `references`: Message-IDs, the latter
    oldest first. `tagged`: the number in a subject tag, which anyone can type.
    """

    addressed: tuple[int, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    tagged: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    number: int
    by: By


def match(
    hints: Hints, known: Mapping[str, int], organizations: Mapping[int, int], sender: int | None
) -> Match | None:
    """The ticket that the mail names, or None.

    `known`: Message-ID -> ticket number, of messages of ours or stored before. `organizations`: ticket number
    -> organization. `sender`: the organization of whoever wrote. A tag alone proves nothing, so it only counts
    within the sender's own organization.
    """
    for number in hints.addressed:
        if number in organizations:
            return Match(number, By.ADDRESS)
    for by, ids in ((By.IN_REPLY_TO, hints.in_reply_to), (By.REFERENCES, tuple(reversed(hints.references)))):
        for message_id in ids:
            if message_id in known:
                return Match(known[message_id], by)
    if hints.tagged is not None and sender is not None and organizations.get(hints.tagged) == sender:
        return Match(hints.tagged, By.SUBJECT)
    return None


class Standing(StrEnum):
    """What the sender is to the ticket that the mail names."""

    OURS = "ours"  # one of our own support addresses
    STAFF = "staff"  # the address of an engineer
    OWN = "own"  # of the ticket's organization
    COPIED = "copied"  # from elsewhere, and copied on the ticket
    STRANGER = "stranger"


class Place(StrEnum):
    """What becomes of a mail."""

    JOIN = "join"  # the customer's own words: clocks listen
    HOLD = "hold"  # waits on the ticket until an engineer decides
    NOTE = "note"  # among colleagues
    QUIET = "quiet"  # beside the ticket's messages, no clock listens
    OPEN = "open"  # a ticket of its own
    ASIDE = "aside"  # kept in the mail room, and nothing else
    ASK = "ask"  # an engineer has to say what it is about


def place(found: Match | None, standing: Standing, *, automatic: bool, answers: bool) -> Place:
    """What becomes of a mail that names `found`. `automatic`: no person wrote it; `answers`: it replies to something.

    An address and a Message-ID can leak, and a sender can be forged, so each place is one at which the worst
    case does no harm: a stranger's words wait, an engineer's stay among colleagues, our own start nothing.
    """
    if standing is Standing.OURS:
        return Place.ASIDE
    if found is None:
        if automatic and (answers or standing is Standing.STAFF):
            return Place.ASIDE
        return Place.ASK if standing is Standing.STAFF else Place.OPEN
    if standing in {Standing.OWN, Standing.COPIED}:
        return Place.QUIET if automatic else Place.JOIN
    if automatic:
        return Place.ASIDE
    return Place.NOTE if standing is Standing.STAFF else Place.HOLD


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket of the sender that may be meant."""

    number: int
    subject: str


LIKE = 0.82
SHORTEST = 4  # letters; "help" is like every other "help"
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|fw|fwd|wg|tr|rv|antw|回复|答复|回覆|转发|轉寄)\s*(?:\[\d+\])?\s*[:：]|\[#\d+\])\s*",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[#\d+\]")


def bare_subject(subject: str) -> str:
    """A subject without what clients put before it, without our tag, in one case."""
    rest = subject
    while (shorter := _PREFIX.sub("", rest)) != rest:
        rest = shorter
    return " ".join(_TAG.sub(" ", rest).split()).casefold()


def suggest(subject: str, candidates: Iterable[Candidate]) -> int | None:
    """The number of the ticket whose subject is most like this one, the first of equals; None when none is."""
    wanted = bare_subject(subject)
    if len(wanted) < SHORTEST:
        return None
    best, number = LIKE, None
    for one in candidates:
        other = bare_subject(one.subject)
        likeness = 1.0 if other == wanted else SequenceMatcher(None, wanted, other, autojunk=False).ratio()
        if likeness > best or (number is None and likeness == best):
            best, number = likeness, one.number
    return number
