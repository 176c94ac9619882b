"""Which ticket does a mail belong to? Facts in, a decision with its reason out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    """The ticket the mail continues, or None for a new one.

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
