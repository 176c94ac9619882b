"""The mail worker's jobs. Rows are the truth: a lost or doubled job costs a moment, never a message."""

from __future__ import annotations

from datetime import timedelta

from django.db import close_old_connections
from procrastinate.contrib.django import app

from sterling.base import jobs
from sterling.base.moment import now
from sterling.channels.email import codes, delivery, processing, refusals, staff
from sterling.channels.email.models import InboundMail, InboundState
from sterling.tickets.actions import alarms

PATIENCE = timedelta(seconds=5)
BATCH = 200


@app.task(name=jobs.READ_MAIL, queue="default")
def read_mail(mail: int) -> None:
    close_old_connections()
    processing.process(mail_id=mail, at=now())


@app.task(name=jobs.SEND_MAIL, queue="default")
def send_mail(message: int) -> None:
    close_old_connections()
    delivery.send(message_id=message, at=now())


@app.task(name=jobs.MAIL_CODE, queue="default")
def mail_code(code: int) -> None:
    close_old_connections()
    codes.send(code_id=code, at=now())


def sweep() -> int:
    """What no job took up: mail that nobody read, messages that nobody sent. How many there were."""
    at = now()
    waiting = InboundMail.objects.filter(state=InboundState.RECEIVED, received_at__lt=at - PATIENCE)
    unread = list(waiting.order_by("received_at").values_list("pk", flat=True)[:BATCH])
    for pk in unread:
        processing.process(mail_id=pk, at=now())
    sent = delivery.sweep(at=at) + staff.sweep(at=now()) + codes.sweep(at=now()) + refusals.sweep(at=now())
    return len(unread) + sent


def tell_staff() -> int:
    """Alarms that were raised reach people: at the desk at once, by mail in batches. How many were told."""
    told = alarms.tell(at=now())
    staff.write_batches(at=now())
    return told
