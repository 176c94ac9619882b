"""Our own SMTP door. It answers 250 only for what is committed, and 451 when it could not commit."""

from __future__ import annotations

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from sterling.base.heartbeat import beat
from sterling.base.moment import now
from sterling.channels.email import intake
from sterling.channels.email.processing import NULL_SENDER

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

log = logging.getLogger(__name__)
MAILBOX = "smtp"
WRITERS = 4
BEAT_SECONDS = 2.0


def _store(raw: bytes, sender: str, recipients: list[str], peer: str) -> None:
    close_old_connections()
    intake.store(raw=raw, mailbox=MAILBOX, envelope_from=sender, envelope_to=recipients, peer=peer, at=now())


class Intake:
    """What the protocol calls: only DATA has an effect."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's hook
        raw = envelope.original_content or b""
        peer = str(session.peer[0]) if session.peer else ""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(
                self.pool, _store, raw, envelope.mail_from or NULL_SENDER, list(envelope.rcpt_tos), peer
            )
        except DatabaseError:
            log.exception("a message could not be stored; its sender was asked to try again")
            return "451 4.3.0 Could not be stored now, please try again"
        return "250 2.0.0 Stored"


async def _beat(pool: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(pool, beat, "smtp")
        except DatabaseError:
            log.warning("the database does not answer; the intake asks senders to try again")
        await asyncio.sleep(BEAT_SECONDS)


async def _serve(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ThreadPoolExecutor(WRITERS, thread_name_prefix="intake") as pool:
        handler = Intake(pool)

        def protocol() -> SMTP:
            return SMTP(
                handler,
                data_size_limit=settings.MESSAGE_LIMIT,
                enable_SMTPUTF8=True,
                decode_data=False,
                ident="Sterling",
                hostname=settings.MAIL_FROM.rpartition("@")[2],
            )

        server = await loop.create_server(protocol, host, port)
        beating = asyncio.create_task(_beat(pool))
        await stop.wait()
        beating.cancel()
        server.close()


def serve(host: str, port: int) -> None:
    """Listen until SIGTERM; a message being stored is finished first. OSError: the port is taken."""
    asyncio.run(_serve(host, port))
