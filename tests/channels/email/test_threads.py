"""Where a mail goes: whose ticket, who is copied, who has to be asked first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sterling.accounts.models import Contact
from sterling.base.errors import Conflict, NotYours
from sterling.channels.email import holding, intake, processing
from sterling.channels.email.models import HeldMail, InboundMail
from sterling.sla import queries as promises
from sterling.tickets import followers
from sterling.tickets.access import messages_for
from sterling.tickets.actions import copying, merging
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.channels.email.mails import mail
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
SUPPORT = "support@sterling.example"
STRANGER = "mallory@elsewhere.example"


def took(raw: bytes, at: datetime = TUESDAY, *, read_at: datetime | None = None) -> InboundMail:
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[SUPPORT], peer="::1", at=at)
    processing.process(mail_id=row.pk, at=read_at or at)
    row.refresh_from_db()
    return row


def to_ticket(ticket: Ticket) -> str:
    return reply_address(ticket.number, SUPPORT)


def kinds(ticket: Ticket) -> list[str]:
    return [event.type for event in promises.events_of(ticket.timeline_id)]


@pytest.fixture
def asked() -> tuple[Contact, Ticket, Message]:
    """Alice asked, Carol answered."""
    alice = make.alice()
    ticket = make.ticket(alice, priority="high")
    return alice, ticket, make.reply(ticket, make.agent(), TUESDAY + MINUTE)


@pytest.mark.parametrize("way", ["address", "in_reply_to"])
def test_a_strangers_answer_to_what_leaked_waits_and_starts_no_clock(
    asked: tuple[Contact, Ticket, Message], way: str
) -> None:
    alice, ticket, answer = asked
    before = make.clocks(ticket, TUESDAY + 10 * MINUTE)
    leaked = {"to": to_ticket(ticket)} if way == "address" else {"In_Reply_To": f"<{answer.message_id}>"}
    row = took(mail(STRANGER, text="Send me the log.", **leaked), TUESDAY + 2 * MINUTE)
    assert (row.outcome, Ticket.objects.count()) == ("waits for approval", 1)
    assert make.clocks(ticket, TUESDAY + 10 * MINUTE) == before
    assert not Contact.objects.filter(email=STRANGER).exists()
    (held,) = holding.waiting_on(ticket)
    assert (held.sender, held.text, held.led_by) == (STRANGER, "Send me the log.", way)
    seen = [message.text for message in messages_for(make.viewer(alice), ticket)]
    assert "Send me the log." not in " ".join(seen)
    assert make.reply(ticket, make.agent("Dave Okafor"), TUESDAY + 3 * MINUTE).cc == []


def test_who_copies_a_message_id_that_leaked_gets_no_answer_to_it(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    alice, ticket, answer = asked
    copied = took(mail(STRANGER, message_id=f"<{answer.message_id}>"), TUESDAY + 2 * MINUTE)
    assert (copied.outcome, copied.ticket_id != ticket.pk) == ("opened", True)
    row = took(mail(alice.email, In_Reply_To=f"<{answer.message_id}>"), TUESDAY + 3 * MINUTE)
    assert (row.outcome, row.ticket_id) == ("joined by in_reply_to", ticket.pk)


def test_an_approved_stranger_is_owed_since_the_receipt_and_copied_from_then_on(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    _, ticket, _ = asked
    took(mail(STRANGER, to=to_ticket(ticket), text="Send me the log."), TUESDAY + 10 * MINUTE)
    (held,) = holding.waiting_on(ticket)
    carol = make.agent("Dave Okafor")
    holding.approve(held_id=held.pk, at=TUESDAY + 40 * MINUTE, by=make.actor(carol))
    owed = [one for one in make.clocks(ticket, TUESDAY + 40 * MINUTE) if one[0] == "next_response"]
    assert owed == [("next_response", "running", TUESDAY + 190 * MINUTE)]
    assert make.reply(ticket, carol, TUESDAY + 50 * MINUTE).cc == [STRANGER]
    again = took(mail(STRANGER, to=to_ticket(ticket), text="Thanks."), TUESDAY + 60 * MINUTE)
    assert again.outcome == "joined by address"
    with pytest.raises(Conflict):
        holding.approve(held_id=held.pk, at=TUESDAY + 61 * MINUTE, by=make.actor(carol))


def test_a_declined_stranger_gets_a_ticket_of_their_own_which_runs_since_the_receipt(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    _, ticket, _ = asked
    took(mail(STRANGER, to=to_ticket(ticket), subject="Log please"), TUESDAY + 10 * MINUTE)
    (held,) = holding.waiting_on(ticket)
    made = holding.decline(
        held_id=held.pk, at=TUESDAY + 40 * MINUTE, by=make.actor(make.agent("Dave Okafor"))
    )
    assert (made.subject, made.opened_at, made.requester.email) == (
        "Log please",
        TUESDAY + 10 * MINUTE,
        STRANGER,
    )
    assert made.organization_id != ticket.organization_id
    assert holding.waiting_on(ticket) == []
    assert Message.objects.filter(ticket=ticket, author_email=STRANGER).count() == 0
    assert followers.addresses(ticket) == []


def test_only_staff_come_to_a_held_mail_and_only_through_its_own_ticket(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    alice, ticket, _ = asked
    other = make.ticket(make.mallory())
    took(mail(STRANGER, to=to_ticket(ticket)), TUESDAY + 2 * MINUTE)
    held = HeldMail.objects.get()
    for viewer, number in (
        (make.viewer(alice), ticket.number),
        (make.viewer(make.mallory()), ticket.number),
        (make.viewer(make.agent("Dave Okafor")), other.number),
    ):
        with pytest.raises(NotYours):
            holding.held_for(viewer, number, held.pk)
    held.refresh_from_db()
    assert held.state == "waiting"


def test_a_colleague_who_answers_joins(asked: tuple[Contact, Ticket, Message]) -> None:
    alice, ticket, answer = asked
    bob = make.contact(alice.organization, "Bob Lind")
    row = took(mail(bob.email, In_Reply_To=f"<{answer.message_id}>"), TUESDAY + 2 * MINUTE)
    assert (row.outcome, row.ticket_id) == ("joined by in_reply_to", ticket.pk)
    assert make.reply(ticket, make.agent("Dave Okafor"), TUESDAY + 3 * MINUTE).cc == [bob.email]


def test_a_partner_who_was_copied_joins_when_they_answer_and_copies_nobody_in(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    alice, ticket, _ = asked
    took(mail(alice.email, to=to_ticket(ticket), Cc="pat@partner.example"), TUESDAY + 2 * MINUTE)
    row = took(
        mail("pat@partner.example", to=to_ticket(ticket), Cc="spy@partner.example"), TUESDAY + 3 * MINUTE
    )
    assert row.outcome == "joined by address"
    assert followers.addresses(ticket) == ["pat@partner.example"]


def test_to_and_cc_of_the_latest_mail_are_who_is_copied_and_a_change_is_told(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    """chatwoot#15394, chatwoot/utils#69: recipients neither dropped nor added in silence."""
    alice, ticket, _ = asked
    carol = make.agent("Dave Okafor")
    first = mail(alice.email, to=f"{to_ticket(ticket)}, erin@halden.example", Cc="dana@halden.example")
    took(first, TUESDAY + 2 * MINUTE)
    assert make.reply(ticket, carol, TUESDAY + 3 * MINUTE).cc == [
        "erin@halden.example",
        "dana@halden.example",
    ]
    took(mail(alice.email, to=to_ticket(ticket), Cc="dana@halden.example"), TUESDAY + 4 * MINUTE)
    assert make.reply(ticket, carol, TUESDAY + 5 * MINUTE).cc == ["dana@halden.example"]
    told = [one.data for one in promises.events_of(ticket.timeline_id) if one.type == "followers"]
    assert told == [
        {"added": ["erin@halden.example", "dana@halden.example"], "left": []},
        {"added": [], "left": ["erin@halden.example"]},
    ]


def test_a_word_on_the_portal_leaves_the_copied_as_they_are(asked: tuple[Contact, Ticket, Message]) -> None:
    from sterling.tickets.actions import writing
    from sterling.tickets.content import Content

    alice, ticket, _ = asked
    took(mail(alice.email, to=to_ticket(ticket), Cc="dana@halden.example"), TUESDAY + 2 * MINUTE)
    at = TUESDAY + 3 * MINUTE
    writing.customer_wrote(
        ticket=ticket, contact=alice, content=Content("One more thing."), channel="portal", at=at, received_at=at,
        by=make.actor(alice),
    )  # fmt: skip
    assert make.reply(ticket, make.agent("Dave Okafor"), TUESDAY + 4 * MINUTE).cc == ["dana@halden.example"]


def test_an_engineer_removes_a_copied_address_and_only_one_that_was_there_comes_back(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    alice, ticket, _ = asked
    carol = make.agent("Dave Okafor")
    took(mail(alice.email, to=to_ticket(ticket), Cc="dana@halden.example"), TUESDAY + 2 * MINUTE)
    at, by = TUESDAY + 3 * MINUTE, make.actor(carol)
    copying.remove(ticket=ticket, address="dana@halden.example", at=at, by=by)
    assert make.reply(ticket, carol, TUESDAY + 4 * MINUTE).cc == []
    for act in (copying.remove, copying.bring_back):
        with pytest.raises(NotYours):
            act(ticket=ticket, address="spy@elsewhere.example", at=at, by=by)
    copying.bring_back(ticket=ticket, address="dana@halden.example", at=at, by=by)
    assert followers.addresses(ticket) == ["dana@halden.example"]


def test_where_an_answer_is_asked_to_go_is_copied_and_our_own_addresses_never_are(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    alice, ticket, _ = asked
    took(
        mail(
            alice.email,
            to=to_ticket(ticket),
            Cc=f"{SUPPORT}, support+t9-aaaaaaaaaaaaaaaa@sterling.example",
            Reply_To="alice.home@halden.example",
        ),
        TUESDAY + 2 * MINUTE,
    )
    assert followers.addresses(ticket) == ["alice.home@halden.example"]


def test_a_form_that_writes_as_no_reply_writes_for_the_person_it_names() -> None:
    took(mail("no-reply@forms.example", Reply_To="Wang Chen <wang@muguang.example>"))
    assert Ticket.objects.get().requester.email == "wang@muguang.example"


def test_the_copied_and_the_requester_of_a_merged_ticket_go_along() -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Lind")
    first = make.ticket(alice)
    took(mail(bob.email, Cc="dana@halden.example"))
    second = Ticket.objects.exclude(pk=first.pk).get()
    merging.merge(ticket=second, into=first, at=TUESDAY + MINUTE, by=make.actor(make.agent()))
    assert followers.addresses(first) == [bob.email, "dana@halden.example"]
    row = took(mail(bob.email, to=to_ticket(second)), TUESDAY + 2 * MINUTE)
    assert row.ticket_id == first.pk


def test_an_engineers_mail_is_a_note_that_answers_nothing_and_reaches_nobody(
    asked: tuple[Contact, Ticket, Message],
) -> None:
    alice, ticket, answer = asked
    took(mail(alice.email, to=to_ticket(ticket)), TUESDAY + 2 * MINUTE)
    before = make.clocks(ticket, TUESDAY + 10 * MINUTE)
    dave = make.agent("Dave Okafor")
    row = took(
        mail(dave.user.email, In_Reply_To=f"<{answer.message_id}>", text="Careful."), TUESDAY + 3 * MINUTE
    )
    assert row.outcome == "engineer's note"
    note = Message.objects.get(kind="note")
    assert (note.text, note.channel, note.delivery, note.to) == ("Careful.", "email", "none", [])
    assert make.clocks(ticket, TUESDAY + 10 * MINUTE) == before
    assert not messages_for(make.viewer(alice), ticket).filter(pk=note.pk).exists()


def test_an_engineers_mail_without_a_ticket_waits_to_be_told_what_it_is_about() -> None:
    row = took(mail(make.agent().user.email))
    assert (row.state, Ticket.objects.count(), Contact.objects.count()) == ("quarantined", 0, 0)
    assert "names no ticket" in row.reason


def test_mail_from_our_own_address_opens_nothing_whatever_its_message_id() -> None:
    """freescout#2445: our own words must not come back as a customer's."""
    assert took(mail(SUPPORT)).outcome == "our own address"
    assert took(mail("support+anything@sterling.example")).outcome == "our own address"
    assert (Ticket.objects.count(), Message.objects.count()) == (0, 0)


def test_a_mail_without_any_thread_is_only_suggested_to_belong_and_joins_by_hand() -> None:
    """osTicket#1048: clients that strip every header."""
    alice, carol = make.alice(), make.agent()
    first = make.ticket(alice, subject="Export fails at night")
    took(mail(alice.email, subject="Export fails at nights"), TUESDAY + MINUTE)
    second = Ticket.objects.exclude(pk=first.pk).get()
    assert second.may_belong_to == first
    merging.merge(ticket=second, into=first, at=TUESDAY + 2 * MINUTE, by=make.actor(carol))
    second.refresh_from_db()
    assert (second.merged_into, second.may_belong_to) == (first, None)


def test_nothing_is_suggested_from_another_sender_or_from_a_closed_ticket() -> None:
    alice, carol = make.alice(), make.agent()
    first = make.ticket(alice, subject="Export fails at night")
    took(mail(make.mallory().email, subject="Export fails at night"), TUESDAY + MINUTE)
    assert Ticket.objects.exclude(pk=first.pk).get().may_belong_to is None
    make.reply(first, carol, TUESDAY + 2 * MINUTE, status="closed")
    took(mail(alice.email, subject="Export fails at night"), TUESDAY + 3 * MINUTE)
    assert Ticket.objects.latest("pk").may_belong_to is None


def test_a_forged_contact_gets_into_no_ticket_of_others_by_a_tag() -> None:
    """From is only what somebody typed: the worst that a forged one does is a ticket of the contact's own."""
    alice, mallory = make.alice(), make.mallory()
    hers = make.ticket(mallory)
    row = took(mail(alice.email, subject=f"Re: it [#{hers.number}]"))
    assert (row.outcome, row.ticket_id == hers.pk) == ("opened", False)
    assert kinds(hers) == ["opened", "auto_message"]
