"""Stored files are handed out piece by piece, and read as they were written."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.base.models import Blob
from sterling.base.moment import now
from sterling.base.storage import PIECE
from sterling.tickets.content import Content, File
from sterling.tickets.models import Attachment
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
MEGABYTE = 1024 * 1024
LINE = b"0123456789abcde\n"


def kept(data: bytes) -> str:
    return default_storage.save("file", ContentFile(data))


def attached(size: int) -> Attachment:
    alice = make.alice()
    ticket = make.ticket(alice)
    content = Content("See the file.", files=(File("log.txt", "text/plain", LINE * (size // len(LINE))),))
    message = make.writing.customer_wrote(
        ticket=ticket, contact=alice, content=content, channel="email", at=now(), received_at=now(), by=make.actor(alice)
    )  # fmt: skip
    return message.attachments.get()


def signed_in() -> Client:
    client = Client()
    client.get(f"/in/{people.make_link(user=make.agent().user, at=now())}")
    return client


def test_twenty_megabytes_are_handed_out_without_holding_more_than_a_few_pieces() -> None:
    file, desk = attached(20 * MEGABYTE), signed_in()
    path = f"/desk/tickets/{file.message.ticket.number}/attachments/{file.pk}"
    assert sum(len(piece) for piece in desk.get(path).streaming_content) == 20 * MEGABYTE
    tracemalloc.start()
    try:
        answer = desk.get(path)
        assert answer["Content-Length"] == str(20 * MEGABYTE)
        size, wrong = 0, 0
        for piece in answer.streaming_content:
            wrong += piece != LINE * (len(piece) // len(LINE))
            size += len(piece)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (size, wrong) == (20 * MEGABYTE, 0)
    assert most < 12 * PIECE


def test_a_file_is_asked_for_in_pieces_of_one_size() -> None:
    data = LINE * (5 * PIECE // 2 // len(LINE))
    with CaptureQueriesContext(connection) as asked:
        answer = FileResponse(default_storage.open(kept(data)))
        assert b"".join(answer.streaming_content) == data
    pieces = [query for query in asked if "substring" in query["sql"]]
    assert len(pieces) == 4  # two whole ones, a half, and the end


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_whoever_wants_all_of_it_asks_once(size: int) -> None:
    data = bytes(byte % 251 for byte in range(size))
    name = kept(data)
    with CaptureQueriesContext(connection) as asked, default_storage.open(name) as file:
        assert file.read() == data
    assert len(asked) == 1


def test_any_place_can_be_read_first() -> None:
    data = bytes(byte % 251 for byte in range(2 * PIECE))
    with default_storage.open(kept(data)) as file:
        assert (file.seek(PIECE - 3), file.read(7)) == (PIECE - 3, data[PIECE - 3 : PIECE + 4])
        assert (file.seek(-4, io.SEEK_END), file.read()) == (2 * PIECE - 4, data[-4:])
        assert (file.seek(0), file.read(2), file.tell()) == (0, data[:2], 2)
        assert (file.seek(5, io.SEEK_CUR), file.read(1)) == (7, data[7:8])
        assert (file.seek(3 * PIECE), file.read()) == (3 * PIECE, b"")
        assert (file.seek(0), list(file.chunks(PIECE))) == (0, [data[:PIECE], data[PIECE:]])


def test_a_file_that_is_gone_says_so_when_it_is_read() -> None:
    name = kept(b"x")
    Blob.objects.all().delete()
    with default_storage.open(name) as file, pytest.raises(Blob.DoesNotExist):
        file.read()


def test_bytes_lie_uncompressed_so_that_a_piece_is_found_at_once() -> None:
    name = kept(b"a" * 4 * MEGABYTE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_column_size(data) FROM base_blob WHERE name = %s", [name])
        assert cursor.fetchone() == (4 * MEGABYTE,)
