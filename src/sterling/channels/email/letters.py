"""Mail of the product's own (to staff, to a sender whose mail was not taken whole): sent from committed rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db.models import F

from sterling.channels.email import smtp
from sterling.channels.email.delivery import LEASE
from sterling.channels.email.errors import PermanentDeliveryError, TemporaryDeliveryError
from sterling.channels.email.international import policy_for, wired
from sterling.channels.email.models import Letter, StaffMailState
from sterling.core.retry import GIVE_UP, retry_after

if TYPE_CHECKING:
    from datetime import datetime

STALE = timedelta(days=1)
"""A letter that could not leave for so long says nothing new."""
REASON_LIMIT = 500
L = TypeVar("L", bound=Letter)


def compose(letter: Letter, *, name: str, submitted: str, in_reply_to: str = "", calendar: str = "") -> bytes:
    """The same bytes each time; no machine answers it (RFC 3834). `submitted`: auto-generated or auto-replied.

    `calendar`: an invitation that goes along, for the mail program to show (RFC 6047).
    """
    to = wired(letter.to)
    message = EmailMessage(policy=policy_for([to]))
    local, _, domain = wired(settings.MAIL_FROM).rpartition("@")
    message["From"] = Address(name, local, domain)
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Auto-Submitted"] = submitted
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    if calendar:
        method = "CANCEL" if "METHOD:CANCEL" in calendar else "REQUEST"
        message.add_alternative(calendar, subtype="calendar", params={"method": method})
        message.set_boundary(f"=_{letter.message_id.partition('@')[0]}")
    lines = [f"Message-ID: <{letter.message_id}>"]
    if in_reply_to and in_reply_to.isascii():
        lines += [f"In-Reply-To: <{in_reply_to}>", f"References: <{in_reply_to}>"]
    return ("\r\n".join(lines) + "\r\n").encode("ascii") + message.as_bytes()


def send(kind: type[L], *, letter_id: int, at: datetime, composed: Callable[[L], bytes]) -> str:
    """Send one letter; what became of it. Retried like every mail, for a day."""
    queued = kind._default_manager.filter(  # noqa: SLF001 - Django's name for the manager of any model
        pk=letter_id, state=StaffMailState.QUEUED, next_attempt_at__lte=at
    )
    if not queued.update(next_attempt_at=at + LEASE, attempts=F("attempts") + 1):
        return "not due"
    letter = kind._default_manager.get(pk=letter_id)  # noqa: SLF001 - as above
    server = smtp.Server.from_url(settings.SMTP_URL)
    try:
        smtp.send(server, sender="", recipients=[letter.to], raw=composed(letter))
    except PermanentDeliveryError as error:
        return _ended(letter, StaffMailState.FAILED, str(error))
    except TemporaryDeliveryError as error:
        wait = retry_after(letter.attempts)
        if wait is GIVE_UP:
            return _ended(letter, StaffMailState.FAILED, str(error))
        letter.next_attempt_at, letter.error = at + wait, str(error)[:REASON_LIMIT]
        letter.save(update_fields=["next_attempt_at", "error"])
        return "again later"
    letter.sent_at = at
    return _ended(letter, StaffMailState.SENT, "")


def _ended(letter: Letter, state: StaffMailState, reason: str) -> str:
    letter.state, letter.next_attempt_at, letter.error = state, None, reason[:REASON_LIMIT]
    letter.save(update_fields=["state", "next_attempt_at", "error", "sent_at"])
    return str(state.value)


def sweep(kind: type[L], *, at: datetime, composed: Callable[[L], bytes], batch: int = 100) -> int:
    """Send what is due. Without a mail server nothing leaves; what waited for a day is dropped."""
    queued = kind._default_manager.filter(state=StaffMailState.QUEUED)  # noqa: SLF001 - as above
    queued.filter(created_at__lte=at - STALE).update(state=StaffMailState.DROPPED, next_attempt_at=None)
    if not settings.SMTP_URL:
        return 0
    due = queued.filter(next_attempt_at__lte=at).order_by("next_attempt_at")
    found = list(due.values_list("pk", flat=True)[:batch])
    for letter_id in found:
        send(kind, letter_id=letter_id, at=at, composed=composed)
    return len(found)
