"""The worker process: jobs, and the rounds that find what no job took up.

Jobs are nudges and rows are the truth, so both may run twice or late. A round that fails is logged and tried
again at its next turn; a worker that loses the database ends, and is started again by whoever watches it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from sterling.accounts.actions import codes
from sterling.api import idempotency
from sterling.base import once
from sterling.base.heartbeat import BEAT_SECONDS, beat, forget
from sterling.base.moment import now
from sterling.base.passing import will_pass
from sterling.channels.email.batches import read_when_told
from sterling.channels.email.tasks import sweep, tell_of_contracts, tell_of_hours, tell_sponsors, tell_staff
from sterling.premium.hours.actions import agree_by_silence
from sterling.premium.rca.alarms import ring as ring_analyses
from sterling.premium.rca.opening import look as look_at_analyses
from sterling.reports.actions import make_due
from sterling.sla import coverage
from sterling.sla.actions import lists
from sterling.sla.actions.ticking import follow, tick
from sterling.tickets.actions.escalating import by_share, climb
from sterling.tickets.actions.plans import follow_dates
from sterling.tickets.actions.rerouting import look_again
from sterling.tickets.actions.scheduling import release_due

log = logging.getLogger(__name__)
CONCURRENCY = 4
STALLED_SECONDS = 10  # a worker silent for so long is dead and its jobs are up for others


@dataclass(frozen=True, slots=True)
class Round:
    """Work that is looked for every so many seconds."""

    name: str
    seconds: float
    work: Callable[[], object]


def rescue() -> int:
    """Jobs whose worker died are taken up again. How many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs AS job
               SET status = 'todo', worker_id = NULL, scheduled_at = NULL, attempts = attempts + 1
             WHERE job.status = 'doing'
               AND NOT EXISTS (
                   SELECT FROM procrastinate_workers AS worker
                    WHERE worker.id = job.worker_id
                      AND worker.last_heartbeat > now() - make_interval(secs => %s)
               )
            """,
            [STALLED_SECONDS],
        )
        return int(cursor.rowcount)


def forget_sign_ins() -> None:
    """Sessions that have ended, and codes that no limit asks for any more."""
    SessionStore.clear_expired()
    codes.forget(at=now())


def rounds() -> list[list[Round]]:
    """Every round of the product. Each list has a thread of its own, so that much mail delays no clock."""
    return [
        [Round("beat", BEAT_SECONDS, lambda: beat("worker")), Round("rescue", 5.0, rescue)],
        [Round("tick", 1.0, tick), Round("tell", 1.0, tell_staff)],
        # Two: while the database writes what one has computed, the other computes.
        [Round("follow", 1.0, follow), Round("lists", 3600.0, lambda: lists.look(at=now()))],
        [Round("follow too", 1.0, follow)],
        [
            Round("release", 1.0, lambda: release_due(at=now())),
            Round("analyses", 1.0, lambda: look_at_analyses(at=now())),
            Round("analyses ring", 5.0, lambda: ring_analyses(at=now())),
        ],
        [
            Round("sweep", 2.0, sweep),
            Round("routing", 5.0, lambda: look_again(at=now())),
            Round("escalations", 5.0, lambda: climb(at=now()) + by_share(at=now())),
            Round("contracts", 5.0, lambda: follow_dates(at=now())),
            Round("notices", 600.0, tell_of_contracts),
            Round("hours", 3.0, tell_of_hours),
            Round("sponsors", 3.0, tell_sponsors),
            Round("rota", 60.0, lambda: coverage.count(at=now())),
            Round("silence", 60.0, lambda: agree_by_silence(at=now())),
            Round("reports", 600.0, lambda: make_due(at=now())),
            Round("keys", 3600.0, lambda: idempotency.forget(at=now()) + once.forget(at=now())),
            Round("sessions", 3600.0, forget_sign_ins),
        ],
    ]


def go_round(
    all_rounds: list[Round], stop: threading.Event, clock: Callable[[], float] = time.monotonic
) -> None:
    """Run each round whenever it is due until `stop`. Nothing a round raises ends the others."""
    due = dict.fromkeys((one.name for one in all_rounds), clock())
    while not stop.is_set():
        for one in all_rounds:
            if clock() < due[one.name]:
                continue
            due[one.name] = clock() + one.seconds
            try:
                one.work()
            except Exception as error:
                if will_pass(error):
                    log.warning("the round %s waits: %s", one.name, str(error).partition("\n")[0])
                else:
                    log.exception("the round %s failed; it is tried again", one.name)
        stop.wait(max(0.0, min(due.values()) - clock()))


def _in_a_thread(some: list[Round], stop: threading.Event) -> None:
    """The rounds with a database connection of their own, looked after before each use."""

    def fresh(one: Round) -> Round:
        def work() -> object:
            close_old_connections()
            return one.work()

        return Round(one.name, one.seconds, work)

    try:
        go_round([fresh(one) for one in some], stop)
    finally:
        connection.close()


async def _work() -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="job"))
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    # Tasks go on deferring through Django's connection, in its transactions; only the worker's own is async.
    with_pool = app.with_connector(connector.get_worker_connector())
    async with with_pool.open_async():
        await with_pool.run_worker_async(
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=2.0,
            stalled_worker_timeout=float(STALLED_SECONDS),
            shutdown_graceful_timeout=8.0,
            delete_jobs="successful",
        )


def main() -> None:
    """Work until SIGTERM; a job under way is finished first."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_in_a_thread, args=(some, stop), name=some[0].name) for some in rounds()
    ]
    threads.append(threading.Thread(target=read_when_told, args=(stop,), name="read"))
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_work())
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        forget("worker")
