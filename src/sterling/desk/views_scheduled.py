"""Replies that wait to go out: taken back, changed, sent now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sterling.base.errors import Invalid
from sterling.base.middleware import zone_of
from sterling.base.moment import now
from sterling.channels.email import senders
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.tickets.access import scheduled_for
from sterling.tickets.actions import scheduling

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.tickets.content import Content
    from sterling.tickets.models import Ticket


def time_in(request: HttpRequest, text: str) -> datetime:
    """A time as a browser's field gives it, in the zone that the page is read in. Invalid: it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone_of(request))
    except ValueError:
        raise Invalid.field("send_at", "Pick a date and a time.", "请选择日期和时间。") from None


def goes_later(
    request: HttpRequest, ticket: Ticket, content: Content, *, seen: int | None, at: datetime
) -> bool:
    """Keep the reply of the form for later, where the form asks for it; False: it is to be said at once.

    `send_at`: a time; `undo`: a few seconds in which it can be taken back.
    """
    form, by = request.POST, viewer_of(request).actor
    agent, status = agent_of(request), form.get("status") or None
    if form.get("send_at"):
        scheduling.schedule(
            ticket=ticket,
            agent=agent,
            content=content,
            release_at=time_in(request, form["send_at"]),
            status=status,
            seen=seen,
            at=at,
            by=by,
        )
        return True
    seconds = senders.rules().undo_seconds if form.get("undo") else 0
    if not seconds:
        return False
    scheduling.send_with_undo(
        ticket=ticket,
        agent=agent,
        content=content,
        seconds=seconds,
        status=status,
        seen=seen,
        at=at,
        by=by,
    )
    return True


@require_POST
@staff_only
def scheduled(request: HttpRequest, number: str, scheduled: int) -> HttpResponse:
    """`act`: cancel, now, or change with `body` and `send_at`."""
    row, form, at = scheduled_for(viewer_of(request), number, scheduled), request.POST, now()
    act = form.get("act", "")
    if act == "cancel":
        scheduling.cancel(scheduled=row)
        # What was typed goes back to where it was typed.
        return HttpResponseRedirect(f"{reverse('desk:ticket', args=[number])}?taken={row.pk}")
    if act == "now":
        scheduling.release_now(scheduled=row, at=at)
    else:
        moved = time_in(request, form["send_at"]) if form.get("send_at") else None
        scheduling.change(scheduled=row, text=form.get("body"), release_at=moved, at=at)
    return HttpResponseRedirect(reverse("desk:ticket", args=[number]))
