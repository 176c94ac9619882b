"""How long one routing decision takes at 500 engineers, beside the least that any choice among them takes.

python bench/routing.py [ENGINEERS]     some seconds; no database. The core alone: facts in, decision with reasons out.

Baseline of the same run: the engineer who has waited longest, found by one pass over the same list (plain round
robin), which knows no shift, no skill and no reason. Also: whether each of the 500 is on shift, from their shifts.

Then four weeks over three regions, by the rules and by round robin (exact for their seed, asserted by a test).

Target: under 5 ms.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.core import test_routing_simulation as weeks

from sterling.core.routing import Case, Engineer, route
from sterling.core.shifts import Shift

ENGINEERS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
ZONES = {"americas": "America/Chicago", "europe": "Europe/Berlin", "china": "Asia/Shanghai"}
SKILLS = ("sso", "storage", "network", "billing", "api")
DECISIONS = 300


def house(dice: random.Random) -> list[Engineer]:
    return [
        Engineer(
            key,
            f"Engineer {key}",
            dice.choice([1, 1, 2, 3]),
            dice.choice(list(ZONES)),
            frozenset(dice.sample(SKILLS, 2)),
            frozenset(dice.choice([["en"], ["en", "zh"], ["zh"]])),
            dice.choice([True, False, False]),
            NOW + timedelta(minutes=dice.randrange(1, 900)),
            NOW + timedelta(days=3) if dice.random() < 0.05 else None,
            load=dice.randrange(12),
            cap=10,
            assigned_at=NOW - timedelta(minutes=dice.randrange(1, 5000)),
        )
        for key in range(1, ENGINEERS + 1)
    ]


def case(dice: random.Random) -> Case:
    return Case(
        NOW,
        dice.choice([1, 3]),
        dice.choice(list(ZONES)),
        dice.choice(["en", "zh"]),
        frozenset(dice.sample(SKILLS, 1)),
        dice.random() < 0.1,
        NOW + timedelta(hours=2),
        tuple(dice.sample(range(1, ENGINEERS + 1), min(3, ENGINEERS))),
    )


def timed(times: int, act) -> str:
    took = []
    for nth in range(times):
        began = time.perf_counter()
        act(nth)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return f"p50 {statistics.median(took):.2f} ms, p95 {took[int(len(took) * 0.95)]:.2f} ms, worst {took[-1]:.2f} ms"


def main() -> None:
    dice = random.Random(20260302)
    crew, berlin = house(dice), ZoneInfo("Europe/Berlin")
    cases = [case(dice) for _ in range(DECISIONS)]
    weekly = {"weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
    works = [Shift.from_dict(weekly, ZONES[one.region or "europe"]) for one in crew]
    print(f"{ENGINEERS} engineers, {DECISIONS} decisions")
    print("a decision with its reasons: ", timed(DECISIONS, lambda nth: route(cases[nth], crew, berlin)))
    print("the longest waiting, no rules:", timed(DECISIONS, lambda _: min(crew, key=longest_waiting)))
    print("who of them is on shift:     ", timed(20, lambda nth: on_shift(works, nth)))
    print("four weeks by the rules:     ", weeks.told(weeks.by_rules()))
    print("... by plain round robin:    ", weeks.told(weeks.by_round_robin(on_shift=False)))
    print("... among those on shift:    ", weeks.told(weeks.by_round_robin(on_shift=True)))


def longest_waiting(one: Engineer) -> tuple[datetime, int]:
    return one.waited_since, one.id


def on_shift(works: list[Shift], minute: int) -> list[bool]:
    return [one.is_on(NOW + timedelta(minutes=minute)) for one in works]


if __name__ == "__main__":
    main()
