"""Replies that go out later: at a time that was picked, or after the few seconds in which Send can be taken back.

Until then a reply is a row of its own and no message: no clock, no customer and no report knows of it. It counts
from the commit of its release.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.actor import Actor, ActorKind
from sterling.base.errors import Conflict, Invalid, SterlingError
from sterling.base.live import poke
from sterling.base.spool import sha256
from sterling.base.storage import as_file
from sterling.core.release import AT_ONCE, undo_until
from sterling.core.text import Text
from sterling.tickets.actions import writing
from sterling.tickets.content import Content, File, within_limit, written
from sterling.tickets.held import Held, hold_open
from sterling.tickets.models import Message, Scheduled, ScheduledFile, ScheduledState
from sterling.tickets.statuses import status_of

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.tickets.models import Ticket

FURTHEST = timedelta(days=366)
BATCH = 50


@transaction.atomic
def schedule(
    *,
    ticket: Ticket,
    agent: Agent,
    content: Content,
    release_at: datetime,
    status: str | None = None,
    seen: int | None = None,
    channel: str | None = None,
    at: datetime,
    by: Actor,
) -> Scheduled:
    """Write a reply that goes out at `release_at`. Invalid: no text, or a time that is past or a year away."""
    held = hold_open(ticket, at=at, by=by)
    _check_time(release_at, at)
    return _keep(held, agent, content, release_at, status, seen, channel, undo=False)


@transaction.atomic
def send_with_undo(
    *,
    ticket: Ticket,
    agent: Agent,
    content: Content,
    seconds: int,
    status: str | None = None,
    seen: int | None = None,
    channel: str | None = None,
    at: datetime,
    by: Actor,
) -> Scheduled | Message:
    """Send a reply that can be taken back for some seconds; near a due it goes at once."""
    held = hold_open(ticket, at=at, by=by)
    result = held.result()
    dues = [clock.due for clock in (result.owed, result.update) if clock]
    release_at = undo_until(held.at, timedelta(seconds=seconds), dues)
    if release_at is AT_ONCE:
        return writing.reply(
            ticket=ticket,
            agent=agent,
            content=content,
            status=status,
            seen=seen,
            channel=channel,
            at=at,
            by=by,
        )
    return _keep(held, agent, content, release_at, status, seen, channel, undo=True)


def _keep(
    held: Held,
    agent: Agent,
    content: Content,
    release_at: datetime,
    status: str | None,
    seen: int | None,
    channel: str | None,
    *,
    undo: bool,
) -> Scheduled:
    ticket = held.ticket
    text, to = written(content.text), status_of(status).value if status else ""
    within_limit(content.files)
    if seen is not None:
        writing.not_overtaken(held, agent, seen)
    row = Scheduled.objects.create(
        organization_id=ticket.organization_id,
        ticket=ticket,
        agent=agent,
        text=text,
        status=to,
        channel=channel or ticket.channel,
        undo=undo,
        release_at=release_at,
        created_at=held.at,
    )
    for file in content.files:
        _keep_file(row, file)
    _poke(row)
    return row


def _keep_file(row: Scheduled, file: File) -> None:
    kept = ScheduledFile(
        organization_id=row.organization_id,
        scheduled=row,
        name=(file.name or "attachment")[-255:],
        content_type=file.content_type[:150] or "application/octet-stream",
        size=len(file.data),
        digest=sha256(file.data),
    )
    kept.file.save(f"scheduled-{row.pk}", as_file(file.data), save=False)
    kept.save()


@transaction.atomic
def change(
    *,
    scheduled: Scheduled,
    text: str | None = None,
    status: str | None = None,
    release_at: datetime | None = None,
    at: datetime,
) -> Scheduled:
    """Other words, another status (empty: none) or another time. Conflict: it has gone out or was cancelled."""
    row = _waiting(scheduled)
    if text is not None:
        row.text = written(text)
    if status is not None:
        row.status = status_of(status).value if status else ""
    if release_at is not None:
        _check_time(release_at, at)
        row.release_at, row.undo = release_at, False
    row.state, row.reason = ScheduledState.WAITING, None
    row.save()
    _poke(row)
    return row


@transaction.atomic
def cancel(*, scheduled: Scheduled) -> Scheduled:
    """It does not go out. Conflict: it has gone out already."""
    row = _waiting(scheduled)
    row.state = ScheduledState.CANCELLED
    row.save(update_fields=["state"])
    _poke(row)
    return row


@transaction.atomic
def release_now(*, scheduled: Scheduled, at: datetime) -> Scheduled:
    """It goes out at once. Conflict: it has gone out already, or the ticket takes no replies."""
    row = _waiting(scheduled)
    _say(row, min(row.release_at, at), at)
    return row


def release_due(*, at: datetime) -> int:
    """Everything whose time has come goes out, each in a transaction of its own. How many."""
    due = Scheduled.objects.filter(state=ScheduledState.WAITING, release_at__lte=at).order_by(
        "release_at", "pk"
    )
    return sum(_release(pk, at) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _release(pk: int, at: datetime) -> bool:
    """Once only: who comes second finds it released, or locked by the first."""
    found = Scheduled.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "ticket", "agent__user"
    )
    row = found.filter(pk=pk, state=ScheduledState.WAITING, release_at__lte=at).first()
    if row is None:
        return False
    try:
        with transaction.atomic():
            _say(row, row.release_at, at)
    except SterlingError as error:
        # The ticket was closed or merged meanwhile: the words are kept, and the page says why they are here.
        row.state, row.reason = ScheduledState.REFUSED, error.text
        row.save(update_fields=["state", "reason"])
        _poke(row)
    return True


def _say(row: Scheduled, planned: datetime, at: datetime) -> None:
    files = []
    for kept in row.files.order_by("id"):
        with kept.file.open() as stored:
            files.append(File(kept.name, kept.content_type, stored.read()))
    message = writing.reply(
        ticket=row.ticket,
        agent=row.agent,
        content=Content(row.text, files=tuple(files)),
        status=row.status or None,
        channel=row.channel,
        planned=planned,
        at=at,
        by=Actor(ActorKind.AGENT, row.agent_id, row.agent.name),
    )
    row.state, row.reason, row.message = ScheduledState.RELEASED, None, message
    row.save(update_fields=["state", "reason", "message"])


def _waiting(scheduled: Scheduled) -> Scheduled:
    row = (
        Scheduled.objects.select_for_update(of=("self",))
        .select_related("ticket", "agent__user")
        .get(pk=scheduled.pk)
    )
    if row.state == ScheduledState.RELEASED:
        raise Conflict(Text("It has gone out already.", "已经发出，无法更改。"))
    if row.state == ScheduledState.CANCELLED:
        raise Conflict(Text("It was cancelled already.", "已经取消。"))
    return row


def _check_time(release_at: datetime, at: datetime) -> None:
    if release_at <= at:
        raise Invalid.field("send_at", "Pick a time that is still ahead.", "请选择将来的时间。")
    if release_at > at + FURTHEST:
        raise Invalid.field("send_at", "Pick a time within a year.", "请选择一年以内的时间。")


def _poke(row: Scheduled) -> None:
    poke("outbox", f"ticket-{row.ticket.number}")
