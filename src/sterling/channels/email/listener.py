"""Our own SMTP and LMTP doors. They answer 250 only for what is committed, and 451 when it could not be.

With mailboxes set up only their addresses (and the sender's own, where answers come to) are taken, with or
without a part after a plus. LMTP says of each recipient apart what became of the mail.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from aiosmtpd.lmtp import LMTP
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from sterling.base.heartbeat import beat
from sterling.base.moment import now
from sterling.channels.email import intake
from sterling.channels.email.limits import megabytes, size_limit
from sterling.channels.email.mailboxes import recipients
from sterling.channels.email.mailboxes.recipients import Answer
from sterling.channels.email.processing import NULL_SENDER
from sterling.channels.email.taking import Taking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from aiosmtpd.smtp import SMTP, Envelope, Session

    from sterling.base.spool import Data

log = logging.getLogger(__name__)
T = TypeVar("T")
MAILBOX = "smtp"
WRITERS = 4
BEAT_SECONDS = 2.0
STORED = "250 2.0.0 Stored"
TRY_AGAIN = "451 4.3.0 Could not be stored now, please try again"
ANSWERS = {
    Answer.PAUSED: "450 4.2.1 This mailbox is paused, please try again later",
    Answer.UNKNOWN: "550 5.1.1 Nobody here has this address",
}


@dataclass(frozen=True, slots=True)
class Doors:
    """Where to listen: an SMTP port, an LMTP port, a socket for LMTP. None: not there."""

    host: str
    port: int | None
    lmtp_port: int | None = None
    lmtp_socket: Path | None = None


def _fresh(work: Callable[[], T]) -> T:
    """On a connection that was looked after."""
    close_old_connections()
    return work()


def _store(raw: Data, sender: str, to: list[str], peer: str) -> list[str]:
    """Store the mail once for all who take it; what each recipient's mailbox says."""
    found = recipients.through(to)
    answers = [STORED if len(raw) <= size_limit(one) else too_large(size_limit(one)) for one in found]
    takers = [nth for nth, answer in enumerate(answers) if answer == STORED]
    if takers:
        intake.store(
            raw=raw,
            mailbox=MAILBOX,
            through=next((found[nth] for nth in takers if found[nth]), None),
            envelope_from=sender,
            envelope_to=[to[nth] for nth in takers],
            peer=peer,
            at=now(),
        )
    return answers


def too_large(limit: int) -> str:
    return f"552 5.3.4 This mail is too large; at most {megabytes(limit)} ({limit} bytes) can be taken"


class Intake:
    """What the protocol calls. `known_only`: nobody unknown is taken, even while there is no mailbox."""

    def __init__(self, pool: ThreadPoolExecutor, *, known_only: bool = False) -> None:
        self.pool = pool
        self.known_only = known_only

    async def handle_RCPT(  # noqa: N802 - the library's hook
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        loop = asyncio.get_running_loop()
        try:
            look_up = partial(recipients.look_up, address, known_only=self.known_only)
            found = await loop.run_in_executor(self.pool, _fresh, look_up)
        except DatabaseError:
            log.warning("a recipient could not be looked up; the sender was asked to try again")
            return "451 4.3.0 Cannot look this address up now, please try again"
        if found.answer is not Answer.TAKEN:
            return ANSWERS[found.answer]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's hook
        raw = server.raw if isinstance(server, _Spoken) else b""
        # A pair for an address, text for a Unix socket, whatever the library's types say.
        where: object = session.peer
        peer = str(where[0]) if isinstance(where, tuple) else "local"
        loop = asyncio.get_running_loop()
        try:
            store = partial(_store, raw, envelope.mail_from or NULL_SENDER, list(envelope.rcpt_tos), peer)
            answers = await loop.run_in_executor(self.pool, _fresh, store)
        except DatabaseError:
            log.exception("a message could not be stored; its sender was asked to try again")
            answers = [TRY_AGAIN] * len(envelope.rcpt_tos)
        if isinstance(server, LMTP):
            return "\r\n".join(answers)
        # SMTP has one answer for all: whoever takes it has it, and the others' limit is theirs to mend.
        return STORED if STORED in answers else answers[0]


class _Spoken(Taking):
    """The library's words for a mail that is too large, in ours: they name the limit."""

    is_in_data: bool = False
    without_end = 0
    """Bytes since the last line ended: the library keeps them all, however many come."""

    def data_received(self, data: bytes) -> None:
        end = data.rfind(b"\n")
        self.without_end = self.without_end + len(data) if end < 0 else len(data) - end - 1
        if self.without_end > 2 * (self.data_size_limit or 0):
            log.warning("a line without end was cut off with its connection")
            self.transport.abort()  # type: ignore[union-attr]  # there is one, and it is more than a base
            return
        super().data_received(data)

    async def push(self, status: str | bytes) -> None:
        words = status.decode("utf-8", "replace") if isinstance(status, bytes) else status
        if words.startswith("552 Error"):
            words = too_large(self.data_size_limit or 0)
        if words.startswith("354"):
            self.is_in_data = True
        elif self.is_in_data:
            self.is_in_data = False
            words = self.for_each(words)
        await super().push(words)

    def for_each(self, words: str) -> str:
        return words


class SmtpDoor(_Spoken):
    """SMTP as customers' and the vendor's servers speak it."""


class LmtpDoor(_Spoken, LMTP):
    """LMTP, for the machine's own mail server: after DATA one answer for each recipient (RFC 2033)."""

    def for_each(self, words: str) -> str:
        count = len(self.envelope.rcpt_tos) if self.envelope else 0
        # The library empties the envelope before it answers, and our own handler has answered for each.
        return words if "\r\n" in words or count < 2 else "\r\n".join([words] * count)  # noqa: PLR2004 - one stands


async def _beat(pool: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(pool, beat, "smtp")
        except DatabaseError:
            log.warning("the database does not answer; the intake asks senders to try again")
        await asyncio.sleep(BEAT_SECONDS)


def door(kind: type[SMTP], handler: Intake) -> SMTP:
    """One connection's protocol."""
    return kind(
        handler,
        data_size_limit=settings.MESSAGE_LIMIT,
        enable_SMTPUTF8=True,
        decode_data=False,
        ident="Sterling",
        hostname=settings.MAIL_FROM.rpartition("@")[2],
    )


async def _opened(doors: Doors, handler: Intake) -> list[asyncio.Server]:
    loop = asyncio.get_running_loop()
    servers: list[Any] = []
    if doors.port is not None:
        servers.append(await loop.create_server(lambda: door(SmtpDoor, handler), doors.host, doors.port))
    if doors.lmtp_port is not None:
        servers.append(await loop.create_server(lambda: door(LmtpDoor, handler), doors.host, doors.lmtp_port))
    if doors.lmtp_socket is not None:
        doors.lmtp_socket.unlink(missing_ok=True)
        servers.append(await loop.create_unix_server(lambda: door(LmtpDoor, handler), str(doors.lmtp_socket)))
    return servers


async def _serve(doors: Doors, known_only: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ThreadPoolExecutor(WRITERS, thread_name_prefix="intake") as pool, _removed(doors.lmtp_socket):
        servers = await _opened(doors, Intake(pool, known_only=known_only))
        beating = asyncio.create_task(_beat(pool))
        await stop.wait()
        beating.cancel()
        for server in servers:
            server.close()


@contextlib.contextmanager
def _removed(path: Path | None) -> Iterator[None]:
    try:
        yield
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


def serve(doors: Doors, *, known_only: bool = False) -> None:
    """Listen until SIGTERM; a message being stored is finished first. OSError: a port is taken."""
    asyncio.run(_serve(doors, known_only))
