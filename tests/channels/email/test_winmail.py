"""winmail.dat, written here piece by piece as its format says, and broken in many ways."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sterling.channels.email import intake, processing
from sterling.channels.email.models import SenderNotice
from sterling.channels.email.reading import read
from sterling.channels.email.winmail import Unpacked, opened, unpacked
from sterling.tickets.models import Attachment, Message, Ticket
from tests.channels.email.mailboxes import mailbox
from tests.channels.email.mails import mail
from tests.make import TUESDAY

MESSAGE, FILE = 1, 2
CODE_PAGE, BODY, RENDER, TITLE, DATA = 0x9007, 0x800C, 0x9002, 0x8010, 0x800F


def piece(level: int, name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHL", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def envelope(*pieces: bytes) -> bytes:
    return struct.pack("<LH", 0x223E9F78, 1) + b"".join(pieces)


LETTER = envelope(
    piece(MESSAGE, CODE_PAGE, 6, struct.pack("<LL", 1252, 0)),
    piece(MESSAGE, BODY, 2, "It stops at 61 %.\r\nGrüße".encode()),
    piece(FILE, RENDER, 6, bytes(14)),
    piece(FILE, TITLE, 1, b"export.log\x00"),
    piece(FILE, DATA, 6, b"line 1\nline 2\n"),
)


def test_the_files_inside_are_found_with_their_names_and_bytes() -> None:
    found = unpacked(LETTER)
    assert [(file.name, file.data) for file in found.files] == [("export.log", b"line 1\nline 2\n")]
    assert found.text == "It stops at 61 %.\nGrüße"


@pytest.mark.usefixtures("installed")
def test_a_ticket_has_the_envelope_and_what_was_in_it() -> None:
    raw = mail(text="\n", files=(("winmail.dat", "application/ms-tnef", LETTER),))
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="::1", at=TUESDAY)
    processing.process(mail_id=row.pk, at=TUESDAY)
    message = Message.objects.filter(ticket=Ticket.objects.get()).earliest("pk")
    assert message.text == "It stops at 61 %.\nGrüße"
    names = Attachment.objects.filter(message=message).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["winmail.dat", "export.log"]


@pytest.mark.usefixtures("installed")
def test_what_is_inside_is_held_to_the_mailboxs_limits_too() -> None:
    box = mailbox(refused_types=("log",))
    raw = mail(files=(("winmail.dat", "application/ms-tnef", LETTER),))
    row = intake.store(
        raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="::1", at=TUESDAY, through=box
    )
    processing.process(mail_id=row.pk, at=TUESDAY)
    names = Attachment.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["winmail.dat", "export.log.txt"]
    assert "- export.log: files of the type .log are not accepted" in SenderNotice.objects.get().text


def test_an_envelope_too_large_beside_its_own_files_stays_in_the_raw_mail(settings: Any) -> None:
    found = read(mail(text="See.", files=(("winmail.dat", "application/ms-tnef", LETTER),)))
    settings.MESSAGE_LIMIT = len(LETTER) + 5
    assert [file.name for file in opened(found).attachments] == ["export.log"]
    settings.MESSAGE_LIMIT = len(LETTER) + 50
    assert [file.name for file in opened(found).attachments] == ["winmail.dat", "export.log"]


def test_a_broken_envelope_yields_nothing() -> None:
    assert unpacked(b"") == Unpacked()
    assert unpacked(b"no envelope at all, just text") == Unpacked()
    assert unpacked(LETTER[:30]) == Unpacked()


def test_an_envelope_of_a_million_pieces_is_left_closed() -> None:
    bomb = envelope(piece(FILE, RENDER, 6, b"") * 1_000_000)
    assert unpacked(bomb) == Unpacked()


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_damage_stops_the_intake(data: st.DataObject) -> None:
    raw = bytearray(LETTER)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
        if not raw:
            break
    assert isinstance(unpacked(bytes(raw)), Unpacked)
