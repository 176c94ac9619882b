"""The catalog's versions, what differs between two, and the draft of the next one. Administrators change it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.api.etags import require_match, tag
from sterling.api.paging import Order, Window, page, whole
from sterling.api.request import ApiRequest
from sterling.api.shapes import Day, In, Instant, Out, Page, at
from sterling.base.errors import Invalid, NotYours
from sterling.core.catalog import Catalog, Change, check, diff
from sterling.core.text import Text
from sterling.plans import queries
from sterling.plans.actions import drafts
from sterling.plans.models import CatalogDraft, CatalogVersion

router = Router(tags=["Catalog"])
NEWEST_FIRST = Order("-number", ("number",), descending=True)
MOST_EDITS = 200
Number = Annotated[int, Field(ge=1, le=10**9)]


class VersionRow(Out):
    number: int
    state: Literal["in force", "later", "past", "taken back"]
    in_force_from: Instant
    created_at: Instant
    created_by: str
    taken_back_at: Instant | None
    taken_back_by: str | None


class VersionOut(VersionRow):
    document: dict[str, Any] = Field(description="As `sterling catalog show --json` prints it.")
    contracts: int = Field(description="How many contracts run or will run under it, and keep it.")


def version_row(version: CatalogVersion, now: datetime, in_force: int) -> dict[str, Any]:
    withdrawn = getattr(version, "withdrawal", None)
    state = "past"
    if withdrawn:
        state = "taken back"
    elif version.pk == in_force:
        state = "in force"
    elif version.in_force_from > now:
        state = "later"
    return {
        "number": version.number,
        "state": state,
        "in_force_from": at(version.in_force_from),
        "created_at": at(version.created_at),
        "created_by": version.created_by,
        "taken_back_at": at(withdrawn.at) if withdrawn else None,
        "taken_back_by": withdrawn.by if withdrawn else None,
    }


def _version_out(request: ApiRequest, number: int) -> dict[str, Any]:
    version = _known(number)
    row = version_row(version, request.at, queries.version_in_force(request.at).pk)
    return row | {
        "document": version.document,
        "contracts": queries.pinned_contracts(version.pk, request.at),
    }


def _known(number: int) -> CatalogVersion:
    found = queries.version(number)
    if found is None:
        raise NotYours
    return found


def _number(version: str) -> int:
    return access.row_id(version)


@router.get("/catalog/versions", response=Page[VersionRow])
def list_versions(request: ApiRequest, window: Query[Window]) -> dict[str, Any]:
    """Every version, the newest first. Tickets and contracts keep theirs. For staff."""
    access.staff(request.viewer)
    in_force = queries.version_in_force(request.at).pk
    return page(queries.versions(), window, lambda row: version_row(row, request.at, in_force), NEWEST_FIRST)


@router.get("/catalog/versions/{version}", response=VersionOut)
def get_version(request: ApiRequest, version: str) -> dict[str, Any]:
    """One version with what it says."""
    access.staff(request.viewer)
    return _version_out(request, _number(version))


class Nothing(In):
    """An empty object."""


@router.post("/catalog/versions/{version}/take-back", response=VersionOut)
def take_back_version(request: ApiRequest, version: str, body: Nothing) -> dict[str, Any]:  # noqa: ARG001 - its fields are refused
    """A version that has not come into force never will. 409 once it has: roll back instead."""
    access.with_role(request.viewer)
    drafts.withdraw_version(number=_number(version), at=request.at, by=request.viewer.actor)
    return _version_out(request, _number(version))


@router.post("/catalog/versions/{version}/roll-back", response={201: VersionOut})
def roll_back_to_version(request: ApiRequest, version: str, body: Nothing) -> dict[str, Any]:  # noqa: ARG001 - as above
    """What this version says is in force again from now on, as a version of its own."""
    access.with_role(request.viewer)
    made = drafts.roll_back(number=_number(version), at=request.at, by=request.viewer.actor)
    return _version_out(request, made.number)


class ChangeOut(Out):
    path: str = Field(description="Such as plans.gold.targets.high.response.")
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any


def change_out(change: Change) -> dict[str, Any]:
    return {
        "path": change.path,
        "kind": change.kind.value,
        "before": change.before,
        "after": change.after,
    }


@router.get("/catalog/versions/{version}/compare", response=Page[ChangeOut])
def compare_versions(request: ApiRequest, version: str, against: int) -> dict[str, Any]:
    """Every place where this version differs from `against`, an other version's number."""
    access.staff(request.viewer)
    after, before = _known(_number(version)), _known(against)
    return whole([change_out(one) for one in diff(queries.catalog_of(before), queries.catalog_of(after))])


class FindingOut(Out):
    level: Literal["error", "warning"]
    path: str
    message: str


class EditOut(Out):
    at: Instant
    by: str
    path: str
    before: Any
    after: Any


class DraftOut(Out):
    of: int = Field(description="The version it began from.")
    revision: int = Field(description="As in the ETag: one more with each change.")
    starts: date | None = Field(description="The day it is to come into force; null: at once.")
    created_by: str
    updated_at: Instant
    updated_by: str
    document: dict[str, Any]
    findings: list[FindingOut] = Field(description="What the checks say. It is not published with an error.")
    changes: list[ChangeOut] = Field(description="What differs from the version it began from.")
    edits: list[EditOut] = Field(description="Who changed what, the latest first, at most 200.")


def draft_out(request: ApiRequest, draft: CatalogDraft) -> dict[str, Any]:
    catalog = Catalog.from_dict(draft.document)
    return {
        "of": draft.base.number,
        "revision": draft.revision,
        "starts": draft.starts,
        "created_by": draft.created_by,
        "updated_at": at(draft.updated_at),
        "updated_by": draft.updated_by,
        "document": draft.document,
        "findings": [
            {"level": one.level.value, "path": one.path, "message": one.message.to(request.language)}
            for one in check(catalog)
        ],
        "changes": [change_out(one) for one in diff(queries.catalog_of(draft.base), catalog)],
        "edits": [
            {"at": at(one.at), "by": one.by, "path": one.path, "before": one.before, "after": one.after}
            for one in queries.edits_of(draft, MOST_EDITS)
        ],
    }


def _draft() -> CatalogDraft:
    found = queries.open_draft()
    if found is None:
        raise NotYours(Text("No draft is open. POST one.", "当前没有草稿，请先用 POST 新建。"))
    return found


def _answer(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    draft = _draft()
    tag(response, draft.revision)
    return draft_out(request, draft)


@router.get("/catalog/draft", response=DraftOut)
def get_draft(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    """The next version while people work on it, with what the checks say. 404 where none is open. For staff."""
    access.staff(request.viewer)
    return _answer(request, response)


class DraftIn(In):
    of: Number | None = Field(None, description="The version to begin from; the one in force unless given.")


@router.post("/catalog/draft", response={201: DraftOut})
def begin_draft(request: ApiRequest, response: HttpResponse, body: DraftIn) -> dict[str, Any]:
    """Begin the next version. 409 where a draft is open already."""
    access.with_role(request.viewer)
    number = body.of or queries.version_in_force(request.at).number
    drafts.begin_draft(number=number, at=request.at, by=request.viewer.actor)
    return _answer(request, response)


class DraftChange(In):
    """What is named changes, all of it or nothing."""

    cells: dict[str, str] | None = Field(
        None,
        max_length=500,
        description="Places by path, as one would type them: "
        '{"plans.gold.targets.high.response": "2 h"}. Unread ones are named, and nothing is kept.',
    )
    document: dict[str, Any] | None = Field(None, description="The whole document, for what has no cell.")
    starts: Day | None = Field(None, description="The day it is to come into force; null: at once.")


@router.patch("/catalog/draft", response=DraftOut)
def change_draft(request: ApiRequest, response: HttpResponse, body: DraftChange) -> dict[str, Any]:
    """Change the draft; the answer says what the checks find. 422 names each place that cannot be read."""
    access.with_role(request.viewer)
    now, by, draft = request.at, request.viewer.actor, _draft()
    require_match(request, draft.revision)
    if body.cells is not None and body.document is not None:
        raise Invalid.field(
            "document", "Send cells or a document, not both.", "cells 与 document 只能填一个。"
        )
    if body.document is not None:
        draft = drafts.replace_draft(
            draft=draft, document=body.document, revision=draft.revision, at=now, by=by
        )
    if body.cells is not None:
        draft = drafts.edit_draft(draft=draft, typed=body.cells, revision=draft.revision, at=now, by=by)
    if "starts" in body.model_fields_set:
        drafts.schedule_draft(draft=draft, starts=body.starts, at=now, by=by)
    return _answer(request, response)


@router.delete("/catalog/draft", response=DraftOut)
def discard_draft(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    """Give the draft up; answers with what it said."""
    access.with_role(request.viewer)
    said = _answer(request, response)
    drafts.discard_draft(draft=_draft(), at=request.at, by=request.viewer.actor)
    return said


@router.post("/catalog/draft/publish", response={201: VersionOut})
def publish_draft(request: ApiRequest, body: Nothing) -> dict[str, Any]:  # noqa: ARG001 - as above
    """Put the draft in force, at once or from its day on. 422 names plan and cell of every error that a check finds."""
    access.with_role(request.viewer)
    draft = _draft()
    made = drafts.publish_draft(draft=draft, revision=draft.revision, at=request.at, by=request.viewer.actor)
    return _version_out(request, made.number)
