"""Every kind of event a ticket's log knows, what it says, and whether clocks listen to it.

The log holds more than the clocks need: who took the ticket, what was confirmed, what bounced. Those are
told on the ticket page and left out of a replay.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sterling.core.clocks import (
    AgentMessage,
    CadenceAgreed,
    CallAnswered,
    CustomerMessage,
    Event,
    Merged,
    NoReplyNeeded,
    Opened,
    PlanChanged,
    PriorityChanged,
    Remark,
    Side,
    Status,
    StatusChanged,
)
from sterling.core.durations import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(StrEnum):
    OPENED = "opened"
    CUSTOMER_MESSAGE = "customer_message"
    AGENT_MESSAGE = "agent_message"
    CALL_ANSWERED = "call_answered"
    NOTE = "note"
    AUTO_MESSAGE = "auto_message"
    WORKAROUND = "workaround"
    PRIORITY = "priority"
    PLAN = "plan"
    STATUS = "status"
    CADENCE = "cadence"
    NO_REPLY_NEEDED = "no_reply_needed"
    MERGED = "merged"
    REGION = "region"
    # Clocks do not listen to what follows.
    CONFIRMED = "confirmed"
    PRIORITY_ASKED = "priority_asked"
    ASSIGNED = "assigned"
    HANDOVER = "handover"
    TIER = "tier"
    ROUTED = "routed"
    ESCALATED = "escalated"
    HEARD_OUT = "heard_out"
    SUBJECT = "subject"
    REQUESTER = "requester"
    ORGANIZATION = "organization"
    TRIAGED = "triaged"
    FOLLOW_UP = "follow_up"
    MERGED_FROM = "merged_from"
    AUTOMATIC_MAIL = "automatic_mail"
    FOLLOWERS = "followers"
    HELD = "held"
    APPROVED = "approved"
    DECLINED = "declined"
    DELIVERY_FAILED = "delivery_failed"
    BOUNCED = "bounced"
    RCA_GRANTED = "rca_granted"
    RCA_PUBLISHED = "rca_published"


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# The rooms above that must look at a log once one of these is in it: a row nudges them (`models.Nudge`).
NUDGES: dict[str, frozenset[Kind]] = {
    "rca": frozenset({Kind.CONFIRMED, Kind.PRIORITY, Kind.PLAN, Kind.RCA_GRANTED}),
}

# What the core hears; a region is a calendar to the core, so the log resolves that one itself.
HEARD: dict[str, Callable[[datetime, dict[str, Any]], Event]] = {
    Kind.OPENED: lambda at, d: Opened(at, Side(d["by"]), d["plan"], d["priority"], d.get("zones", {})),
    Kind.CUSTOMER_MESSAGE: lambda at, d: CustomerMessage(at, _instant(d.get("since"))),
    Kind.AGENT_MESSAGE: lambda at, _: AgentMessage(at),
    Kind.CALL_ANSWERED: lambda at, _: CallAnswered(at),
    Kind.NOTE: lambda at, _: Remark(at, "note"),
    Kind.AUTO_MESSAGE: lambda at, _: Remark(at, "auto_message"),
    Kind.WORKAROUND: lambda at, _: Remark(at, "workaround"),
    Kind.PRIORITY: lambda at, d: PriorityChanged(at, d["to"]),
    Kind.PLAN: lambda at, d: PlanChanged(at, d["to"]),
    Kind.STATUS: lambda at, d: StatusChanged(at, Status(d["to"]), Side(d["by"]), bool(d.get("message"))),
    Kind.CADENCE: lambda at, d: CadenceAgreed(at, parse_duration(d["every"]) if d["every"] else None),
    Kind.NO_REPLY_NEEDED: lambda at, d: NoReplyNeeded(at, d["reason"]),
    Kind.MERGED: lambda at, d: Merged(at, str(d["into"])),
}

# The fields of promises, section 2, per kind: what a timeline document shows of an event's data.
SHOWN: dict[str, tuple[str, ...]] = {
    Kind.OPENED: ("by", "plan", "priority", "zones"),
    Kind.CUSTOMER_MESSAGE: ("since",),
    Kind.PRIORITY: ("to",),
    Kind.PLAN: ("to",),
    Kind.STATUS: ("to", "by", "message"),
    Kind.CADENCE: ("every",),
    Kind.NO_REPLY_NEEDED: ("reason",),
    Kind.MERGED: ("into",),
}
