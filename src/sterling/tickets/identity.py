"""The Message-ID of what we send, and the signed address that leads an answer back to its ticket."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.core.signing import Signer

from sterling.core.addresses import in_ascii

LENGTH = 16
_LOCAL = re.compile(r"\+t(?P<number>\d{1,18})-(?P<mark>[a-z0-9]{16})$")


def _mark(number: int) -> str:
    """A short signature, lower case and digits alone, since mail systems fold addresses."""
    signature = Signer(salt="sterling.ticket-address").signature(str(number))
    return re.sub(r"[^a-z0-9]", "x", signature.lower())[:LENGTH]


def reply_address(number: int, mail_from: str) -> str:
    """`support+t1042-….@example.com` for `support@example.com`."""
    local, _, domain = mail_from.rpartition("@")
    return f"{local}+t{number}-{_mark(number)}@{domain}"


def ticket_number(address: str) -> int | None:
    """The number that a signed address carries; None when it carries none or the signature is not ours."""
    found = _LOCAL.search(address.strip().lower().rpartition("@")[0])
    if not found:
        return None
    number = int(found["number"])
    return number if secrets.compare_digest(found["mark"], _mark(number)) else None


def new_message_id() -> str:
    """For one outgoing message, stored before it is sent."""
    domain = in_ascii(settings.MAIL_FROM.rpartition("@")[2])
    return f"{secrets.token_hex(16)}@{domain}"
