"""The mail worker's jobs. Rows are the truth: a lost or doubled job costs a moment, never a message."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from sterling.base import jobs
from sterling.base.moment import now
from sterling.channels.email import (
    codes,
    contract_notices,
    delivery,
    escalations,
    handovers,
    hours_letters,
    premium_letters,
    refusals,
    sponsor_letters,
    staff,
)
from sterling.channels.email.mailboxes import incidents
from sterling.plans.actions import paperwork
from sterling.premium.hours import notices as hours
from sterling.premium.sponsors import notices as sponsors
from sterling.tickets.actions import alarms
from sterling.tickets.actions import handovers as handing


@app.task(name=jobs.SEND_MAIL, queue="default")
def send_mail(message: int) -> None:
    close_old_connections()
    delivery.send(message_id=message, at=now())


@app.task(name=jobs.MAIL_CODE, queue="default")
def mail_code(code: int) -> None:
    close_old_connections()
    codes.send(code_id=code, at=now())


def sweep() -> int:
    """What no job took up: messages that nobody sent, mailboxes that nobody looks after. How many there were."""
    incidents.watch(at=now())
    sent = delivery.sweep(at=now()) + staff.sweep(at=now()) + premium_letters.sweep(at=now())
    return sent + codes.sweep(at=now()) + refusals.sweep(at=now())


def tell_staff() -> int:
    """Alarms that were raised reach people: at the desk at once, by mail in batches. How many were told."""
    told = alarms.tell(at=now())
    staff.write_batches(at=now())
    handing.escalate(at=now())
    handovers.write(at=now())
    escalations.write(at=now())
    return told


def tell_of_contracts() -> int:
    """Contracts that end within 90, 30 or 7 days: noted, and mailed to who looks after them. How many notices."""
    raised = paperwork.raise_notices(at=now())
    contract_notices.write(at=now())
    return raised


def tell_of_hours() -> int:
    """Service hours: ledgers settled, lapses noted, what customers are to decide mailed. How many letters."""
    hours.look_after(at=now())
    return hours_letters.write(at=now())


def tell_sponsors() -> int:
    """What sponsors must hear of, and their next contacts in the calendar. How many mails."""
    sponsors.raise_notices(at=now())
    return sponsor_letters.write(at=now())
