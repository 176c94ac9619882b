"""Tickets and what is said in them."""

from sterling.tickets.models.messages import Attachment, Delivery, Message, MessageKind
from sterling.tickets.models.tickets import Ticket

__all__ = ["Attachment", "Delivery", "Message", "MessageKind", "Ticket"]
