"""Addresses in other letters than ASCII (RFC 6531): as a mail server takes them, and what it has to be able to do."""

from __future__ import annotations

import unicodedata
from email.policy import SMTP, SMTPUTF8
from typing import TYPE_CHECKING

from sterling.core.addresses import in_ascii

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import EmailMessage
    from email.policy import EmailPolicy


def wired(address: str) -> str:
    """With the domain in ASCII, as every server takes it. Before the @ there is no such form."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{in_ascii(unicodedata.normalize('NFKC', domain))}"


def policy_for(addresses: Iterable[str]) -> EmailPolicy[EmailMessage]:
    """How to write a mail with these in its header: in UTF-8 where ASCII has no form for one of them."""
    return SMTP if all(address.isascii() for address in addresses) else SMTPUTF8
