"""Lists of holidays that regions follow: a newer list is proposed, and taken over by a person, never by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from sterling.base import audit
from sterling.base.live import poke
from sterling.base.prepared import Columns
from sterling.sla import calendars, holidays
from sterling.sla.models import HolidayList

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sterling.accounts.models import Region
    from sterling.base.actor import Actor

    Listed = Callable[[str, range], dict[str, Any]]

KINDS = ("holidays", "exceptions")


def follow_country(*, region: Region, country: str, at: datetime) -> None:
    """The region follows this country's list from now on; what its calendar holds counts as taken over."""
    document = calendars.in_force(calendars.revisions([region.pk])[region.pk], at).document
    HolidayList.objects.get_or_create(
        region=region,
        defaults={
            "country": country,
            "version": holidays.version(),
            "known": {kind: _entries(document, kind) for kind in KINDS},
        },
    )


def look(*, at: datetime, listed: Listed = holidays.listed, version: str | None = None) -> int:
    """Compare every list with what was taken over from it; how many say something new about the days ahead."""
    found, told = 0, version or holidays.version()
    for one in HolidayList.objects.select_related("region"):
        today = calendars.calendar_of(one.region_id, at).local_date(at)
        fresh = listed(one.country, holidays.years(at))
        news = fresh if _differ(one.known, fresh, today) else None
        found += news is not None
        if news != one.proposed:
            one.proposed, one.proposed_version = news, told if news else ""
            one.proposed_at = at if news else None
            one.save()
            poke("regions", "queue")
    return found


def merged(document: dict[str, Any], one: HolidayList, today: date) -> dict[str, Any]:
    """The calendar with what the proposed list says anew. A day that was edited by hand stays as it is."""
    result = dict(document)
    for kind in KINDS:
        entries, known, fresh = (
            _entries(document, kind),
            one.known.get(kind, {}),
            (one.proposed or {}).get(kind, {}),
        )
        for day in sorted(known.keys() | fresh.keys()):
            if (
                day < today.isoformat()
                or known.get(day) == fresh.get(day)
                or entries.get(day) != known.get(day)
            ):
                continue
            if day in fresh:
                entries[day] = fresh[day]
            else:
                entries.pop(day, None)
        result[kind] = entries
    return result


def taken(*, region: Region) -> None:
    """The proposed list was decided on: it is the known one."""
    for one in HolidayList.objects.select_for_update().filter(region=region, proposed__isnull=False):
        one.known, one.version = one.proposed, one.proposed_version
        one.proposed, one.proposed_version, one.proposed_at = None, "", None
        one.save()


@transaction.atomic
def decline(*, region: Region, version: str, at: datetime, by: Actor) -> bool:
    """The calendar stays as it is, and this list is not proposed again; whether `version` was still proposed."""
    one = (
        HolidayList.objects.select_for_update()
        .filter(region=region, proposed__isnull=False, proposed_version=version)
        .first()
    )
    if one is None:
        return False
    one.known, one.version = one.proposed, one.proposed_version
    one.proposed, one.proposed_version, one.proposed_at = None, "", None
    one.save()
    audit.record(
        at=at,
        actor=by,
        verb="holiday_list_declined",
        object_kind="region",
        object_id=region.pk,
        data={"version": version},
    )
    poke("regions", "queue")
    return True


def proposal(region: Region) -> HolidayList | None:
    return HolidayList.objects.filter(region=region, proposed__isnull=False).first()


def waiting() -> dict[str, str]:
    """The regions whose list says something new, with its version."""
    return dict(_WAITING.all())


_WAITING = Columns(
    lambda: (
        HolidayList.objects.filter(proposed__isnull=False)
        .order_by("region_id")
        .values_list("region_id", "proposed_version")
    )
)


def _differ(known: dict[str, Any], fresh: dict[str, Any], today: date) -> bool:
    return any(
        known.get(kind, {}).get(day) != fresh.get(kind, {}).get(day)
        for kind in KINDS
        for day in known.get(kind, {}).keys() | fresh.get(kind, {}).keys()
        if day >= today.isoformat()
    )


def _entries(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found = document.get(kind, {})
    return dict(found) if isinstance(found, dict) else dict.fromkeys(found)
