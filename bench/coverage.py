"""The proof of coverage of 8 weeks for 200 engineers: seconds from the database to every gap, and of the core alone.

Beside it, in the same run, a plain walk that asks of each minute who is on duty: a day of it, scaled to the weeks.
Run alone: python bench/coverage.py [ENGINEERS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
ENGINEERS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
WEEKS, ROUNDS = 8, 5
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
SHIFTS = (
    {day: [["08:00", "16:00"]] for day in WEEKDAYS},
    {day: [["14:00", "22:00"]] for day in WEEKDAYS},
    {day: [["22:00", "06:00"]] for day in ("fri", "sat", "sun")},
    {"sat": [["09:00", "17:00"]], "sun": [["09:00", "17:00"]]},
)


def main() -> None:
    from sterling.config.joined import database

    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="sterling-bench-") as folder:
        Path(folder).chmod(0o711)
        with database(Path(folder, "data")):
            measure()


def measure() -> None:
    from sterling.accounts import rota
    from sterling.base.moment import now
    from sterling.core import coverage as core
    from sterling.core.catalog import shipped
    from sterling.plans.queries import catalog_of, version_in_force
    from sterling.sla import calendars, coverage

    at = now()
    _staffed(at)
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = coverage.ahead(at, WEEKS)
        took.append(time.perf_counter() - began)
    gaps = len(found.gaps)
    print(f"{ENGINEERS} engineers, {WEEKS} weeks, {len(found.proofs)} needs, {gaps} gaps")
    print(f"{'from the database':<24}{took[0]:7.3f} s the first time, {min(took):.3f} s at best of {ROUNDS}")

    workers = rota.workers(rota.engineers(at, at + timedelta(weeks=WEEKS)))
    regions = {name: calendars.calendar_of(name, at) for name in found.regions}
    catalog = catalog_of(version_in_force(at)) or shipped()
    began = time.perf_counter()
    needs = core.needs(catalog, regions, found.starts, found.ends)
    core.prove(needs, workers, found.starts, found.ends)
    print(f"{'the core alone':<24}{time.perf_counter() - began:7.3f} s")

    began = time.perf_counter()
    _walk(workers, needs, regions, at)
    day = time.perf_counter() - began
    print(
        f"{'baseline, each minute':<24}{day * 7 * WEEKS:7.1f} s (one day took {day:.2f} s, and is exact to the minute only)"
    )


def _walk(workers: list[Any], needs: list[Any], regions: dict[str, Any], at: datetime) -> int:
    """For each minute of a day: is it promised, and is anybody of the tier on duty?"""
    from sterling.core.shifts import on_duty

    missing = 0
    for minute in range(DAY // MINUTE):
        moment = at + minute * MINUTE
        there = [one for one in workers if on_duty(one.shifts, one.absences, moment)]
        for need in needs:
            if need.region is not None and not regions[need.region].is_open(moment):
                continue
            missing += not any(
                one.tier >= need.tier and need.region in {None, one.region, "default"} for one in there
            )
    return missing


def _staffed(at: datetime) -> None:
    from tests import make

    from sterling.accounts.actions.shifts import Away, Regular, set_absences, set_shifts
    from sterling.base.actor import SYSTEM

    for number in range(ENGINEERS):
        region = ("americas", "europe", "china")[number % 3]
        agent = make.agent(f"Engineer{number} Bench", region_id=region, tier=(1, 3)[number % 2])
        set_shifts(agent=agent, regular=[Regular({"weekly": SHIFTS[number % 4]})], at=at, by=SYSTEM)
        leave = at + (number % 40) * DAY
        away = [Away(leave.isoformat(), (leave + 5 * DAY).isoformat(), "Leave")]
        set_absences(agent=agent, away=away, at=at, by=SYSTEM)


main()
