"""Root-cause analyses: the list, the editor, signing off, the editions on the page and on paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import queries as people
from sterling.base.errors import Invalid, NamesFound, NotYours, SterlingError
from sterling.base.middleware import zone_of
from sterling.base.moment import now
from sterling.core.rca import PARTS, Edition, Move
from sterling.core.text import Text
from sterling.desk import rca as pages
from sterling.desk import shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.views_catalog import viewer_language
from sterling.premium.rca import editions, moving, queries, writing
from sterling.premium.rca.access import action_for, analyses_for, published_for, to_write
from sterling.premium.rca.words import facts
from sterling.tickets.access import ticket_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.accounts.models import Agent
    from sterling.premium.rca.models import Rca

MOVES = {Move.REVISE, Move.TRACK, Move.CLOSE}


@require_GET
@staff_only
def rca_list(request: HttpRequest) -> HttpResponse:
    at = now()
    return shell.page(request, "desk/rca_list.html", at, found=pages.rca_list(viewer_of(request), at))


@require_GET
@staff_only
def rca_page(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    return _page(request, to_write(viewer_of(request), number, at), at)


def _staff() -> list[Agent]:
    return list(people.agents().filter(is_active=True, user__is_active=True).order_by("user__name", "pk"))


def _page(
    request: HttpRequest,
    rca: Rca,
    at: datetime,
    typed: pages.Typed = pages.NOTHING,
    refused: SterlingError | None = None,
) -> HttpResponse:
    page = pages.rca_page(agent_of(request), rca, _staff(), at, viewer_language(request), typed)
    return shell.page(
        request,
        "desk/rca.html",
        at,
        page=page,
        rca=rca,
        ticket=rca.ticket,
        refused=refused,
        saved="saved" in request.GET,
        status=refused.status if refused else 200,
    )


def _fresh(request: HttpRequest, rca: Rca) -> Rca:
    """The analysis anew, with all that a page shows."""
    return analyses_for(viewer_of(request)).get(pk=rca.pk)


@require_POST
@staff_only
def save(request: HttpRequest, number: str) -> HttpResponse:
    """Keep all that was typed, part by part; what could not be taken comes back beside the reason.

    From a script the parts alone, and the answer is JSON. `then=submit`: to review, where all was kept.
    """
    at = now()
    rca = to_write(viewer_of(request), number, at)
    typed = _keep(request, rca, at)
    if request.headers.get("Accept", "").startswith("application/json"):
        return _told(request, rca, typed, at)
    refused: SterlingError | None = None
    if typed.clashes:
        refused = writing_refused(typed)
        refused.status = 409
    elif typed.errors:
        refused = Invalid()
    elif request.POST.get("then") == "submit":
        try:
            moving.submit(rca=rca, agent=agent_of(request), at=at, by=viewer_of(request).actor)
        except SterlingError as error:
            refused = error
    if refused is not None:
        return _page(request, _fresh(request, rca), at, typed, refused)
    return HttpResponseRedirect(f"{reverse('desk:rca', args=[rca.ticket.number])}?saved=1")


def writing_refused(typed: pages.Typed) -> SterlingError:
    _, because = next(iter(typed.clashes.values()))
    return SterlingError(because)


def _told(request: HttpRequest, rca: Rca, typed: pages.Typed, at: datetime) -> HttpResponse:
    language = viewer_language(request)
    return JsonResponse(
        {
            "versions": {
                name: part.version for name, part in queries.parts(rca).items() if name not in typed.clashes
            },
            "clashes": {name: because.to(language) for name, (_, because) in typed.clashes.items()},
            "errors": {name: text.to(language) for name, text in typed.errors.items()},
            "saved": f"{at.astimezone(zone_of(request)):%H:%M}",
        }
    )


def _keep(request: HttpRequest, rca: Rca, at: datetime) -> pages.Typed:
    zone = ZoneInfo(rca.ticket.timeline.region.timezone)
    parts: dict[str, Any] = {}
    clashes: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    for name in PARTS:
        value = pages.read_part(name, request.POST.dict(), zone)
        if value is None:
            continue
        try:
            saved = writing.keep_part(
                rca=rca,
                name=name,
                value=value,
                knows=_count(request.POST.get(f"{name}.knows")),
                agent=agent_of(request),
                at=at,
                by=viewer_of(request).actor,
            )
        except Invalid as error:
            parts[name] = value
            for one in error.errors:
                errors[f"{name}.{one.field.replace('[', '.').replace(']', '')}"] = one.text
            continue
        if saved.aside is not None:
            assert saved.because is not None
            parts[name] = saved.aside.value
            clashes[name] = (saved.part, saved.because)
    for key in _action_keys(request):
        _keep_action(request, rca, key, at, parts, errors)
    return pages.Typed(parts, clashes, errors)


def _action_keys(request: HttpRequest) -> list[str]:
    return list(
        dict.fromkeys(
            name.split(".")[1]
            for name in request.POST
            if name.startswith("actions.") and name.endswith(".state")
        )
    )


def _keep_action(
    request: HttpRequest, rca: Rca, key: str, at: datetime, parts: dict[str, Any], errors: dict[str, Text]
) -> None:
    names = ("text", "kind", "owner", "due", "state", "verification")
    typed = {
        name: request.POST[f"actions.{key}.{name}"]
        for name in names
        if f"actions.{key}.{name}" in request.POST
    }
    if key == "new" and not typed.get("text", "").strip():
        return
    told: dict[str, Any] = {"agent": agent_of(request), "at": at, "by": viewer_of(request).actor}
    try:
        if key == "new":
            writing.add_action(rca=rca, doing=writing.Doing(**_doing(typed)), **told)
            return
        action = action_for(viewer_of(request), rca, key)
        doing = writing.doing_of(action, **_doing(typed))
        if doing != writing.doing_of(action):
            knows = _count(request.POST.get(f"actions.{key}.knows"))
            writing.change_action(action=action, doing=doing, knows=knows or None, **told)
    except Invalid as error:
        parts[f"actions.{key}"] = typed
        for one in error.errors:
            errors[f"actions.{key}.{one.field}"] = one.text
    except NotYours:
        raise
    except SterlingError as error:
        parts[f"actions.{key}"] = typed
        errors[f"actions.{key}.text"] = error.text


def _doing(typed: dict[str, str]) -> dict[str, Any]:
    doing: dict[str, Any] = dict(typed)
    if "owner" in typed:
        found = [one for one in _staff() if str(one.pk) == typed["owner"]]
        doing["owner"] = found[0] if found else None
    if "due" in typed:
        doing["due"] = _day(typed["due"])
    return doing


def _day(typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid.field(
            "due", "Write a date such as 2027-01-31.", "请填写日期，例如 2027-01-31。"
        ) from None


@require_POST
@staff_only
def move(request: HttpRequest, number: str) -> HttpResponse:
    """What the button says: back, publish, the next edition, track, close, or whose it is."""
    at, agent, by = now(), agent_of(request), viewer_of(request).actor
    rca = to_write(viewer_of(request), number, at)
    what = request.POST.get("what", "")
    try:
        if what == "return":
            moving.send_back(rca=rca, reason=request.POST.get("reason", ""), agent=agent, at=at, by=by)
        elif what == "publish":
            checked = bool(request.POST.get("names_checked"))
            moving.publish(rca=rca, names_checked=checked, agent=agent, at=at, by=by)
        elif what == "give":
            wanted = request.POST.get("owner", "")
            to = next((one for one in _staff() if str(one.pk) == wanted), None)
            moving.give(rca=rca, to=to, at=at, by=by)
        elif what in {one.value for one in MOVES}:
            moving.move(rca=rca, to=Move(what), agent=agent, at=at, by=by)
        else:
            raise NotYours
    except (NamesFound, Invalid) as error:
        return _page(request, _fresh(request, rca), at, refused=error)
    return HttpResponseRedirect(reverse("desk:rca", args=[rca.ticket.number]))


@require_POST
@staff_only
def grant(request: HttpRequest, number: str) -> HttpResponse:
    """A manager's exception, from the ticket's page."""
    ticket = ticket_for(viewer_of(request), number)
    moving.grant(
        ticket=ticket,
        reason=request.POST.get("reason", ""),
        agent=agent_of(request),
        at=now(),
        by=viewer_of(request).actor,
    )
    return HttpResponseRedirect(reverse("desk:rca", args=[ticket.number]))


@require_http_methods(["GET"])
@staff_only
def edition(request: HttpRequest, number: str, edition: int) -> HttpResponse:
    """One edition as it was published."""
    found = published_for(viewer_of(request), number, edition)
    said = facts(found.content, viewer_language(request))
    return shell.page(request, "desk/rca_edition.html", now(), facts=said, found=found, number=number)


@require_GET
@staff_only
def paper(request: HttpRequest, number: str, edition: int, language: str) -> HttpResponse:
    found = published_for(viewer_of(request), number, edition)
    return paper_of(found.content, language)


@require_GET
@staff_only
def draft_paper(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """What the paper would look like now."""
    rca = to_write(viewer_of(request), number, now())
    return paper_of(editions.content(rca, Edition(moving.towards(rca))), language)


def paper_of(content: dict[str, Any], language: str) -> HttpResponse:
    answer = HttpResponse(editions.paper(content, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{editions.file_name(content, language)}"'
    return answer


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a row's version
