"""Words about mail that only the desk says: `{% load desk_mail %}`."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django import template

from sterling.channels.email import holding, queries, senders
from sterling.channels.email.reasons import words_for
from sterling.desk import mailing as mail_room
from sterling.tickets.access import scheduled_for, scheduled_rows

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.desk.mailing import Mailing
    from sterling.tickets.models import Scheduled, Ticket

register = template.Library()


@register.simple_tag
def mailing(ticket: Ticket) -> Mailing:
    """`{% mailing ticket as mail %}`: what the mail room adds to the ticket's page."""
    return mail_room.mailing(ticket)


@register.simple_tag
def partial_mails(ticket: Ticket) -> dict[int, int]:
    """`{% partial_mails ticket as partial %}`: the messages of which not all parts are shown, each with its mail."""
    return queries.partial_on(ticket)


@register.simple_tag
def held_mails() -> int:
    """How many mails of strangers wait for a decision."""
    return holding.count_waiting()


@register.simple_tag(takes_context=True)
def delivery_reason(context: template.Context, error: str) -> str:
    """Why a mail did not arrive, in words; empty where the server's own are all there is."""
    language = getattr(context.get("request"), "language", None) or "en"
    found = words_for(error)
    return found.to(language) if found else ""


@register.simple_tag(takes_context=True)
def scheduled_replies(context: template.Context, ticket: Ticket) -> list[Scheduled]:
    """The replies that wait to go out on the ticket."""
    return scheduled_rows(context["request"].viewer, ticket)


@register.simple_tag(takes_context=True)
def local_time(context: template.Context, at: datetime) -> str:
    """An instant as a browser's field takes it, in the zone that the page is read in."""
    zone = getattr(context.get("request"), "zone", None) or UTC
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"


@register.simple_tag
def undo_seconds() -> int:
    return senders.rules().undo_seconds


@register.simple_tag(takes_context=True)
def taken_back(context: template.Context, ticket: Ticket) -> str:
    """The words of the reply that was just taken back, for the composer."""
    request = context["request"]
    if "taken" not in request.GET:
        return ""
    return scheduled_for(request.viewer, ticket.number, request.GET["taken"]).text
