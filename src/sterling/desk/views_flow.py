"""Mail on a ticket: who is copied, strangers' mail, machines and people, addresses that do not work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sterling.base.errors import NotYours
from sterling.base.moment import now
from sterling.channels.email import holding, machines, senders
from sterling.desk.doors import staff_only, viewer_of
from sterling.tickets.access import messages_for, ticket_for
from sterling.tickets.actions import copying, merging

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
@staff_only
def copied(request: HttpRequest, number: str) -> HttpResponse:
    """`remove` somebody from the copied, or `add` somebody back who was."""
    viewer, form = viewer_of(request), request.POST
    ticket = ticket_for(viewer, number)
    act = copying.bring_back if form.get("act") == "add" else copying.remove
    act(ticket=ticket, address=form.get("address", ""), at=now(), by=viewer.actor)
    return _to(number)


@require_POST
@staff_only
def decide(request: HttpRequest, number: str, held: int) -> HttpResponse:
    """A stranger's mail joins the ticket, or opens one of its own."""
    viewer = viewer_of(request)
    found, _ = holding.held_for(viewer, number, held)
    if request.POST.get("act") == "approve":
        holding.approve(held_id=found.pk, at=now(), by=viewer.actor)
        return _to(number)
    made = holding.decline(held_id=found.pk, at=now(), by=viewer.actor)
    return _to(str(made.number))


@require_POST
@staff_only
def join(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket that was suggested is the one, or it is not."""
    viewer = viewer_of(request)
    ticket = ticket_for(viewer, number)
    if request.POST.get("act") != "join":
        merging.stands_alone(ticket=ticket, at=now(), by=viewer.actor)
        return _to(number)
    if ticket.may_belong_to is None:
        raise NotYours
    into = merging.merge(ticket=ticket, into=ticket.may_belong_to, at=now(), by=viewer.actor)
    return _to(str(into.number))


@require_POST
@staff_only
def sender(request: HttpRequest, number: str, message: int) -> HttpResponse:
    """A person or a machine wrote this message, and will write the next ones."""
    viewer = viewer_of(request)
    found = messages_for(viewer, ticket_for(viewer, number)).filter(pk=message).first()
    if found is None:
        raise NotYours
    made = machines.say(message=found, treat=request.POST.get("treat", ""), at=now(), by=viewer.actor)
    return _to(str(made.number))


@require_POST
@staff_only
def deliverable(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody says that an address works again."""
    viewer = viewer_of(request)
    ticket = ticket_for(viewer, number)
    senders.cleared(address=request.POST.get("address", ""), at=now(), by=viewer.actor)
    return _to(str(ticket.number))


def _to(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:ticket", args=[number]))
