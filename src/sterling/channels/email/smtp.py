"""Handing a composed mail to the vendor's mail server. Failures come as types."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from sterling.channels.email import international
from sterling.channels.email.errors import PermanentDeliveryError, TemporaryDeliveryError

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT = 30.0
PERMANENT = 500
UNSPEAKABLE = 553


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail leaves: from `smtp://user:pass@host:port` or `smtps://…`."""

    host: str
    port: int
    user: str
    password: str
    tls: bool

    @staticmethod
    def from_url(url: str) -> Server:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ImproperlyConfigured(
                "STERLING_SMTP_URL: write it like smtp://user:pass@mail.example.com:587"
            )
        tls = parts.scheme == "smtps"
        return Server(
            parts.hostname,
            parts.port or (465 if tls else 25),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A recipient for whom the server did not take the mail, and what it said."""

    address: str
    code: int
    said: str

    @property
    def is_for_now(self) -> bool:
        return self.code < PERMANENT

    def __str__(self) -> str:
        return self.said


def send(server: Server, *, sender: str, recipients: Sequence[str], raw: bytes) -> list[Refused]:
    """Offer the mail; those who were refused among others for whom it was taken.

    TemporaryDeliveryError, PermanentDeliveryError: it was taken for nobody.
    """
    wired = {international.wired(one): one for one in recipients}
    try:
        with _connection(server) as connection:
            refused = _offered(connection, sender, list(wired), raw)
    except smtplib.SMTPRecipientsRefused as error:
        text = "; ".join(f"{who}: {_said(code, reply)}" for who, (code, reply) in error.recipients.items())
        if all(code >= PERMANENT for code, _ in error.recipients.values()):
            raise PermanentDeliveryError(text) from error
        raise TemporaryDeliveryError(text) from error
    except smtplib.SMTPResponseException as error:
        text = _said(error.smtp_code, error.smtp_error)
        # A refused sign-in is ours to mend, and the message shall go out when it is mended.
        if error.smtp_code >= PERMANENT and not isinstance(error, smtplib.SMTPAuthenticationError):
            raise PermanentDeliveryError(text) from error
        raise TemporaryDeliveryError(text) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryDeliveryError(f"{server.host}:{server.port}: {error}") from error
    return [
        Refused(wired[who], code, f"{who}: {_said(code, reply)}") for who, (code, reply) in refused.items()
    ]


def _offered(
    connection: smtplib.SMTP, sender: str, recipients: Sequence[str], raw: bytes
) -> dict[str, tuple[int, bytes]]:
    """The recipients who were refused, among others who were taken. SMTPRecipientsRefused: all of them."""
    connection.ehlo_or_helo_if_needed()
    beyond = {} if connection.has_extn("smtputf8") else _beyond_ascii(recipients)
    takes = [one for one in recipients if one not in beyond]
    if not takes:
        raise smtplib.SMTPRecipientsRefused(beyond)
    options = [] if all(one.isascii() for one in takes) else ["SMTPUTF8"]
    return beyond | connection.sendmail(sender, takes, raw, options)


def _beyond_ascii(recipients: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """Those that this server cannot be told."""
    said = b"5.6.7 The mail server takes no addresses in other letters (it has no SMTPUTF8)"
    return {one: (UNSPEAKABLE, said) for one in recipients if not one.isascii()}


def check(server: Server) -> None:
    """Connect and sign in, sending nothing. TemporaryDeliveryError: it does not work, with the reason."""
    try:
        with _connection(server):
            pass
    except smtplib.SMTPResponseException as error:
        raise TemporaryDeliveryError(_said(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryDeliveryError(f"{server.host}:{server.port}: {error}") from error


def _connection(server: Server) -> smtplib.SMTP:
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
    if server.user:
        connection.login(server.user, server.password)
    return connection


def _said(code: int, reply: bytes | str) -> str:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(words.split())}"
