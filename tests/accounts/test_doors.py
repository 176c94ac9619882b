"""Each guarded door, tried by Mallory: another customer, who must not even learn that something is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sterling.accounts.access import (
    contact_for,
    contacts_for,
    organization_for,
    organizations_for,
    row_id,
    staff,
    with_role,
)
from sterling.accounts.models import Role
from sterling.base.errors import NotAllowed, NotYours
from sterling.tickets.access import attachment_for, messages_for, ticket_for, tickets_for
from sterling.tickets.actions import changing, merging, writing
from sterling.tickets.content import Content, File, attach
from sterling.tickets.models import Attachment, Message
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")


def test_mallory_finds_neither_organization_contact_nor_ticket() -> None:
    alice, mallory = make.alice(), make.viewer(make.mallory())
    ticket = make.ticket(alice)
    for door in (
        lambda: organization_for(mallory, alice.organization_id),
        lambda: contact_for(mallory, alice.pk),
        lambda: ticket_for(mallory, ticket.number),
    ):
        with pytest.raises(NotYours):
            door()
    assert [row.name for row in organizations_for(mallory)] == ["Elsewhere Ltd"]
    assert [row.name for row in contacts_for(mallory)] == ["Mallory Stone"]
    assert list(tickets_for(mallory)) == []


def test_a_ticket_of_somebody_else_and_one_that_is_not_there_are_told_the_same() -> None:
    ticket, mallory = make.ticket(make.alice()), make.viewer(make.mallory())
    with pytest.raises(NotYours) as theirs:
        ticket_for(mallory, ticket.number)
    with pytest.raises(NotYours) as absent:
        ticket_for(mallory, 999_999)
    assert theirs.value.text == absent.value.text


@pytest.mark.parametrize("ref", ["", "abc", "-1", "1 OR 1=1", "٣", "1" * 19, "1.0", "0x10"])
def test_a_reference_that_cannot_be_ours_is_simply_not_there(ref: str) -> None:
    with pytest.raises(NotYours):
        row_id(ref)


def test_a_confirmed_colleague_sees_the_organizations_tickets_and_an_unconfirmed_one_only_their_own() -> None:
    halden = make.organization()
    alice = make.alice(halden)
    bob = make.contact(halden, "Bob Reyes")
    new = make.contact(halden, "New Person", confirmed=False)
    ticket, own = make.ticket(alice), make.ticket(new)
    assert ticket_for(make.viewer(bob), ticket.number) == ticket
    assert set(tickets_for(make.viewer(bob))) == {ticket, own}
    assert list(tickets_for(make.viewer(new))) == [own]
    assert list(contacts_for(make.viewer(new))) == [new]


def test_a_customer_never_reads_a_note() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    note = writing.note(
        ticket=ticket, agent=carol, content=Content("Careful."), at=TUESDAY, by=make.actor(carol)
    )
    attach(note, (File("inside.txt", "text/plain", b"x"),))
    inside = Attachment.objects.get()
    assert note not in messages_for(make.viewer(alice), ticket)
    assert note in messages_for(make.viewer(carol), ticket)
    with pytest.raises(NotYours):
        attachment_for(make.viewer(alice), ticket.number, inside.pk)
    assert attachment_for(make.viewer(carol), ticket.number, inside.pk) == inside


def test_an_attachment_is_not_reached_through_another_ticket_of_the_same_person() -> None:
    alice = make.alice()
    one, other = make.ticket(alice), make.ticket(alice)
    attach(Message.objects.filter(ticket=one).earliest("id"), (File("a.txt", "text/plain", b"x"),))
    with pytest.raises(NotYours):
        attachment_for(make.viewer(alice), other.number, Attachment.objects.get().pk)


def test_a_customer_is_no_staff_and_an_agent_no_administrator() -> None:
    with pytest.raises(NotYours):
        staff(make.viewer(make.alice()))
    carol = make.viewer(make.agent())
    with pytest.raises(NotAllowed):
        with_role(carol, Role.LEAD)
    assert with_role(make.viewer(make.agent("Ada Admin", role="admin")), Role.LEAD).role == "admin"


def test_an_engineer_who_was_let_go_is_nobody() -> None:
    carol = make.agent()
    ticket = make.ticket(make.alice())
    carol.is_active = False
    carol.save(update_fields=["is_active"])
    assert list(tickets_for(make.viewer(carol))) == []
    with pytest.raises(NotYours):
        ticket_for(make.viewer(carol), ticket.number)


@pytest.mark.parametrize(
    "across",
    [
        lambda ticket, mallory, by: writing.customer_wrote(
            ticket=ticket, contact=mallory, content=Content("x"), channel="email", at=TUESDAY,
            received_at=TUESDAY, by=by,
        ),
        lambda ticket, mallory, by: changing.take_over(ticket=ticket, contact=mallory, at=TUESDAY, by=by),
        lambda ticket, mallory, by: merging.merge(ticket=ticket, into=make.ticket(mallory), at=TUESDAY, by=by),
    ],
    ids=["customer_wrote", "take_over", "merge"],
)  # fmt: skip
def test_no_action_joins_two_organizations(across: Callable[..., object]) -> None:
    ticket, mallory, carol = make.ticket(make.alice()), make.mallory(), make.agent()
    before = Message.objects.filter(ticket=ticket).count()
    with pytest.raises(NotYours):
        across(ticket, mallory, make.actor(carol))
    ticket.refresh_from_db()
    assert Message.objects.filter(ticket=ticket).count() == before
    assert (ticket.merged_into, ticket.requester.name) == (None, "Alice Moreau")
