"""The next version of the catalog: drafted, changed, scheduled, published, given up, rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from sterling.base import audit
from sterling.base.errors import Conflict, FieldError, Invalid, NotYours, Stale
from sterling.core.catalog import Catalog, diff
from sterling.core.catalog.editing import edited
from sterling.core.text import Text
from sterling.plans.actions.catalogs import add_version, day_begins, readable, take_turn
from sterling.plans.models import CatalogDraft, CatalogEdit, CatalogVersion, CatalogWithdrawal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sterling.base.actor import Actor


@transaction.atomic
def begin_draft(*, number: int, at: datetime, by: Actor) -> CatalogDraft:
    """A draft that says what version `number` says. Conflict: one is open already."""
    take_turn()
    if CatalogDraft.objects.filter(closed_at__isnull=True).exists():
        raise Conflict(
            Text(
                "A draft is open already. Publish or discard it first.",
                "已有一份草稿。请先发布或放弃该草稿。",
            )
        )
    base = _version(number)
    draft = CatalogDraft.objects.create(
        base=base,
        document=base.document,
        created_at=at,
        created_by=by.name,
        updated_at=at,
        updated_by=by.name,
    )
    audit.record(
        at=at,
        actor=by,
        verb="draft_begun",
        object_kind="catalog_draft",
        object_id=draft.pk,
        data={"of": number},
    )
    return draft


def _version(number: int) -> CatalogVersion:
    found = CatalogVersion.objects.filter(number=number).first()
    if found is None:
        raise NotYours
    return found


def _open(pk: int, revision: int | None) -> CatalogDraft:
    """The open draft under its lock. Stale: somebody changed it since `revision` was seen."""
    draft = CatalogDraft.objects.select_for_update().filter(pk=pk).first()
    if draft is None:
        raise NotYours
    if draft.closed_at:
        raise Conflict(Text("This draft was published or discarded meanwhile.", "该草稿已被发布或放弃。"))
    if revision is not None and revision != draft.revision:
        who = draft.updated_by
        raise Stale(
            Text(
                f"{who} changed the draft meanwhile. What you typed is still here: look, and save again.",
                f"{who} 刚刚修改了草稿。您填写的内容仍在，请核对后再次保存。",
            )
        )
    return draft


@transaction.atomic
def edit_draft(
    *, draft: CatalogDraft, typed: Mapping[str, str], revision: int | None = None, at: datetime, by: Actor
) -> CatalogDraft:
    """Set places of the draft from what was typed; nothing is kept unless all of it can be read (Invalid)."""
    held = _open(draft.pk, revision)
    document, unreadable = edited(held.document, Catalog.from_dict(held.document), typed)
    if unreadable:
        raise Invalid(*(FieldError(path, text) for path, text in unreadable.items()))
    return _keep(held, document, at, by)


@transaction.atomic
def replace_draft(
    *, draft: CatalogDraft, document: Any, revision: int | None = None, at: datetime, by: Actor
) -> CatalogDraft:
    """The draft says what another document says: for what the matrix has no field for."""
    return _keep(_open(draft.pk, revision), document, at, by)


def _keep(held: CatalogDraft, document: Any, at: datetime, by: Actor) -> CatalogDraft:
    after = readable(document)
    changes = diff(Catalog.from_dict(held.document), after)
    if not changes:
        return held
    CatalogEdit.objects.bulk_create(
        CatalogEdit(
            draft=held, at=at, by=by.name, path=change.path[:300], before=change.before, after=change.after
        )
        for change in changes
    )
    held.document = after.to_dict()
    held.revision += 1
    held.updated_at, held.updated_by = at, by.name
    held.save()
    return held


@transaction.atomic
def schedule_draft(*, draft: CatalogDraft, starts: date | None, at: datetime, by: Actor) -> CatalogDraft:
    """The day on which the draft comes into force once it is published; None: at once."""
    held = _open(draft.pk, None)
    if starts is not None and day_begins(starts) <= at:
        raise Invalid.field(
            "starts",
            "That day has begun already. Leave it empty to publish at once.",
            "该日期已到。留空则立即生效。",
        )
    held.starts = starts
    held.updated_at, held.updated_by = at, by.name
    held.save()
    return held


@transaction.atomic
def discard_draft(*, draft: CatalogDraft, at: datetime, by: Actor) -> None:
    """Give the draft up. Its changes stay on record."""
    held = _open(draft.pk, None)
    held.closed_at = at
    held.save()
    audit.record(at=at, actor=by, verb="draft_discarded", object_kind="catalog_draft", object_id=held.pk)


@transaction.atomic
def publish_draft(
    *, draft: CatalogDraft, revision: int | None = None, at: datetime, by: Actor
) -> CatalogVersion:
    """Make the draft a version, in force at once or from its day on. Invalid: a check found an error.

    Tickets and contracts that are there keep the version that they have.
    """
    held = _open(draft.pk, revision)
    document = {key: value for key, value in held.document.items() if key != "starts"}
    starts_at = day_begins(held.starts) if held.starts else None
    if starts_at and starts_at > at and held.starts:
        document["starts"] = held.starts.isoformat()
    made, is_new = add_version(document=document, at=at, by=by, starts_at=starts_at)
    if not is_new:
        raise Conflict(Text("Nothing differs from the newest version.", "与最新版本没有差别。"))
    held.closed_at, held.published_as = at, made
    held.save()
    return made


@transaction.atomic
def withdraw_version(*, number: int, at: datetime, by: Actor) -> None:
    """Take back a version that has not come into force. Conflict: it has, and somebody may hold it."""
    take_turn()
    version = _version(number)
    if version.in_force_from <= at or hasattr(version, "withdrawal"):
        raise Conflict(
            Text(
                f"Version {number} cannot be taken back: it is or was in force. Roll back to an older one instead.",
                f"版本 {number} 已生效，无法撤回。可改为回退到较早的版本。",
            )
        )
    CatalogWithdrawal.objects.create(catalog_version=version, at=at, by=by.name)
    audit.record(at=at, actor=by, verb="catalog_withdrawn", object_kind="catalog", object_id=number)


@transaction.atomic
def roll_back(*, number: int, at: datetime, by: Actor) -> CatalogVersion:
    """What version `number` says is in force again from now on, as a version of its own."""
    document = dict(_version(number).document)
    document.pop("starts", None)
    made, is_new = add_version(document=document, at=at, by=by)
    if not is_new:
        raise Conflict(
            Text(f"Version {made.number} says the same already.", f"版本 {made.number} 的内容与其相同。")
        )
    audit.record(
        at=at,
        actor=by,
        verb="catalog_rolled_back",
        object_kind="catalog",
        object_id=made.number,
        data={"to": number},
    )
    return made
