from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sterling.accounts import queries
from sterling.accounts.actions.people import change_agent
from sterling.accounts.actions.shifts import Away, Regular, set_absences, set_shifts
from sterling.accounts.models import Absence, Agent, Shift
from sterling.base.errors import Invalid
from sterling.base.models import AuditEntry
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)
OFFICE = {"weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def working(agent: Agent, hours: dict[str, Any] = OFFICE, **dates: date) -> Agent:
    return set_shifts(agent=agent, regular=[Regular(hours, **dates)], at=TUESDAY, by=make.SYSTEM)


def names(**more: object) -> list[str]:
    return [agent.name for agent in queries.on_duty(TUESDAY, **more)]


def test_who_is_on_duty_follows_each_ones_own_zone() -> None:
    working(make.agent("Carol Mensah"))
    working(make.agent("Jonas Weber", region_id="europe"))  # 17:00 in Berlin: just gone
    working(make.agent("Sun Yue", region_id="china"), {"weekly": {"wed": [["00:00", "08:00"]]}})
    make.agent("Nora Without")
    assert names() == ["Carol Mensah", "Sun Yue"]
    assert names(region="china") == ["Sun Yue"]
    assert names(region="europe") == []


def test_an_absence_and_a_departure_end_the_duty() -> None:
    away, gone, here = (working(make.agent(name)) for name in ("Ava Away", "Gus Gone", "Hana Here"))
    set_absences(agent=away, away=[Away("2026-03-03", "2026-03-04", "Training")], at=TUESDAY, by=make.SYSTEM)
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    assert names() == ["Hana Here"]
    duty = queries.duty(TUESDAY)
    assert (duty.on, duty.off) == ({here.pk}, {away.pk})


def test_dates_of_an_absence_are_read_in_the_engineers_zone() -> None:
    carol = make.agent()
    set_absences(
        agent=carol, away=[Away("2026-03-03", "2026-03-04T12:00:00+08:00")], at=TUESDAY, by=make.SYSTEM
    )
    row = Absence.objects.get()
    assert (row.starts, row.ends) == (TUESDAY - 10 * HOUR, TUESDAY + 12 * HOUR)


def test_a_shift_moves_with_the_zone_of_its_engineer() -> None:
    carol = working(make.agent())
    assert names() == ["Carol Mensah"]
    change_agent(agent=carol, timezone="Asia/Shanghai", at=TUESDAY, by=make.SYSTEM)
    assert names() == []
    with pytest.raises(Invalid):
        change_agent(agent=carol, timezone="localtime", at=TUESDAY, by=make.SYSTEM)
    assert queries.duty(TUESDAY).off == {carol.pk}


def test_shifts_end_and_begin_by_date() -> None:
    carol = make.agent()
    both = [Regular(OFFICE, ends=date(2026, 3, 3)), Regular(OFFICE, starts=date(2026, 3, 4))]
    set_shifts(agent=carol, regular=both, at=TUESDAY, by=make.SYSTEM)
    days = [bool(queries.on_duty(TUESDAY + day * timedelta(days=1))) for day in (-1, 0, 1)]
    assert days == [True, False, True]


def test_a_bad_shift_is_refused_by_its_place_and_the_old_ones_stay() -> None:
    carol = working(make.agent())
    bad = [Regular(OFFICE), Regular({"weekly": {"mon": [["09:00", "25:00"]]}})]
    with pytest.raises(Invalid) as refused:
        set_shifts(agent=carol, regular=bad, at=TUESDAY, by=make.SYSTEM)
    assert str(refused.value) == "shifts.1.weekly.mon[0]: '25:00' is not a time like 09:00"
    assert [row.hours for row in Shift.objects.all()] == [OFFICE]


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        ("soon", "2026-03-04", "absences.0.starts"),
        ("2026-03-03", "2026-03-04T10:00:00", "absences.0.ends"),
        ("2026-03-04", "2026-03-04", "absences.0.ends"),
    ],
)
def test_a_bad_absence_is_refused_by_its_field(starts: str, ends: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_absences(agent=make.agent(), away=[Away(starts, ends)], at=TUESDAY, by=make.SYSTEM)
    assert [error.field for error in refused.value.errors] == [field]
    assert not Absence.objects.exists()


def test_who_set_a_shift_is_on_record() -> None:
    carol = working(make.agent())
    entry = AuditEntry.objects.get(verb="shifts_set")
    assert (entry.object_id, entry.data["shifts"][0]["hours"]) == (str(carol.pk), OFFICE)
    assert Agent.objects.get(pk=carol.pk).version == 2


def test_who_is_on_duty_costs_the_same_queries_whatever_the_number(django_assert_num_queries: Any) -> None:
    for number in range(6):
        working(make.agent(f"Engineer {number}"))
        with django_assert_num_queries(3):
            assert len(names()) == number + 1
