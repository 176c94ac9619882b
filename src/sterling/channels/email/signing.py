"""DKIM: a mail is signed with the installation's key, so that others can tell it is ours (RFC 6376)."""

from __future__ import annotations

import dkim
from django.conf import settings

from sterling.channels.email.errors import TemporaryDeliveryError

HEADERS = (
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to",
    b"mime-version", b"content-type", b"auto-submitted",
)  # fmt: skip


def signed(raw: bytes, sender: str) -> bytes:
    """The mail with a signature on top; as it is where no key is configured.

    TemporaryDeliveryError: the key is none. It goes out when that is mended.
    """
    if not settings.DKIM_KEY:
        return raw
    present = {line.split(b":", 1)[0].lower() for line in raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")}
    try:
        header: bytes = dkim.sign(
            raw,
            settings.DKIM_SELECTOR.encode(),
            sender.rpartition("@")[2].encode(),
            settings.DKIM_KEY,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in HEADERS if name in present],
        )
    except dkim.DKIMException as error:
        raise TemporaryDeliveryError(f"DKIM: {error}") from error
    return header + raw
