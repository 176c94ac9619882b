"""Fetching from a real Dovecot."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection

from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.base.sealing import unseal
from sterling.channels.email import processing
from sterling.channels.email.mailboxes import actions, probing
from sterling.channels.email.mailboxes.drafts import Draft
from sterling.channels.email.mailboxes.fetcher import Fetcher
from sterling.channels.email.mailboxes.fetching import STUCK_SECONDS
from sterling.channels.email.mailboxes.models import FetchedMail, Mailbox, MailboxState
from sterling.channels.email.models import InboundMail, SenderNotice
from sterling.tickets.models import Ticket
from tests.channels.email.dovecot import Dovecot, dovecot, needs_dovecot
from tests.channels.email.mailboxes import imap
from tests.channels.email.mails import mail
from tests.flows.product import PATIENCE, free_port, wait_for

pytestmark = [
    needs_dovecot,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("installed"),
]


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@contextlib.contextmanager
def fetching() -> Iterator[Callable[[Callable[[], Any], str], Any]]:
    """A fetcher at work; call it to wait for something."""
    fetcher = Fetcher()

    def until(ask: Callable[[], Any], what: str) -> Any:
        last = time.monotonic() + PATIENCE
        while not (said := ask()):
            assert time.monotonic() < last, f"waited for {what}: {list(MailboxState.objects.values())}"
            fetcher.round()
            time.sleep(0.05)
        return said

    try:
        yield until
    finally:
        fetcher.end()


def state_of(mailbox: Mailbox) -> MailboxState:
    return MailboxState.objects.get(mailbox=mailbox)


def idle(mailbox: Mailbox) -> Callable[[], bool]:
    return lambda: state_of(mailbox).is_idle


def came(count: int) -> Callable[[], bool]:
    return lambda: InboundMail.objects.count() >= count


def settled(count: int) -> Callable[[], bool]:
    return lambda: FetchedMail.objects.filter(state="settled").count() >= count


def test_mail_that_comes_while_it_idles_is_taken_and_marked_as_seen(server: Dovecot) -> None:
    box = imap(server.port, takes_existing=False)
    server.append(mail(subject="Before"))
    with fetching() as until:
        until(idle(box), "IDLE")
        server.append(raw := mail(subject="New"))
        until(settled(1), "the new mail")
    row = InboundMail.objects.get()
    with row.raw.open() as file:
        assert file.read() == raw
    assert (row.through, row.mailbox, row.envelope_to) == (
        box,
        f"imap/{box.pk}",
        ["support@sterling.example"],
    )
    assert ["Seen" in flags.decode() for flags in server.flags()] == [False, True]
    state = state_of(box)
    assert (state.trouble, state.fetched, state.lease_owner) == ("", 1, "")


def test_one_mailbox_with_a_wrong_password_stops_no_other_and_recovers(server: Dovecot) -> None:
    well = imap(server.port)
    bad = imap(server.port, addresses=("sales@vendor.example",), name="Sales", user="sales", password="wrong")
    server.append(mail())
    server.append(mail(), user="sales")
    with fetching() as until:
        until(lambda: state_of(bad).trouble, "the refusal")
        until(idle(well), "the other one")
        assert (state_of(bad).trouble, state_of(bad).fetched) == ("sign_in", 0)
        assert "uthentication failed" in state_of(bad).error
        assert InboundMail.objects.get().through == well
        mended = draft_of(server.port, addresses=("sales@vendor.example",), user="sales", password="secret")
        actions.change_mailbox(mailbox_id=bad.pk, draft=mended, at=now(), by=SYSTEM)
        until(came(2), "mail after the password was mended")
        until(lambda: not state_of(bad).trouble, "the trouble to be over")


def draft_of(port: int, **more: Any) -> Draft:
    known = {"name": "Sales", "kind": "imap", "host": "127.0.0.1", "port": port, "security": "none"}
    return Draft(**known | {"takes_existing": True} | more)


def test_a_server_that_goes_away_and_comes_back_loses_nothing(server: Dovecot) -> None:
    box = imap(server.port)
    server.append(mail())
    with fetching() as until:
        until(idle(box), "IDLE")
        server.stop()
        until(lambda: state_of(box).trouble == "unreachable", "the loss to be seen")
        server.start()
        server.append(mail())
        until(settled(2), "the second mail")
        until(lambda: not state_of(box).trouble, "the trouble to be over")
    assert InboundMail.objects.count() == 2


def test_new_numbers_for_known_messages_repeat_none_and_lose_none(server: Dovecot) -> None:
    nameless = b"From: a@b.example\r\nSubject: Disk full\r\n\r\nAgain.\r\n"
    box = imap(server.port)
    server.append(mail(), nameless, mail())
    with fetching() as until:
        until(settled(3), "the first three")
    server.renumber()
    server.append(mail())
    with fetching() as until:
        until(settled(7), "all four under their new numbers")
    assert InboundMail.objects.count() == 4
    assert state_of(box).fetched == 4


def test_a_monster_is_passed_over_and_its_sender_hears_why(server: Dovecot) -> None:
    imap(server.port)
    monster = mail("Li Lei <li@muguang.example>", subject="日志", text="见附件。")
    head, _, body = monster.partition(b"\r\n\r\n")
    server.append(mail(), head + b"\r\n\r\n" + body + b"x" * 76 + b"\r\n" * 20_000_000, mail())
    with fetching() as until:
        until(settled(2), "the small ones")
        until(came(3), "the large one's header")
    large = InboundMail.objects.get(is_whole=False)
    with large.raw.open() as file:
        assert file.read().rstrip() == head.rstrip()
    assert (large.state, large.size > 40_000_000) == ("quarantined", True)
    assert large.reason.startswith("too large: 38.1 MB, the limit is 25 MB")
    notice = SenderNotice.objects.get()
    assert (notice.to, notice.subject) == ("li@muguang.example", "您的邮件过大，未能送达")
    assert "上限为 25 MB" in notice.text
    assert "at most 25 MB can be taken" in notice.text
    processing.retry(mail_id=large.pk)
    large.refresh_from_db()
    assert large.state == "quarantined"


def test_hostile_bytes_are_kept_as_they_came(server: Dovecot) -> None:
    imap(server.port)
    hostile = [
        b"\xff\xfe\x80 no header at all",
        b"From: =?utf-8?B?////?=\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n--a\r\n",
        b"Subject: " + b"A" * 300_000 + b"\r\nMessage-ID: " + b"<" * 900 + b"\r\n\r\n\x1b[2J",
        mail(),
    ]
    server.append(*hostile)
    with fetching() as until:
        until(settled(4), "all four")
    kept = [row.raw.open().read() for row in InboundMail.objects.order_by("pk")]
    assert kept == hostile


@pytest.mark.parametrize("then", ["move", "delete"])
def test_a_fetched_mail_is_moved_or_deleted_there_once_it_is_here(server: Dovecot, then: str) -> None:
    with server.client() as client:
        client.create("Done")
    imap(server.port, afterwards=then, move_to="Done" if then == "move" else "")
    server.append(mail(), mail())
    with fetching() as until:
        until(settled(2), "both")
    assert (len(server.flags()), len(server.flags(folder="Done"))) == (0, 2 if then == "move" else 0)


class Provider(BaseHTTPRequestHandler):
    """Hands out access tokens for one refresh token, which it replaces; tells Dovecot which are good."""

    refresh = "first"
    asked: list[str] = []

    def do_POST(self) -> None:
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        kind = type(self)
        kind.asked.append(self.path)
        if self.path == "/introspect":
            self._say(200, {"active": form["token"] == "good", "username": "support"})
        elif form.get("refresh_token") != kind.refresh or form.get("client_secret") != "client":
            self._say(400, {"error": "invalid_grant", "error_description": "The consent was withdrawn."})
        else:
            kind.refresh = "second"
            more = {"refresh_token": "second", "refresh_token_expires_in": 86_400 * 90}
            self._say(200, {"access_token": "good", "expires_in": 3600} | more)

    def _say(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        pass


@contextlib.contextmanager
def provider() -> Iterator[str]:
    Provider.refresh, Provider.asked = "first", []
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_oauth2_signs_in_keeps_the_new_refresh_token_and_says_when_it_is_refused() -> None:
    with provider() as url, dovecot(f"{url}/introspect") as server:
        account = {"sign_in": "oauth2", "token_url": f"{url}/token", "client_id": "sterling"}
        box = imap(server.port, password="", client_secret="client", refresh_token="first", **account)
        server.append(mail())
        with fetching() as until:
            until(settled(1), "the mail")
        box.refresh_from_db()
        assert unseal(box.refresh_token, actions.PURPOSE) == "second"
        assert "first" not in box.refresh_token
        assert box.sign_in_expires is not None
        assert 89 <= (box.sign_in_expires - now().date()).days <= 90
        Provider.refresh = "withdrawn"
        with fetching() as until:
            until(lambda: state_of(box).trouble, "the refusal")
        assert (state_of(box).trouble, state_of(box).error) == ("token", "The consent was withdrawn.")
        tried = probing.probe(box, now())
        assert not tried.works
        assert "The consent was withdrawn." in tried.said.zh


def test_a_try_says_what_is_there_or_what_is_the_matter(server: Dovecot) -> None:
    server.append(mail())
    box = imap(server.port)
    assert probing.probe(box, now()).said.en == (
        "Signed in. INBOX holds 1 messages; new mail is seen at once (IDLE)."
    )
    box.folder = "Nowhere"
    assert probing.probe(box, now()).trouble == "folder"
    box.folder, box.afterwards, box.move_to = "INBOX", "move", "Nowhere"
    assert probing.probe(box, now()).trouble == "folder"
    box.afterwards, box.port = "keep", free_port()
    assert probing.probe(box, now()).trouble == "unreachable"
    assert InboundMail.objects.count() == 0


def test_starttls_hides_the_password_and_refuses_a_server_that_nobody_vouches_for(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.stop()
    certificate = server.certified()
    server.start()
    server.append(mail())
    box = imap(server.port, security="starttls")
    tried = probing.probe(box, now())
    assert (tried.works, tried.trouble) == (False, "unreachable")
    assert "certificate verify failed" in tried.said.en
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with fetching() as until:
        until(settled(1), "the mail over TLS")
    assert "TLS" in [line for line in server.log().splitlines() if "Login:" in line][-1]


@contextlib.contextmanager
def drip_by_drip(security: str) -> Iterator[int]:
    """A server that always says a little and never finishes; its port."""
    ends = threading.Event()

    def talk(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            # What a handshake reads is a record that goes on; what a greeting reads is a line that does.
            client.sendall(b"\x16\x03\x03\x3f\xff" if security == "tls" else b"* OK ")
            while not ends.wait(0.02):
                client.sendall(b"\x00" if security == "tls" else b".")

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(listening.accept()[0],)).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ends.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_server_that_answers_drop_by_drop_is_cut_and_holds_no_thread(
    server: Dovecot, security: str
) -> None:
    well = imap(server.port)
    with drip_by_drip(security) as port:
        slow = imap(port, addresses=("sales@vendor.example",), name="Sales", security=security)
        fetcher = Fetcher()
        fetcher.round()
        stuck = fetcher.running[slow.pk]
        try:
            wait_for(lambda: stuck.socket is not None, "the connection")
            assert stuck.thread.is_alive()
            # As after three minutes without a sign.
            stuck.sign -= STUCK_SECONDS + 1
            fetcher.round()
            stuck.thread.join(PATIENCE)
            assert not stuck.thread.is_alive()
            assert state_of(slow).trouble == "unreachable"
            assert state_of(slow).error == "no whole answer within 180 s; the connection was cut"
            assert fetcher.running[slow.pk] is not stuck
            server.append(mail())
            wait_for(settled(1), "the other mailbox's mail")
            assert InboundMail.objects.get().through == well
        finally:
            fetcher.end()


def database_url() -> str:
    found = connection.settings_dict
    options = urllib.parse.urlencode({"host": found["HOST"], "port": found["PORT"]})
    who = urllib.parse.quote(found["USER"])
    word = f":{urllib.parse.quote(found['PASSWORD'])}" if found["PASSWORD"] else ""
    return f"postgresql://{who}{word}@/{found['NAME']}?{options}"


def test_a_fetcher_that_is_killed_in_the_middle_loses_no_mail_and_repeats_none(server: Dovecot) -> None:
    imap(server.port)
    server.append(*(mail(subject=f"Mail {nth}") for nth in range(200)))
    command = [sys.executable, "-m", "sterling", "fetch"]
    environment = os.environ | {"DATABASE_URL": database_url()}
    for enough in (30, 90, 200):
        process = subprocess.Popen(command, env=environment)
        last = time.monotonic() + PATIENCE
        try:
            while InboundMail.objects.count() < enough or (enough == 200 and not settled(200)()):
                assert process.poll() is None
                assert time.monotonic() < last
                time.sleep(0.01)
        finally:
            process.send_signal(signal.SIGKILL if enough < 200 else signal.SIGTERM)
            process.wait(timeout=60)
        # The dead one's lease is not waited for here.
        MailboxState.objects.update(lease_until=now())
    assert InboundMail.objects.count() == 200
    assert InboundMail.objects.values("message_id").distinct().count() == 200
    assert FetchedMail.objects.filter(state="settled").count() == 200
    assert all("Seen" in flags.decode() for flags in server.flags())
    assert Ticket.objects.count() == 0
