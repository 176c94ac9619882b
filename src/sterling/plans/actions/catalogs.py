"""Catalog versions: immutable, numbered, one in force."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Max

from sterling.accounts import queries as people
from sterling.base import audit
from sterling.base.errors import FieldError, Invalid
from sterling.core.catalog import Catalog, check
from sterling.core.text import Text
from sterling.plans.dates import midnight
from sterling.plans.models import CatalogVersion

if TYPE_CHECKING:
    from datetime import date, datetime

    from sterling.base.actor import Actor

LOCK = 7_105_001


def load_catalog(*, document: dict[str, Any], at: datetime, by: Actor) -> CatalogVersion:
    """Put a checked catalog in force. The same document again is the version it already was. Invalid as below."""
    return add_version(document=document, at=at, by=by)[0]


@transaction.atomic
def add_version(
    *, document: dict[str, Any], at: datetime, by: Actor, starts_at: datetime | None = None
) -> tuple[CatalogVersion, bool]:
    """A version that says what a checked document says, and whether it was made: the newest may say so already.

    `starts_at`: when it comes into force; without one, as the document's own `starts` says, or at once.
    Invalid: the document cannot be read, or a check found an error; each names plan and cell.
    """
    catalog = readable(document)
    errors = [finding for finding in check(catalog) if finding.level == "error"]
    if errors:
        raise Invalid(*(FieldError(finding.path, finding.message) for finding in errors))
    take_turn()
    number = (CatalogVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    written = catalog.to_dict()
    newest = CatalogVersion.objects.filter(withdrawal__isnull=True).order_by("-number").first()
    if newest and _content(newest.document) == _content(written):
        return newest, False
    if starts_at is None and catalog.starts:
        starts_at = day_begins(catalog.starts)
    written["version"] = number
    text = json.dumps(written, sort_keys=True, ensure_ascii=False)
    made = CatalogVersion.objects.create(
        number=number,
        document=written,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        in_force_from=max(at, starts_at or at),
        created_at=at,
        created_by=by.name,
    )
    audit.record(at=at, actor=by, verb="catalog_loaded", object_kind="catalog", object_id=number)
    return made, True


def readable(document: Any) -> Catalog:
    """The catalog that a document says. Invalid names the field that is wrong."""
    try:
        return Catalog.from_dict(document)
    except ValueError as error:
        raise Invalid.field("catalog", str(error), str(error)) from None


def take_turn() -> None:
    """Whoever makes a version or a draft does so alone, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def day_begins(day: date) -> datetime:
    """When a day begins at the vendor's: in the installation's default region."""
    return midnight(day, people.default_region().timezone)


def _content(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "version"}


def refused_plan(plan: str, catalog: Catalog) -> Invalid:
    known = ", ".join(catalog.plans)
    return Invalid(
        FieldError(
            "plan",
            Text(
                f"{plan!r} is not a plan of this catalog: {known}.",
                f"目录中没有计划“{plan}”，可选：{known}。",
            ),
        )
    )
