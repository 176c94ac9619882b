"""10,000 alarms that are due at once: raised and told in how many seconds, with how many statements each.

Beside it, in the same run, 10,000 bare rows written through the same connection. Run alone: python bench/alarms.py [TICKETS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
TICKETS = int(sys.argv[1]) if len(sys.argv) > 1 else 2_500  # each has passed four shares of its target


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
    from tests import make

    from sterling.base.moment import now
    from sterling.channels.email import staff
    from sterling.sla.actions import alarms, recompute
    from sterling.sla.models import Alarm
    from sterling.tickets.actions.alarms import tell

    at = now()
    for number in range(20):
        make.agent(f"Engineer {number}", role="lead" if number < 2 else "agent")
    alice = make.alice()
    for _ in range(TICKETS):
        make.ticket(alice, priority="urgent", at=at - timedelta(minutes=61))
    while recompute.tick(at=at) == recompute.BATCH:
        pass

    def until_done(work: Callable[[], int], most: int) -> None:
        while work() == most:
            pass

    print(f"{TICKETS} tickets, 4 alarms each")
    for name, work in (
        ("raised", lambda: until_done(lambda: alarms.raise_due(at=at), alarms.BATCH)),
        ("told", lambda: until_done(lambda: tell(at=at), alarms.BATCH)),
        ("mails written", lambda: staff.write_batches(at=at + staff.WINDOW)),
    ):
        with CaptureQueriesContext(connection) as said:
            began = time.perf_counter()
            work()
            took = time.perf_counter() - began
        count = Alarm.objects.count()
        print(
            f"{name:<16}{took:7.2f} s  {count / took:8.0f} alarms/s  {len(said) / count:.3f} statements an alarm"
        )
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare (LIKE sla_alarm)")
        cursor.execute("INSERT INTO bare SELECT * FROM sla_alarm")
    print(
        f"{'bare rows':<16}{time.perf_counter() - began:7.2f} s  (baseline: the same rows copied by one statement)"
    )


main()
