"""Merges, follow-ups and what waits for an answer: the rules beside the clocks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.base.errors import Conflict, Overtaken
from sterling.sla import queries as promises
from sterling.sla.kinds import Kind
from sterling.tickets.access import follow_ups
from sterling.tickets.actions import merging, quiet, relieving, writing
from sterling.tickets.content import Content
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def needs_no_reply(ticket: Ticket, at: object, by: object) -> None:
    relieving.no_reply_needed(ticket=ticket, reason="Thanks only.", at=at, by=make.actor(by))


def wanting(ticket: Ticket) -> list[str]:
    """What the customer wrote that still asks for a reply."""
    found = Message.objects.filter(ticket=ticket, kind="customer", reply_needed=True).order_by("pk")
    return list(found.values_list("text", flat=True))


def test_no_reply_needed_holds_for_every_message_since_the_last_answer() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, text="first")
    make.reply(ticket, carol, TUESDAY + MINUTE)
    for minute, text in ((2, "second"), (3, "third")):
        make.wrote(ticket, alice, TUESDAY + minute * MINUTE, text)
    needs_no_reply(ticket, TUESDAY + 4 * MINUTE, carol)
    assert wanting(ticket) == ["first"]


def test_no_reply_needed_holds_for_the_opening_message_too() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, text="first")
    make.wrote(ticket, alice, TUESDAY + MINUTE, "second")
    needs_no_reply(ticket, TUESDAY + 2 * MINUTE, carol)
    assert wanting(ticket) == []


def test_no_reply_needed_holds_for_what_a_merge_brought_along() -> None:
    alice, carol = make.alice(), make.agent()
    first, second = make.ticket(alice, text="twin"), make.ticket(alice, text="other twin")
    make.reply(second, carol, TUESDAY + MINUTE)
    merging.merge(ticket=first, into=second, at=TUESDAY + 2 * MINUTE, by=make.actor(carol))
    needs_no_reply(second, TUESDAY + 3 * MINUTE, carol)
    assert (wanting(first), wanting(second)) == ([], ["other twin"])


def test_automatic_mail_to_a_merged_ticket_joins_the_one_that_goes_on() -> None:
    alice, carol = make.alice(), make.agent()
    first, second, third = (make.ticket(alice) for _ in range(3))
    merging.merge(ticket=first, into=second, at=TUESDAY + MINUTE, by=make.actor(carol))
    merging.merge(ticket=second, into=third, at=TUESDAY + MINUTE, by=make.actor(carol))
    said = quiet.automatic_mail(
        ticket=first,
        contact=alice,
        content=Content("I am away."),
        at=TUESDAY + 2 * MINUTE,
        received_at=TUESDAY + 2 * MINUTE,
        by=make.actor(alice),
    )
    assert (said.ticket_id, said.kind, said.reply_needed) == (third.pk, "auto", False)
    assert promises.events_of(first.timeline_id).filter(type=Kind.AUTOMATIC_MAIL).count() == 0


def test_the_refusal_to_write_in_a_merged_ticket_names_the_one_that_goes_on() -> None:
    alice, carol = make.alice(), make.agent()
    first, second = make.ticket(alice), make.ticket(alice)
    merging.merge(ticket=first, into=second, at=TUESDAY + MINUTE, by=make.actor(carol))
    with pytest.raises(Conflict, match=f"merged into #{second.number}"):
        make.reply(first, carol, TUESDAY + 2 * MINUTE)


def test_an_engineer_follows_up_on_a_closed_ticket_and_both_say_so() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="high", subject="Export fails")
    make.reply(ticket, carol, TUESDAY + MINUTE, status="closed")
    made = writing.follow_up(
        ticket=ticket,
        agent=carol,
        content=Content("The patch is out."),
        at=TUESDAY + HOUR,
        by=make.actor(carol),
    )
    assert (made.follow_up_of, made.subject, made.priority, made.status) == (
        ticket, "Export fails", "high", "open",
    )  # fmt: skip
    assert follow_ups(make.viewer(carol), ticket) == [made.number]
    assert [clock[:2] for clock in make.clocks(made, TUESDAY + HOUR)] == [("update", "running")]


def test_an_open_ticket_has_no_follow_up() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    with pytest.raises(Conflict, match="is not closed"):
        writing.follow_up(
            ticket=ticket, agent=carol, content=Content("More."), at=TUESDAY + HOUR, by=make.actor(carol)
        )
    assert Ticket.objects.count() == 1


def latest(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket).latest("pk").pk


def test_a_reply_that_a_colleague_overtook_is_refused_once() -> None:
    alice, carol, dave = make.alice(), make.agent(), make.agent("Dave Okafor")
    ticket = make.ticket(alice)
    seen = latest(ticket)
    make.reply(ticket, dave, TUESDAY + MINUTE)
    at = TUESDAY + MINUTE + timedelta(seconds=4)
    with pytest.raises(Overtaken, match=r"Dave Okafor replied 4 s ago\.") as refused:
        writing.reply(
            ticket=ticket, agent=carol, content=Content("Mine."), at=at, by=make.actor(carol), seen=seen
        )
    assert not Message.objects.filter(ticket=ticket, text="Mine.").exists()
    writing.reply(
        ticket=ticket,
        agent=carol,
        content=Content("Mine."),
        at=at,
        by=make.actor(carol),
        seen=refused.value.latest,
    )
    assert Message.objects.filter(ticket=ticket, text="Mine.").count() == 1


def test_a_reply_is_overtaken_by_the_customer_but_not_by_notes_or_by_its_own_writer() -> None:
    alice, carol, dave = make.alice(), make.agent(), make.agent("Dave Okafor")
    ticket = make.ticket(alice)
    seen = latest(ticket)
    writing.note(ticket=ticket, agent=dave, content=Content("Hm."), at=TUESDAY + MINUTE, by=make.actor(dave))
    make.reply(ticket, carol, TUESDAY + MINUTE)
    mine = {"ticket": ticket, "agent": carol, "by": make.actor(carol), "seen": seen}
    writing.reply(content=Content("More."), at=TUESDAY + 2 * MINUTE, **mine)
    make.wrote(ticket, alice, TUESDAY + 3 * MINUTE)
    with pytest.raises(Overtaken, match=r"Alice Moreau wrote 2 min ago\."):
        writing.reply(content=Content("Even more."), at=TUESDAY + 5 * MINUTE, **mine)


def test_what_is_supposed_changes_nothing() -> None:
    ticket = make.ticket(make.alice(), priority="high")
    log = promises.log_of(ticket.timeline_id)
    supposed = log.supposing(TUESDAY + HOUR, (Kind.PRIORITY, {"to": "urgent"}))
    assert supposed.owed.due == TUESDAY + 2 * HOUR
    assert log.result(TUESDAY + HOUR).owed.due == TUESDAY + 3 * HOUR
    assert promises.events_of(ticket.timeline_id).count() == len(log.rows) == 2
