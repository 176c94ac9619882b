"""A warning that rang, and then its due moved away: it stands no more, stays as raised, and says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from sterling.accounts.models import Organization
from sterling.channels.email import staff
from sterling.channels.email.models import StaffMail
from sterling.sla import alarms
from sterling.sla.actions import alarms as ringing
from sterling.sla.actions import calendars, following
from sterling.sla.actions.recompute import differs_from_replay
from sterling.sla.models import Alarm, CalendarRevision, Easing, Timeline
from sterling.tickets.actions import changing, plans
from sterling.tickets.actions.alarms import tell
from sterling.tickets.models import Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RUNG = TUESDAY + 3 * HOUR + 5 * MINUTE  # 13:05 in Chicago, of a target of four hours from 10:00
NEXT_DAY = datetime(2026, 3, 4, 15, tzinfo=UTC)  # Wednesday, 09:00


def revise(at: datetime, *closed: str, reason: str = "Flood") -> None:
    document: dict[str, Any] = (
        CalendarRevision.objects.filter(region_id="americas")
        .order_by("seq")
        .values_list("document", flat=True)
    )[0]
    holidays = document["holidays"] | dict.fromkeys(closed, reason)
    calendars.revise_calendar(
        region=make.region(), calendar=document | {"holidays": holidays}, reason=reason, at=at, by=make.SYSTEM
    )
    for region in following.behind():
        following.follow_region(region_id=region, at=at)


def standing(ticket: Ticket, at: datetime) -> list[int]:
    rung = Alarm.objects.filter(timeline=ticket.timeline_id, metric="first_response").order_by("share")
    return list(alarms.standing(rung, at).values_list("share", flat=True))


def ring(at: datetime) -> None:
    ringing.raise_due(at=at)
    tell(at=at)


@pytest.fixture
def warned() -> Ticket:
    """Silver, medium: due at 14:00, and 75 % of it used at 13:05."""
    ticket = make.ticket(make.alice(make.organization(plan="silver")), priority="medium")
    changing.assign(ticket=ticket, to=make.agent(), at=TUESDAY, by=make.SYSTEM)
    ring(RUNG)
    assert standing(ticket, RUNG) == [50, 75]
    return ticket


@pytest.mark.parametrize("is_told_by_the_log", [False, True])
def test_a_holiday_eases_what_has_rung_and_the_rows_stay_as_raised(
    warned: Ticket, is_told_by_the_log: bool
) -> None:
    if is_told_by_the_log:
        Timeline.objects.filter(pk=warned.timeline_id).update(standing=None)
    before = list(Alarm.objects.values("share", "at", "due", "told", "raised_at"))
    revise(RUNG, "2026-03-03")
    assert standing(warned, RUNG) == []
    assert list(Alarm.objects.values("share", "at", "due", "told", "raised_at")) == before
    said = Easing.objects.order_by("until").values_list("alarm__share", "before", "due", "until", "reason")
    assert list(said) == [
        (50, TUESDAY + 4 * HOUR, NEXT_DAY + 4 * HOUR, NEXT_DAY + 2 * HOUR, "Flood"),
        (75, TUESDAY + 4 * HOUR, NEXT_DAY + 4 * HOUR, NEXT_DAY + 3 * HOUR, "Flood"),
    ]
    (one, *_) = Easing.objects.all()
    assert alarms.eased(one).en == "Eased: calendar changed (Flood)"
    assert alarms.eased(one).zh == "已缓解：日历变更（Flood）"
    assert differs_from_replay(warned.timeline_id) is False


def test_the_share_that_comes_again_stands_again_and_rings_no_second_time(warned: Ticket) -> None:
    revise(RUNG, "2026-03-03")
    later = NEXT_DAY + 2 * HOUR + MINUTE
    assert standing(warned, later) == [50]
    ring(later)
    assert Alarm.objects.count() == 2
    ring(NEXT_DAY + 4 * HOUR + MINUTE)
    assert standing(warned, NEXT_DAY + 4 * HOUR + MINUTE) == [50, 75, 90, 100]


def test_a_holiday_taken_back_lets_it_stand_again(warned: Ticket) -> None:
    revise(RUNG, "2026-03-03")
    revise(RUNG + MINUTE, reason="No flood after all")
    assert standing(warned, RUNG + MINUTE) == [50, 75]
    last = Easing.objects.order_by("pk").last()
    assert last is not None
    assert (last.until, last.due, last.reason) == (None, TUESDAY + 4 * HOUR, "No flood after all")


def test_a_lowered_priority_and_a_move_to_another_region_ease_as_well(warned: Ticket) -> None:
    lowered = changing.set_priority(ticket=warned, priority="low", reason="One user", at=RUNG, by=make.SYSTEM)
    assert standing(lowered, RUNG) == []
    assert set(Easing.objects.values_list("what", "reason")) == {("priority_lowered", "")}
    other = make.ticket(make.contact(warned.organization, "Bob", premium=True), priority="medium")
    ring(RUNG)
    plans.move_organization(
        organization=Organization.objects.get(pk=warned.organization_id),
        region=make.region("china"),
        at=RUNG,
        by=make.SYSTEM,
    )
    assert standing(other, RUNG) == []


def test_a_miss_stays_a_miss(warned: Ticket) -> None:
    late = TUESDAY + 4 * HOUR + MINUTE
    ring(late)
    revise(late, "2026-03-03", "2026-03-04")
    assert standing(warned, late) == [50, 75, 90, 100]
    assert not Easing.objects.exists()


@pytest.mark.usefixtures("installed", "warned")
def test_what_was_eased_before_its_mail_was_written_is_not_mailed() -> None:
    revise(RUNG, "2026-03-03")
    staff.write_batches(at=RUNG + MINUTE)
    assert list(StaffMail.objects.all()) == []
    assert list(Alarm.objects.exclude(to_mail=[])) == []


def test_a_due_that_comes_nearer_eases_nothing(warned: Ticket) -> None:
    changing.set_priority(ticket=warned, priority="urgent", reason="All stop", at=RUNG, by=make.SYSTEM)
    assert standing(warned, RUNG) == [50, 75]
    assert not Easing.objects.exists()


@pytest.mark.usefixtures("installed", "warned")
def test_an_easing_is_never_changed() -> None:
    revise(RUNG, "2026-03-03")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Easing.objects.update(reason="")
