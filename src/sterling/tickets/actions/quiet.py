"""What happens around the messages without being said by anyone: deliveries, bounces, automatic mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from sterling.accounts.queries import contact_by_email
from sterling.base import jobs
from sterling.base.errors import Conflict
from sterling.base.live import poke
from sterling.core.clocks import Status
from sterling.core.text import Text
from sterling.sla.kinds import Kind
from sterling.tickets import messages
from sterling.tickets.actions.opening import open_ticket
from sterling.tickets.content import Content
from sterling.tickets.held import goes_on, hold
from sterling.tickets.models import Delivery, Message, MessageKind, Ticket

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sterling.accounts.models import Contact
    from sterling.base.actor import Actor

ERROR_LIMIT = 500


def claim(*, message_id: int, at: datetime, lease: timedelta) -> Message | None:
    """Take a queued message to send it: until the lease ends nobody else will. None: not queued or not due."""
    taken = Message.objects.filter(pk=message_id, delivery=Delivery.QUEUED, next_attempt_at__lte=at).update(
        next_attempt_at=at + lease, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    return Message.objects.select_related("ticket__organization", "ticket__requester").get(pk=message_id)


@transaction.atomic
def sent(*, message: Message, at: datetime, refused: str, by: Actor) -> None:
    """The mail server took it. Some recipients may have been refused: that is shown."""
    error = _joined(_refused_before(message), refused)
    Message.objects.filter(pk=message.pk).update(
        delivery=Delivery.SENT,
        sent_at=message.sent_at if message.waiting_for else at,
        next_attempt_at=None,
        delivery_error=error,
        waiting_for=[],
        refused="",
    )
    _poke(message)
    if refused:
        _tell(message, Kind.DELIVERY_FAILED, at, by, reason=refused[:ERROR_LIMIT])


@transaction.atomic
def partly_sent(
    *,
    message: Message,
    waiting_for: Sequence[str],
    reason: str,
    refused: str,
    at: datetime,
    until: datetime,
    by: Actor,
) -> None:
    """The mail server took it and asked to come again for some: from here on it is offered for them alone.

    `refused`: what it said of those who will not get it.
    """
    never = _joined(_refused_before(message), refused)
    changed: dict[str, Any] = {
        "waiting_for": list(waiting_for),
        "refused": never,
        "sent_at": message.sent_at if message.waiting_for else at,
        "next_attempt_at": until,
        "delivery_error": _joined(reason, never),
    }
    if not message.waiting_for:  # their tries begin with this one
        changed["attempts"] = 1
    Message.objects.filter(pk=message.pk).update(**changed)
    _poke(message)
    if refused:
        _tell(message, Kind.DELIVERY_FAILED, at, by, reason=refused[:ERROR_LIMIT])


def _refused_before(message: Message) -> str:
    """As it stands now: a report may have come while the mail was offered. Locked until the transaction ends."""
    if not message.waiting_for:
        return ""
    return Message.objects.select_for_update().values_list("refused", flat=True).get(pk=message.pk)


def _joined(*said: str) -> str:
    return "; ".join(one for one in said if one)[:ERROR_LIMIT]


def delayed(*, message: Message, reason: str, until: datetime) -> None:
    """For now it could not leave; it goes on waiting, with the reason shown."""
    error = _joined(reason, message.refused)
    Message.objects.filter(pk=message.pk).update(next_attempt_at=until, delivery_error=error)
    _poke(message)


@transaction.atomic
def failed(*, message: Message, reason: str, at: datetime, by: Actor) -> None:
    """It will not leave. The clock stays as it was: the answer was given when it was committed."""
    Message.objects.filter(pk=message.pk).update(
        delivery=Delivery.FAILED, next_attempt_at=None, delivery_error=reason[:ERROR_LIMIT]
    )
    _tell(message, Kind.DELIVERY_FAILED, at, by, reason=reason[:ERROR_LIMIT])


@transaction.atomic
def bounced(
    *, message: Message, recipients: Sequence[str], status: str, hard: bool, at: datetime, by: Actor
) -> None:
    """A delivery report came back about it."""
    reason = f"{', '.join(recipients)} {status}".strip()[:ERROR_LIMIT]
    if hard:
        _came_back(message, reason)
    _tell(message, Kind.BOUNCED, at, by, recipients=list(recipients), status=status, hard=hard)


def _came_back(message: Message, reason: str) -> None:
    heads = ("waiting_for", "refused", "delivery_error")
    fresh = Message.objects.select_for_update().only(*heads).get(pk=message.pk)
    if fresh.waiting_for:  # it goes on being offered for them
        changed = {
            "refused": _joined(fresh.refused, reason),
            "delivery_error": _joined(fresh.delivery_error, reason),
        }
    else:
        changed = {"delivery": Delivery.BOUNCED, "delivery_error": reason}
    Message.objects.filter(pk=message.pk).update(**changed)


def _poke(message: Message) -> None:
    """Its delivery changed, nothing else: the queue has nothing to do with it."""
    poke("outbox", f"ticket-{message.ticket.number}")


def _tell(message: Message, kind: Kind, at: datetime, by: Actor, **data: object) -> None:
    with transaction.atomic():
        held = hold(message.ticket, at=at, by=by)
        held.append(kind, message=message.pk, **data)
        held.settle()


@transaction.atomic
def automatic_mail(
    *, ticket: Ticket, contact: Contact, content: Content, at: datetime, received_at: datetime, by: Actor
) -> Message:
    """Keep an automatic answer beside the ticket's messages: no clock starts, nothing reopens.

    In a merged ticket it joins the one that goes on, as a customer's own words do.
    """
    held = hold(goes_on(ticket), at=at, by=by)
    if held.ticket.merged_into:
        return automatic_mail(
            ticket=held.ticket, contact=contact, content=content, at=at, received_at=received_at, by=by
        )
    message = messages.from_customer(
        held.ticket, contact, content, channel="email", at=held.at, received_at=received_at
    )
    message.kind, message.reply_needed = MessageKind.AUTO, False
    message.save(update_fields=["kind", "reply_needed"])
    held.append(Kind.AUTOMATIC_MAIL, message=message.pk)
    held.settle()
    return message


@transaction.atomic
def counts_after_all(*, message: Message, at: datetime, by: Actor) -> Message:
    """A person wrote what was taken for a machine's: it is the customer's word, owed since its receipt.

    On a closed ticket the same words open a linked follow-up.
    """
    held = hold(message.ticket, at=at, by=by)
    fresh = Message.objects.get(pk=message.pk)
    if fresh.kind != MessageKind.AUTO or fresh.author_kind != "contact":
        return message
    if held.ticket.merged_into_id:
        raise Conflict(Text("This ticket was merged into another one.", "该工单已并入另一工单。"))
    contact = contact_by_email(fresh.author_email)
    if held.ticket.status == Status.CLOSED and contact and contact.organization_id == fresh.organization_id:
        made = open_ticket(
            requester=contact,
            subject=held.ticket.subject,
            content=Content(fresh.text, html=fresh.html, quoted=fresh.quoted),
            channel="email",
            at=fresh.received_at,
            recorded_at=held.at,
            by=by,
            priority=held.ticket.priority,
            acknowledge=False,
            follow_up_of=held.ticket,
        )
        return Message.objects.filter(ticket=made).earliest("id")
    fresh.kind, fresh.reply_needed = MessageKind.CUSTOMER, True
    fresh.save(update_fields=["kind", "reply_needed"])
    held.append(Kind.CUSTOMER_MESSAGE, message=fresh.pk, since=fresh.received_at.isoformat())
    held.settle()
    return fresh


@transaction.atomic
def send_again(*, message: Message, at: datetime) -> None:
    """By hand: back to the outbox."""
    again = Message.objects.filter(pk=message.pk, delivery__in=[Delivery.FAILED, Delivery.BOUNCED])
    if again.update(delivery=Delivery.QUEUED, next_attempt_at=at, attempts=0, delivery_error=""):
        jobs.enqueue(jobs.SEND_MAIL, message=message.pk)
        _poke(message)


@transaction.atomic
def left_long_ago(*, tickets: Sequence[Ticket]) -> int:
    """What these tickets have queued counts as sent when it was written, so that none of it leaves now. How many.

    For tickets told of the past, in the transaction that makes them.
    """
    queued = Message.objects.filter(ticket__in=tickets, delivery=Delivery.QUEUED)
    pks = list(queued.values_list("pk", flat=True))
    Message.objects.filter(pk__in=pks).update(
        delivery=Delivery.SENT, sent_at=F("created_at"), next_attempt_at=None, attempts=1
    )
    jobs.forget(jobs.SEND_MAIL, "message", pks)
    return len(pks)
