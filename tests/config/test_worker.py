"""The worker's rounds, and the rescue of what a dead worker left."""

from __future__ import annotations

import logging
import threading

import pytest
from django.db import connection, connections

from sterling.config import worker
from sterling.config.worker import Round, go_round, rescue


class Days(threading.Event):
    """A clock that moves only while the rounds wait, and an end after so many seconds of it."""

    def __init__(self, end: float) -> None:
        super().__init__()
        self.at = 0.0
        self.end = end

    def clock(self) -> float:
        return self.at

    def wait(self, timeout: float | None = None) -> bool:
        self.at += timeout or 0.0
        if self.at >= self.end:
            self.set()
        return self.is_set()


@pytest.fixture
def no_connection() -> None:
    """A test before may have left one open, which a round would look at and may not use here."""
    connections.close_all()


@pytest.mark.usefixtures("no_connection")
def test_each_round_runs_at_its_own_pace():
    days = Days(end=6.0)
    seen: list[tuple[str, float]] = []
    quick = Round("quick", 1.0, lambda: seen.append(("quick", days.at)))
    slow = Round("slow", 2.5, lambda: seen.append(("slow", days.at)))
    go_round([quick, slow], days, days.clock)
    assert [at for name, at in seen if name == "quick"] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert [at for name, at in seen if name == "slow"] == [0.0, 2.5, 5.0]


@pytest.mark.usefixtures("no_connection")
def test_a_round_that_fails_is_told_tried_again_and_hinders_no_other(caplog: pytest.LogCaptureFixture):
    days = Days(end=3.0)
    tries: list[float] = []
    others: list[float] = []

    def fail() -> None:
        tries.append(days.at)
        raise ValueError("bad luck")

    with caplog.at_level(logging.ERROR):
        go_round(
            [Round("bad", 1.0, fail), Round("good", 1.0, lambda: others.append(days.at))], days, days.clock
        )
    assert tries == others == [0.0, 1.0, 2.0]
    assert [record.getMessage() for record in caplog.records] == [
        "the round bad failed; it is tried again"
    ] * 3


def test_every_thread_of_rounds_knows_its_work():
    names = [[one.name for one in some] for some in worker.rounds()]
    assert names == [
        ["beat", "rescue"],
        ["tick", "tell"],
        ["follow", "lists"],
        ["follow too"],
        ["release", "analyses", "analyses ring"],
        [
            "sweep", "routing", "escalations", "contracts", "notices", "hours", "sponsors", "rota", "silence",
            "reports", "keys", "sessions",
        ],
    ]  # fmt: skip


def a_worker(heartbeat: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [heartbeat],
        )
        return int(cursor.fetchone()[0])


def a_job(status: str, of: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
            " VALUES ('default', 'email.read', %s::procrastinate_job_status, %s) RETURNING id",
            [status, of],
        )
        return int(cursor.fetchone()[0])


def fate(job: int) -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        status, attempts = cursor.fetchone()
    return status, attempts


@pytest.mark.django_db
def test_jobs_of_a_dead_worker_are_taken_up_again_and_no_others():
    dead, alive = a_worker("11 seconds"), a_worker("9 seconds")
    stranded, orphaned = a_job("doing", dead), a_job("doing", None)
    under_way, waiting = a_job("doing", alive), a_job("todo", None)
    assert rescue() == 2
    assert fate(stranded) == fate(orphaned) == ("todo", 1)
    assert fate(under_way) == ("doing", 0)
    assert fate(waiting) == ("todo", 0)
    assert rescue() == 0
