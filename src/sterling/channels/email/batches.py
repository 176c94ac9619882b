"""Reading what waits: the oldest mails, several in one transaction, each with a savepoint of its own.

One bad mail never stops the others: it goes to quarantine alone. What breaks the transaction itself has its batch
read again, one by one. Whoever reads takes rows that nobody else holds, so any number of workers may do it at once.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F

from sterling.base.foreseen import foreseeing
from sterling.base.jobs import MAIL_CAME
from sterling.base.live import at_once
from sterling.base.moment import now
from sterling.channels.email import together
from sterling.channels.email.models import InboundMail, InboundState
from sterling.channels.email.processing import OPENED, process, quarantine, read_locked, read_plainly

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sterling.base.foreseen import Foreseen
    from sterling.channels.email.together import Plain

log = logging.getLogger(__name__)
MOST = 40
MOST_BYTES = 8 * 1024 * 1024
MOST_ATTEMPTS = 3
PATIENCE = 1.0  # seconds after which it is looked although nobody called


def read_waiting() -> int:
    """Read the oldest mails that wait and that nobody else reads; how many were looked at.

    DatabaseError, InterfaceError: the database is away, and they go on waiting.
    """
    taken: list[int] = []
    try:
        with transaction.atomic(), foreseeing() as known:
            _read_batch(_oldest(), known, taken)
    except Exception:
        log.exception("a batch of %s mails is read one by one", len(taken))
        for pk in taken:
            _read_alone(pk)
    return len(taken)


def _read_batch(mails: list[InboundMail], known: Foreseen, taken: list[int]) -> None:
    """Read them in order; `taken` are those that were looked at."""
    if not mails:
        return
    mails, said = together.begun(mails)
    plain = together.plain_among(mails, said)
    together.lock(list(plain.values()))
    for some in together.runs(mails, plain):
        before = len(taken)
        taken += [mail.pk for mail in some]
        if some[0].pk in plain:
            outcomes = _read_run([plain[mail.pk] for mail in some], known)
        else:
            outcomes = [read_locked(some[0], now(), said.get(some[0].pk))]
        del taken[before + len(outcomes) :]
        # Beside a new ticket nobody waits for us. A conversation's lock is held until the commit, though, and
        # whoever holds one must not wait for another: so it is the batch's last.
        if outcomes != [OPENED] * len(some):
            break


def _read_run(some: list[Plain], known: Foreseen) -> list[str]:
    """Plain mails that share nothing: what they write is written together. What became of those that were read.

    Conversations are locked at once, those that are free; an answer to another one is read by itself, and waits.
    """
    free, locked = together.held_of(together.acquainted(some))
    if not free:
        return [read_locked(some[0].mail, now(), some[0].reading)]
    together.foresee(known, free, locked, now())
    with at_once():
        return [read_plainly(one.mail, one.reading, now()) for one in free]


def _read_alone(pk: int) -> None:
    """DatabaseError, InterfaceError: the database is away. Whatever else a mail may raise, the others go on."""
    try:
        process(mail_id=pk, at=now())
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        log.exception("mail %s could not be read", pk)
        quarantine(pk, f"{type(error).__name__}: {error}", now())


def _waiting() -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(state=InboundState.RECEIVED).order_by("received_at", "pk")


def _oldest() -> list[InboundMail]:
    """The oldest, locked, up to a number and a size; one at least, however large."""
    found = _waiting().select_related("through__region").select_for_update(skip_locked=True, of=("self",))
    mails = list(found[:MOST])
    total, fit = 0, 0
    for mail in mails:
        total += mail.size
        if fit and total > MOST_BYTES:
            break
        fit += 1
    return mails[:fit]


def read_carefully() -> int:
    """Before the first batch: look at each of the oldest that wait on its own; how many.

    One of them may have ended the worker that read it, for want of memory say. So each try is counted before it is
    made, and after a few the mail goes to quarantine.
    """
    mails = list(_waiting()[:MOST])
    for mail in mails:
        if mail.attempts >= MOST_ATTEMPTS:
            quarantine(mail.pk, f"reading it ended the worker {MOST_ATTEMPTS} times", now())
            continue
        _waiting().filter(pk=mail.pk).update(attempts=F("attempts") + 1)
        _read_alone(mail.pk)
    return len(mails)


def read_when_told(stop: threading.Event) -> None:
    """Read whenever the intake says that mail came, and every second without that, until `stop`."""
    careful = True
    try:
        while not stop.is_set():
            try:
                _listen()
                while not stop.is_set():
                    while not stop.is_set() and (read_carefully() if careful else read_waiting()):
                        careful = False
                    careful = False
                    _wait()
            except Exception:
                log.exception("mail waits to be read; it is tried again")
                connection.close()
                stop.wait(PATIENCE)
    finally:
        connection.close()


def _listen() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {MAIL_CAME}")


def _wait() -> None:
    """Until mail came or a second has passed. What was told while we read is heard here as well."""
    assert connection.connection is not None
    for _ in connection.connection.notifies(timeout=PATIENCE, stop_after=1):
        pass
