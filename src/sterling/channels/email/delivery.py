"""Sending what is committed: claim, offer, note what happened. A crash in between repeats it under the same Message-ID.

Whom the server took it for is noted before it is offered again, and then for the others alone.
"""

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
    from collections.abc import Iterable
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
            # Whoever has it does not get it again.
            recipients=message.waiting_for or outgoing.recipients(message),
            raw=raw,
        )
    except PermanentDeliveryError as error:
        return _ended(message, str(error), at)
    except TemporaryDeliveryError as error:
        return _again(message, str(error), at)
    if any(one.is_for_now for one in refused):
        return _again_for_some(message, refused, at)
    quiet.sent(message=message, at=at, refused=_in_words(refused), by=SYSTEM)
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
        return _ended(message, reason, at)
    quiet.delayed(message=message, reason=reason, until=at + wait)
    jobs.enqueue(jobs.SEND_MAIL, at=at + wait, message=message.pk)
    return "again later"


@transaction.atomic
def _again_for_some(message: Message, refused: list[smtp.Refused], at: datetime) -> str:
    wait = retry_after(message.attempts if message.waiting_for else 1)
    if wait is GIVE_UP:
        return _ended(message, _in_words(refused), at)
    later = [one for one in refused if one.is_for_now]
    quiet.partly_sent(
        message=message,
        waiting_for=[one.address for one in later],
        reason=_in_words(later),
        refused=_in_words(one for one in refused if not one.is_for_now),
        at=at,
        until=at + wait,
        by=SYSTEM,
    )
    jobs.enqueue(jobs.SEND_MAIL, at=at + wait, message=message.pk)
    return "again later for some"


def _ended(message: Message, reason: str, at: datetime) -> str:
    """Nobody more gets it: it failed, or was sent to the others."""
    if message.waiting_for:
        quiet.sent(message=message, at=at, refused=reason, by=SYSTEM)
        return "sent"
    quiet.failed(message=message, reason=reason, at=at, by=SYSTEM)
    return "failed"


def _in_words(refused: Iterable[smtp.Refused]) -> str:
    return "; ".join(map(str, refused))


def sweep(*, at: datetime, batch: int = 100) -> int:
    """Messages whose nudge was lost, or that waited for a mail server."""
    if not settings.SMTP_URL:
        return 0
    due = tickets.due_outbox(at, batch)
    for message_id in due:
        send(message_id=message_id, at=at)
    return len(due)
