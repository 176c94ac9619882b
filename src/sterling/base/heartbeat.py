"""Each long process says that it serves: one row, written anew every two seconds. `/readyz` reads them."""

from __future__ import annotations

import os

from sterling.base.models import Heartbeat
from sterling.base.moment import now

BEAT_SECONDS = 2.0


def beat(name: str) -> None:
    """`name` serves now: `events`, `worker` or `smtp`. Raises DatabaseError."""
    Heartbeat.objects.update_or_create(name=name, defaults={"pid": os.getpid(), "at": now()})


def forget(name: str) -> None:
    """`name` stopped in good order: whoever asks hears so at once. Another process's beat is left alone."""
    Heartbeat.objects.filter(name=name, pid=os.getpid()).delete()
