"""How long a report of 500 tickets in a quarter takes: made with every figure, then as paper, beside a baseline.

The baseline of the same run is the replay of the same logs alone: what any report that trusts no cache must do.
Run alone: python bench/report.py [TICKETS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
TICKETS = int(sys.argv[1]) if len(sys.argv) > 1 else 500


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The quickest of some turns, and what it gave."""
    found, answer = [], None
    for _ in range(times):
        begun = time.perf_counter()
        answer = work()
        found.append(time.perf_counter() - begun)
    return min(found), answer


def main() -> None:
    from sterling.config.joined import database

    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="sterling-bench-") as folder:
        Path(folder).chmod(0o711)
        with database(Path(folder, "data")):
            measure()


def measure() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.reports.quarter import AFTER, FIRST, LAST, busy

    from sterling.base.actor import SYSTEM
    from sterling.core.quarters import Days
    from sterling.reports.actions import make_report
    from sterling.reports.making import period_of
    from sterling.reports.shown.view import paper, view
    from sterling.sla.queries import logs_between

    of = busy(TICKETS)
    period = period_of(Days(FIRST, LAST), "America/Chicago")

    def replay() -> int:
        logs = logs_between(of.organization.pk, period.start, period.end)
        return sum(len(log.result(AFTER).clocks) for log in logs)

    def report() -> Any:
        return make_report(organization=of.organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM)

    base, clocks = best(replay)
    whole, done = best(report)
    with CaptureQueriesContext(connection) as taken:
        report()
    page, _ = best(lambda: view(done, "zh"))
    printed, document = best(lambda: paper(done, "zh"))
    kept = done.figures["attainment"]["kept"]
    print(f"{TICKETS} tickets, {clocks} clocks, {kept['n']} promises fell due, {kept['kept']} kept")
    print(f"baseline, replaying their logs    {base:6.2f} s")
    print(f"report, every figure              {whole:6.2f} s   {len(taken)} queries")
    print(f"its page in words                 {page:6.2f} s")
    print(f"its paper                         {printed:6.2f} s   {len(document) // 1024} KB")
    print(f"all together                      {whole + printed:6.2f} s   (wanted: under 5 s)")


if __name__ == "__main__":
    main()
