"""Tickets and what is said in them."""

from sterling.tickets.models.drafts import Draft, DraftMode
from sterling.tickets.models.escalations import Escalation, EscalationKind, Rung
from sterling.tickets.models.flow import Follower, Scheduled, ScheduledFile, ScheduledState, Wording
from sterling.tickets.models.handovers import Handover, HandoverAlarm, HandoverAnswer, HandoverItem, Verb
from sterling.tickets.models.messages import Attachment, Delivery, Message, MessageKind
from sterling.tickets.models.routing import Occasion, RoutingDecision, RoutingRules
from sterling.tickets.models.tickets import Ticket

__all__ = [
    "Attachment", "Delivery", "Draft", "DraftMode", "Escalation", "EscalationKind", "Follower", "Handover",
    "HandoverAlarm", "HandoverAnswer", "HandoverItem", "Message", "MessageKind", "Occasion", "RoutingDecision",
    "RoutingRules", "Rung", "Scheduled", "ScheduledFile", "ScheduledState", "Ticket", "Verb", "Wording",
]  # fmt: skip
