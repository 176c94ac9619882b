"""Sending what is committed: claim, offer, note what happened. A crash in between repeats it under the same Message-ID."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from sterling.base import jobs
from sterling.base.actor import SYSTEM
from sterling.channels.email import outgoing, signing, smtp
from sterling.channels.email.errors import PermanentDeliveryError, TemporaryDeliveryError
from sterling.channels.email.models import OutgoingMail
from sterling.core.retry import GIVE_UP, retry_after
from sterling.tickets import queries as tickets
from sterling.tickets.actions import quiet

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.tickets.models import Message

LEASE = timedelta(minutes=5)


def send(*, message_id: int, at: datetime) -> str:
    """Send one queued message; what became of it. Without a mail server it waits in the outbox."""
    if not settings.SMTP_URL:
        return "waits"
    message = quiet.claim(message_id=message_id, at=at, lease=LEASE)
    if message is None:
        return "not due"
    try:
        raw = _kept(message, at)
        refused = smtp.send(
            smtp.Server.from_url(settings.SMTP_URL),
            sender=outgoing.envelope_from(message),
            recipients=outgoing.recipients(message),
            raw=raw,
        )
    except PermanentDeliveryError as error:
        quiet.failed(message=message, reason=str(error), at=at, by=SYSTEM)
        return "failed"
    except TemporaryDeliveryError as error:
        return _again(message, str(error), at)
    quiet.sent(message=message, at=at, refused=refused, by=SYSTEM)
    return "sent"


def _kept(message: Message, at: datetime) -> bytes:
    """The raw mail, stored before it is first offered; another try offers the same bytes."""
    row = OutgoingMail.objects.filter(message_id=message.pk).first()
    if row is None:
        row, _ = OutgoingMail.objects.get_or_create(
            message_id=message.pk,
            defaults={
                "organization_id": message.organization_id,
                "envelope_from": outgoing.envelope_from(message),
                "envelope_to": outgoing.recipients(message),
                "raw": signing.signed(outgoing.compose(message), outgoing.sender_of(message)),
                "composed_at": at,
            },
        )
    return bytes(row.raw)


@transaction.atomic
def _again(message: Message, reason: str, at: datetime) -> str:
    wait = retry_after(message.attempts)
    if wait is GIVE_UP:
        quiet.failed(message=message, reason=reason, at=at, by=SYSTEM)
        return "failed"
    quiet.delayed(message=message, reason=reason, until=at + wait)
    jobs.enqueue(jobs.SEND_MAIL, at=at + wait, message=message.pk)
    return "again later"


def sweep(*, at: datetime, batch: int = 100) -> int:
    """Messages whose nudge was lost, or that waited for a mail server."""
    if not settings.SMTP_URL:
        return 0
    due = tickets.due_outbox(at, batch)
    for message_id in due:
        send(message_id=message_id, at=at)
    return len(due)
