"""Professional-services hours: who has how many left, one customer's statement, requests, the service plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.base.errors import CapReached, Conflict, Invalid, by_field
from sterling.base.moment import now
from sterling.core.hours import NOTHING
from sterling.desk import hours, shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.views_catalog import viewer_language
from sterling.premium.hours import actions, queries, service_plans
from sterling.premium.hours.access import draw_for, hours_for
from sterling.premium.hours.statement import statement, table

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.accounts.models import Organization
    from sterling.base.errors import SterlingError
    from sterling.desk.hours import Effect


@require_GET
@staff_only
def hours_list(request: HttpRequest) -> HttpResponse:
    at = now()
    return shell.page(request, "desk/hours.html", at, rows=hours.rows(viewer_of(request), at))


@require_GET
@staff_only
def hours_page(request: HttpRequest, organization: str) -> HttpResponse:
    return _page(request, hours_for(viewer_of(request), organization, now()))


def _page(
    request: HttpRequest,
    organization: Organization,
    *,
    refused: SterlingError | None = None,
    effect: Effect | None = None,
) -> HttpResponse:
    at = now()
    page = hours.hours_page(organization, at)
    return shell.page(
        request,
        "desk/hours_of.html",
        at,
        status=refused.status if refused else 200,
        page=page,
        items=queries.items_of(page.agreed) if page.agreed else [],
        refused=refused,
        wrong=by_field(refused.errors) if isinstance(refused, Invalid) else {},
        effect=effect,
        zero=NOTHING,
        typed=request.POST,
        may_allow=agent_of(request).role != Role.AGENT and page.may_be_overdrawn,
    )


@require_POST
@staff_only
def ask(request: HttpRequest, organization: str) -> HttpResponse:
    """Look at what it does, then ask the customer; with `do=allow` a manager adds what is missing, with a reason."""
    at, viewer, sent = now(), viewer_of(request), request.POST
    found = hours_for(viewer, organization, at)
    allow = sent.get("do") == "allow"
    if allow:
        access.with_role(viewer, Role.LEAD)
    foreseen = None
    try:
        amount = hours.amount_of(sent.get("hours", ""))
        foreseen = hours.effect(hours.hours_page(found, at), amount, sent.get("item", ""))
        if sent.get("do") == "look" and foreseen:
            if foreseen.short:
                raise actions.refusal(organization_id=found.pk, at=at)
            return _page(request, found, effect=foreseen)
        if allow and not sent.get("why", "").strip():
            raise Invalid.field("why", "Say why more is allowed.", "请说明批准超额的原因。")
        actions.ask_draw(
            organization_id=found.pk,
            amount=amount,
            item=sent.get("item", ""),
            note=sent.get("note", ""),
            override=allow,
            why=sent.get("why", ""),
            at=at,
            by=viewer.actor,
        )
    except (Invalid, Conflict, CapReached) as refused:
        return _page(request, found, refused=refused, effect=foreseen)
    return HttpResponseRedirect(reverse("desk:hours_of", args=[found.pk]))


@require_POST
@staff_only
def change_draw(request: HttpRequest, organization: str, draw: str) -> HttpResponse:
    """Take a request back, or note what the customer said."""
    at, viewer, sent = now(), viewer_of(request), request.POST
    found = hours_for(viewer, organization, at)
    asked = draw_for(viewer, found, draw)
    reason = sent.get("reason", "")
    try:
        match sent.get("do"):
            case "withdraw":
                actions.withdraw_draw(draw=asked, reason=reason, at=at, by=viewer.actor)
            case "agreed" | "declined" as said:
                actions.decide_draw(draw=asked, agree=said == "agreed", reason=reason, at=at, by=viewer.actor)
            case _:
                raise Invalid.field(
                    "do", "withdraw, agreed or declined.", "可选 withdraw、agreed、declined。"
                )
    except (Invalid, Conflict) as refused:
        return _page(request, found, refused=refused)
    return HttpResponseRedirect(reverse("desk:hours_of", args=[found.pk]))


@require_GET
@staff_only
def statement_file(request: HttpRequest, organization: str) -> HttpResponse:
    """The statement as CSV, in the reader's language."""
    at = now()
    found = hours_for(viewer_of(request), organization, at)
    actions.settle(organization_id=found.pk, at=at)
    answer = HttpResponse(
        table(statement(found.pk), viewer_language(request)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="hours-{found.pk}.csv"'
    return answer


@require_http_methods(["GET", "POST"])
@staff_only
def service_plan(request: HttpRequest, organization: str) -> HttpResponse:
    """The next version of the service plan: drafted, offered; what was typed stays where it is refused."""
    at, viewer, refused = now(), viewer_of(request), None
    found = hours_for(viewer, organization, at)
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        try:
            _put(request, found)
        except Invalid as error:
            refused = error
        else:
            return HttpResponseRedirect(reverse("desk:service_plan", args=[found.pk]))
    newest = queries.service_plan(found.pk)
    days = newest.silence_days if newest else service_plans.SILENCE_DAYS
    return shell.page(
        request,
        "desk/service_plan.html",
        at,
        status=refused.status if refused else 200,
        organization=found,
        newest=newest,
        rows=hours.typed_rows(newest, sent),
        silence_days=sent.get("silence_days", "") if sent is not None else days,
        versions=queries.versions_of(found.pk),
        refused=refused,
        may_record=agent_of(request).role != Role.AGENT,
    )


def _put(request: HttpRequest, organization: Organization) -> None:
    sent, viewer = request.POST, viewer_of(request)
    do = sent.get("do", "save")
    if do == "agreed":
        access.with_role(viewer, Role.LEAD)
    service_plans.put_service_plan(
        organization_id=organization.pk,
        items=hours.items_typed(sent),
        offered=do == "offer",
        agreed=do == "agreed",
        silence_days=hours.silence_days(sent),
        at=now(),
        by=viewer.actor,
    )
