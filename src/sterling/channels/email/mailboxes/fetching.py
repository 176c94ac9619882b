"""One mailbox, fetched until somebody says stop: sign in, take what is there, wait for more, all over again."""

from __future__ import annotations

import logging
import random
import socket
import threading
import time
from contextlib import suppress
from imaplib import IMAP4
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from sterling.base import live
from sterling.base.moment import now
from sterling.base.passing import will_pass
from sterling.channels.email.limits import size_limit
from sterling.channels.email.mailboxes import imap, state, taking
from sterling.channels.email.mailboxes.models import Afterwards, Mailbox, MailboxCursor, Trouble
from sterling.channels.email.mailboxes.troubles import FetchError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from imapclient import IMAPClient

log = logging.getLogger(__name__)
BATCH = 50
HEAD_BYTES = 64 * 1024
IDLE_SLICE = 5.0  # seconds between looks at whether to stop
IDLE_RENEW = 120.0  # far below the half hour after which servers and routers forget a silent connection
POLL_SECONDS = 15.0  # where the server cannot IDLE
NOTE_SECONDS = 20.0
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
STUCK_SECONDS = 180.0
"""Without any sign for so long the connection is cut from outside: a server may answer drop by drop."""


def wait_after(failures: int, chance: float) -> float:
    """Seconds until the next try after so many failures in a row; `chance` in 0..1 spreads many mailboxes."""
    whole = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures - 1, 20))
    return whole * (0.5 + chance / 2)


class Fetching:
    """A thread's work on one mailbox, as it was configured when the thread began."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"mailbox {mailbox.pk}", daemon=True)
        self.sign = time.monotonic()
        self.noted = 0.0
        self.socket: socket.socket | None = None
        self.was_stuck = False
        self.idles = False

    def start(self) -> None:
        self.thread.start()

    def end(self) -> None:
        """Stop soon: at once when it only waits for the server to tell of something."""
        self.stop.set()
        if self.idles:
            self.cut()

    def is_stuck(self, moment: float) -> bool:
        return moment - self.sign > STUCK_SECONDS

    def cut(self) -> None:
        """End the connection under the thread's hands: whatever it waits for fails at once."""
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def cut_off(self) -> None:
        """End for good one that gave no sign for too long; it still writes down why."""
        self.was_stuck = True
        self.stop.set()
        self.cut()

    def _noticed(self, made: socket.socket) -> None:
        self.socket = made

    def _alive(self) -> None:
        self.sign = time.monotonic()

    def _run(self) -> None:
        failures = 0
        try:
            while not self.stop.is_set():
                self._alive()
                close_old_connections()
                failures = self._turn(failures)
                if failures:
                    wait = wait_after(failures, random.random())  # noqa: S311 - spreads load, guards nothing
                    self._pause(wait)
        finally:
            connection.close()

    def _turn(self, failures: int) -> int:
        """One connection, for as long as it lasts; how many failures in a row there are now."""
        self.succeeded = False
        try:
            with imap.signed_in(self.mailbox, now(), self._noticed) as client:
                self._serve(client)
                return 0
        except FetchError as error:
            trouble, said = error.trouble, str(error)
        except (*imap.BROKEN, IMAP4.error) as error:
            trouble, said = Trouble.UNREACHABLE, str(error)
        except (DatabaseError, InterfaceError) as error:
            log.warning("mailbox %s waits for the database: %s", self.mailbox.pk, error)
            return failures + 1
        except Exception as error:
            # A thread that dies would take its mailbox out of service without a word.
            log.exception("mailbox %s failed; it is tried again", self.mailbox.pk)
            trouble, said = Trouble.SERVER, f"{type(error).__name__}: {error}"
        finally:
            self.socket = None
        if self.was_stuck:
            said = f"no whole answer within {STUCK_SECONDS:.0f} s; the connection was cut"
        elif self.stop.is_set():
            return 0
        failures = 1 if self.succeeded else failures + 1
        with suppress(DatabaseError, InterfaceError):
            state.failing(self.mailbox, trouble, said, failures, at=now())
        return failures

    def _serve(self, client: IMAPClient) -> None:
        can_idle = client.has_capability("IDLE")
        while not self.stop.is_set():
            found = imap.opened(client, self.mailbox.folder)
            cursor = taking.cursor_for(self.mailbox, found[b"UIDVALIDITY"], found.get(b"UIDNEXT", 1), now())
            cursor.mailbox = self.mailbox
            self.settle(client, cursor)
            while self.take_new(client, cursor) and not self.stop.is_set():
                pass
            self.succeeded = True
            self._well(is_idle=can_idle, force=True)
            if can_idle:
                self._idle(client)
            else:
                self._pause(POLL_SECONDS)

    def take_new(self, client: IMAPClient, cursor: MailboxCursor) -> int:
        """Take what is there and was not taken; how many messages were looked at."""
        cursor.refresh_from_db(fields=["last_uid"])
        fresh = [uid for uid in client.search(["UID", f"{cursor.last_uid + 1}:*"]) if uid > cursor.last_uid]
        again = taking.to_try_again(cursor, now())
        fresh.sort()
        for start in range(0, len(fresh), BATCH):
            if self.stop.is_set():
                break
            state.waiting(self.mailbox, len(fresh) - start)
            self._take_batch(client, cursor, fresh[start : start + BATCH])
        # What failed before comes after everybody else.
        if again and not self.stop.is_set():
            self._take_batch(client, cursor, again)
        if fresh or again:
            state.waiting(self.mailbox, 0)
        return len(fresh) + len(again)

    def _take_batch(self, client: IMAPClient, cursor: MailboxCursor, uids: Sequence[int]) -> None:
        facts = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        not_before = taking.not_before(cursor)
        for uid in uids:
            if self.stop.is_set():
                break
            self._alive()
            found = facts.get(uid)
            if found is None:
                taking.gone(cursor, [uid])
                continue
            dated = found.get(b"INTERNALDATE")
            if not_before and dated and dated < not_before:
                continue
            self._take_one(client, cursor, uid, int(found.get(b"RFC822.SIZE", 0)), dated)
        else:
            taking.past(cursor, max(uids))
        self.settle(client, cursor)
        live.poke("mailboxes")

    def _take_one(
        self, client: IMAPClient, cursor: MailboxCursor, uid: int, size: int, dated: datetime | None
    ) -> None:
        """One message, whatever is wrong with it: the others go on."""
        try:
            if size > size_limit(self.mailbox):
                head = imap.part_of(client, uid, 0, HEAD_BYTES, "HEADER")
                taking.pass_over_large(cursor, uid=uid, head=head, size=size, dated=dated, at=now())
            else:
                raw = imap.body_of(client, uid, size)
                taking.take(cursor, uid=uid, raw=raw, dated=dated, at=now())
        except imap.BROKEN as error:
            # It may be this message that the server dies of.
            taking.failed(cursor, uid=uid, reason=str(error), at=now())
            raise
        except (DatabaseError, InterfaceError) as error:
            if will_pass(error):
                raise
            taking.failed(cursor, uid=uid, reason=str(error), at=now())
        except (IMAP4.error, LookupError, ValueError, RecursionError) as error:
            taking.failed(cursor, uid=uid, reason=f"{type(error).__name__}: {error}", at=now())

    def settle(self, client: IMAPClient, cursor: MailboxCursor) -> None:
        """Mark, move or delete on the server what is safely here."""
        uids = taking.to_settle(cursor)
        if not uids:
            return
        what = self.mailbox.afterwards
        try:
            if what == Afterwards.KEEP:
                client.add_flags(uids, [b"\\Seen"], silent=True)
            elif what == Afterwards.MOVE and client.has_capability("MOVE"):
                client.move(uids, self.mailbox.move_to)
            else:
                if what == Afterwards.MOVE:
                    client.copy(uids, self.mailbox.move_to)
                client.delete_messages(uids, silent=True)
                if client.has_capability("UIDPLUS"):
                    client.uid_expunge(uids)
                else:
                    client.expunge()
        except imap.BROKEN:
            raise
        except IMAP4.error as error:
            raise FetchError(Trouble.FOLDER, f"{self.mailbox.move_to or what}: {error}") from error
        taking.settled(cursor, uids)

    def _idle(self, client: IMAPClient) -> None:
        """Wait until the server tells of something, or it is time to ask again."""
        client.idle()
        self.idles = True
        try:
            self._listen(client, time.monotonic() + IDLE_RENEW)
        finally:
            self.idles = False
        client.idle_done()

    def _listen(self, client: IMAPClient, until: float) -> None:
        while not self.stop.is_set() and time.monotonic() < until:
            self._alive()
            self._well(is_idle=True)
            began = time.monotonic()
            if client.idle_check(timeout=IDLE_SLICE):
                return
            if time.monotonic() - began < IDLE_SLICE / 2:
                return  # the connection has ended; saying DONE finds out

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stop.is_set() and (left := until - time.monotonic()) > 0:
            self._alive()
            self.stop.wait(min(left, IDLE_SLICE))

    def _well(self, *, is_idle: bool, force: bool = False) -> None:
        if not force and time.monotonic() - self.noted < NOTE_SECONDS:
            return
        close_old_connections()
        state.well(self.mailbox, is_idle=is_idle, at=now())
        self.noted = time.monotonic()
