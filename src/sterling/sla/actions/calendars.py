"""A region's hours: made with the region, changed by dated revisions."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Max

from sterling.accounts.models import Region
from sterling.base import audit
from sterling.base.errors import FieldError, Invalid, Stale
from sterling.base.live import poke
from sterling.core.calendars import Calendar
from sterling.core.text import Text
from sterling.sla import holidays
from sterling.sla.actions import lists
from sterling.sla.models import CalendarRevision

if TYPE_CHECKING:
    from sterling.base.actor import Actor

_REGION_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_LETTERS = 40
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
def open_region(
    *, region_id: str, name: Text, timezone: str, country: str | None, at: datetime, by: Actor
) -> Region:
    """A region of the installation's own: Monday to Friday 09:00 to 17:00, with the holidays of a country."""
    errors = []
    if not _REGION_ID.fullmatch(region_id) or len(region_id) > _MOST_LETTERS:
        errors.append(
            FieldError(
                "id",
                Text(
                    "Write a short name in small letters, digits and hyphens, such as nordics.",
                    "请用小写字母、数字和连字符写一个短名称，例如 nordics。",
                ),
            )
        )
    elif Region.objects.filter(pk=region_id).exists():
        errors.append(FieldError("id", Text("There is a region with this id.", "已有区域使用此标识。")))
    if not name.en:
        errors.append(FieldError("name", Text("Name the region.", "请填写区域名称。")))
    if country is not None and country not in holidays.countries():
        errors.append(
            FieldError(
                "country",
                Text(f"No list of holidays is known for {country!r}.", f"没有“{country}”的节假日表。"),
            )
        )
    if errors:
        raise Invalid(*errors)
    document = holidays.calendar(timezone=timezone, country=country, years=holidays.years(at))
    try:
        made = create_region(region_id=region_id, name=name, calendar=document, at=at, by=by)
    except Invalid:
        raise Invalid.field(
            "timezone",
            f"{timezone!r} is not a time zone. Write one like Europe/Berlin.",
            f"“{timezone}”不是时区。请写成 Asia/Shanghai 这样的名称。",
        ) from None
    if country is not None:
        lists.follow_country(region=made, country=country, at=at)
    return made


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
