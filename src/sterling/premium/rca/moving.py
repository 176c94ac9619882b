"""Moving an analysis on: to review, back, published, tracked, closed; whose it is; granted by exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.accounts.models import Role
from sterling.base import audit
from sterling.base.errors import Conflict, FieldError, Invalid, NamesFound, NotAllowed
from sterling.base.live import poke
from sterling.core import rca as core
from sterling.core.rca import ALLOWED, Edition, Move, Name, Standing, State
from sterling.core.text import Text
from sterling.premium.rca import editions, queries
from sterling.premium.rca.models import Published, Rca
from sterling.premium.rca.opening import settle
from sterling.premium.rca.writing import hold
from sterling.sla.actions import alarms
from sterling.tickets.actions import analysis

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.base.actor import Actor
    from sterling.core.rca import Suspect
    from sterling.tickets.models import Ticket


def manages(agent: Agent) -> bool:
    return agent.role in {Role.LEAD, Role.ADMIN}


@transaction.atomic
def grant(*, ticket: Ticket, reason: str, agent: Agent, at: datetime, by: Actor) -> Rca:
    """A manager's exception: an analysis that the plan does not owe (D14). Conflict: there is one."""
    if not manages(agent):
        raise NotAllowed(
            Text("Leads and administrators grant an analysis.", "根本原因分析由主管或管理员破例批准。")
        )
    if settle(ticket=ticket, at=at) is not None:
        raise Conflict(Text("This ticket has its analysis already.", "该工单已有根本原因分析。"))
    analysis.grant_analysis(ticket=ticket, reason=reason, at=at, by=by)
    made = settle(ticket=ticket, at=at)
    assert made is not None  # it was granted
    return made


def standing(rca: Rca, unsettled: int = 0) -> Standing:
    return Standing(
        State(rca.state), rca.author_id, rca.owner_id, final=rca.final_at is not None, unsettled=unsettled
    )


def towards(rca: Rca) -> Edition:
    """The edition that comes next: the preliminary one until something was published."""
    return Edition.FINAL if rca.preliminary_at else Edition.PRELIMINARY


@transaction.atomic
def move(*, rca: Rca, to: Move, agent: Agent, at: datetime, by: Actor) -> Rca:
    """Revise, track or close. Conflict says why not."""
    held = _may(rca, to, agent)
    if to is Move.CLOSE:
        held.closed_at = at
    _moved(held, to, at, by)
    return held


@transaction.atomic
def submit(*, rca: Rca, edition: Edition | None = None, agent: Agent, at: datetime, by: Actor) -> Rca:
    """To a second pair of eyes. Invalid names what the edition still needs."""
    held = _may(rca, Move.SUBMIT, agent)
    wanted = edition or towards(held)
    if wanted is Edition.PRELIMINARY and held.final_at:
        raise Invalid.field("edition", "The final edition is out already.", "终稿已发布。")
    lacking = core.missing(queries.document(queries.parts(held)), wanted, len(queries.actions(held)))
    if lacking:
        raise Invalid(
            *(FieldError("edition", Text(f"Still needed: {one.en}.", f"尚缺：{one.zh}。")) for one in lacking)
        )
    held.author, held.towards, held.note = agent, wanted.value, ""
    _moved(held, Move.SUBMIT, at, by, edition=wanted.value)
    return held


@transaction.atomic
def send_back(*, rca: Rca, reason: str, agent: Agent, at: datetime, by: Actor) -> Rca:
    held = _may(rca, Move.RETURN, agent)
    if not reason.strip():
        raise Invalid.field("reason", "Say what is missing.", "请说明缺少什么。")
    held.note = reason.strip()[:1000]
    _moved(held, Move.RETURN, at, by, reason=held.note)
    return held


def suspects(rca: Rca) -> list[Suspect]:
    """Where the words seem to name other customers."""
    document = queries.document(queries.parts(rca))
    written = [*core.texts(document)]
    for action in queries.actions(rca):
        written += [("actions", action.text), ("actions", action.verification)]
    others = (Name(text, whose) for text, whose in people.names_elsewhere(rca.organization_id))
    return core.suspects(written, others, people.names_here(rca.organization_id))


@transaction.atomic
def publish(*, rca: Rca, names_checked: bool = False, agent: Agent, at: datetime, by: Actor) -> Published:
    """Sign it off: the edition stands for good, the customer reads it, its alarms are settled.

    Conflict: whoever sent it to review does not publish it. NamesFound: it may name other customers, and nobody has
    said that they looked (`names_checked`, on record with what was found).
    """
    held = _may(rca, Move.PUBLISH, agent)
    found = [{"part": one.part, "name": one.name, "whose": one.whose} for one in suspects(held)]
    if found and not names_checked:
        names = ", ".join(dict.fromkeys(one["name"] for one in found))
        raise NamesFound(
            Text(f"It may name other customers: {names}.", f"内容可能提到其他客户：{names}。"), found
        )
    edition = Edition(held.towards)
    settle(ticket=held.ticket, at=at)
    held = hold(rca)
    if edition is Edition.FINAL:
        held.final_at = held.final_at or at
    held.preliminary_at = held.preliminary_at or at
    made = editions.make(held, edition, reviewer=agent, names_checked=found, at=at)
    done = [queries.PREFIX + one.edition.value for one in queries.clocks(held) if one.published_at]
    heard = alarms.settle(timeline_id=held.ticket.timeline_id, metrics=done, at=at)
    _moved(held, Move.PUBLISH, at, by, edition=edition.value, number=made.number)
    poke("alarms", *(f"alarms-{agent_id}" for agent_id in heard))
    analysis.note_published(ticket=held.ticket, edition=edition.value, number=made.number, at=at, by=by)
    settle(ticket=held.ticket, at=at)
    return made


@transaction.atomic
def give(*, rca: Rca, to: Agent | None, at: datetime, by: Actor) -> Rca:
    """Whose it is: they are the first to hear of its alarms."""
    held = hold(rca)
    if to is not None and not to.is_active:
        raise Conflict(Text("This engineer is no longer active.", "该工程师已停用。"))
    if held.owner_id != (to.pk if to else None):
        held.owner = to
        held.version += 1
        held.save()
        _record(held, "rca_given", at, by, to=to.name if to else "")
    return held


def _may(rca: Rca, to: Move, agent: Agent) -> Rca:
    held = hold(rca)
    now = standing(held, queries.unsettled(queries.actions(held)))
    refused = core.refusal(to, now, by=agent.pk, manages=manages(agent))
    if refused:
        raise Conflict(refused)
    return held


def _moved(held: Rca, to: Move, at: datetime, by: Actor, **data: object) -> None:
    held.state = ALLOWED[to][1].value
    held.version += 1
    held.save()
    _record(held, f"rca_{to.value}", at, by, **data)
    poke("queue", f"ticket-{held.ticket.number}")


def _record(held: Rca, verb: str, at: datetime, by: Actor, **data: object) -> None:
    audit.record(
        at=at,
        actor=by,
        verb=verb,
        object_kind="rca",
        object_id=held.pk,
        organization_id=held.organization_id,
        data=data,
    )
