"""A vendor whose plan takes tickets from named contacts alone: who is not named is refused politely on every channel.

The mail is kept, starts no clock and is read again once its sender is named; what runs already goes on.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Contact
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.channels.email import batches, intake, processing
from sterling.channels.email.models import InboundMail, SenderNotice
from sterling.plans.actions import catalogs
from sterling.sla.models import Timeline
from sterling.tickets.actions import plans
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.api.client import holder
from tests.channels.email.mails import mail
from tests.tickets.test_vendor_catalogs import document

pytestmark = pytest.mark.usefixtures("installed")
SUPPORT = "support@sterling.example"
DAY = timedelta(days=1)


@pytest.fixture
def yuki() -> Contact:
    """Named under Maintenance, whose named contacts alone open tickets."""
    catalogs.load_catalog(document=document("four_contacts"), at=now() - DAY, by=SYSTEM)
    organization = make.organization(plan=None, domains=["halden.example"])
    plans.sign_contract(
        organization=organization, plan="maintenance", starts=date(2026, 1, 1), ends=None, at=now(), by=SYSTEM
    )
    return make.contact(organization, "Yuki Mori", premium=True)


@pytest.fixture
def bob(yuki: Contact) -> Contact:
    """A colleague, confirmed and not named."""
    return make.contact(yuki.organization, "Bob Reyes")


def signed_in(who: Agent | Contact) -> Client:
    client = Client()
    user = who.user if isinstance(who, Agent) else people.user_for_contact(contact=who, at=now())
    client.get(f"/in/{people.make_link(user=user, at=now())}")
    return client


def came(raw: bytes) -> InboundMail:
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[SUPPORT], peer="", at=now())
    processing.process(mail_id=row.pk, at=now())
    row.refresh_from_db()
    return row


def nothing_opened() -> bool:
    return not (Ticket.objects.exists() or Timeline.objects.exists() or Message.objects.exists())


def test_mail_of_somebody_not_named_is_answered_politely_kept_and_starts_no_clock(
    yuki: Contact, bob: Contact
) -> None:
    row = came(mail(bob.email, subject="Export stops"))
    assert (row.state, row.outcome) == ("done", "refused, not a named contact")
    assert row.organization_id == yuki.organization_id
    assert nothing_opened()
    notice = SenderNotice.objects.get(inbound=row)
    assert (notice.to, notice.subject) == (bob.email, "No ticket was opened for your mail")
    english, chinese = notice.text.split("-----")
    assert 'Thank you for your mail "Export stops".' in english
    assert "Maintenance takes new tickets from the named contacts of Halden Freight alone." in english
    assert f"Ask one of them to write for you, or to be named yourself: Yuki Mori <{yuki.email}>" in english
    assert f"请由指定联系人代为提交，或申请成为指定联系人：Yuki Mori <{yuki.email}>" in chinese


def test_somebody_nobody_has_confirmed_is_told_no_names_and_machines_are_told_nothing(yuki: Contact) -> None:
    row = came(mail("eve@halden.example"))
    text = SenderNotice.objects.get(inbound=row).text
    assert "Ask a colleague who is a named contact" in text
    assert "Yuki" not in text
    assert yuki.email not in text
    robot = came(mail("robot@halden.example", Auto_Submitted="auto-generated"))
    assert robot.outcome == "refused, not a named contact"
    assert SenderNotice.objects.count() == 1
    assert nothing_opened()


def test_a_batch_refuses_one_and_opens_the_others(yuki: Contact, bob: Contact) -> None:
    elsewhere = make.contact(make.organization("Elsewhere Ltd", plan=None), "Mallory", email="m@else.example")
    for sender in (bob, yuki, elsewhere):
        intake.store(
            raw=mail(sender.email), mailbox="smtp", envelope_from="", envelope_to=[SUPPORT], peer="", at=now()
        )
    while batches.read_waiting():
        pass
    assert list(InboundMail.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "refused, not a named contact", "opened", "opened",
    ]  # fmt: skip


def test_the_desk_shows_the_mail_and_reads_it_again_once_its_sender_is_named(
    yuki: Contact, bob: Contact
) -> None:
    row = came(mail(bob.email, subject="Export stops"))
    desk = signed_in(make.agent())
    for path in ("/desk/mail/", f"/desk/organizations/{yuki.organization_id}/"):
        shown = desk.get(path).content.decode()
        assert "refused: not a named contact, answered politely" in shown
        assert f"/desk/mail/{row.pk}/retry" in shown
    desk.post(f"/desk/mail/{row.pk}/retry")
    processing.process(mail_id=row.pk, at=now())
    assert nothing_opened()
    assert SenderNotice.objects.count() == 1
    plans.verify_contact(contact=bob, at=now(), by=SYSTEM)
    desk.post(f"/desk/mail/{row.pk}/retry")
    processing.process(mail_id=row.pk, at=now())
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.plan, ticket.opened_at) == (bob, "maintenance", row.received_at)
    assert "refused: not a named contact" not in desk.get("/desk/mail/").content.decode()


def test_the_portal_says_who_can_ask_and_refuses_what_is_sent_all_the_same(
    yuki: Contact, bob: Contact
) -> None:
    client = signed_in(bob)
    shown = client.get("/new").content.decode()
    assert "New tickets are taken from named contacts alone. Ask one of them to write for you:" in shown
    assert f'href="mailto:{yuki.email}"' in shown
    assert 'name="subject"' not in shown
    facts = {"affected": "many", "work": "held_up", "workaround": "no", "deadline": "none", "seen": "inside"}
    sent = client.post("/new", facts | {"subject": "Export stops", "body": "At 61 %."})
    assert sent.status_code == 403
    assert nothing_opened()
    client.post("/preferences", {"language": "zh"})
    assert "仅接受指定联系人提交新工单。请由以下指定联系人代为提交：" in client.get("/new").content.decode()
    organization = client.get("/organization").content.decode()
    assert "仅指定联系人可提交工单。" in organization
    assert "按标准服务" not in organization


def test_the_api_refuses_with_the_entitlement_and_who_can_ask(yuki: Contact, bob: Contact) -> None:
    own = holder(bob).post("/tickets", subject="Export stops", body="At 61 %.")
    staff = holder(make.agent()).post(
        "/tickets", contact=str(bob.pk), subject="Export stops", body="At 61 %."
    )
    for refused in (own, staff):
        assert (refused.status, refused.kind) == (403, "entitlement")
        assert (refused["entitlement"], refused["plan"]) == ("premium_contacts", "maintenance")
        assert f"Yuki Mori <{yuki.email}>" in refused["remedy"]
    assert nothing_opened()


def test_an_engineer_on_the_phone_reads_the_same_and_may_begin_a_ticket_for_the_vendor(bob: Contact) -> None:
    desk = signed_in(make.agent())
    typed = {"email": bob.email, "subject": "Export stops", "body": "At 61 %.", "channel": "phone"}
    refused = desk.post("/desk/new", typed)
    assert refused.status_code == 403
    said = refused.content.decode()
    assert "Maintenance takes new tickets from the named contacts of Halden Freight alone." in said
    assert "At 61 %." in said
    assert nothing_opened()
    assert desk.post("/desk/new", typed | {"by": "agent"}).status_code == 302
    assert Ticket.objects.get().requester == bob


def test_what_runs_goes_on_and_what_is_closed_opens_nothing_more(yuki: Contact, bob: Contact) -> None:
    ticket, carol = make.ticket(yuki, at=now()), make.agent()
    joined = came(mail(bob.email, to=reply_address(ticket.number, SUPPORT)))
    assert joined.outcome == "joined by address"
    make.reply(ticket, carol, now(), status="closed")
    late = came(mail(bob.email, to=reply_address(ticket.number, SUPPORT), subject="Once more"))
    assert late.outcome == "refused, not a named contact"
    assert Ticket.objects.count() == 1


def test_without_a_contract_and_under_other_plans_nobody_is_refused(yuki: Contact) -> None:
    stranger = came(mail("lin@nowhere.example"))
    assert stranger.outcome == "opened"
    assert Ticket.objects.get().plan == "open"
    assert yuki.is_premium


def test_a_plan_takes_tickets_by_its_channels_alone_and_says_which(installed: None) -> None:  # noqa: ARG001
    catalogs.load_catalog(document=document("around_the_clock_for_p1"), at=now() - DAY, by=SYSTEM)
    of = make.organization(plan=None)
    bob = make.contact(of, "Bob Reyes")
    row = came(mail(bob.email, subject="Export stops"))
    assert (row.state, row.outcome) == ("done", "refused, no mail in the plan")
    told = SenderNotice.objects.get(inbound=row).text
    assert "Community takes no tickets by mail." in told
    assert "It takes them by portal; Business and Enterprise take them by mail too." in told
    own = holder(bob)
    refused = own.post("/tickets", subject="Export stops", body="At 61 %.", channel="phone")
    assert (refused.status, refused["entitlement"], refused["plan"]) == (403, "channels", "community")
    assert nothing_opened()
    opened = own.post("/tickets", subject="Export stops", body="At 61 %.")
    assert (opened.status, opened["channel"]) == (201, "portal")
    # On a ticket that runs every word counts, however it comes.
    joined = came(mail(bob.email, to=reply_address(opened["number"], SUPPORT)))
    assert joined.outcome == "joined by address"
    shown = signed_in(bob).get("/organization").content.decode()
    assert "<dt>Channels for new tickets</dt><dd>portal</dd>" in shown
