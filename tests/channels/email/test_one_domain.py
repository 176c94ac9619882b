"""Somebody whose domain is written in its own letters and in ASCII is one person everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sterling.accounts import checks
from sterling.accounts import queries as people
from sterling.accounts.actions import codes, customers
from sterling.accounts.models import Contact
from sterling.base.errors import Invalid
from sterling.channels.email import intake, outgoing, processing, senders
from sterling.channels.email.mailboxes.recipients import Answer, look_up
from sterling.channels.email.models import InboundMail
from sterling.tickets import followers
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.make import SYSTEM, TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
SUPPORT = "support@sterling.example"
LETTERS, WIRED = "ana@müller.example", "ana@xn--mller-kva.example"


def took(sender: str, to: str = SUPPORT, cc: str = "", at: datetime = TUESDAY, body: str = "") -> InboundMail:
    head = (
        f"From: {sender}\r\nTo: {to}\r\nCc: {cc}\r\nSubject: Export\r\nMessage-ID: <{at:%H%M}@x.example>\r\n"
    )
    raw = f"{head}\r\n{body or at}\r\n".encode()
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[SUPPORT], peer="::1", at=at)
    processing.process(mail_id=row.pk, at=at)
    row.refresh_from_db()
    assert row.state == "done"
    return row


def kept_as(email: str, organization: Any = None, name: str = "Ana") -> Contact:
    """A row of before, with the domain as its mail had it."""
    contact = make.contact(organization or make.organization(), name)
    Contact.objects.filter(pk=contact.pk).update(email=email)
    contact.refresh_from_db()
    return contact


@pytest.mark.parametrize(("first", "second"), [(LETTERS, WIRED), (WIRED, LETTERS)])
def test_a_stranger_who_writes_both_ways_is_one_contact(first: str, second: str) -> None:
    took(first)
    ticket = Ticket.objects.get()
    took(second, to=reply_address(ticket.number, SUPPORT), at=TUESDAY + MINUTE)
    took(second, at=TUESDAY + 2 * MINUTE)
    assert [contact.email for contact in Contact.objects.all()] == [LETTERS]
    assert [one.requester.email for one in Ticket.objects.all()] == [LETTERS] * 2
    assert Message.objects.filter(ticket=ticket, kind="customer").count() == 2
    assert followers.addresses(ticket) == []


@pytest.mark.parametrize(("kept", "written"), [(LETTERS, WIRED), (WIRED, LETTERS)])
def test_whoever_was_kept_either_way_is_found_by_the_other(kept: str, written: str) -> None:
    contact = kept_as(kept)
    took(written)
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.organization_id) == (contact, contact.organization_id)
    assert people.contacts_by_email([written, "nobody@x.example"]) == {written: contact}


def test_two_who_were_kept_before_stay_two_each_by_how_they_write() -> None:
    one, other = kept_as(LETTERS), kept_as(WIRED, make.organization("Elsewhere Ltd"))
    assert (people.contact_by_email(LETTERS), people.contact_by_email(WIRED)) == (one, other)
    took(LETTERS)
    took(WIRED, at=TUESDAY + MINUTE)
    assert [ticket.requester for ticket in Ticket.objects.order_by("number")] == [one, other]


@pytest.mark.parametrize(
    ("listed", "sender"), [("müller.example", WIRED), ("xn--mller-kva.example", LETTERS)]
)
@pytest.mark.parametrize("below", ["", "mail."])
def test_a_listed_domain_is_the_organizations_either_way(listed: str, sender: str, below: str) -> None:
    organization = customers.create_organization(
        name="Müller", region=make.region(), domains=[listed], at=TUESDAY, by=SYSTEM
    )
    assert [domain.name for domain in organization.domains.all()] == ["müller.example"]
    took(sender.replace("@", f"@{below}"))
    assert Ticket.objects.get().organization_id == organization.pk


def test_a_domain_that_is_listed_the_other_way_is_anothers() -> None:
    made = {"region": make.region(), "at": TUESDAY, "by": SYSTEM}
    customers.create_organization(name="Müller", domains=["müller.example"], **made)
    with pytest.raises(Invalid, match="lists"):
        customers.create_organization(name="Miller", domains=["xn--mller-kva.example"], **made)


def test_somebody_copied_one_way_who_answers_the_other_way_joins() -> None:
    alice = make.alice()
    took(alice.email, cc=WIRED)
    ticket = Ticket.objects.get()
    assert followers.addresses(ticket) == [LETTERS]
    followers.Follower.objects.update(email=WIRED)  # as it was kept before
    row = took(LETTERS, to=reply_address(ticket.number, SUPPORT), at=TUESDAY + MINUTE)
    assert row.outcome == "joined by address"
    took(alice.email, to=reply_address(ticket.number, SUPPORT), cc=LETTERS, at=TUESDAY + 2 * MINUTE)
    assert followers.addresses(ticket) == [WIRED]


def test_what_is_known_of_a_sender_is_known_either_way() -> None:
    by = make.actor(make.agent())
    senders.treat(address=WIRED, as_="machine", at=TUESDAY, by=by)
    assert (senders.treated(LETTERS), senders.treated(WIRED)) == ("machine", "machine")
    senders.SenderRule.objects.update(address=WIRED)
    assert senders.treated(LETTERS) == "machine"
    senders.treat(address=LETTERS, as_="", at=TUESDAY, by=by)
    assert senders.treated(WIRED) == ""
    senders.mark_undeliverable(addresses=[WIRED], reason="5.1.1", at=TUESDAY)
    assert list(senders.undeliverable([LETTERS])) == [LETTERS]
    assert senders.deliverable(address=WIRED)
    assert senders.undeliverable([LETTERS, WIRED]) == {}


def test_a_report_names_who_it_is_about_in_ascii() -> None:
    took(LETTERS)
    reply = make.reply(Ticket.objects.get(), make.agent(), TUESDAY + MINUTE)
    assert reply.to == [LETTERS]
    raw = (
        f"From: MAILER-DAEMON@x.example\r\nTo: {reply_address(reply.ticket.number, SUPPORT)}\r\nSubject: Undelivered\r\n"
        f'Message-ID: <dsn@x.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        f"\r\n--b\r\n\r\nNo.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
        f"Final-Recipient: rfc822; {WIRED}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="<>", envelope_to=[], peer="", at=TUESDAY)
    assert processing.process(mail_id=row.pk, at=TUESDAY + 2 * MINUTE) == "bounce, shown"
    assert list(senders.undeliverable([LETTERS])) == [LETTERS]


@pytest.mark.parametrize(("kept", "typed"), [(LETTERS, WIRED), (WIRED, LETTERS)])
def test_they_sign_in_either_way_as_the_same_person(kept: str, typed: str) -> None:
    contact = kept_as(kept)
    secret = codes.ask(email=typed, language="en", peer="", at=TUESDAY)
    found = codes.asked(secret=secret, at=TUESDAY)
    assert found is not None
    user = codes.use(secret=secret, typed=codes.digits_of(found), at=TUESDAY)
    assert user.contact == contact


@pytest.mark.parametrize("ours", ["help@müller.example", "help@xn--mller-kva.example"])
def test_mail_to_our_own_address_is_taken_either_way(settings: Any, ours: str) -> None:
    settings.MAIL_FROM = ours
    for to in ("help@müller.example", "Help+t1@XN--MLLER-KVA.example"):
        assert look_up(to, known_only=True).answer == Answer.TAKEN
    assert look_up("help@miller.example", known_only=True).answer == Answer.UNKNOWN


def test_mail_from_our_own_address_names_its_domain_in_ascii(settings: Any) -> None:
    settings.MAIL_FROM = "help@müller.example"
    reply = make.reply(make.ticket(make.alice()), make.agent(), TUESDAY + MINUTE)
    head = outgoing.compose(reply).partition(b"\r\n\r\n")[0]
    assert b"From: Carol Mensah <help@xn--mller-kva.example>\r\n" in head
    assert b"@xn--mller-kva.example>\r\n" in head.splitlines(keepends=True)[0]
    assert head.isascii()
    assert outgoing.envelope_from(reply).isascii()


def test_an_address_that_somebody_types_is_kept_in_letters() -> None:
    assert checks.persons_address("Ana@XN--MLLER-KVA.example") == LETTERS
    assert checks.persons_address("ana@xn--99999999999.example") == "ana@xn--99999999999.example"
