"""Mailboxes as administrators keep them: what is refused, what is told, what is limited, what is joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from imaplib import IMAP4
from typing import Any

import pytest

from sterling.base.actor import SYSTEM
from sterling.base.errors import Invalid
from sterling.base.models import AuditEntry
from sterling.base.sealing import Unopenable, unseal
from sterling.channels.email import holding, intake, processing, refusals
from sterling.channels.email.mailboxes import actions, incidents, state, taking
from sterling.channels.email.mailboxes.drafts import Draft
from sterling.channels.email.mailboxes.fetching import Fetching, wait_after
from sterling.channels.email.mailboxes.models import FetchedMail, Mailbox, MailboxIncident, Trouble
from sterling.channels.email.models import HeldMail, InboundMail, SenderNotice, StaffMail
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Attachment, Ticket
from tests import make
from tests.channels.email.mailboxes import imap, mailbox
from tests.channels.email.mails import mail
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EXE = ("setup.exe", "application/octet-stream", b"MZ")


def came(raw: bytes, *, by: str = "smtp", through: Mailbox | None = None, at: Any = TUESDAY) -> InboundMail:
    row = intake.store(raw=raw, mailbox=by, through=through, envelope_from="", envelope_to=[], peer="", at=at)
    processing.process(mail_id=row.pk, at=at)
    row.refresh_from_db()
    return row


def test_a_secret_is_stored_sealed_and_stands_in_no_audit(settings: Any) -> None:
    box = imap(password="correct horse")
    assert "correct horse" not in box.password
    assert unseal(box.password, actions.PURPOSE) == "correct horse"
    assert not [entry for entry in AuditEntry.objects.all() if "horse" in str(entry.data)]
    settings.SECRET_KEY = "another"
    with pytest.raises(Unopenable):
        unseal(box.password, actions.PURPOSE)


def test_a_draft_that_cannot_be_is_refused_with_every_field_at_fault() -> None:
    mailbox("taken@vendor.example")
    draft = Draft(
        addresses=("no address", "taken@vendor.example"), kind="imap", host="imap.example.com", security="none",
        afterwards="move", port=0, size_limit=10**9, silent_after_hours=0, refused_types=("*",),
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        actions.add_mailbox(draft=draft, at=TUESDAY, by=SYSTEM)
    assert {error.field for error in refused.value.errors} == {
        "name", "addresses", "security", "user", "password", "move_to", "port", "size_limit", "silent_after_hours",
        "refused_types",
    }  # fmt: skip
    assert Mailbox.objects.count() == 1


def test_an_empty_secret_keeps_the_one_that_is_there() -> None:
    box = imap(password="kept")
    same = Draft(
        name="Renamed", addresses=("support@sterling.example",), kind="imap", host="127.0.0.1", user="support"
    )
    changed = actions.change_mailbox(mailbox_id=box.pk, draft=same, at=TUESDAY, by=SYSTEM)
    assert (changed.name, changed.version, changed.port) == ("Renamed", 2, 993)
    assert unseal(changed.password, actions.PURPOSE) == "kept"


def test_unknown_senders_get_the_mailboxs_region_and_language() -> None:
    box = mailbox("china@vendor.example", region="china", language="zh")
    came(mail("Ann <ann@nowhere.example>"), through=box)
    ticket = Ticket.objects.get()
    assert (ticket.organization.region_id, ticket.requester.language) == ("china", "zh")


def test_a_refused_file_is_withheld_its_sender_hears_of_it_and_the_message_counts() -> None:
    box = mailbox(refused_types=(".EXE",), file_limit=1000)
    files = (EXE, ("log.txt", "text/plain", b"x" * 2000), ("ok.txt", "text/plain", b"fine"))
    row = came(mail("Ann <ann@nowhere.example>", files=files), through=box)
    assert row.outcome == "opened"
    assert list(Attachment.objects.order_by("pk").values_list("name", flat=True)) == [
        "setup.exe.txt", "log.txt.txt", "ok.txt",
    ]  # fmt: skip
    notice = SenderNotice.objects.get()
    assert notice.to == "ann@nowhere.example"
    assert "- setup.exe: files of the type .exe are not accepted" in notice.text
    assert "- log.txt：大小为 2 kB，单个文件上限为 1 kB" in notice.text
    raw = refusals.compose(notice)
    assert b"Auto-Submitted: auto-replied" in raw
    with row.raw.open() as kept:
        assert b"setup.exe" in kept.read()


def test_a_strangers_file_is_refused_when_the_mail_is_approved_too() -> None:
    box = mailbox(refused_types=("exe",))
    ticket = make.ticket(make.alice())
    to = reply_address(ticket.number, "support@sterling.example")
    came(mail("Ann <ann@nowhere.example>", to=to, files=(EXE,)), through=box)
    holding.approve(held_id=HeldMail.objects.get().pk, at=TUESDAY, by=make.actor(make.agent()))
    assert Attachment.objects.get().name == "setup.exe.txt"


@pytest.mark.parametrize("name", ["setup.exe", "SETUP.EXE", "setup.exe. .", "../x/setup.exe"])
def test_a_kind_of_file_is_known_however_its_name_is_written(name: str) -> None:
    box = mailbox(refused_types=("exe",))
    came(mail(files=((name, "application/octet-stream", b"MZ"),)), through=box)
    assert Attachment.objects.get().content_type == "text/plain"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\TEMP\\shot.png", "shot.png"),
        ("a/", "a"),
        ("..", "attachment"),
        ("日志.log", "日志.log"),
    ],
)
def test_a_file_is_kept_under_a_name_without_folders(said: str, kept: str) -> None:
    came(mail(files=((said, "application/octet-stream", b"x"),)))
    assert Attachment.objects.get().name == kept


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"List_Id": "<all.example>"},
        {"Return_Path": "<>"},
        {"Precedence": "bulk"},
    ],
)
def test_machines_and_lists_hear_of_no_refused_file(headers: dict[str, str]) -> None:
    came(mail(files=(EXE,), **headers), through=mailbox(refused_types=("exe",)))
    assert not SenderNotice.objects.exists()


def test_a_sender_hears_of_refused_files_three_times_an_hour_at_most() -> None:
    box = mailbox(refused_types=("exe",))
    for _ in range(5):
        came(mail(files=(EXE,)), through=box)
    assert SenderNotice.objects.count() == 3
    came(mail(files=(EXE,)), through=box, at=TUESDAY + HOUR)
    assert SenderNotice.objects.count() == 4


def test_one_mail_by_two_ways_is_one_message() -> None:
    raw = mail(message_id="<one@outside.example>")
    first = came(b"Received: from a\r\n" + raw)
    second = came(b"Received: from b\r\nX-Seen: yes\r\n" + raw, by="imap/7")
    assert (first.outcome, second.outcome) == ("opened", "came before")
    assert (second.ticket_id, second.ticket_message_id) == (first.ticket_id, first.ticket_message_id)
    assert Ticket.objects.get().messages.filter(kind="customer").count() == 1


def test_a_copied_message_id_hides_nobody_elses_mail() -> None:
    came(mail("Alice <alice@halden.example>", message_id="<one@outside.example>"))
    other = came(mail("Mallory <mallory@elsewhere.example>", message_id="<one@outside.example>"))
    assert other.outcome == "opened"
    assert Ticket.objects.count() == 2


def test_nameless_mail_that_comes_again_soon_is_the_same_and_later_is_another() -> None:
    raw = b"From: cron@vendor.example\r\nSubject: Disk full\r\n\r\n/ 99 %\r\n"

    def stored(at: Any) -> int:
        return intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=at).pk

    first = stored(TUESDAY)
    assert stored(TUESDAY + HOUR) == first
    assert stored(TUESDAY + 24 * HOUR) != first
    assert InboundMail.objects.count() == 2


class Server:
    """An IMAP server with three messages, one of which it cannot give."""

    def __init__(self) -> None:
        self.mails = {1: mail(), 2: b"", 3: mail()}
        self.seen: list[int] = []

    def search(self, _criteria: list[str]) -> list[int]:
        return list(self.mails)

    def fetch(self, uids: list[int], data: list[str]) -> dict[int, dict[bytes, Any]]:
        if data[0] == "RFC822.SIZE":
            return {uid: {b"RFC822.SIZE": 100, b"INTERNALDATE": TUESDAY} for uid in uids}
        if uids == [2]:
            raise IMAP4.error("NO [SERVERBUG] this one is broken")
        return {uid: {b"BODY[]<0>": self.mails[uid]} for uid in uids}

    def add_flags(self, uids: list[int], _flags: list[bytes], *, silent: bool) -> None:
        assert silent
        self.seen += uids


def test_a_message_that_the_server_cannot_give_stops_no_other_and_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box, server = imap(), Server()
    at = [TUESDAY]
    monkeypatch.setattr("sterling.channels.email.mailboxes.fetching.now", lambda: at[0])
    cursor = taking.cursor_for(box, 7, 4, TUESDAY)
    fetching = Fetching(box)
    for _ in range(4):
        fetching.take_new(server, cursor)
    assert server.seen == [1, 3]
    broken = FetchedMail.objects.get(uid=2)
    assert (broken.state, broken.attempts) == ("failing", 2)
    at[0] += MINUTE
    fetching.take_new(server, cursor)
    broken.refresh_from_db()
    assert broken.state == "skipped"
    assert "this one is broken" in broken.reason
    server.mails[4] = mail()
    fetching.take_new(server, cursor)
    assert server.seen == [1, 3, 4]
    assert actions.try_again(mailbox_id=box.pk, at=at[0], by=SYSTEM) == 1
    monkeypatch.setattr(server, "fetch", lambda uids, data: Server.fetch(server, [9], data) if uids != [2] else {
        2: {b"RFC822.SIZE": 9, b"INTERNALDATE": TUESDAY, b"BODY[]<0>": mail()}
    })  # fmt: skip
    fetching.take_new(server, cursor)
    assert InboundMail.objects.count() == 4


def test_waits_grow_to_five_minutes_and_are_spread() -> None:
    assert [wait_after(failures, 1.0) for failures in (1, 2, 5, 9, 10, 99)] == [1, 2, 16, 256, 300, 300]
    assert wait_after(1, 0.0) == 0.5


@pytest.fixture
def ada() -> Any:
    make.agent("Carol Mensah")
    return make.agent("Ada Admin", role="admin")


def refuse(box: Mailbox, at: Any, failures: int = 2) -> None:
    state.failing(box, Trouble.SIGN_IN, "[AUTHENTICATIONFAILED] no", failures, at=at)


def test_a_refused_sign_in_is_told_to_administrators_once_and_closes_by_itself(ada: Any) -> None:
    box = imap()
    refuse(box, TUESDAY, failures=1)
    incidents.watch(at=TUESDAY)
    assert not StaffMail.objects.exists()
    for minute in range(5):
        refuse(box, TUESDAY + minute * MINUTE)
        incidents.watch(at=TUESDAY + minute * MINUTE)
    told = StaffMail.objects.get()
    assert (told.to, told.subject) == (
        ada.user.email,
        "Mailbox Support: The server refuses the sign-in: check user and password.",
    )
    assert f"/desk/mailboxes/{box.pk}/" in told.text
    state.well(box, is_idle=True, at=TUESDAY + 6 * MINUTE)
    incidents.watch(at=TUESDAY + 6 * MINUTE)
    assert MailboxIncident.objects.get().closed_at == TUESDAY + 6 * MINUTE
    # Back within half an hour it is the same incident.
    refuse(box, TUESDAY + 20 * MINUTE)
    incidents.watch(at=TUESDAY + 20 * MINUTE)
    assert MailboxIncident.objects.get().closed_at is None
    assert StaffMail.objects.count() == 1


def test_a_silent_mailbox_is_told_once_and_a_mail_ends_it(ada: Any) -> None:
    box = mailbox(silent_after_hours=24)
    incidents.watch(at=TUESDAY + 24 * HOUR - MINUTE)
    assert not MailboxIncident.objects.exists()
    for hour in (24, 25, 30):
        incidents.watch(at=TUESDAY + hour * HOUR)
    assert StaffMail.objects.get().agent == ada
    came(mail(), through=box, at=TUESDAY + 31 * HOUR)
    incidents.watch(at=TUESDAY + 31 * HOUR)
    assert MailboxIncident.objects.get().closed_at == TUESDAY + 31 * HOUR


@pytest.mark.parametrize(
    ("after", "trouble"), [(9 * MINUTE, []), (11 * MINUTE, ["not_fetched"])], ids=["soon", "later"]
)
def test_a_mailbox_that_nobody_fetches_is_noticed(after: timedelta, trouble: list[str]) -> None:
    imap()
    incidents.watch(at=TUESDAY + after)
    assert list(MailboxIncident.objects.values_list("trouble", flat=True)) == trouble


def test_a_sign_in_that_is_about_to_lapse_is_told_ahead() -> None:
    expires = (TUESDAY + timedelta(days=14)).date()
    box = imap(sign_in_expires=expires)
    state.well(box, is_idle=True, at=TUESDAY)
    incidents.watch(at=TUESDAY)
    found = MailboxIncident.objects.get()
    assert (found.trouble, found.detail) == ("expiring", expires.isoformat())


def test_a_paused_mailbox_worries_nobody(ada: Any) -> None:
    box = imap(silent_after_hours=1)
    actions.pause_mailbox(mailbox_id=box.pk, paused=True, at=TUESDAY, by=make.actor(ada))
    incidents.watch(at=TUESDAY + 100 * HOUR)
    assert not MailboxIncident.objects.exists()
    assert state.leased("me", TUESDAY) == []


def test_one_process_fetches_a_mailbox_until_its_lease_ends() -> None:
    box = imap()
    assert state.leased("one", TUESDAY) == [box]
    assert state.leased("two", TUESDAY + timedelta(seconds=9)) == []
    assert state.leased("two", TUESDAY + timedelta(seconds=11)) == [box]
    state.released("two")
    assert state.leased("one", TUESDAY + timedelta(seconds=11)) == [box]


def test_a_draft_is_tried_without_being_saved() -> None:
    box = imap(password="stored")
    tried = actions.as_drafted(
        replace(Draft(name="X", addresses=("x@y.example",), kind="imap", host="127.0.0.1", user="u")), box
    )
    assert unseal(tried.password, actions.PURPOSE) == "stored"
    box.refresh_from_db()
    assert (box.name, box.version) == ("Support", 1)
