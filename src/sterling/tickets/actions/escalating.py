"""Escalation: up a tier, up the ladder, and the customer's own right to it. Each with its reason; clocks do not move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid, NotYours
from sterling.base.formats import seconds_too as age
from sterling.base.live import poke
from sterling.core.clocks import Status
from sterling.core.clocks.spoken import length
from sterling.core.routing import tier_words
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.sla import alarms
from sterling.sla.actions import alarms as ringing
from sterling.sla.kinds import Kind
from sterling.tickets.actions import routing
from sterling.tickets.hearing import house_at
from sterling.tickets.held import Held, hold, hold_open
from sterling.tickets.models import Escalation, EscalationKind, Occasion, Rung, Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.models import Agent, Contact
    from sterling.base.actor import Actor
    from sterling.sla.models import Alarm

HIGHEST_TIER = 3
PATIENCE = timedelta(minutes=30)
"""Nobody has taken an escalation for so long: the duty manager hears as well, once."""
PAUSE = timedelta(hours=4)
"""After one that was taken, a customer may escalate the same ticket again."""
DAY = timedelta(days=1)
MOST_A_DAY = 5
LONGEST = 2000
SPONSOR = "executive_sponsor"


@transaction.atomic
def up_a_tier(*, ticket: Ticket, reason: str, at: datetime, by: Actor) -> Ticket:
    """The next tier works on it, and routing finds somebody of that one. Conflict: it is with the highest already."""
    said = _reason(reason)
    held = hold_open(ticket, at=at, by=by)
    before = held.ticket.tier
    if before >= HIGHEST_TIER:
        highest = tier_words(HIGHEST_TIER)
        raise Conflict(
            Text(
                f"It is with {highest.en} already. Escalate up the ladder instead.",
                f"已由{highest.zh}处理，请改为向上级升级。",
            )
        )
    held.ticket.tier = before + 1
    held.append(Kind.TIER, **{"from": before}, to=before + 1, reason=said)
    routing.think_over(held, Occasion.ESCALATED, asked=said)
    held.settle()
    return held.ticket


def by_share(*, at: datetime, most: int = 50) -> int:
    """A ticket goes up a tier at the shares for which its catalog's ladder says so, once each; how many went."""
    return sum(_by_share(alarm, at) for alarm in ringing.to_raise(most))


@transaction.atomic
def _by_share(alarm: Alarm, at: datetime) -> bool:
    ticket = Ticket.objects.filter(timeline=alarm.timeline_id).first()
    if ticket is None:
        ringing.note_raised(alarm)
        return False
    held = hold(ticket, at=at, by=SYSTEM)
    # Answered or solved meanwhile: nothing is left to go up for.
    if not ringing.note_raised(alarm) or alarm.pk not in alarms.standing_among([alarm], at):
        return False
    before = held.ticket.tier
    if before >= HIGHEST_TIER:
        return False
    why = alarms.said(alarm)
    held.ticket.tier = before + 1
    held.append(Kind.TIER, **{"from": before}, to=before + 1, reason="", why=why.as_dict())
    routing.think_over(held, Occasion.ESCALATED)
    held.settle()
    return True


@transaction.atomic
def up_the_ladder(*, ticket: Ticket, reason: str, at: datetime, by: Actor) -> Escalation:
    """The next rung hears: lead, duty manager, then the sponsor where the plan has one. Conflict: the top has heard.

    The lead's climbs by itself where nobody takes it, as a customer's does; higher than that somebody has to want it.
    """
    said = _reason(reason)
    held = hold_open(ticket, at=at, by=by)
    rung = next_rung(held.ticket, at)
    if rung is None:
        raise Conflict(Text("Everyone on the ladder has heard of it.", "升级阶梯上的所有人都已收到通知。"))
    made = _told(held, EscalationKind.ENGINEER, rung, said)
    if rung is Rung.LEAD:
        _climbs(made)
    held.settle()
    return made


@transaction.atomic
def by_customer(*, ticket: Ticket, contact: Contact, reason: str, at: datetime, by: Actor) -> Escalation:
    """The customer wants somebody above to look: the lead hears at once, and the duty manager if nobody takes it.

    NotYours: of another organization. Conflict: it is solved, or was escalated a short while ago.
    """
    if contact.organization_id != ticket.organization_id:
        raise NotYours
    said = _reason(reason)
    held = hold_open(ticket, at=at, by=by)
    if held.ticket.status == Status.SOLVED:
        raise Conflict(
            Text(
                "This ticket is solved. Write what is still wrong, which opens it again.",
                "该工单已解决。如仍有问题请直接回复，工单将重新打开。",
            )
        )
    _not_too_often(held, contact)
    made = _told(held, EscalationKind.CUSTOMER, Rung.LEAD, said)
    _climbs(made)
    held.settle()
    return made


def _climbs(row: Escalation) -> None:
    row.climb_at = row.at + PATIENCE
    row.save(update_fields=["climb_at"])


def climb(*, at: datetime, most: int = 50) -> int:
    """What nobody took in time goes one rung up, once each; how many."""
    waiting = Escalation.objects.filter(climb_at__lte=at, taken_at=None).order_by("climb_at")
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            done += _climb(pk, at)
    return done


def _climb(pk: int, at: datetime) -> bool:
    found = Escalation.objects.select_related("ticket").filter(pk=pk).first()
    if found is None:
        return False
    held = hold(found.ticket, at=at, by=SYSTEM)
    row = Escalation.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.climb_at is None or row.taken_at is not None:
        return False
    row.climb_at = None
    row.save(update_fields=["climb_at"])
    if not held.result().is_live or held.ticket.status == Status.SOLVED or _was_told_above(row):
        return False
    _told(held, EscalationKind(row.kind), Rung.DUTY_MANAGER, row.reason, follows=row)
    held.settle()
    return True


def _was_told_above(row: Escalation) -> bool:
    """Whoever escalated did so once more meanwhile: the duty manager has heard of it already."""
    above = Escalation.objects.filter(ticket=row.ticket_id, kind=row.kind, pk__gt=row.pk)
    return above.exclude(rung=Rung.LEAD).exists()


@transaction.atomic
def take(*, ticket: Ticket, agent: Agent, at: datetime, by: Actor) -> int:
    """One of the staff deals with what was escalated on this ticket; the customer reads who. How many there were."""
    open_ones = _of(ticket).filter(taken_at=None)
    if not open_ones.exists():
        return 0
    held = hold(ticket, at=at, by=by)
    rows = list(open_ones.select_for_update(of=("self",)))
    if not rows:
        return 0
    for row in rows:
        row.taken_by, row.taken_at, row.climb_at = agent, held.at, None
    Escalation.objects.bulk_update(rows, ["taken_by", "taken_at", "climb_at"])
    held.append(Kind.HEARD_OUT, name=agent.name, customer=any(row.kind == "customer" for row in rows))
    held.settle()
    poke("alarms", *(f"alarms-{one}" for one in sorted({told for row in rows for told in row.told})))
    return len(rows)


def _reason(reason: str) -> str:
    said = reason.replace("\x00", "").strip()
    if not said:
        raise Invalid.field(
            "reason", "Say why: whoever hears reads it first.", "请填写原因，收到通知的人会先看到它。"
        )
    if len(said) > LONGEST:
        raise Invalid.field("reason", f"At most {LONGEST} letters.", f"最多 {LONGEST} 个字符。")
    return said


def _of(ticket: Ticket) -> QuerySet[Escalation]:
    return Escalation.objects.filter(ticket=ticket).exclude(kind=EscalationKind.INFORMED)


def next_rung(ticket: Ticket, at: datetime) -> Rung | None:
    """Who hears of this ticket next; None at the top. Plans with a sponsor have one rung more."""
    holding = entitled.held(ticket.organization_id, at)
    known = SPONSOR in holding.catalog.entitlements and holding.includes(SPONSOR)
    ladder = [Rung.LEAD, Rung.DUTY_MANAGER, *([Rung.SPONSOR] if known else [])]
    heard = set(_of(ticket).values_list("rung", flat=True))
    highest = max((place for place, rung in enumerate(ladder) if rung in heard), default=-1)
    return ladder[highest + 1] if highest + 1 < len(ladder) else None


def _told(
    held: Held, kind: EscalationKind, rung: Rung, reason: str, follows: Escalation | None = None
) -> Escalation:
    """The rung hears, and the log says who that is."""
    house = house_at(held.at)
    heard = house.hearers([rung.value], held.ticket)
    names = [agent.name for agent in house.staff if agent.pk in heard.agents]
    by = held.by
    made = Escalation.objects.create(
        organization_id=held.ticket.organization_id,
        ticket=held.ticket,
        at=held.at,
        kind=kind.value,
        rung=rung.value,
        reason=reason,
        by_kind=follows.by_kind if follows else by.kind.value,
        by_id=follows.by_id if follows else by.id,
        by_name=follows.by_name if follows else by.name,
        follows=follows,
        told=heard.agents,
        is_covered=not heard.uncovered,
        to_mail=heard.agents,
    )
    held.append(
        Kind.ESCALATED,
        wanted_by=kind.value,
        rung=rung.value,
        reason=reason,
        told=names,
        climbed=follows is not None,
    )
    poke("alarms", *(f"alarms-{agent}" for agent in heard.agents))
    return made


def _not_too_often(held: Held, contact: Contact) -> None:
    mine = Escalation.objects.filter(kind=EscalationKind.CUSTOMER, follows=None)
    last = mine.filter(ticket=held.ticket).order_by("-pk").first()
    if last is not None and last.taken_at is None and last.at > held.at - DAY:
        ago = age(last.at, held.at)
        raise Conflict(
            Text(
                f"You escalated this {ago.en} ago, and it has been passed on. Write in the ticket to add something.",
                f"{ago.zh}前已升级并转达。如需补充，请直接在工单中回复。",
            )
        )
    if last is not None and last.at > held.at - PAUSE:
        left = last.at + PAUSE - held.at
        rest = length(timedelta(minutes=-(-left // timedelta(minutes=1))))
        raise Conflict(
            Text(
                f"This was taken in hand. It can be escalated again in {rest.en}.",
                f"已有人接手处理，{rest.zh}后可再次升级。",
            )
        )
    today = mine.filter(by_kind="contact", by_id=contact.pk, at__gt=held.at - DAY).count()
    if today >= MOST_A_DAY:
        raise Conflict(
            Text(
                f"You have escalated {MOST_A_DAY} tickets within a day. Call us if more is burning.",
                f"您一天内已升级 {MOST_A_DAY} 张工单。如仍有紧急情况，请电话联系我们。",
            )
        )
