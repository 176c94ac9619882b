"""Replies, notes, the customer's own words, and files."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sterling.tickets.models import Attachment, Message
from tests import make
from tests.api.client import Holder, holder
from tests.api.conftest import Hands


def states(person: Holder, number: int) -> list[tuple[str, str]]:
    return [(clock["metric"], clock["state"]) for clock in person.get(f"/tickets/{number}/clocks")["items"]]


def test_a_reply_stops_the_response_clock_and_a_note_does_not(carol: Holder, hands: Hands) -> None:
    ticket = make.ticket(make.alice(), priority="high")
    path = f"/tickets/{ticket.number}/messages"
    hands.forward(minutes=10)
    note = carol.post(path, body="Looks like the exporter.", public=False)
    assert (note.status, note["kind"], note["public"], note["delivery"]) == (201, "note", False, "none")
    assert states(carol, ticket.number)[0] == ("first_response", "running")
    reply = carol.post(path, body="We look into it.")
    assert (reply["kind"], reply["public"], reply["author"]["name"]) == ("reply", True, "Carol Mensah")
    assert states(carol, ticket.number)[0] == ("first_response", "met")


def test_a_customers_own_message_starts_the_next_clock(carol: Holder, hands: Hands) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, priority="high")
    path = f"/tickets/{ticket.number}/messages"
    carol.post(path, body="Done.", status="solved")
    hands.forward(minutes=10)
    own = holder(alice).post(path, body="Not for me.")
    assert (own.status, own["kind"], own["channel"], own["reply_needed"]) == (201, "customer", "portal", True)
    assert carol.get(f"/tickets/{ticket.number}")["status"] == "open"
    assert ("next_response", "running") in states(carol, ticket.number)


def test_staff_write_down_what_the_customer_said(carol: Holder) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    said = carol.post(
        f"/tickets/{ticket.number}/messages", body="She called again.", contact=str(alice.pk), channel="phone"
    )
    assert (said["kind"], said["author"]["name"], said["channel"]) == ("customer", "Alice Moreau", "phone")
    stranger = carol.post(f"/tickets/{ticket.number}/messages", body="Hello", contact=str(make.mallory().pk))
    assert stranger.kind == "not-found"


def test_a_message_to_a_closed_ticket_opens_a_follow_up(carol: Holder) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, priority="high")
    path = f"/tickets/{ticket.number}/messages"
    carol.post(path, body="Done.", status="closed")
    more = holder(alice).post(path, body="It is back.")
    assert more["ticket"] != ticket.number
    assert carol.get(f"/tickets/{more['ticket']}")["follow_up_of"] == ticket.number
    refused = carol.post(path, body="One more thing.")
    assert (refused.status, refused.kind) == (409, "conflict")


def test_a_note_neither_solves_what_is_owed_nor_changes_low_silently(carol: Holder) -> None:
    alice = make.alice()
    owed, low = make.ticket(alice, priority="high"), make.ticket(alice, priority="low")
    before = Message.objects.count()
    solved = carol.post(f"/tickets/{owed.number}/messages", body="Solved.", public=False, status="solved")
    assert (solved.status, solved.kind) == (409, "response-owed")
    silent = carol.post(f"/tickets/{low.number}/messages", body="Waiting.", public=False, status="pending")
    assert (silent.status, silent.kind) == (409, "message-required")
    assert Message.objects.count() == before
    said = carol.post(f"/tickets/{low.number}/messages", body="Which version?", status="pending")
    assert said.status == 201
    assert carol.get(f"/tickets/{low.number}")["status"] == "pending"


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"public": False}, 422, "invalid"),
        ({"status": "closed"}, 422, "invalid"),
        ({"public": "yes"}, 422, "invalid"),
        ({"body": ""}, 422, "invalid"),
        ({"channel": "fax"}, 422, "invalid"),
    ],
)
def test_a_contact_says_what_a_contact_can_say(change: dict[str, Any], status: int, kind: str) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    before = Message.objects.count()
    answer = holder(alice).post(f"/tickets/{ticket.number}/messages", **{"body": "Hello"} | change)
    assert (answer.status, answer.kind) == (status, kind)
    assert Message.objects.count() == before


def test_nobody_writes_in_a_colleagues_name() -> None:
    organization = make.organization()
    alice, bob = make.alice(organization), make.contact(organization, "Bob Okafor")
    ticket = make.ticket(alice)
    refused = holder(bob).post(f"/tickets/{ticket.number}/messages", body="Hi", contact=str(alice.pk))
    assert (refused.status, refused.kind) == (403, "not-allowed")
    own = holder(bob).post(f"/tickets/{ticket.number}/messages", body="Hi", contact=str(bob.pk))
    assert own["author"]["name"] == "Bob Okafor"


def test_notes_and_their_files_are_never_shown_to_contacts(carol: Holder) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    path = f"/tickets/{ticket.number}/messages"
    file = {"name": "core.txt", "content_type": "text/plain", "data": base64.b64encode(b"secret").decode()}
    note = carol.post(path, body="Between us.", public=False, attachments=[file])
    listed = holder(alice).get(path)
    assert [message["kind"] for message in listed["items"]] == ["customer", "auto"]
    url = note["attachments"][0]["url"].removeprefix("/api/v1")
    assert holder(alice).get(url).kind == "not-found"
    assert carol.get(url).body == b"secret"


def test_a_file_comes_back_byte_for_byte_to_be_saved_and_never_run(carol: Holder) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    page = b"<script>alert(1)</script>\x00\xff"
    file = {"name": '报告 "1".html', "content_type": "text/html", "data": base64.b64encode(page).decode()}
    said = holder(alice).post(f"/tickets/{ticket.number}/messages", body="See file.", attachments=[file])
    shown = said["attachments"][0]
    assert (shown["name"], shown["content_type"], shown["size"]) == ('报告 "1".html', "text/html", len(page))
    got = carol.get(shown["url"].removeprefix("/api/v1"))
    assert got.body == page
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_files_beyond_25_megabytes_are_refused(carol: Holder) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    half = base64.b64encode(bytes(13 * 1024 * 1024)).decode()
    files = [{"name": "a.bin", "data": half}, {"name": "b.bin", "data": half}]
    refused = carol.post(f"/tickets/{ticket.number}/messages", body="Two files.", attachments=files)
    assert (refused.status, refused.fields) == (422, ["attachments"])
    assert Attachment.objects.count() == 0
    assert carol.post(f"/tickets/{ticket.number}/messages", body="One.", attachments=files[:1]).status == 201
