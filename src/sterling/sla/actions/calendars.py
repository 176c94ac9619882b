"""A region's hours: made with the region, changed by dated revisions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Max

from sterling.accounts.models import Region
from sterling.base import audit
from sterling.base.errors import Invalid, Stale
from sterling.base.live import poke
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


def hold_logs(*, patience_ms: int = 5000) -> None:
    """Until the transaction ends nobody writes a log; take the instant of a revision after this.

    So no event stands after the revision that was decided without knowing it. Who reads is not held up, and who
    writes waits for milliseconds: a region is revised a few times a year. Gives up where a writer takes too long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{patience_ms}ms"])
        cursor.execute("LOCK TABLE sla_timeline IN EXCLUSIVE MODE")
        cursor.execute("SET LOCAL lock_timeout = 0")


@transaction.atomic
def revise_calendar(
    *,
    region: Region,
    calendar: dict[str, Any],
    reason: str,
    at: datetime,
    by: Actor,
    after: int | None = None,
) -> CalendarRevision:
    """Other hours from `at` on. Stored dues follow by `following`; the log knows at once.

    `after`: the number of the revision that was looked at, Stale where somebody was faster. Invalid: no calendar.
    """
    document = _checked(calendar)
    if not reason.strip():
        raise Invalid.field("reason", "Say why the calendar changes.", "请说明修改日历的原因。")
    Region.objects.select_for_update().get(pk=region.pk)
    last = CalendarRevision.objects.filter(region=region).aggregate(seq=Max("seq"), at=Max("at"))
    if after is not None and after != last["seq"]:
        raise Stale(
            Text(
                "Somebody revised this calendar meanwhile. What you typed is still here; look at what they changed.",
                "期间有人修改了此日历。您填写的内容仍在，请先查看对方的修改。",
            )
        )
    revision = CalendarRevision.objects.create(
        region=region,
        seq=(last["seq"] or 0) + 1,
        at=max(at, last["at"] or at),
        document=document,
        reason=reason.strip()[:300],
        created_by=by.name,
    )
    zone = document.get("tz", "UTC")
    if zone != region.timezone:
        Region.objects.filter(pk=region.pk).update(timezone=zone)
        region.timezone = zone
    audit.record(
        at=at,
        actor=by,
        verb="calendar_revised",
        object_kind="region",
        object_id=region.pk,
        data={"seq": revision.seq, "reason": revision.reason},
    )
    poke("regions", "queue")
    return revision
