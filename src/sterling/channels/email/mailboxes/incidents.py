"""What an administrator has to hear of about a mailbox: once for each incident, which closes by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from sterling.accounts import queries as people
from sterling.accounts.models import Role
from sterling.base import live
from sterling.channels.email.mailboxes.models import Kind, MailboxIncident, Trouble
from sterling.channels.email.mailboxes.queries import Health, all_mailboxes, health_of
from sterling.channels.email.mailboxes.troubles import WORDS
from sterling.core.text import Text
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LOCK = 0x57A1A12B
SURE_AFTER = 2  # refused sign-ins in a row; one may be the server's mood
PATIENCE = timedelta(minutes=10)
"""A server may be away so long, and a fetcher give no sign, before somebody is called."""
SOON = timedelta(days=14)
AGAIN = timedelta(minutes=30)
"""What comes back within this time after it closed is the same incident, and nobody is told twice."""
AT_ONCE = {Trouble.SIGN_IN, Trouble.TOKEN, Trouble.SECRET}


def found(health: Health, at: datetime) -> Iterator[tuple[Trouble, str]]:
    """Each thing that somebody should hear of about this mailbox now, with what is known of it."""
    mailbox, state = health.mailbox, health.of_imap
    if not mailbox.is_enabled:
        return
    if state is not None and health.trouble:
        long_enough = state.failing_since is not None and at - state.failing_since >= PATIENCE
        if long_enough or (health.trouble in AT_ONCE and state.failures >= SURE_AFTER):
            yield health.trouble, state.error
    if mailbox.kind == Kind.IMAP:
        sign = state.checked_at if state and state.checked_at else mailbox.watched_since
        if at - max(sign, mailbox.watched_since) >= PATIENCE:
            yield Trouble.NOT_FETCHED, ""
        if mailbox.sign_in_expires and mailbox.sign_in_expires <= (at + SOON).date():
            yield Trouble.EXPIRING, f"{mailbox.sign_in_expires:%Y-%m-%d}"
    if mailbox.silent_after_hours:
        last = max(health.last_message_at or mailbox.watched_since, mailbox.watched_since)
        if at - last >= timedelta(hours=mailbox.silent_after_hours):
            yield Trouble.SILENT, ""


@transaction.atomic
def watch(*, at: datetime) -> int:
    """Open what is new and tell the administrators, close what is over; how many changed. One worker at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    if not row or not row[0]:
        return 0
    changed = 0
    for health in health_of(list(all_mailboxes())):
        known = {one.trouble: one for one in health.incidents}
        now_there = dict(found(health, at))
        for trouble, detail in now_there.items():
            if trouble not in known:
                _open(health, trouble, detail, at)
                changed += 1
        for name, incident in known.items():
            if name not in now_there:
                incident.closed_at = at
                incident.save(update_fields=["closed_at"])
                changed += 1
    if changed:
        live.poke("mailboxes")
    return changed


def _open(health: Health, trouble: Trouble, detail: str, at: datetime) -> None:
    latest = (
        MailboxIncident.objects.filter(mailbox=health.mailbox, trouble=trouble).order_by("-opened_at").first()
    )
    if latest and latest.closed_at and at - latest.closed_at < AGAIN:
        latest.closed_at, latest.detail = None, detail
        latest.save(update_fields=["closed_at", "detail"])
        return
    told = _tell(health, trouble, detail, at)
    MailboxIncident.objects.create(
        mailbox=health.mailbox, trouble=trouble, detail=detail, opened_at=at, told=told
    )


def _tell(health: Health, trouble: Trouble, detail: str, at: datetime) -> int:
    """A mail to each administrator, in their language; how many."""
    from sterling.channels.email.models import StaffMail

    name = health.mailbox.name
    words = WORDS[trouble]
    known = f"\n{detail}" if detail else ""
    link = f"{settings.BASE_URL}/desk/mailboxes/{health.mailbox.pk}/"
    subject = Text(f"Mailbox {name}: {words.en}", f"邮箱“{name}”：{words.zh}")
    body = Text(
        f"{words.en}{known}\n\n{link}\n\nThis is said once; it closes by itself when the mailbox is well.\n",
        f"{words.zh}{known}\n\n{link}\n\n此事只通知一次；邮箱恢复正常后会自动结束。\n",
    )
    mails = [
        StaffMail(
            agent=agent,
            to=agent.user.email,
            subject=subject.to(agent.user.language)[:300],
            text=body.to(agent.user.language),
            message_id=new_message_id(),
            created_at=at,
            next_attempt_at=at,
        )
        for agent in people.agents().filter(role=Role.ADMIN, is_active=True, user__is_active=True)
    ]
    StaffMail.objects.bulk_create(mails)
    return len(mails)
