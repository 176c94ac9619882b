"""Catalog versions: immutable, numbered, one in force."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Max

from sterling.base import audit
from sterling.base.errors import FieldError, Invalid
from sterling.core.catalog import Catalog, check
from sterling.core.text import Text
from sterling.plans.models import CatalogVersion

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor

LOCK = 7_105_001


@transaction.atomic
def load_catalog(*, document: dict[str, Any], at: datetime, by: Actor) -> CatalogVersion:
    """Put a checked catalog in force from `at`. The same document again is the version it already was.

    Invalid: the document cannot be read, or a check found an error; each names plan and cell.
    """
    try:
        catalog = Catalog.from_dict(document)
    except ValueError as error:
        raise Invalid.field("catalog", str(error), str(error)) from None
    errors = [finding for finding in check(catalog) if finding.level == "error"]
    if errors:
        raise Invalid(*(FieldError(finding.path, finding.message) for finding in errors))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    number = (CatalogVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    written = catalog.to_dict()
    newest = CatalogVersion.objects.order_by("-number").first()
    if newest and _content(newest.document) == _content(written):
        return newest
    written["version"] = number
    text = json.dumps(written, sort_keys=True, ensure_ascii=False)
    made = CatalogVersion.objects.create(
        number=number,
        document=written,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        in_force_from=at,
        created_at=at,
        created_by=by.name,
    )
    audit.record(at=at, actor=by, verb="catalog_loaded", object_kind="catalog", object_id=number)
    return made


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
