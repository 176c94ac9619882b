"""Asking for work in the transaction that causes it. The job is only a nudge: the committed row is the truth.

A room asks by the task's name, so that it need not know the room above that does the work. Where rows come by the
hundred, a notification nudges instead of a job each: whoever hears it looks for every row that waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

SEND_MAIL = "email.send"
MAIL_CODE = "email.code"
MAIL_CAME = "sterling_mail_came"  # a channel


def enqueue(task: str, *, at: datetime | None = None, **arguments: int | str) -> None:
    """Have `task` run soon (or from `at` on), if the current transaction commits."""
    options = {} if at is None else {"schedule_at": at}
    app.configure_task(name=task, queue="default", **options).defer(**arguments)  # type: ignore[arg-type]  # the stubs know no keyword spread


def nudge(channel: str) -> None:
    """Have whoever listens on `channel` look, if the current transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel])


def forget(task: str, argument: str, values: Sequence[int]) -> int:
    """Drop waiting `task`s whose `argument` is one of `values`: there is nothing left to nudge. How many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs"
            " WHERE status = 'todo' AND task_name = %s AND (args ->> %s)::bigint = ANY(%s)",
            [task, argument, list(values)],
        )
        return int(cursor.rowcount)
