"""The acts' forms: in a dialog of the ticket page, or as a page of their own where there is no script."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sterling.base.errors import Conflict, Invalid, NotEntitled, NotYours, SterlingError
from sterling.base.middleware import zone_of
from sterling.base.moment import now
from sterling.core.clocks import Status
from sterling.core.text import Text
from sterling.desk import shell
from sterling.desk.acts import ACTS, Deed
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.foresight import Foresight
from sterling.sla import queries as promises
from sterling.tickets.access import ticket_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.desk.acts import Act


@require_http_methods(["GET", "POST"])
@staff_only
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """The form of one act, with what it would do; or do it. A refusal comes with the form as it was filled in."""
    chosen, at = ACTS.get(verb), now()
    if chosen is None:
        raise NotYours
    deed = _deed(request, number, at)
    if request.method == "GET":
        return _form(request, chosen, deed)
    try:
        goes_to = chosen.does(deed)
    except (Conflict, Invalid, NotEntitled) as refusal:
        return _form(request, chosen, deed, refusal)
    return _done(request, goes_to, number)


def _deed(request: HttpRequest, number: str, at: datetime) -> Deed:
    found = ticket_for(viewer_of(request), number)
    log = promises.log_of(found.timeline_id)
    foresight = Foresight(log, log.result(at), at, zone_of(request))
    form = request.POST if request.method == "POST" else request.GET
    return Deed(viewer_of(request), agent_of(request), found, foresight, form.dict())


def _form(
    request: HttpRequest, chosen: Act, deed: Deed, refusal: SterlingError | None = None
) -> HttpResponse:
    errors = {one.field: one.text for one in refusal.errors} if isinstance(refusal, Invalid) else {}
    shown = _standing(deed, chosen)
    if not shown:
        try:
            shown = chosen.shows(deed)
        except Invalid as unclear:  # what was typed so far foretells nothing yet; the field says why
            errors |= {one.field: one.text for one in unclear.errors}
    content = {
        "act": chosen,
        "deed": deed,
        "ticket": deed.ticket,
        "form": deed.form,
        "refusal": None if errors else refusal,
        "errors": errors,
        "now": deed.at,
        **shown,
    }
    status = refusal.status if refusal else HTTPStatus.OK
    if "HX-Request" in request.headers:
        return render(request, chosen.template, content | {"frame": "desk/acts/part.html"}, status=status)
    page = shell.page(request, chosen.template, deed.at, frame="desk/acts/page.html", **_without_now(content))
    page.status_code = status
    return page


def _without_now(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "now"}


def _standing(deed: Deed, chosen: Act) -> dict[str, Any]:
    """Closed and merged tickets take nothing but another engineer."""
    ticket = deed.ticket
    if chosen.verb == "assign":
        return {}
    if ticket.merged_into:
        number = ticket.merged_into.number
        return {"forbidden": Text(f"This ticket was merged into #{number}.", f"该工单已并入 #{number}。")}
    if ticket.status == Status.CLOSED:
        return {
            "forbidden": Text("This ticket is closed.", "该工单已关闭。"),
            "remedy": Text(
                "What you write below it, and what the customer writes, opens a linked follow-up.",
                "在其下方回复，或客户再次来信，都会建立关联的后续工单。",
            ),
        }
    return {}


def _done(request: HttpRequest, goes_to: int | None, number: str) -> HttpResponse:
    where = reverse("desk:ticket", args=[goes_to or number])
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(where)
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    answer["HX-Trigger"] = "acted"
    if goes_to:
        answer["HX-Redirect"] = where
    return answer
