"""Alarms by mail: each of the staff gets few mails, and each of them lists all that came since the last one.

A mail waits a moment for what belongs to the same incident, and a few minutes after the one before. Who has had many
within an hour is told that the rest is collected, and gets it as one mail.
A batch is written in one transaction with the note that it is, and leaves from its committed row.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from sterling.accounts import queries as people
from sterling.channels.email import letters
from sterling.channels.email.models import StaffMail
from sterling.channels.email.staff_words import Item, written
from sterling.core.alarms import WHOLE
from sterling.sla import alarms
from sterling.sla.actions import alarms as ringing
from sterling.tickets import queries as tickets
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sterling.accounts.models import Agent
    from sterling.sla.models import Alarm

WINDOW = timedelta(seconds=20)
"""So long an alarm waits for others before it is mailed."""
PAUSE = timedelta(minutes=5)
"""At least so much lies between two mails to one person."""
HOUR = timedelta(hours=1)
MOST_AN_HOUR = 6
MOST = 20_000  # alarms looked at in one round
LOCK = 0x57A1A126


@transaction.atomic
def write_batches(*, at: datetime) -> int:
    """Write the mails that are due; how many. One worker at a time, so that nobody gets two at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    if not row or not row[0]:
        return 0
    waiting = ringing.to_mail(MOST)
    if not waiting:
        return 0
    ready = _ready(waiting, at)
    if not ready:
        return 0
    news = _news(waiting, at)
    active = people.agents().filter(pk__in=ready, is_active=True, user__is_active=True)
    mails = [mail for agent in active if (mail := _batch(agent, news, at, ready[agent.pk])) is not None]
    StaffMail.objects.bulk_create(mails)
    ringing.note_mailed(waiting, set(ready))
    return len(mails)


def _ready(waiting: Sequence[Alarm], at: datetime) -> dict[int, datetime | None]:
    """Whose mail is due; with the last one of a busy hour, until when what follows is collected."""
    oldest: dict[int, datetime] = {}
    for alarm in waiting:
        for agent in alarm.to_mail:
            oldest[agent] = min(oldest.get(agent, at), alarm.told_at or at)
    lately: dict[int, list[datetime]] = {}
    batches = StaffMail.objects.filter(created_at__gt=at - HOUR, agent__in=oldest, of_alarms=True)
    for agent, created in batches.order_by("created_at").values_list("agent_id", "created_at"):
        lately.setdefault(agent, []).append(created)
    ready: dict[int, datetime | None] = {}
    for agent, since in oldest.items():
        had = lately.get(agent, [])
        rested = not had or had[-1] <= at - PAUSE
        if since <= at - WINDOW and rested and len(had) < MOST_AN_HOUR:
            ready[agent] = had[0] + HOUR if len(had) == MOST_AN_HOUR - 1 else None
    return ready


def _news(waiting: Sequence[Alarm], at: datetime) -> list[tuple[Alarm, Item]]:
    """What is worth a mail: misses, and warnings that still stand."""
    standing = alarms.standing_among(waiting, at)
    told = [alarm for alarm in waiting if alarm.share == WHOLE or alarm.pk in standing]
    about = tickets.by_timeline([alarm.timeline_id for alarm in told])
    return [
        (alarm, Item(ticket.number, ticket.subject, ticket.organization.name, alarms.said(alarm), alarm.due))
        for alarm in told
        if (ticket := about.get(alarm.timeline_id)) is not None
    ]


def _batch(
    agent: Agent, news: Sequence[tuple[Alarm, Item]], at: datetime, until: datetime | None
) -> StaffMail | None:
    """The mail to one of the staff, one line for each promise; None when nothing of it stands any more."""
    mine = {alarm: item for alarm, item in news if agent.pk in alarm.to_mail}
    if not mine:
        return None
    lines = [mine[alarm] for alarm in sorted(alarms.worst(mine), key=lambda one: (-one.share, one.due))]
    said = written(lines, settings.BASE_URL, _zone(agent), until)
    language = agent.user.language
    return StaffMail(
        agent=agent,
        of_alarms=True,
        to=agent.user.email,
        subject=said.subject.to(language),
        text=said.body.to(language),
        message_id=new_message_id(),
        created_at=at,
        next_attempt_at=at,
    )


def _zone(agent: Agent) -> tzinfo:
    return ZoneInfo(agent.zone)


def compose(mail: StaffMail) -> bytes:
    return letters.compose(mail, name="Sterling", submitted="auto-generated")


def send(*, mail_id: int, at: datetime) -> str:
    """Send one mail to staff; what became of it."""
    return letters.send(StaffMail, letter_id=mail_id, at=at, composed=compose)


def sweep(*, at: datetime) -> int:
    """Send what is due. Without a mail server the desk alone tells."""
    return letters.sweep(StaffMail, at=at, composed=compose)
