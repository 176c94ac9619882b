"""What the desk shows and does about mail: approval, the copied, later and undo, words, the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sterling.base.moment import now
from sterling.channels.email import holding, intake, processing, senders
from sterling.channels.email.models import InboundMail
from sterling.channels.email.reading import parts
from sterling.sla import queries as promises
from sterling.tickets import followers, wording
from sterling.tickets.actions import quiet, scheduling
from sterling.tickets.content import Content
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Message, Scheduled, Ticket
from tests import make
from tests.channels.email.mails import mail
from tests.desk.test_pages import signed_in

pytestmark = pytest.mark.usefixtures("installed")
SUPPORT = "support@sterling.example"
STRANGER = "mallory@elsewhere.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def carol() -> object:
    return make.agent()


@pytest.fixture
def desk(client: Client, carol: object) -> Client:
    return signed_in(client, carol.user)


@pytest.fixture
def ticket() -> Ticket:
    return make.ticket(make.alice(), priority="low", at=now())


def took(raw: bytes) -> None:
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[SUPPORT], peer="::1", at=now())
    processing.process(mail_id=row.pk, at=now())


def to_ticket(ticket: Ticket) -> str:
    return reply_address(ticket.number, SUPPORT)


def page(desk: Client, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_strangers_mail_is_shown_with_its_words_and_joins_with_one_click(
    desk: Client, ticket: Ticket
) -> None:
    took(mail(STRANGER, to=to_ticket(ticket), text="Send me the log."))
    here = f"/desk/tickets/{ticket.number}/"
    shown = page(desk, here)
    assert STRANGER in shown
    assert "Send me the log." in shown
    waiting, latest = page(desk, "/desk/mail/").split("Latest")
    assert STRANGER in waiting
    assert (
        f'href="/desk/tickets/{ticket.number}/">#{ticket.number} {ticket.subject}</a> · a stranger' in latest
    )
    (held,) = holding.waiting_on(ticket)
    desk.post(f"{here}held/{held.pk}", {"act": "approve"})
    assert Message.objects.get(author_email=STRANGER).ticket == ticket
    assert f"Carol Mensah let {STRANGER} join" in page(desk, here)


def test_a_customer_gets_through_none_of_these_doors(client: Client, ticket: Ticket) -> None:
    took(mail(STRANGER, to=to_ticket(ticket)))
    (held,) = holding.waiting_on(ticket)
    carol = make.agent()
    row = scheduling.schedule(
        ticket=ticket, agent=carol, content=Content("Later."), release_at=now() + MINUTE, at=now(),
        by=make.actor(carol),
    )  # fmt: skip
    viewer = make.viewer(ticket.requester)
    customer = signed_in(client, viewer.user)
    here = f"/desk/tickets/{ticket.number}"
    for path in (
        f"held/{held.pk}", "copied", "join", "deliverable", f"scheduled/{row.pk}",
        f"messages/{ticket.messages.first().pk}/sender",
    ):  # fmt: skip
        assert customer.post(f"{here}/{path}", {"act": "approve", "address": STRANGER}).status_code == 404
    assert customer.get("/desk/mail/words").status_code == 404
    held.refresh_from_db()
    row.refresh_from_db()
    assert (held.state, row.state, followers.addresses(ticket)) == ("waiting", "waiting", [])


def test_the_copied_are_shown_and_removed_and_brought_back(desk: Client, ticket: Ticket) -> None:
    took(mail(ticket.requester.email, to=to_ticket(ticket), Cc="dana@halden.example"))
    here = f"/desk/tickets/{ticket.number}"
    assert "No more copies for dana@halden.example" in page(desk, f"{here}/")
    desk.post(f"{here}/copied", {"act": "remove", "address": "dana@halden.example"})
    assert followers.addresses(ticket) == []
    assert "Copy dana@halden.example again" in page(desk, f"{here}/")
    desk.post(f"{here}/copied", {"act": "add", "address": "dana@halden.example"})
    assert followers.addresses(ticket) == ["dana@halden.example"]


def test_a_ticket_that_may_be_meant_is_suggested_and_joined_with_one_click(
    desk: Client, ticket: Ticket
) -> None:
    took(mail(ticket.requester.email, subject="Re: Export fails"))
    second = Ticket.objects.exclude(pk=ticket.pk).get()
    assert "May belong to" in page(desk, f"/desk/tickets/{second.number}/")
    desk.post(f"/desk/tickets/{second.number}/join", {"act": "join"})
    second.refresh_from_db()
    assert second.merged_into == ticket


def test_a_suggestion_that_is_wrong_goes_away(desk: Client, ticket: Ticket) -> None:
    took(mail(ticket.requester.email, subject="Re: Export fails"))
    second = Ticket.objects.exclude(pk=ticket.pk).get()
    desk.post(f"/desk/tickets/{second.number}/join", {"act": "alone"})
    second.refresh_from_db()
    assert (second.merged_into, second.may_belong_to) == (None, None)
    assert "May belong to" not in page(desk, f"/desk/tickets/{second.number}/")


def test_a_dead_address_is_shown_with_the_reason_in_words_and_cleared(desk: Client, ticket: Ticket) -> None:
    senders.mark_undeliverable(addresses=[ticket.requester.email], reason="5.1.1", at=now())
    here = f"/desk/tickets/{ticket.number}"
    assert "There is no such mailbox." in page(desk, f"{here}/")
    desk.post(f"{here}/deliverable", {"address": ticket.requester.email})
    assert senders.undeliverable([ticket.requester.email]) == {}


def test_whom_a_sent_mail_still_has_to_reach_is_said_in_both_languages(
    desk: Client, ticket: Ticket, carol: object
) -> None:
    message = make.reply(ticket, carol, now())
    quiet.partly_sent(
        message=message, waiting_for=["dana@halden.example"], reason="450 4.7.1 greylisted", refused="",
        at=now(), until=now() + MINUTE, by=make.actor(carol),
    )  # fmt: skip
    here = f"/desk/tickets/{ticket.number}/"
    said = " ".join(page(desk, here).split())
    assert "Sent, but not yet to dana@halden.example: The other server asks to try later." in said
    desk.cookies["language"] = "zh"
    assert "已发出，尚未送达 dana@halden.example：" in page(desk, here)


def of_parts(number: int) -> bytes:
    part = "--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
    head = "From: carla@halden.example\r\nMessage-ID: <parts@x.example>\r\nSubject: Logs\r\n"
    return (f"{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * number + "--b--\r\n").encode()


def test_a_mail_of_too_many_parts_says_so_and_is_there_as_a_whole(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MAX_PARTS", 5)
    took(of_parts(6))
    mail, message = InboundMail.objects.get(), Message.objects.get(channel="email", kind="customer")
    assert (mail.is_partial, message.attachments.count()) == (True, 5)
    here = f"/desk/tickets/{message.ticket.number}/"
    shown = page(desk, here)
    assert "This mail has more parts than are shown here." in shown
    assert f'href="/desk/mail/{mail.pk}/raw"' in shown
    assert b"".join(desk.get(f"/desk/mail/{mail.pk}/raw").streaming_content) == of_parts(6)
    desk.cookies["language"] = "zh"
    assert "此邮件的部分内容未在此显示。" in page(desk, here)


def test_a_mail_of_as_many_parts_as_are_read_says_nothing(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MAX_PARTS", 5)
    took(of_parts(5))
    assert not InboundMail.objects.get().is_partial
    assert "more parts than" not in page(desk, f"/desk/tickets/{Ticket.objects.get().number}/")


def test_send_can_be_taken_back_and_the_words_return_to_the_composer(desk: Client, ticket: Ticket) -> None:
    here = f"/desk/tickets/{ticket.number}"
    desk.post(f"{here}/say", {"mode": "reply", "body": "Too early.", "status": "", "undo": "1"})
    row = Scheduled.objects.get()
    assert (row.undo, row.release_at - row.created_at) == (True, timedelta(seconds=10))
    assert not Message.objects.filter(kind="reply").exists()
    assert "Undo" in page(desk, f"{here}/")
    answer = desk.post(f"{here}/scheduled/{row.pk}", {"act": "cancel"}, follow=True)
    assert "Too early." in answer.content.decode()
    scheduling.release_due(at=now() + MINUTE)
    assert not Message.objects.filter(kind="reply").exists()


def test_a_reply_is_scheduled_in_the_readers_zone_changed_and_sent_now(desk: Client, ticket: Ticket) -> None:
    here = f"/desk/tickets/{ticket.number}"
    desk.cookies["zone"] = "Asia/Shanghai"
    ahead = (now() + timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    desk.post(f"{here}/say", {"mode": "reply", "body": "On Friday.", "status": "", "send_at": ahead})
    row = Scheduled.objects.get()
    assert (row.release_at.strftime("%H:%M"), row.undo) == ("02:00", False)
    assert "Take back" in page(desk, f"{here}/")
    assert "On Friday." in page(desk, "/desk/outbox/")
    desk.post(f"{here}/scheduled/{row.pk}", {"act": "change", "body": "On Monday."})
    desk.post(f"{here}/scheduled/{row.pk}", {"act": "now"})
    assert Message.objects.get(kind="reply").text == "On Monday."
    assert make.clocks(ticket, now())[0][:2] == ("first_response", "met")


def test_the_outbox_says_in_words_what_did_not_arrive_and_sends_it_again(
    desk: Client, ticket: Ticket, carol: object
) -> None:
    message = make.reply(ticket, carol, now())
    quiet.failed(message=message, reason="552 5.3.4 too big", at=now(), by=make.actor(carol))
    shown = page(desk, "/desk/outbox/")
    assert "The mail is too large for the other server." in shown
    desk.post(f"/desk/tickets/{ticket.number}/messages/{message.pk}/send-again")
    message.refresh_from_db()
    assert (message.delivery, message.attempts) == ("queued", 0)


def test_only_an_administrator_changes_words_and_a_refused_form_keeps_what_was_typed(
    desk: Client,
) -> None:
    typed = {
        "form": "text-acknowledgement",
        "acknowledgement.en": "Hi {nobody}",
        "acknowledgement.zh": "您好",
    }
    assert desk.post("/desk/mail/words", typed).status_code == 403
    admin = signed_in(Client(), make.agent("Ada Kim", role="admin").user)
    answer = admin.post("/desk/mail/words", typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Hi {nobody}" in shown
    assert "is filled in by nothing" in shown
    assert wording.words("acknowledgement") == wording.KINDS["acknowledgement"].shipped
    good = typed | {"acknowledgement.en": "Hi, #{number}"}
    assert admin.post("/desk/mail/words", good).status_code == 302
    assert wording.words("acknowledgement").en == "Hi, #{number}"


def test_the_region_and_the_limits_are_saved_from_their_forms(client: Client) -> None:
    admin = signed_in(client, make.agent("Ada Kim", role="admin").user)
    admin.post(
        "/desk/mail/words",
        {
            "form": "region-americas", "name.en": "Vendor", "name.zh": "厂商", "address": "us@vendor.example",
            "signature.en": "Bye", "signature.zh": "再见",
        },
    )  # fmt: skip
    limits = {"form": "limits", "answers_per_hour": "2", "reopenings_per_hour": "4", "undo_seconds": "0"}
    assert admin.post("/desk/mail/words", limits).status_code == 302
    assert "us@vendor.example" in page(admin, "/desk/mail/words")
    assert (senders.rules().answers_per_hour, senders.rules().undo_seconds) == (2, 0)
    bad = admin.post("/desk/mail/words", limits | {"undo_seconds": "many"})
    assert "Write a whole number." in bad.content.decode()
    assert 'value="many"' in bad.content.decode()


def test_a_person_who_was_taken_for_a_machine_counts_with_one_click(desk: Client, ticket: Ticket) -> None:
    took(mail(ticket.requester.email, to=to_ticket(ticket), Auto_Submitted="auto-generated"))
    message = Message.objects.get(kind="auto", author_kind="contact")
    here = f"/desk/tickets/{ticket.number}"
    assert "A person wrote this" in page(desk, f"{here}/")
    desk.post(f"{here}/messages/{message.pk}/sender", {"treat": "person"})
    assert [one.type for one in promises.events_of(ticket.timeline_id)][-1] == "customer_message"
