"""A customer's own manager: confirms colleagues, names and replaces premium contacts, chooses their region."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.accounts.actions import customers
from sterling.accounts.models import Contact
from sterling.base.actor import SYSTEM
from sterling.base.models import AuditEntry
from sterling.base.moment import now
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.portal.conftest import SignIn, page

pytestmark = pytest.mark.usefixtures("installed")


def manager(of: Contact) -> Contact:
    """Dora, who is no premium contact herself."""
    made = make.contact(of.organization, "Dora Quist")
    return customers.set_manager(contact=made, is_manager=True, at=now(), by=SYSTEM)


def does(client: Client, who: Contact, **said: str) -> int:
    """The status of the answer; 302 where it is done."""
    return client.post(f"/organization/people/{who.pk}", said).status_code


def state(*people: Contact) -> list[tuple[object, ...]]:
    found = Contact.objects.in_bulk([one.pk for one in people])
    return [
        (found[one.pk].confirmed_at is not None, found[one.pk].is_premium, found[one.pk].region_id)
        for one in people
    ]


def test_a_manager_confirms_a_colleague_and_names_them(signed_in: SignIn) -> None:
    alice = make.alice()
    dora, bob = manager(alice), make.contact(alice.organization, "Bob Reyes", confirmed=False)
    ticket = make.ticket(bob, at=now())
    client = signed_in(dora)
    assert does(client, bob, do="name") == 409
    assert state(bob) == [(False, False, None)]
    assert does(client, bob, do="confirm") == 302
    assert does(client, bob, do="name") == 302
    bob.refresh_from_db()
    ticket.refresh_from_db()
    assert (bob.is_premium, bob.verified_by, bob.verified_how) == (
        True,
        "Dora Quist",
        "named by the customer's manager",
    )
    assert bob.verified_at is not None
    assert ticket.plan == "gold"
    verbs = AuditEntry.objects.filter(object_kind="contact", object_id=str(bob.pk)).order_by("pk")
    assert [one.verb for one in verbs][-2:] == ["contact_confirmed", "contact_verified"]


def test_a_manager_replaces_a_named_contact_where_every_seat_is_taken(signed_in: SignIn) -> None:
    alice = make.alice(make.organization(plan="silver"))
    erik = make.contact(alice.organization, "Erik Lund", premium=True)
    dora, bob = manager(alice), make.contact(alice.organization, "Bob Reyes")
    client = signed_in(dora)
    refused = client.post(f"/organization/people/{bob.pk}", {"do": "name"})
    said = refused.content.decode()
    assert refused.status_code == 409
    assert "All 2 premium contacts of Halden Freight are named: Alice Moreau, Erik Lund." in said
    assert "Name a colleague in place of one of them, or ask us for a higher plan." in said
    assert "Nothing was changed." in said
    assert state(alice, erik, bob) == [(True, True, None), (True, True, None), (True, False, None)]
    assert does(client, bob, do="name", in_place_of=str(erik.pk)) == 302
    assert state(alice, erik, bob) == [(True, True, None), (True, False, None), (True, True, None)]


def test_a_swap_that_is_refused_releases_nobody(signed_in: SignIn) -> None:
    alice = make.alice(make.organization(plan="silver"))
    dora, bob = manager(alice), make.contact(alice.organization, "Bob Reyes")
    bob.region = make.region("europe")  # Silver designates nobody by region
    bob.save()
    assert does(signed_in(dora), bob, do="name", in_place_of=str(alice.pk)) == 403
    assert state(alice, bob) == [(True, True, None), (True, False, "europe")]


def test_the_region_of_a_named_contact_is_chosen_where_the_plan_has_such(signed_in: SignIn) -> None:
    alice = make.alice()
    client = signed_in(manager(alice))
    assert "Region that serves new tickets" in page(client, "/organization")
    assert does(client, alice, do="region", region="china") == 302
    assert state(alice) == [(True, True, "china")]
    assert make.ticket(Contact.objects.get(pk=alice.pk)).timeline.region_id == "china"
    assert does(client, alice, do="region", region="atlantis") == 404
    assert does(client, alice, do="region", region="") == 302
    assert state(alice) == [(True, True, None)]


def test_a_plan_without_regions_refuses_them_and_says_which_has_them(signed_in: SignIn) -> None:
    alice = make.alice(make.organization(plan="silver"))
    client = signed_in(manager(alice))
    assert "Region that serves new tickets" not in page(client, "/organization")
    refused = client.post(f"/organization/people/{alice.pk}", {"do": "region", "region": "china"})
    assert refused.status_code == 403
    assert "Silver does not designate contacts by region." in refused.content.decode()
    assert "Gold and Platinum include this." in refused.content.decode()
    assert state(alice) == [(True, True, None)]


def test_a_plan_without_named_contacts_names_nobody(signed_in: SignIn) -> None:
    bob = make.contact(make.organization(plan=None), "Bob Reyes")
    client = signed_in(manager(bob))
    refused = client.post(f"/organization/people/{bob.pk}", {"do": "name"})
    assert refused.status_code == 403
    assert "Silver includes 2" in refused.content.decode()
    assert state(bob) == [(True, False, None)]


@pytest.mark.parametrize("do", ["confirm", "name", "release", "region"])
def test_a_colleague_who_is_no_manager_changes_nothing(signed_in: SignIn, do: str) -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Reyes", confirmed=False)
    client = signed_in(alice)
    before = state(alice, bob)
    for who in (alice, bob):
        assert does(client, who, do=do, region="china") == 403
    assert state(alice, bob) == before
    assert "Make a named contact" not in page(client, "/organization")


@pytest.mark.parametrize("do", ["confirm", "name", "release", "region"])
def test_mallory_who_manages_another_organization_finds_nobody(signed_in: SignIn, do: str) -> None:
    alice, mallory = make.alice(), make.mallory()
    bob = make.contact(alice.organization, "Bob Reyes", confirmed=False)
    customers.set_manager(contact=mallory, is_manager=True, at=now(), by=SYSTEM)
    client, before = signed_in(mallory), state(alice, bob)
    for who in (alice, bob):
        assert does(client, who, do=do, region="china") == 404
    hers = make.contact(mallory.organization, "Trudy Fox")
    assert does(client, hers, do="name", in_place_of=str(alice.pk)) == 404
    assert state(alice, bob, hers) == [*before, (True, False, None)]


def test_whoever_is_moved_to_another_organization_manages_nothing_there() -> None:
    alice = make.alice()
    dora = manager(alice)
    moved = customers.move_contact(contact=dora, to=make.organization("Other"), at=now(), by=SYSTEM)
    assert not moved.is_manager


def test_colleagues_read_who_decides_in_both_languages(signed_in: SignIn) -> None:
    alice = make.alice()
    manager(alice)
    client = signed_in(alice)
    assert "Who is named is decided by Dora Quist." in page(client, "/organization")
    assert "指定联系人由 Dora Quist 决定。" in page(client, "/organization", "zh")


def acknowledged(by: Contact) -> str:
    """What is said at once to somebody who opens a ticket."""
    ticket = make.ticket(by)
    assert ticket.plan == "standard"
    return Message.objects.get(ticket=ticket, kind="auto").text


def test_a_colleague_is_served_as_standard_and_told_whom_to_ask(signed_in: SignIn) -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Reyes")
    bob_zh = make.contact(alice.organization, "鲍勃", language="zh")
    said = acknowledged(bob)
    assert "We aim to answer within" in said
    assert (
        "You are not one of the named contacts of Halden Freight, so your tickets are served under Standard. A named "
        f"contact can take this ticket over, and it is served under Gold from then on: Alice Moreau <{alice.email}>"
    ) in said
    assert f"指定联系人可以接手此工单，之后按金牌服务：Alice Moreau <{alice.email}>" in acknowledged(bob_zh)
    assert "named contact" not in Message.objects.get(ticket=make.ticket(alice), kind="auto").text
    client = signed_in(bob)
    for path in ("/new", "/organization"):
        assert f'<a class="link" href="mailto:{alice.email}">Alice Moreau</a>' in page(client, path)


def test_somebody_not_confirmed_is_told_the_way_but_no_names(signed_in: SignIn) -> None:
    alice = make.alice()
    eve = make.contact(alice.organization, "Eve Novak", confirmed=False)
    said = acknowledged(eve)
    assert "This ticket is served under Standard. If your company has named contacts" in said
    client = signed_in(eve)
    number = Ticket.objects.get(requester=eve).number
    pages = [page(client, path) for path in ("/new", "/organization", f"/tickets/{number}/")]
    for shown in pages:
        assert "If your company has named contacts, one of them can take a ticket over" in shown
    for words in (said, *pages):
        assert "Alice" not in words
        assert alice.email not in words


def test_without_a_contract_nobody_reads_of_named_contacts() -> None:
    bob = make.contact(make.organization(plan=None), "Bob Reyes")
    assert "named contact" not in acknowledged(bob)
