"""The catalog's pages: what is in force, one version beside another, and the draft of the next one."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import queries as people
from sterling.accounts.models import Role
from sterling.base.errors import Conflict, Invalid, NotAllowed, NotYours, Stale
from sterling.base.moment import now
from sterling.core.catalog import Catalog
from sterling.core.text import Text
from sterling.desk import shell
from sterling.desk.catalog import Overlay, catalog_page, told_edits
from sterling.desk.catalog_words import place_words
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.plans import queries as plans
from sterling.plans.actions import drafts
from sterling.sla import queries as promises

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.base.errors import SterlingError
    from sterling.plans.models import CatalogDraft, CatalogVersion

EDITS = 30
FIELD = "f:"
FILE_LIMIT = 2_000_000


def _admin(request: HttpRequest) -> None:
    if agent_of(request).role != Role.ADMIN:
        raise NotAllowed(
            Text(
                "Administrators change the catalog. You can read all of it.",
                "目录由管理员修改，您可以查看全部内容。",
            )
        )


def _version(request: HttpRequest, name: str) -> CatalogVersion | None:
    wanted = request.GET.get(name, "")
    if not wanted:
        return None
    found = plans.version(int(wanted)) if wanted.isdecimal() and len(wanted) < 9 else None  # noqa: PLR2004 - a number
    if found is None:
        raise NotYours
    return found


def _page(request: HttpRequest, template: str, at: datetime, **more: Any) -> HttpResponse:
    """A page of the catalog: its versions, the draft, and what stands on them."""
    facts: dict[str, Any] = {
        "versions": list(plans.versions()),
        "in_force": plans.version_in_force(at),
        "draft": plans.open_draft(),
        "house_zone": ZoneInfo(people.default_region().timezone),  # in which a version's day begins
        "may_edit": agent_of(request).role == Role.ADMIN,
        "open_tickets": promises.live_count(),
    }
    return shell.page(request, template, at, **(facts | more))


@require_GET
@staff_only
def catalog_view(request: HttpRequest) -> HttpResponse:
    """`?version=2&against=1`: one version, beside another one."""
    at = now()
    version = _version(request, "version") or plans.version_in_force(at)
    against = _version(request, "against")
    before = plans.catalog_of(against) if against else None
    drawn = catalog_page(plans.catalog_of(version), before, viewer_language(request))
    pinned = plans.pinned_contracts(version.pk, at)
    return _page(
        request, "desk/catalog.html", at, page=drawn, version=version, against=against, pinned=pinned
    )


def viewer_language(request: HttpRequest) -> str:
    language: str = request.language  # type: ignore[attr-defined]  # set by the viewer's middleware
    return language


@require_GET
@staff_only
def catalog_file(_request: HttpRequest, number: int) -> HttpResponse:
    """A version as the file that `sterling catalog load` takes."""
    found = plans.version(number)
    if found is None:
        raise NotYours
    answer = JsonResponse(found.document, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="catalog-{number}.json"'
    return answer


@require_POST
@staff_only
def begin(request: HttpRequest) -> HttpResponse:
    _admin(request)
    number = request.POST.get("number", "")
    wanted = int(number) if number.isdecimal() else plans.version_in_force(now()).number
    drafts.begin_draft(number=wanted, at=now(), by=viewer_of(request).actor)
    return HttpResponseRedirect(reverse("desk:catalog_draft"))


@require_POST
@staff_only
def roll_back(request: HttpRequest, number: int) -> HttpResponse:
    _admin(request)
    drafts.roll_back(number=number, at=now(), by=viewer_of(request).actor)
    return HttpResponseRedirect(reverse("desk:catalog"))


@require_POST
@staff_only
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    _admin(request)
    drafts.withdraw_version(number=number, at=now(), by=viewer_of(request).actor)
    return HttpResponseRedirect(reverse("desk:catalog"))


def _draft() -> CatalogDraft:
    found = plans.open_draft()
    if found is None:
        raise Conflict(
            Text("No draft is open. Begin one on the catalog's page.", "当前没有草稿，请在目录页新建。")
        )
    return found


@require_http_methods(["GET", "POST"])
@staff_only
def draft_page(request: HttpRequest) -> HttpResponse:
    """The next version. A POST sets the places that were typed; what cannot be kept is shown again with its reason."""
    if request.method == "GET":
        if plans.open_draft() is None:
            return HttpResponseRedirect(reverse("desk:catalog"))
        return _drawn(request, Overlay())
    _admin(request)
    draft = _draft()
    typed = _typed(request, draft)
    try:
        drafts.edit_draft(
            draft=draft, typed=typed, revision=_revision(request), at=now(), by=viewer_of(request).actor
        )
    except Invalid as refused:
        overlay = Overlay(typed, {error.field: error.text for error in refused.errors})
        return _drawn(request, overlay, refused)
    except Stale as refused:
        return _drawn(request, Overlay(typed), refused)
    if "HX-Request" in request.headers:
        return _drawn(request, Overlay())
    return HttpResponseRedirect(reverse("desk:catalog_draft"))


def _typed(request: HttpRequest, draft: CatalogDraft) -> dict[str, str]:
    """The places whose words are other than the page's own. An unticked box sends nothing, so boxes are named apart."""
    form = request.POST
    sent = {name.removeprefix(FIELD): form[name] for name in form if name.startswith(FIELD)}
    for box in form.getlist("boxes"):
        sent.setdefault(box.removeprefix(FIELD), "")
    if "back" in form:
        return {form["back"]: _base_words(form["back"], draft, viewer_language(request))}
    page = catalog_page(Catalog.from_dict(draft.document), None, viewer_language(request))
    shown = {entry.path: entry.text for entry in page.entries()}
    return {path: text for path, text in sent.items() if shown.get(path, "") != text.strip()}


def _base_words(path: str, draft: CatalogDraft, language: str) -> str:
    page = catalog_page(Catalog.from_dict(draft.base.document), None, language)
    return next((entry.text for entry in page.entries() if entry.path == path), "")


def _revision(request: HttpRequest) -> int | None:
    wanted = request.POST.get("revision", "")
    return int(wanted) if wanted.isdecimal() else None


def _drawn(request: HttpRequest, overlay: Overlay, refused: SterlingError | None = None) -> HttpResponse:
    draft, at = _draft(), now()
    catalog = Catalog.from_dict(draft.document)
    drawn = catalog_page(catalog, Catalog.from_dict(draft.base.document), viewer_language(request), overlay)
    answer = _page(
        request,
        "desk/catalog_draft.html",
        at,
        page=drawn,
        draft=draft,
        edits=told_edits(plans.edits_of(draft, EDITS), catalog),
        refused=refused,
        wrong=[(place_words(error.field, catalog), error.text) for error in getattr(refused, "errors", ())],
        next_number=plans.newest_number() + 1,
        pinned=plans.pinned_contracts(plans.version_in_force(at).pk, at),
    )
    if refused:
        answer.status_code = refused.status
    return answer


@require_POST
@staff_only
def publish(request: HttpRequest) -> HttpResponse:
    """In force on the day that is written, or at once where none is."""
    _admin(request)
    draft, at, by = _draft(), now(), viewer_of(request).actor
    written = request.POST.get("starts", "").strip()
    try:
        starts = date.fromisoformat(written) if written else None
    except ValueError:
        raise Invalid.field(
            "starts", "Write a date such as 2027-01-01.", "请填写日期，例如 2027-01-01。"
        ) from None
    draft = drafts.schedule_draft(draft=draft, starts=starts, at=at, by=by)
    drafts.publish_draft(draft=draft, revision=_revision(request), at=at, by=by)
    return HttpResponseRedirect(reverse("desk:catalog"))


@require_POST
@staff_only
def discard(request: HttpRequest) -> HttpResponse:
    _admin(request)
    drafts.discard_draft(draft=_draft(), at=now(), by=viewer_of(request).actor)
    return HttpResponseRedirect(reverse("desk:catalog"))


@require_http_methods(["GET", "POST"])
@staff_only
def draft_file(request: HttpRequest) -> HttpResponse:
    """The draft as a document: for plans, priorities and hours that the matrix has no field for."""
    draft, refused = _draft(), None
    text = json.dumps(draft.document, ensure_ascii=False, indent=2)
    if request.method == "POST":
        _admin(request)
        upload = request.FILES.get("file")
        text = (
            upload.read(FILE_LIMIT).decode("utf-8", "replace") if upload else request.POST.get("document", "")
        )
        try:
            drafts.replace_draft(
                draft=draft,
                document=_document(text),
                revision=_revision(request),
                at=now(),
                by=viewer_of(request).actor,
            )
        except (Invalid, Stale) as error:
            refused = error
        else:
            return HttpResponseRedirect(reverse("desk:catalog_draft"))
    answer = _page(request, "desk/catalog_file.html", now(), draft=draft, text=text, refused=refused)
    if refused:
        answer.status_code = refused.status
    return answer


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Invalid.field(
            "document", f"This is not JSON: {error}.", f"不是有效的 JSON：{error}。"
        ) from None
