"""Taking a raw message in. When `store` returns, the message is on disk and the sender may hear 250."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from sterling.base import jobs
from sterling.channels.email.models import InboundMail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^<>\s]{1,500})", re.IGNORECASE | re.MULTILINE)


def message_id_of(raw: bytes) -> str:
    """The Message-ID of the header, without a full read; empty when there is none."""
    header = re.split(rb"\r?\n\r?\n", raw[:200_000], maxsplit=1)[0]
    found = _MESSAGE_ID.search(header)
    return found[1].decode("ascii", "replace").replace("\x00", "") if found else ""


def store(
    *, raw: bytes, mailbox: str, envelope_from: str, envelope_to: Sequence[str], peer: str, at: datetime
) -> InboundMail:
    """Keep the message and ask for it to be read, in one transaction. The same message again is the same row.

    A sender that never heard our 250 sends again: mailbox, Message-ID and content together tell.
    """
    digest = hashlib.sha256(raw).hexdigest()
    message_id = message_id_of(raw)
    key = {"mailbox": mailbox, "message_id": message_id, "digest": digest}
    known = InboundMail.objects.filter(**key).first()
    if known:
        return known
    try:
        with transaction.atomic():
            row = InboundMail(
                **key,
                envelope_from=envelope_from[:320],
                envelope_to=list(envelope_to),
                peer=peer[:100],
                size=len(raw),
                received_at=at,
            )
            row.raw.save("inbound", ContentFile(raw), save=False)
            row.save()
            jobs.enqueue(jobs.READ_MAIL, mail=row.pk)
    except IntegrityError:
        return InboundMail.objects.get(**key)
    return row
