"""What can happen to a ticket, as far as its clocks care. One small class per kind of event.

`at` is an aware instant in UTC. Everything is already checked and typed: documents are read in
`documents.py`, the product builds these from its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from sterling.core.calendars import Calendar


class Status(StrEnum):
    OPEN = "open"
    PENDING = "pending"  # waiting on the customer
    ON_HOLD = "on_hold"  # waiting on engineering or a third party
    SOLVED = "solved"
    CLOSED = "closed"

    @property
    def is_active(self) -> bool:
        """Update clocks run in open and on_hold, and nowhere else."""
        return self is Status.OPEN or self is Status.ON_HOLD


class Side(StrEnum):
    """Who caused an event."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Opened:
    """`zones`: of the organization and the contact, for hours that are read on the customer's wall clock."""

    at: datetime
    by: Side
    plan: str
    priority: str
    zones: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """Any communication from the customer. `since`: carried over from a ticket that owed it since then."""

    at: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """A public message written by a person."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Customer and engineer spoke: a public agent message on another channel."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """A note, an automatic message or a workaround: on the record, and no clock cares."""

    at: datetime
    type: str = "note"


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    at: datetime
    to: str


@dataclass(frozen=True, slots=True)
class PlanChanged:
    at: datetime
    to: str


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """`message`: saved together with a public agent message, which comes first."""

    at: datetime
    to: Status
    by: Side = Side.AGENT
    message: bool = False


@dataclass(frozen=True, slots=True)
class CadenceAgreed:
    """A different update rhythm agreed with the customer; None goes back to the plan's."""

    at: datetime
    every: timedelta | None


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    at: datetime
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class NoReplyNeeded:
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    at: datetime
    into: str = ""


Event = (
    Opened
    | CustomerMessage
    | AgentMessage
    | CallAnswered
    | Remark
    | PriorityChanged
    | PlanChanged
    | StatusChanged
    | CadenceAgreed
    | CalendarChanged
    | NoReplyNeeded
    | Merged
)
