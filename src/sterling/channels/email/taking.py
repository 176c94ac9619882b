"""What comes after DATA, taken down as it comes: a large mail into a file, never into memory as a whole.

The library would keep each line and then the whole of it three times over.
"""

from __future__ import annotations

import asyncio
import logging
from enum import Enum

from aiosmtpd.smtp import SMTP, syntax

from sterling.base.spool import Data, Spool

log = logging.getLogger(__name__)


class Verdict(Enum):
    """Why what comes is not kept. The answer waits until all of it has come (RFC 5321, 4.2.5)."""

    TOO_LONG = "500 Line too long (see RFC5321 4.5.3.1.6)"
    TOO_MUCH = "552 Error: Too much mail data"
    NO_ROOM = "452 4.3.1 There is no room for this mail now, please try again"


class Taking(SMTP):
    """The protocol, with its DATA our own."""

    # Mail that people's programs write has longer lines than the 998 of the standard.
    line_length_limit = 1024 * 1024
    raw: Data = b""

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            found = await self._taken_down()
        except asyncio.CancelledError:
            log.info("a connection was lost within a mail")
            self._writer.close()
            raise
        if isinstance(found, Verdict):
            await self.push(found.value)  # LMTP answers for each recipient, so while they are known
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            return
        self.raw = found
        try:
            status = await self._call_handler_hook("DATA")
        finally:
            self.raw = b""
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)

    async def _taken_down(self) -> Data | Verdict:
        """Everything up to the lone dot, without the dots that lines were begun with."""
        spool, verdict, size, begins = Spool(), None, 0, True
        while True:
            line, ends = await self._line()
            if begins and line == b".\r\n":
                break
            size += len(line)
            if not ends:
                verdict = verdict or Verdict.TOO_LONG
            elif verdict is None and self.data_size_limit and size > self.data_size_limit:
                verdict = Verdict.TOO_MUCH
            if verdict is None:
                verdict = _written(spool, line[1:] if line.startswith(b".") else line)
            if verdict is not None:
                spool.drop()
            begins = ends
        return verdict or _whole(spool)

    async def _line(self) -> tuple[bytes, bool]:
        """A line, or as much of one as can be held; whether it ends."""
        try:
            return bytes(await self._reader.readuntil(b"\r\n")), True
        except asyncio.LimitOverrunError as error:
            return bytes(await self._reader.read(error.consumed)), False


def _written(spool: Spool, line: bytes) -> Verdict | None:
    try:
        spool.write(line)
    except OSError:
        log.exception("a mail could not be written down; its sender was asked to try again")
        return Verdict.NO_ROOM
    return None


def _whole(spool: Spool) -> Data | Verdict:
    try:
        return spool.whole()
    except OSError:
        log.exception("a mail could not be written down; its sender was asked to try again")
        return Verdict.NO_ROOM
