"""Bounces, automatic answers and lists, told apart from people."""

from __future__ import annotations

from pathlib import Path

import pytest

from sterling.channels.email.reading import Reading, read

MAILS = Path(__file__).parents[2] / "mail"


def reading(name: str) -> Reading:
    return read((MAILS / f"{name}.eml").read_bytes())


def mail(*lines: str, body: str = "Hello") -> Reading:
    return read("\n".join([*lines, "", body]).encode())


def test_a_delivery_report_names_who_did_not_get_what_and_why():
    found = reading("delivery-failed")
    assert found.is_bounce
    assert found.bounced_recipients == ("bob@customer.example",)
    assert (found.bounce_status, found.bounce_hard) == ("5.1.1", True)
    assert found.bounced_message_id == "out-7@vendor.example"
    assert (found.is_auto, found.return_path) == (True, "")


def test_a_delay_is_a_soft_bounce():
    found = reading("delivery-delayed")
    assert (found.is_bounce, found.bounce_hard, found.bounce_status) == (True, False, "4.4.7")
    assert found.bounced_recipients == ("bob@customer.example",)
    assert found.bounced_message_id == "out-8@vendor.example"


def test_a_bounce_told_in_words_is_understood():
    found = reading("bounce-in-words")
    assert found.is_bounce
    assert found.bounced_recipients == ("bob@old.example",)
    assert (found.bounce_status, found.bounce_hard) == ("5.1.1", True)
    assert found.bounced_message_id == "out-9@vendor.example"


def test_a_report_of_delivery_is_no_bounce():
    raw = (MAILS / "delivery-failed.eml").read_bytes().replace(b"Action: failed", b"Action: delivered")
    assert not read(raw).is_bounce


def test_a_read_receipt_is_automatic_and_no_bounce():
    found = reading("receipt")
    assert (found.is_bounce, found.is_auto) == (False, True)


def test_an_out_of_office_answer_is_automatic_and_no_bounce():
    found = reading("out-of-office")
    assert (found.is_bounce, found.is_auto, found.auto_reason) == (False, True, "Auto-Submitted")


def test_a_notification_in_json_is_a_bounce():
    body = (
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":'
        '[{"emailAddress":"bob@customer.example","status":"5.1.1"}]},"mail":{}}'
    )
    found = mail("From: no-reply@notify.example", "Subject: Notification", body=body)
    assert (found.is_bounce, found.bounced_recipients, found.bounce_hard) == (
        True,
        ("bob@customer.example",),
        True,
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Auto-Submitted: auto-generated", "Auto-Submitted"),
        ("Auto-Submitted: auto-replied (vacation)", "Auto-Submitted"),
        ("X-Autoreply: yes", "Auto-reply header"),
        ("Precedence: bulk", "Precedence bulk"),
        ("Precedence: auto_reply", "Precedence auto_reply"),
        ("Return-Path: <>", "Null sender"),
        ("Subject: Automatic reply: Hello", "Subject"),
        ("Subject: Out of Office", "Subject"),
        ("Subject: Abwesenheitsnotiz: Urlaub", "Subject"),
        ("Subject: 自动回复：您好", "Subject"),
        ("Subject: Réponse automatique : Bonjour", "Subject"),
    ],
)
def test_machines_give_themselves_away(line, reason):
    found = mail("From: bob@customer.example", line)
    assert (found.is_auto, found.auto_reason) == (True, reason)


@pytest.mark.parametrize(
    "lines",
    [
        ["From: bob@customer.example", "Auto-Submitted: no"],
        ["From: bob@customer.example", "X-Auto-Response-Suppress: All"],
        ["From: bob@customer.example", "Precedence: list", "List-Id: <help.customer.example>"],
        ["From: bob@customer.example", "Precedence: bulk", "List-Post: <mailto:help@customer.example>"],
        ["From: bob@customer.example", "Subject: Out of office hours nobody answers"],
        ["From: bob@customer.example", "Subject: Automatic reply does not work"],
        ["From: no-reply@forms.example", "Reply-To: bob@customer.example"],
        ["From: notify@customer.example", "Return-Path: <bob@customer.example>"],
    ],
)
def test_people_are_not_taken_for_machines(lines):
    found = mail(*lines)
    assert (found.is_auto, found.is_bounce) == (False, False)


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        (
            "bob@customer.example",
            "Delivery failed for order 17",
            "The parcel could not be delivered. Please help.",
        ),
        (
            "bob@customer.example",
            "Undeliverable: what does it mean?",
            "I get this since Monday. User unknown, it says.",
        ),
        ("admin@customer.example", "Mail delivery problem", "Our mail server says: user unknown."),
        (
            "bob@customer.example",
            "Fwd: Undelivered Mail Returned to Sender",
            "Your message could not be delivered.",
        ),
        ("bob@customer.example", "Returned mail", "Why did you return my mail?"),
    ],
)
def test_people_who_write_about_bounces_are_read_as_people(sender, subject, body):
    found = mail(f"From: {sender}", "To: support@vendor.example", f"Subject: {subject}", body=body)
    assert (found.is_bounce, found.is_auto) == (False, False)


def test_a_list_is_named():
    assert mail("From: a@b.example", "List-Id: The list <announce.b.example>").list_id == "announce.b.example"
