"""Tickets: open, find, read, change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts.actions.customers import sender
from sterling.api.etags import require_match, tag
from sterling.api.files import Files, decoded
from sterling.api.lookups import engineer, named_agent
from sterling.api.paging import Order, Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import Address, In, Page, Prose, Reason, Ref, Short
from sterling.api.tickets import TicketOut, TicketRow, new_ticket_out, ticket_out, ticket_row
from sterling.base.errors import Invalid, NotAllowed
from sterling.channels.email.reading.charsets import script
from sterling.core.addresses import one_form
from sterling.core.text import Text
from sterling.sla.hints import due_or_never
from sterling.tickets.access import ticket_for, tickets_for
from sterling.tickets.actions.changing import assign, set_priority, set_subject, take_over
from sterling.tickets.actions.opening import opened
from sterling.tickets.actions.writing import set_status
from sterling.tickets.content import Content
from sterling.tickets.held import hold
from sterling.tickets.statuses import status_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sterling.accounts.models import Contact
    from sterling.tickets.models import Ticket

router = Router(tags=["Tickets"])
Subject = Annotated[str, Field(max_length=500)]
SHOWN = ("organization", "requester", "assignee__user", "merged_into", "follow_up_of")
ORDERS = {
    "number": Order("number", ("number",)),
    "-number": Order("-number", ("number",), descending=True),
    "due": Order("due and log", ("due_or_never", "timeline_id"), frozenset({"due_or_never"})),
    "updated": Order("updated", ("updated_at", "number"), frozenset({"updated_at"})),
    "-updated": Order("-updated", ("updated_at", "number"), frozenset({"updated_at"}), descending=True),
}


class TicketFilter(Window):
    """Which tickets, in which order."""

    status: list[Short] = Field(default_factory=list, description="Any of these.")
    priority: list[Short] = Field(default_factory=list, description="Any of these.")
    plan: list[Short] = Field(default_factory=list, description="Any of these.")
    organization: Ref | None = None
    requester: Ref | None = Field(None, description="A contact; also as `contact`.")
    contact: Ref | None = None
    assignee: Ref | None = Field(None, description="An engineer, or `none`.")
    q: Annotated[str, Field(max_length=200)] = Field("", description="Words of the subject.")
    sort: Literal["number", "-number", "due", "updated", "-updated"] = Field(
        "number", description="`due`: what is to be kept first; what has no due comes last."
    )


@router.get("/tickets", response=Page[TicketRow])
def list_tickets(request: ApiRequest, chosen: Query[TicketFilter]) -> dict[str, Any]:
    """The tickets that the token's user may see."""
    # Planning a join of so many tables takes longer than a short query for each of them.
    rows = tickets_for(request.viewer).select_related(None).select_related("timeline")
    found = _found(rows.prefetch_related(*SHOWN), chosen)
    staff = request.viewer.agent is not None
    return page(
        found.annotate(due_or_never=due_or_never("timeline")),
        chosen,
        lambda ticket: ticket_row(ticket, staff=staff),
        ORDERS[chosen.sort],
    )


def _found(tickets: QuerySet[Ticket], chosen: TicketFilter) -> QuerySet[Ticket]:
    if chosen.status:
        tickets = tickets.filter(status__in=[status_of(name).value for name in chosen.status])
    if chosen.priority:
        tickets = tickets.filter(priority__in=chosen.priority)
    if chosen.plan:
        tickets = tickets.filter(plan__in=chosen.plan)
    if chosen.organization:
        tickets = tickets.filter(organization=access.row_id(chosen.organization))
    for requester in filter(None, (chosen.requester, chosen.contact)):
        tickets = tickets.filter(requester=access.row_id(requester))
    if chosen.assignee:
        nobody = chosen.assignee == "none"
        tickets = tickets.filter(assignee=None if nobody else access.row_id(chosen.assignee))
    for word in chosen.q.split():
        tickets = tickets.filter(subject__icontains=word)
    return tickets


class TicketIn(In):
    contact: Ref | None = Field(None, description="Who asks. A contact's own token needs none.")
    email: Address | None = Field(None, description="Instead of `contact`: the sender, made when not known.")
    subject: Subject
    body: Prose
    priority: Short | None = Field(None, description="Proposed by the customer; medium unless given.")
    channel: Short = "portal"
    by: Literal["customer", "agent"] = Field(
        "customer",
        description="`agent`: opened by the token's user; the body is theirs and no reply is owed.",
    )
    attachments: Files


@router.post("/tickets", response={201: TicketOut})
def add_ticket(request: ApiRequest, response: HttpResponse, body: TicketIn) -> dict[str, Any]:
    """A new ticket; its clocks run from now."""
    ticket, result = opened(
        requester=_requester(request, body),
        subject=body.subject,
        content=Content(body.body, files=decoded(body.attachments)),
        channel=body.channel,
        at=request.at,
        recorded_at=request.at,
        by=request.viewer.actor,
        agent=engineer(request.viewer) if body.by == "agent" else None,
        priority=body.priority,
    )
    tag(response, ticket.version)
    return new_ticket_out(request, ticket, result)


def _requester(request: ApiRequest, body: TicketIn) -> Contact:
    """Staff open tickets for anyone, a contact for nobody else."""
    own = request.viewer.contact
    if own:
        named = access.contact_for(request.viewer, body.contact) if body.contact else own
        if named.pk != own.pk or (body.email and one_form(body.email) != one_form(own.email)):
            raise NotAllowed(
                Text("You can open tickets in your own name only.", "您只能以自己的名义提交工单。")
            )
        return own
    engineer(request.viewer)
    if (body.contact is None) == (body.email is None):
        raise Invalid.field(
            "contact", "Say who asks: either contact or email.", "请说明提问人：填写 contact 或 email 之一。"
        )
    if body.contact is not None:
        return access.contact_for(request.viewer, body.contact)
    language = script(f"{body.subject}\n{body.body}")
    return sender(email=body.email or "", name="", language=language, at=request.at)


@router.get("/tickets/{number}", response=TicketOut)
def get_ticket(request: ApiRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    """The ticket with its clocks as of now."""
    return _answer(request, response, ticket_for(request.viewer, number))


class TicketChange(In):
    """Every field is optional; all of them are saved or none."""

    priority: Short | None = None
    status: Short | None = None
    assignee: Ref | None = Field(None, description="An engineer's id; null: nobody.")
    subject: Subject | None = None
    requester: Ref | None = Field(None, description="A colleague who takes the ticket over.")
    reason: Reason = Field("", description="Kept with a change of priority or assignee.")


@router.patch("/tickets/{number}", response=TicketOut)
def change_ticket(
    request: ApiRequest, response: HttpResponse, number: str, body: TicketChange
) -> dict[str, Any]:
    """Change or confirm the priority, set the status, hand it over.

    A status is judged at the priority that the same request sets. 409 `response-owed` when solving or
    closing while a reply is owed; 409 `message-required` for a status without a message on Low.
    """
    ticket = ticket_for(request.viewer, number)
    engineer(request.viewer)
    require_match(request, hold(ticket, at=request.at, by=request.viewer.actor).ticket.version)
    _change(request, ticket, body)
    return _answer(request, response, ticket_for(request.viewer, number))


def _change(request: ApiRequest, ticket: Ticket, body: TicketChange) -> None:
    given, at, by = body.model_fields_set, request.at, request.viewer.actor
    for name in ("priority", "status", "subject", "requester"):
        if name in given and getattr(body, name) is None:
            raise Invalid.field(
                name, "Must not be null; leave it out to keep it.", "不能为 null；如需保留请省略。"
            )
    if body.requester is not None:
        contact = access.contact_for(request.viewer, body.requester)
        take_over(ticket=ticket, contact=contact, at=at, by=by)
    if body.subject is not None:
        set_subject(ticket=ticket, subject=body.subject, at=at, by=by)
    if "assignee" in given:
        to = named_agent(body.assignee) if body.assignee is not None else None
        assign(ticket=ticket, to=to, reason=body.reason, at=at, by=by)
    if body.priority is not None:
        set_priority(ticket=ticket, priority=body.priority, reason=body.reason, at=at, by=by)
    if body.status is not None:
        set_status(ticket=ticket, status=body.status, at=at, by=by)


def _answer(request: ApiRequest, response: HttpResponse, ticket: Ticket) -> dict[str, Any]:
    tag(response, ticket.version)
    return ticket_out(request, ticket)
