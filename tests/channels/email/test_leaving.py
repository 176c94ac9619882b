"""What a mail looks like when it leaves: formatted, signed, from its region, in the words of the vendor."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import dkim
import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from sterling.base.errors import Invalid
from sterling.base.formatting import formatted
from sterling.base.models import AuditEntry
from sterling.channels.email import identity, outgoing, received, signing
from sterling.config.environment import dkim_key
from sterling.core.text import Text
from sterling.tickets import wording
from sterling.tickets.actions import writing
from sterling.tickets.content import Content, File
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Message
from tests import make
from tests.make import TUESDAY

MINUTE = timedelta(minutes=1)
PICTURE = b"\x89PNG\r\n\x1a\n not much of one"
installed = pytest.mark.usefixtures("installed")
NO_SIGNATURE = Text("", "")


def parsed(message: Message) -> object:
    return message_from_bytes(outgoing.compose(message), policy=default)


def said(text: str, files: tuple[File, ...] = (), language: str = "") -> Message:
    alice, carol = make.contact(make.organization(), "Alice Moreau", language=language), make.agent()
    return writing.reply(
        ticket=make.ticket(alice), agent=carol, content=Content(text, files=files), at=TUESDAY + MINUTE,
        by=make.actor(carol),
    )  # fmt: skip


def test_what_an_engineer_types_becomes_paragraphs_lists_bold_links_and_code() -> None:
    html = formatted("See **this**:\n\n- `a < b`\n- https://halden.example/x_y\n\n```\n# raw\n```\n")
    assert html == (
        "<p>See <strong>this</strong>:</p>\n<ul>\n<li><code>a &lt; b</code></li>\n"
        '<li><a href="https://halden.example/x_y" rel="noopener noreferrer">https://halden.example/x_y</a></li>\n'
        "</ul>\n<pre><code># raw\n</code></pre>\n"
    )


def test_a_log_line_stays_as_it_was_typed() -> None:
    line = "# 14:02 snake_case_name failed: 2 * 3 * 4, see setup.py"
    assert formatted(line) == f"<p>{line}</p>\n"


@given(st.text(max_size=200))
def test_no_text_becomes_a_tag_of_its_own_or_a_script(text: str) -> None:
    html = formatted(f"{text} <script>x</script> [a](javascript:x) ![b](http://spy.example/x.png)")
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@installed
def test_a_picture_that_the_text_shows_is_inline_and_the_other_files_are_attached() -> None:
    message = said(
        "Look:\n\n![the dialog](dialog.png)",
        (File("dialog.png", "image/png", PICTURE), File("log.txt", "text/plain", b"line")),
    )
    read = parsed(message)
    inline = [part for part in read.walk() if part.get_content_disposition() == "inline"]
    assert [(part.get_filename(), part.get_content()) for part in inline] == [("dialog.png", PICTURE)]
    cid = inline[0]["Content-ID"].strip("<>")
    assert f'<img src="cid:{cid}" alt="the dialog">' in read.get_body(("html",)).get_content()
    assert [part.get_filename() for part in read.iter_attachments()] == ["log.txt"]


@installed
def test_mail_of_a_region_comes_from_its_sender_with_its_signature_in_the_customers_language() -> None:
    identity.set_sender(
        region=make.region(),
        name=Text("Halden Support", "哈尔登支持"),
        address="americas@vendor.example",
        signature=Text("Halden Support\n+1 312 555 0100", "哈尔登技术支持"),
        at=TUESDAY,
        by=make.actor(make.agent()),
    )
    message = said("请看附件。", language="zh")
    read = parsed(message)
    assert read["From"] == "Carol Mensah <americas@vendor.example>"
    assert read["Reply-To"] == reply_address(message.ticket.number, "americas@vendor.example")
    assert outgoing.envelope_from(message) == read["Reply-To"]
    assert read.get_body(("plain",)).get_content() == "请看附件。\r\n\r\n-- \r\n哈尔登技术支持\r\n"
    assert "哈尔登技术支持" in read.get_body(("html",)).get_content()
    acknowledgement = Message.objects.get(ticket=message.ticket, kind="auto")
    assert parsed(acknowledgement)["From"] == "哈尔登支持 <americas@vendor.example>"
    assert received.is_ours("americas+x@vendor.example")


@installed
def test_the_acknowledgement_is_in_the_vendors_own_words_and_its_places_are_filled_in() -> None:
    by = make.actor(make.agent())
    mine = Text("Got it: #{number} {subject}. {promise}", "已收到：#{number} {subject}。{promise}")
    wording.set_words(name="acknowledgement", text=mine, at=TUESDAY, by=by)
    ticket = make.ticket(make.alice(), priority="urgent", subject="{promise} fails")
    text = Message.objects.get(ticket=ticket, kind="auto").text
    assert text == (
        f"Got it: #{ticket.number} {{promise}} fails. We aim to answer within 1 service hour, "
        "by Tue 3 Mar 11:00 (America/Chicago)."
    )
    wording.set_words(name="acknowledgement", text=Text("", ""), at=TUESDAY, by=by)
    assert wording.words("acknowledgement") == wording.KINDS["acknowledgement"].shipped
    assert AuditEntry.objects.filter(verb="words_changed").count() == 2


@installed
@pytest.mark.parametrize(
    ("text", "field"),
    [
        (Text("Hello {nobody}", "您好"), "acknowledgement.en"),
        (Text("Hello", ""), "acknowledgement.zh"),
        (Text("x" * 8001, "您好"), "acknowledgement.en"),
    ],
)
def test_words_with_an_unknown_place_or_in_one_language_are_refused_by_their_field(
    text: Text, field: str
) -> None:
    with pytest.raises(Invalid, match=field):
        wording.set_words(name="acknowledgement", text=text, at=TUESDAY, by=make.actor(make.agent()))
    assert wording.words("acknowledgement") == wording.KINDS["acknowledgement"].shipped


@installed
def test_a_limit_out_of_its_range_is_refused_and_a_change_is_recorded() -> None:
    by = make.actor(make.agent())
    with pytest.raises(Invalid, match="undo_seconds"):
        identity.set_rules(wanted={"undo_seconds": 61}, at=TUESDAY, by=by)
    identity.set_rules(wanted={"undo_seconds": 0, "answers_per_hour": 5}, at=TUESDAY, by=by)
    entry = AuditEntry.objects.get(verb="mail_rules_set")
    assert entry.data["from"] == {"answers_per_hour": 3, "reopenings_per_hour": 10, "undo_seconds": 10}


@installed
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a key")
def test_a_mail_is_signed_with_the_installations_key_and_a_changed_one_is_found_out(
    tmp_path: Path, settings: object
) -> None:
    key = tmp_path / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout", "-outform", "PEM"], check=True, capture_output=True
    ).stdout
    settings.DKIM_KEY, settings.DKIM_SELECTOR = dkim_key(str(key), "s1")
    published = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    raw = signing.signed(outgoing.compose(said("We look.")), "support@sterling.example")
    asked: list[bytes] = []

    def dns(name: bytes, timeout: float = 5) -> bytes:  # noqa: ARG001 - the library's shape
        asked.append(name)
        return published

    assert dkim.verify(raw, dnsfunc=dns)
    assert asked == [b"s1._domainkey.sterling.example."]
    assert not dkim.verify(raw.replace(b"We look.", b"We look!"), dnsfunc=dns)


def test_half_a_dkim_setting_or_a_file_without_a_key_stops_the_start(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for path, selector in (("x.pem", ""), ("", "s1"), (str(tmp_path / "gone.pem"), "s1"), (str(empty), "s1")):
        with pytest.raises(ImproperlyConfigured, match="STERLING_DKIM_KEY"):
            dkim_key(path, selector)
