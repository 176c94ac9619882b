"""The process that fetches: a thread and a connection for each mailbox, so that none waits for another.

A mailbox is fetched by one process at a time, whoever holds its lease. Should two hold it for a moment, each
message is still taken once: its number can be noted only once.
"""

from __future__ import annotations

import logging
import secrets
import signal
import threading
import time

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from sterling.base.heartbeat import beat, forget
from sterling.base.moment import now
from sterling.channels.email.mailboxes import state
from sterling.channels.email.mailboxes.fetching import STUCK_SECONDS, Fetching

log = logging.getLogger(__name__)
NAME = "fetch"
ROUND_SECONDS = 2.0
STOP_SECONDS = 8.0


class Fetcher:
    """All mailboxes of this process. `round` is called every two seconds."""

    def __init__(self) -> None:
        self.owner = secrets.token_hex(8)
        self.running: dict[int, Fetching] = {}

    def round(self) -> None:
        """Begin what is new, end what is gone or changed, cut what is stuck."""
        wanted = {mailbox.pk: mailbox for mailbox in state.leased(self.owner, now())}
        moment = time.monotonic()
        for pk, fetching in list(self.running.items()):
            mailbox = wanted.get(pk)
            if mailbox is None or mailbox.version != fetching.mailbox.version:
                fetching.end()
            elif fetching.is_stuck(moment):
                log.error("mailbox %s gave no sign for %.0f s; its connection is cut", pk, STUCK_SECONDS)
                fetching.cut_off()
            if not fetching.thread.is_alive() or (fetching.stop.is_set() and fetching.is_stuck(moment)):
                del self.running[pk]
        for pk, mailbox in wanted.items():
            if pk not in self.running:
                self.running[pk] = Fetching(mailbox)
                self.running[pk].start()

    def end(self) -> None:
        """A message being stored is finished; what waits for a server is cut."""
        for fetching in self.running.values():
            fetching.end()
        until = time.monotonic() + STOP_SECONDS
        for fetching in self.running.values():
            fetching.thread.join(max(0.0, min(2.0, until - time.monotonic())))
            if fetching.thread.is_alive():
                fetching.cut()
        for fetching in self.running.values():
            fetching.thread.join(max(0.0, until - time.monotonic()))
        state.released(self.owner)


def main() -> None:
    """Fetch until SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    fetcher = Fetcher()
    while not stop.is_set():
        try:
            close_old_connections()
            beat(NAME)
            fetcher.round()
        except (DatabaseError, InterfaceError) as error:
            log.warning("the database does not answer; fetching goes on when it does: %s", error)
            connection.close()
        stop.wait(ROUND_SECONDS)
    try:
        fetcher.end()
        forget(NAME)
    except (DatabaseError, InterfaceError):
        log.warning("the database does not answer; the leases end by themselves")
