"""A mail as its sender formatted it, in a frame in which nothing runs and nothing is fetched unasked."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.channels.email import intake, processing
from sterling.channels.email.sanitize import clean, remote_images, shown
from sterling.tickets.models import Attachment, Message
from tests import make

HTML = (
    '<p>See <b>61 %</b></p><script>alert(1)</script><img src="cid:chart@halden" alt="chart" onerror="alert(2)">'
    '<img src="https://tracker.example/seen.gif?who=carol" alt="logo"><a href="javascript:alert(3)">x</a>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003030101a2a4a3e00000000049454e44ae426082"
)


def mail_with_pictures(sender: str) -> bytes:
    head = f"From: {sender}\r\nTo: support@sterling.example\r\nSubject: Chart\r\nMessage-ID: <p1@halden.example>\r\n"
    parts = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{HTML}\r\n"
        "--b\r\nContent-Type: image/png; name=chart.png\r\nContent-ID: <chart@halden>\r\n"
        "Content-Disposition: inline; filename=chart.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    import base64

    return (head + parts + base64.b64encode(PNG).decode() + "\r\n--b--\r\n").encode()


@pytest.fixture
def message(installed: None) -> Message:  # noqa: ARG001 - the catalog must be there
    alice = make.alice()
    raw = mail_with_pictures(alice.email)
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="::1", at=make.TUESDAY)
    processing.process(mail_id=row.pk, at=make.TUESDAY)
    return Message.objects.get(kind="customer")


def signed_in(who: object) -> Client:
    client = Client()
    client.get(f"/in/{people.make_link(user=who, at=now())}")
    return client


def frame(client: Client, message: Message, query: str = "") -> object:
    return client.get(f"/desk/tickets/{message.ticket.number}/messages/{message.pk}/formatted{query}")


def test_pictures_that_came_along_are_shown_and_others_are_not_fetched(message: Message) -> None:
    client = signed_in(make.agent().user)
    answer = frame(client, message)
    html = answer.content.decode()
    picture = Attachment.objects.get(message=message)
    address = f"/desk/tickets/{message.ticket.number}/pictures/{picture.pk}"
    assert f'<img src="{address}" alt="chart">' in html
    assert "tracker.example" not in html
    assert "Load them (1)" in html
    assert "<script" not in html
    assert "alert" not in html
    assert "img-src 'self';" in answer["Content-Security-Policy"]
    assert "sandbox allow-same-origin" in answer["Content-Security-Policy"]
    shown_picture = client.get(address)
    assert (shown_picture["Content-Type"], b"".join(shown_picture.streaming_content)) == ("image/png", PNG)


def test_pictures_from_elsewhere_come_when_asked_and_do_not_say_from_where(message: Message) -> None:
    answer = frame(signed_in(make.agent().user), message, "?images=1")
    assert (
        '<img src="https://tracker.example/seen.gif?who=carol" alt="logo" referrerpolicy="no-referrer" loading="lazy">'
        in answer.content.decode()
    )
    assert "img-src 'self' https: http:;" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_the_ticket_offers_the_frame_and_fetches_nothing_itself(message: Message) -> None:
    html = signed_in(make.agent().user).get(f"/desk/tickets/{message.ticket.number}/").content.decode()
    assert f"/messages/{message.pk}/formatted" in html
    assert 'loading="lazy" sandbox="allow-same-origin allow-popups' in html
    assert "tracker.example" not in html


def test_no_customer_opens_the_desks_frame_or_picture(message: Message) -> None:
    picture = Attachment.objects.get(message=message)
    for contact in (make.mallory(), message.ticket.requester):
        client = signed_in(people.user_for_contact(contact=contact, at=now()))
        assert frame(client, message).status_code == 404
        assert client.get(f"/desk/tickets/{message.ticket.number}/pictures/{picture.pk}").status_code == 404


def test_a_message_of_another_ticket_is_not_reached_through_this_one(message: Message) -> None:
    other = make.ticket(make.mallory())
    client = signed_in(make.agent().user)
    path = f"/desk/tickets/{other.number}/messages/{message.pk}/formatted"
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "source",
    ["javascript:alert(1)", "data:text/html,x", "//tracker.example/a.gif", "/desk/", "file:///etc/passwd"],
)
def test_only_plain_addresses_of_the_web_are_fetched_even_when_asked(source: str) -> None:
    html = clean(f'<img src="{source}" alt="x">')
    assert shown(html, {}, remote=True) == '<span class="no-image">x</span>'
    assert remote_images(html) == 0


def test_an_image_cannot_break_out_of_its_attributes() -> None:
    html = clean("""<img alt='"><script>alert(1)</script>' src='https://a.example/"onerror="alert(1)'>""")
    drawn = shown(html, {}, remote=True)
    assert "<script" not in drawn
    assert 'onerror="' not in drawn
