"""An IMAP client that tells of its socket as soon as there is one, so that a watchdog can cut it at any step.

A server may answer drop by drop: no read ever times out. Greeting, handshake and sign-in are steps too.
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient
from imapclient.imap4 import IMAP4WithTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    Notice = Callable[[socket.socket], None]


def unnoticed(_: socket.socket) -> None:
    """For those who watch nothing."""


def context(notice: Notice) -> ssl.SSLContext:
    """The system's certificates; the socket is told of before its handshake."""

    class Noticed(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            notice(self)
            super().do_handshake(block)

    made = ssl.create_default_context()
    made.sslsocket_class = Noticed
    return made


class Client(IMAPClient):  # type: ignore[misc]
    """`notice` is called with each socket before anything is read from it."""

    def __init__(self, host: str, port: int | None, *, notice: Notice, **more: Any) -> None:
        self._notice = notice
        super().__init__(host, port, **more)

    def _create_IMAP4(self) -> Any:  # noqa: N802 - the library's name
        if self.ssl:
            return super()._create_IMAP4()
        notice = self._notice

        class Noticed(IMAP4WithTimeout):  # type: ignore[misc]
            def open(self, *where: Any, **more: Any) -> None:
                super().open(*where, **more)
                notice(self.sock)

        return Noticed(self.host, self.port, self._timeout.connect)
