"""A region's hours: made with the region, changed by dated revisions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from sterling.accounts.models import Region
from sterling.base import audit
from sterling.base.errors import Invalid
from sterling.core.calendars import Calendar
from sterling.core.text import Text
from sterling.sla.models import CalendarRevision

if TYPE_CHECKING:
    from sterling.base.actor import Actor

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def _checked(document: dict[str, Any]) -> dict[str, Any]:
    try:
        Calendar.from_dict(document)
    except ValueError as error:
        raise Invalid.field("calendar", str(error), str(error)) from None
    return document


@transaction.atomic
def create_region(
    *, region_id: str, name: Text, calendar: dict[str, Any], is_default: bool = False, at: datetime, by: Actor
) -> Region:
    """A region and the first revision of its calendar, which counts from the beginning of time."""
    document = _checked(calendar)
    region = Region.objects.create(
        pk=region_id, name=name, timezone=document.get("tz", "UTC"), is_default=is_default, created_at=at
    )
    CalendarRevision.objects.create(
        region=region, seq=1, at=BEGINNING, document=document, reason="first calendar", created_by=by.name
    )
    audit.record(at=at, actor=by, verb="region_created", object_kind="region", object_id=region_id)
    return region


@transaction.atomic
def revise_calendar(
    *, region: Region, calendar: dict[str, Any], reason: str, at: datetime, by: Actor
) -> CalendarRevision:
    """Other hours from `at` on. Stored dues follow by `following`; the log knows at once."""
    document = _checked(calendar)
    Region.objects.select_for_update().get(pk=region.pk)
    last = CalendarRevision.objects.filter(region=region).aggregate(seq=Max("seq"), at=Max("at"))
    revision = CalendarRevision.objects.create(
        region=region,
        seq=(last["seq"] or 0) + 1,
        at=max(at, last["at"] or at),
        document=document,
        reason=reason,
        created_by=by.name,
    )
    audit.record(
        at=at,
        actor=by,
        verb="calendar_revised",
        object_kind="region",
        object_id=region.pk,
        data={"seq": revision.seq, "reason": reason},
    )
    return revision
