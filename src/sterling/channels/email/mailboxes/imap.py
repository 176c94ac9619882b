"""One signed-in connection to an IMAP server. Failures come as FetchError, in words for people."""

from __future__ import annotations

import contextlib
from imaplib import IMAP4
from typing import TYPE_CHECKING

from imapclient import SocketTimeout
from imapclient.exceptions import LoginError, ProtocolError

from sterling.base.sealing import Unopenable, unseal
from sterling.base.spool import Spool
from sterling.channels.email.mailboxes import oauth, sockets
from sterling.channels.email.mailboxes.actions import PURPOSE
from sterling.channels.email.mailboxes.models import Mailbox, Security, SignIn, Trouble
from sterling.channels.email.mailboxes.troubles import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from imapclient import IMAPClient

    from sterling.base.spool import Data

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
CHUNK = 512 * 1024
BROKEN = (IMAP4.abort, OSError, ProtocolError)
"""After these the connection is of no use any more."""


@contextlib.contextmanager
def signed_in(
    mailbox: Mailbox, at: datetime, notice: sockets.Notice = sockets.unnoticed
) -> Iterator[IMAPClient]:
    """A connection with the folder not yet opened. FetchError: why there is none."""
    client = connected(mailbox, notice)
    try:
        _sign_in(client, mailbox, at)
        yield client
    finally:
        with contextlib.suppress(IMAP4.error, OSError):
            client.logout()
        with contextlib.suppress(IMAP4.error, OSError):
            client.shutdown()


def connected(mailbox: Mailbox, notice: sockets.Notice = sockets.unnoticed) -> IMAPClient:
    """FetchError(UNREACHABLE): it does not answer, or not as it should."""
    context = sockets.context(notice)
    try:
        client = sockets.Client(
            mailbox.host,
            mailbox.port,
            notice=notice,
            ssl=mailbox.security == Security.TLS,
            ssl_context=context if mailbox.security == Security.TLS else None,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
        # Times come with their zone.
        client.normalise_times = False
        if mailbox.security == Security.STARTTLS:
            client.starttls(context)
    except (IMAP4.error, OSError, ValueError) as error:
        raise FetchError(Trouble.UNREACHABLE, f"{mailbox.host}:{mailbox.port}: {error}") from error
    return client


def _sign_in(client: IMAPClient, mailbox: Mailbox, at: datetime) -> None:
    try:
        if mailbox.sign_in == SignIn.OAUTH2:
            client.oauth2_login(mailbox.user, oauth.access_token(mailbox, at))
        else:
            client.login(mailbox.user, unseal(mailbox.password, PURPOSE))
    except Unopenable as error:
        raise FetchError(Trouble.SECRET, "") from error
    except LoginError as error:
        # A server that is busy says so in a code; everything else is about who we are.
        busy = any(code in str(error).upper() for code in ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]"))
        raise FetchError(Trouble.SERVER if busy else Trouble.SIGN_IN, _said(error)) from error
    except (IMAP4.error, OSError) as error:
        raise FetchError(Trouble.UNREACHABLE, _said(error)) from error


def opened(client: IMAPClient, folder: str) -> dict[bytes, int]:
    """Open the folder; UIDVALIDITY, UIDNEXT and EXISTS of it. FetchError(FOLDER): there is none."""
    try:
        found = client.select_folder(folder)
    except BROKEN as error:
        raise FetchError(Trouble.UNREACHABLE, _said(error)) from error
    except IMAP4.error as error:
        raise FetchError(Trouble.FOLDER, f"{folder}: {_said(error)}") from error
    return {key: int(found[key]) for key in (b"UIDVALIDITY", b"UIDNEXT", b"EXISTS") if key in found}


def body_of(client: IMAPClient, uid: int, size: int) -> Data:
    """The whole message in pieces, so that no more than a piece is held; a large one comes into a file.

    `size` is a promise of the server that is not relied upon. ValueError: larger than was said, by far.
    """
    spool = Spool()
    while True:
        piece = part_of(client, uid, spool.size, CHUNK)
        spool.write(piece)
        if len(piece) < CHUNK:
            return spool.whole()
        if spool.size > max(size * 2, size + CHUNK):
            raise ValueError(f"the server said {size} bytes and sent {spool.size}")


def part_of(client: IMAPClient, uid: int, start: int, length: int, section: str = "") -> bytes:
    """Some bytes of a message or of its HEADER. LookupError: it is not there (any more)."""
    found = client.fetch([uid], [f"BODY.PEEK[{section}]<{start}.{length}>"]).get(uid, {})
    for key, value in found.items():
        if key.startswith(b"BODY["):
            return bytes(value or b"")
    raise LookupError(f"message {uid} is not there")


def _said(error: Exception) -> str:
    words = str(error)
    # Bytes that a library has turned into text by way of repr.
    return words[2:-1] if words.startswith(("b'", 'b"')) else words
