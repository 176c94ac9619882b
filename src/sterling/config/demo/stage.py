"""Plays a conversation through the real actions, so that every clock comes from the log that they write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sterling.config.demo.cast import actor_of
from sterling.tickets.actions import changing, opening, relieving, writing
from sterling.tickets.content import Content

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from sterling.accounts.models import Agent, Contact
    from sterling.config.demo.stories import Story, Turn
    from sterling.tickets.models import Ticket

SOLVED_TEXT = {
    "en": "As everything has been quiet since, I am closing this ticket. Write any time and it continues.",
    "zh": "问题解决后一直运行正常，我先关闭此工单。之后如有需要，随时来信即可继续。",
}


@dataclass(slots=True)
class Scene:
    """A ticket being played: who asks, who answers, what the texts' blanks stand for."""

    story: Story
    ticket: Ticket
    requester: Contact
    colleague: Contact
    agent: Agent
    blanks: dict[str, str]
    random: Random
    earlier: list[Ticket] = field(default_factory=list)  # closed ones that this one follows up


def blanks(random: Random, requester: Contact) -> dict[str, str]:
    """Names, and small facts that differ each time a story is told."""
    return {
        "customer": str(requester),
        "first": str(requester).split(" ", maxsplit=1)[0],
        "count": f"{random.randint(120, 9800):,}",
        "percent": str(random.randint(34, 92)),
        "version": f"{random.randint(4, 6)}.{random.randint(0, 9)}.{random.randint(0, 14)}",
        "node": f"node-{random.randint(2, 19):02d}",
        "minutes": str(random.randint(12, 55)),
    }


def open_ticket(
    story: Story, requester: Contact, words: dict[str, str], at: datetime, random: Random
) -> Ticket:
    """The first turn: the customer's message opens the ticket. `words` fill the blanks of the texts."""
    return opening.open_ticket(
        requester=requester,
        subject=story.subject.format(**words),
        content=_said(story, requester, words, story.turns[0].text, random),
        channel=story.channel,
        priority=story.priority,
        at=at,
        recorded_at=at,
        by=actor_of(requester),
    )


def _said(
    story: Story,
    contact: Contact,
    words: dict[str, str],
    text: str,
    random: Random,
    channel: str | None = None,
) -> Content:
    written = text.format(**words)
    if (channel or story.channel) != "email":
        return Content(written)
    domain = contact.email.rpartition("@")[2]
    return Content(f"{written}\n\n{contact}", message_id=f"{random.getrandbits(80):020x}@{domain}")


def play(scene: Scene, turn: Turn, at: datetime) -> None:
    """One turn after the first. The ticket is read afresh."""
    _ACTS[turn.kind](scene, turn, at)
    scene.ticket.refresh_from_db()


def _customer(scene: Scene, turn: Turn, at: datetime) -> None:
    # After a call people go on by mail.
    channel = "email" if scene.story.channel == "phone" else scene.story.channel
    who = scene.requester
    message = writing.customer_wrote(
        ticket=scene.ticket,
        contact=who,
        content=_said(scene.story, who, scene.blanks, turn.text, scene.random, channel),
        channel=channel,
        at=at,
        received_at=at,
        by=actor_of(who),
    )
    if message.ticket_id != scene.ticket.pk:
        scene.earlier.append(scene.ticket)
        scene.ticket = message.ticket


def _agent(scene: Scene, turn: Turn, at: datetime) -> None:
    take(scene, at)
    signed = "" if scene.story.channel == "chat" else f"\n\n{scene.agent.name}"
    writing.reply(
        ticket=scene.ticket,
        agent=scene.agent,
        content=Content(turn.text.format(**scene.blanks) + signed),
        status=turn.argument or None,
        at=at,
        by=actor_of(scene.agent),
        channel="email" if scene.story.channel == "phone" else None,
    )


def take(scene: Scene, at: datetime) -> None:
    """The engineer makes the ticket theirs and confirms its priority where much hangs on it, once."""
    by = actor_of(scene.agent)
    if scene.ticket.assignee_id != scene.agent.pk:
        scene.ticket = changing.assign(ticket=scene.ticket, to=scene.agent, at=at, by=by)
    if scene.ticket.priority_confirmed_at is None and scene.ticket.priority in {"urgent", "high"}:
        changing.set_priority(ticket=scene.ticket, priority=scene.ticket.priority, at=at, by=by)


def _note(scene: Scene, turn: Turn, at: datetime) -> None:
    text = turn.text.format(**scene.blanks)
    writing.note(
        ticket=scene.ticket,
        agent=scene.agent,
        content=Content(text),
        status=turn.argument or None,
        at=at,
        by=actor_of(scene.agent),
    )


def _call(scene: Scene, turn: Turn, at: datetime) -> None:
    take(scene, at)
    relieving.call(
        ticket=scene.ticket,
        agent=scene.agent,
        answered=turn.argument != "missed",
        text=turn.text.format(**scene.blanks),
        at=at,
        by=actor_of(scene.agent),
    )


def _workaround(scene: Scene, turn: Turn, at: datetime) -> None:
    relieving.provide_workaround(
        ticket=scene.ticket,
        agent=scene.agent,
        text=turn.text.format(**scene.blanks),
        at=at,
        by=actor_of(scene.agent),
    )
    changing.triaged(ticket=scene.ticket, at=at, by=actor_of(scene.agent))


def _priority(scene: Scene, turn: Turn, at: datetime) -> None:
    changing.set_priority(
        ticket=scene.ticket, priority=turn.argument, reason=turn.text, at=at, by=actor_of(scene.agent)
    )


def _quiet(scene: Scene, turn: Turn, at: datetime) -> None:
    relieving.no_reply_needed(ticket=scene.ticket, reason=turn.text, at=at, by=actor_of(scene.agent))


def _cadence(scene: Scene, turn: Turn, at: datetime) -> None:
    relieving.agree_cadence(ticket=scene.ticket, every=turn.argument, at=at, by=actor_of(scene.agent))


def _takeover(scene: Scene, turn: Turn, at: datetime) -> None:  # noqa: ARG001 - an act's signature
    by = actor_of(scene.colleague)
    changing.take_over(ticket=scene.ticket, contact=scene.colleague, at=at, by=by)
    scene.requester = scene.colleague


def close(scene: Scene, at: datetime) -> None:
    """A solved ticket that stayed quiet is closed; on Low the customer hears of it (D7)."""
    by = actor_of(scene.agent)
    if scene.ticket.priority == "low":
        text = SOLVED_TEXT[scene.story.language]
        writing.reply(
            ticket=scene.ticket, agent=scene.agent, content=Content(text), status="closed", at=at, by=by
        )
    else:
        writing.set_status(ticket=scene.ticket, status="closed", at=at, by=by)
    scene.ticket.refresh_from_db()


def _close(scene: Scene, turn: Turn, at: datetime) -> None:  # noqa: ARG001 - an act's signature
    close(scene, at)


_ACTS: dict[str, Callable[[Scene, Turn, datetime], None]] = {
    "customer": _customer,
    "agent": _agent,
    "note": _note,
    "call": _call,
    "workaround": _workaround,
    "priority": _priority,
    "quiet": _quiet,
    "cadence": _cadence,
    "takeover": _takeover,
    "close": _close,
}
