"""The rota and the proof of coverage, walked: each page in each state."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.accounts.actions import people, rota
from sterling.accounts.actions.shifts import Away, Regular
from sterling.accounts.models import Absence, Agent, Shift
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.core.calendars.definition import DAYS
from sterling.sla import coverage
from tests import make

if TYPE_CHECKING:
    from django.test import Client

    from tests.flows.gallery import Walk

WEEK, WEEKDAYS = DAYS, DAYS[:5]
STAFF = (
    ("Erika Falk", "europe", 3, WEEKDAYS, "08:00", "17:00"),
    ("Haibo 王海波", "china", 3, WEEK, "06:00", "14:00"),
    ("Ana Lima", "americas", 1, WEEKDAYS, "09:00", "17:30"),
    ("Joe Night", "americas", 3, ("fri", "sat", "sun"), "22:00", "06:00"),
)


def staffed() -> None:
    """A rota that is nearly whole: the nights of the week and one leave are not covered."""
    for name, region, tier, days, start, end in STAFF:
        agent = make.agent(name, region_id=region, tier=tier)
        hours = {"weekly": {day: [[start, end]] for day in days}}
        rota.add_shift(agent=agent, regular=Regular(hours), at=now(), by=SYSTEM)
    erika = Agent.objects.get(user__name="Erika Falk")
    begin = (now() + timedelta(days=1)).replace(hour=10, minute=0)
    away = Away(begin.isoformat(), (begin + timedelta(days=2)).isoformat(), "Leave")
    rota.add_absence(agent=erika, away=away, at=now(), by=SYSTEM)
    people.change_agent(
        agent=erika, skills=["sso", "export"], languages=["en", "de"], capacity=12, at=now(), by=SYSTEM
    )
    coverage.count(at=now())


def walk_rota(found: Walk, desk: Client) -> None:
    staffed()
    erika = Agent.objects.get(user__name="Erika Falk")
    shift, absence = Shift.objects.get(agent=erika), Absence.objects.get(agent=erika)
    found.take("rota", desk, "/desk/rota/")
    found.take("rota-region", desk, "/desk/rota/?week=2026-10-05&region=china")
    found.take("rota-nobody-here", desk, "/desk/rota/?region=default")
    found.take("rota-person", desk, f"/desk/rota/people/{erika.pk}/")
    found.take(
        "rota-person-empty", desk, f"/desk/rota/people/{Agent.objects.get(user__name='Carol Mensah').pk}/"
    )
    found.take("engineer", desk, f"/desk/rota/people/{erika.pk}/change")
    refused = {"tier": "3", "region": "mars", "languages": "English", "skills": "s" * 41, "capacity": "many"}
    found.take("engineer-refused", desk, f"/desk/rota/people/{erika.pk}/change", refused, status=422)
    found.take("shift-new", desk, "/desk/rota/shifts/new")
    gap = "from=2027-01-09T08:00:00%2B00:00&to=2027-01-09T16:00:00%2B00:00&tier=3&region=europe"
    found.take("shift-fills", desk, f"/desk/rota/shifts/new?{gap}")
    wrong = {"kind": "weekly", "weekly_mon": "nine to five", "first": "soon", "exceptions": "2026-02-30 x"}
    found.take("shift-refused", desk, "/desk/rota/shifts/new", wrong, status=422)
    found.take("shift", desk, f"/desk/rota/shifts/{shift.pk}/")
    found.take("absence-new", desk, f"/desk/rota/absences/new?agent={erika.pk}")
    found.take("absence", desk, f"/desk/rota/absences/{absence.pk}/")
    typed = {"agent": str(erika.pk), "since": "2026-12-24T00:00", "until": "never"}
    found.take("absence-refused", desk, "/desk/rota/absences/new", typed, status=422)
    found.take("coverage", desk, "/desk/coverage/")


def empty_coverage(found: Walk, desk: Client) -> None:
    for room in ("rota", "coverage", "handovers"):
        found.take(f"empty-{room}", desk, f"/desk/{room}/")
