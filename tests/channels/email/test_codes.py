"""The mail with a sign-in code."""

from __future__ import annotations

import email
from datetime import timedelta
from email import policy
from typing import Any

import pytest

from sterling.accounts.actions import codes, people
from sterling.accounts.models import SignInCode
from sterling.base.moment import now
from sterling.channels.email import codes as mail
from sterling.channels.email import smtp
from sterling.channels.email.errors import PermanentDeliveryError, TemporaryDeliveryError
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
Taken = list[tuple[str, list[str], Any]]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Taken:
    """What the mail server was offered."""
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    settings.BASE_URL = "https://help.example.com"
    offered: Taken = []

    def send(_server: object, *, sender: str, recipients: list[str], raw: bytes) -> str:
        offered.append((sender, recipients, email.message_from_bytes(raw, policy=policy.default)))
        return ""

    monkeypatch.setattr(smtp, "send", send)
    return offered


def asked(address: str, language: str = "en") -> SignInCode:
    codes.ask(email=address, language=language, peer="", at=now())
    return SignInCode.objects.latest("pk")


def test_it_goes_to_the_address_once_with_the_digits_first(taken: Taken) -> None:
    alice = make.alice()
    row = asked(alice.email)
    assert [mail.send(code_id=row.pk, at=now()) for _ in range(2)] == ["sent", "not sent"]
    assert mail.sweep(at=now()) == 0
    ((sender, recipients, message),) = taken
    assert (sender, recipients) == ("", [alice.email])
    assert message["Subject"] == "Your sign-in code"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines()[:2] == [codes.digits_of(row), ""]
    assert "https://help.example.com/" in message.get_content()
    assert "/in/" not in message.get_content()


@pytest.mark.parametrize("known", [True, False])
def test_it_is_in_the_language_that_the_person_reads_else_the_pages(taken: Taken, known: bool) -> None:
    alice = make.contact(
        make.organization(), "林可", email="linke@halden.example", language="zh" if known else ""
    )
    row = asked(alice.email, language="en" if known else "zh")
    mail.send(code_id=row.pk, at=now())
    assert taken[0][2]["Subject"] == "您的登录验证码"
    people.set_language(user=people.user_for_contact(contact=alice, at=now()), language="en")
    mail.send(code_id=asked(alice.email, language="zh").pk, at=now())
    assert taken[1][2]["Subject"] == "Your sign-in code"


def test_a_stranger_gets_nothing_and_is_not_tried_again(taken: Taken) -> None:
    row = asked("stranger@nowhere.example")
    assert mail.send(code_id=row.pk, at=now()) == "not sent"
    assert mail.sweep(at=now() + timedelta(minutes=5)) == 0
    assert taken == []


def test_a_slow_server_is_tried_again_while_the_code_works(
    taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, at = asked(make.alice().email), now()
    real = smtp.send

    def busy(*_: object, **__: object) -> str:
        raise TemporaryDeliveryError("450 busy")

    monkeypatch.setattr(smtp, "send", busy)
    assert mail.send(code_id=row.pk, at=at) == "again later"
    monkeypatch.setattr(smtp, "send", real)
    assert mail.sweep(at=at + timedelta(seconds=19)) == 0
    assert mail.sweep(at=at + timedelta(seconds=21)) == 1
    assert len(taken) == 1
    late = asked(make.alice().email)
    assert mail.send(code_id=late.pk, at=now() + timedelta(minutes=10)) == "not sent"


def test_an_address_that_the_server_refuses_is_not_tried_again(
    taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> str:
        raise PermanentDeliveryError("550 no such box")

    monkeypatch.setattr(smtp, "send", never)
    row = asked(make.alice().email)
    assert mail.send(code_id=row.pk, at=now()) == "failed"
    assert mail.sweep(at=now() + timedelta(minutes=5)) == 0
    row.refresh_from_db()
    assert row.error == "550 no such box"
    assert taken == []


def test_without_a_mail_server_it_waits_and_leaves_when_there_is_one(taken: Taken, settings: Any) -> None:
    settings.SMTP_URL = ""
    row = asked(make.alice().email)
    assert mail.send(code_id=row.pk, at=now()) == "waits"
    assert [letter.digits for letter in codes.waiting(at=now())] == [codes.digits_of(row)]
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    assert mail.sweep(at=now()) == 1
    assert len(taken) == 1
    assert codes.waiting(at=now()) == []
