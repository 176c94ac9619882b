"""The ticket page and what is written in it: nothing that somebody typed is lost on the way."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.accounts.access import row_id
from sterling.base.middleware import zone_of
from sterling.base.moment import now
from sterling.base.prepared import looking_for
from sterling.base.statuses import CHIPS
from sterling.channels.email import holding
from sterling.channels.email import queries as mail
from sterling.core.clocks import Status
from sterling.core.text import Text
from sterling.desk import guide, rca, shell, ticket
from sterling.desk.acts import ACTS
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.foresight import Foresight
from sterling.desk.uploads import files_of
from sterling.desk.views_scheduled import goes_later
from sterling.premium.rca import access as analyses
from sterling.sla import queries as promises
from sterling.tickets import access
from sterling.tickets.access import ticket_for
from sterling.tickets.actions import drafting, writing
from sterling.tickets.content import Content

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.accounts.models import Agent
    from sterling.tickets.models import Ticket

SEND_AND = {
    "": Text("Send, keep {status}", "发送，保持{status}"),
    "open": Text("Send and open", "发送并重新打开"),
    "pending": Text("Send, wait on customer", "发送，等待客户"),
    "on_hold": Text("Send, wait on us", "发送，等待我方"),
    "solved": Text("Send and solve", "发送并解决"),
    "closed": Text("Send and close", "发送并关闭"),
}


@require_GET
@staff_only
def ticket_page(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    viewer = viewer_of(request)
    found = ticket_for(viewer, number)
    with looking_for(
        *access.seldom(viewer, found), analyses.seldom(found), holding.seldom(found), mail.seldom(found)
    ):
        page = ticket.ticket_page(viewer, found, at, reads_in=zone_of(request), whole="whole" in request.GET)
        guide.note(request, "opened", found.number)
        return shell.page(
            request,
            "desk/ticket.html",
            at,
            page=page,
            ticket=found,
            acts=ACTS,
            analysis=rca.card(viewer, found, at),
            effects=effects(page.foresight, found),
            mode=request.GET.get("mode") or page.drafts.mode,
        )


def effects(foresight: Foresight, found: Ticket) -> list[dict[str, object]]:
    """What the send button may say, and what each would do; nothing on a ticket that takes no replies."""
    if found.status == Status.CLOSED or found.merged_into_id:
        return []
    kept = CHIPS[found.status].desk
    keep = Text(f"Send, keep {kept.en.lower()}", f"发送，保持{kept.zh}")
    return [
        {"value": effect.value, "name": SEND_AND[effect.value] if effect.value else keep, "effect": effect}
        for effect in foresight.replies()
    ]


@require_GET
@staff_only
def why_page(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    page = ticket.ticket_page(viewer_of(request), ticket_for(viewer_of(request), number), at)
    guide.note(request, "why", page.ticket.number)
    return shell.page(request, "desk/why.html", at, page=page, ticket=page.ticket)


@require_POST
@staff_only
def say(request: HttpRequest, number: str) -> HttpResponse:
    """A reply or a note, with the status that results, in one save; its draft goes with it."""
    found, agent, form = ticket_for(viewer_of(request), number), agent_of(request), request.POST
    with transaction.atomic():
        said = _said(request, found, agent)
        drafting.drop_draft(
            ticket=found, agent=agent, mode=_mode(form.get("mode")), knows=_count(form.get("knows"))
        )
    where = reverse("desk:ticket", args=[said])
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(where)
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if said != found.number:
        answer["Sterling-Goes-To"] = where
    return answer


def _said(request: HttpRequest, found: Ticket, agent: Agent) -> int:
    """Write it; the number of the ticket where it stands."""
    form, at, by = request.POST, now(), viewer_of(request).actor
    content = Content(form.get("body", ""), files=files_of(request))
    if form.get("mode") == "note":
        writing.note(
            ticket=found, agent=agent, content=content, status=form.get("status") or None, at=at, by=by
        )
        return found.number
    if form.get("follow_up"):
        return writing.follow_up(ticket=found, agent=agent, content=content, at=at, by=by).number
    seen = row_id(form["seen"]) if form.get("seen") else None
    if goes_later(request, found, content, seen=seen, at=at):
        return found.number
    status = form.get("status") or None
    writing.reply(ticket=found, agent=agent, content=content, status=status, at=at, by=by, seen=seen)
    return found.number


@require_POST
@staff_only
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what stands in the composer, and say again what sending it would do."""
    found, form, at = ticket_for(viewer_of(request), number), request.POST, now()
    if "forget_other" in form:
        drafting.drop_other(ticket=found, agent=agent_of(request), mode=_mode(form.get("mode")))
    kept = drafting.keep_draft(
        ticket=found,
        agent=agent_of(request),
        mode=_mode(form.get("mode")),
        body=form.get("body", ""),
        status=form.get("status", ""),
        files=form.getlist("file"),
        knows=_count(form.get("knows")),
        at=at,
    )
    return JsonResponse(
        {
            "knows": kept.version if kept else 0,
            "saved": f"{at.astimezone(zone_of(request)):%H:%M}" if kept else "",
            "other": kept.other if kept else "",
            "effects": _effects_part(request, found),
        }
    )


@require_GET
@staff_only
def effects_part(request: HttpRequest, number: str) -> HttpResponse:
    """The effects alone, as of now: asked for each minute while somebody writes."""
    found = ticket_for(viewer_of(request), number)
    return HttpResponse(_effects_part(request, found))


def _effects_part(request: HttpRequest, found: Ticket) -> str:
    log, at = promises.log_of(found.timeline_id), now()
    foreseen = effects(Foresight(log, log.result(at), at, zone_of(request)), found)
    return render_to_string("desk/parts/effects.html", {"effects": foreseen, "ticket": found}, request)


def _mode(text: str | None) -> str:
    return "note" if text == "note" else "reply"


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < len("999999999") else 0
