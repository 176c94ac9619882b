"""Clocks as of now, computed from the log: the same function that decides them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from sterling.api.shapes import Instant, Out
from sterling.core.clocks import clock_dict, target_dict

if TYPE_CHECKING:
    from sterling.core.clocks import Clock


class ClockOut(Out):
    """A clock as promised; `due` null: paused, ended while paused, or never."""

    metric: str = Field(description="first_response, next_response or update.")
    started: Instant
    due: Instant | None
    ended: Instant | None
    state: str = Field(description="running, paused, met, missed or void.")


class TicketClockOut(ClockOut):
    plan: str
    priority: str
    hours: str = Field(description="always or local.")
    target: Any = Field(description="A duration, business days, an update rule, or null for best effort.")


def ticket_clock(clock: Clock) -> dict[str, Any]:
    return clock_dict(clock) | {
        "plan": clock.plan,
        "priority": clock.priority,
        "hours": clock.hours.value,
        "target": target_dict(clock),
    }
