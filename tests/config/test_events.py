"""The live stream: names of what changed, to whom they concern, once it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from sterling.accounts.actions import customers, people
from sterling.accounts.models import Contact, User
from sterling.accounts.session import KEY
from sterling.base.live import poke
from sterling.config.events import AGAIN, BACKLOG, HERE, KEPT, Application, Hub, Told, earshot, relay
from tests import make

Sent = list[dict[str, Any]]


async def ask(
    application: Application,
    path: str = "/events",
    *,
    headers: dict[str, str] | None = None,
    query: str = "",
    meanwhile: Callable[[Sent], Any] | None = None,
) -> Sent:
    """One request and what was sent; a stream is left when `meanwhile` is done."""
    sent: Sent = []
    left = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
    }
    answering = asyncio.create_task(application(scope, receive, send))
    if meanwhile:
        await meanwhile(sent)
        left.set()
    await asyncio.wait_for(answering, 20)
    return sent


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - looks at what has no event of its own
        await asyncio.sleep(0.01)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def names_in(sent: Sent) -> list[str]:
    text = b"".join(part.get("body", b"") for part in sent).decode()
    names = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [name for name in names if name != HERE]


def last_id(sent: Sent) -> str:
    text = b"".join(part.get("body", b"") for part in sent).decode()
    return [line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: ")][-1]


def hearing(what: Callable[[str], bool] | None) -> Application:
    return Application(Hub(), "postgresql:///none", lambda _cookie: what)


def heard(
    application: Application, *told: str, headers: dict[str, str] | None = None, query: str = ""
) -> Sent:
    async def telling(_sent: Sent) -> None:
        await until(lambda: bool(application.hub.streams))
        for name in told:
            application.hub.tell(name)
        await settled()

    return asyncio.run(ask(application, meanwhile=telling, headers=headers, query=query))


def test_a_stream_passes_on_what_its_person_may_hear_and_nothing_else():
    sent = heard(hearing(lambda name: name != "ticket-7"), "queue", "ticket-7", "ticket-8")
    assert sent[0]["status"] == 200
    assert (b"content-type", b"text/event-stream") in sent[0]["headers"]
    assert names_in(sent) == ["queue", "ticket-8"]


def test_a_stream_that_is_left_is_forgotten():
    application = hearing(lambda _name: True)
    heard(application, "queue")
    assert application.hub.streams == set()


@pytest.mark.parametrize("how", ["header", "query"])
def test_who_comes_back_hears_what_was_told_meanwhile(how: str):
    application = hearing(lambda _name: True)
    mark = last_id(heard(application, "queue", "ticket-1"))
    for name in ("ticket-2", "ticket-3"):
        application.hub.tell(name)
    headers, query = ({"last-event-id": mark}, "") if how == "header" else ({}, f"after={mark}")
    assert names_in(heard(application, "ticket-4", headers=headers, query=query)) == [
        "ticket-2",
        "ticket-3",
        "ticket-4",
    ]


def test_who_comes_back_and_missed_nothing_hears_nothing():
    application = hearing(lambda _name: True)
    mark = last_id(heard(application, "queue"))
    assert names_in(heard(application, headers={"last-event-id": mark})) == []


def test_a_quiet_stream_still_says_where_it_stands():
    application = hearing(lambda _name: True)
    application.hub.tell("queue")
    assert last_id(heard(application)) == application.hub.mark(1)


@pytest.mark.parametrize("mark", ["00000000-1", "nonsense", "-", "1"])
def test_a_place_that_is_not_known_means_look_again(mark: str):
    assert names_in(heard(hearing(lambda _name: True), headers={"last-event-id": mark})) == [AGAIN]


def test_who_was_away_for_too_long_looks_again():
    application = hearing(lambda _name: True)
    mark = last_id(heard(application, "queue"))
    for number in range(KEPT + 1):
        application.hub.tell(f"ticket-{number}")
    assert names_in(heard(application, headers={"last-event-id": mark})) == [AGAIN]


def test_who_missed_more_than_a_stream_holds_looks_again():
    application = hearing(lambda _name: True)
    mark = last_id(heard(application, "queue"))
    for number in range(BACKLOG):
        application.hub.tell(f"ticket-{number}")
    assert names_in(heard(application, headers={"last-event-id": mark})) == [AGAIN]


def test_a_page_hears_what_was_told_since_it_was_drawn():
    hub = Hub(begun=1000.0)
    hub.lately.extend([Told(1, "ticket-1", 1990.0), Told(2, "ticket-2", 2001.0)])
    hub.nth = 2
    application = Application(hub, "postgresql:///none", lambda _cookie: lambda _name: True)
    assert names_in(heard(application, query="since=2000")) == ["ticket-2"]
    assert names_in(heard(application, query="since=1500")) == ["ticket-1", "ticket-2"]
    assert names_in(heard(application, query="since=900")) == [AGAIN]
    assert names_in(heard(application, query="since=x")) == []


def test_what_was_missed_passes_the_same_filter():
    application = hearing(lambda name: name == "organization-1")
    mark = last_id(heard(application))
    for name in ("organization-2", "organization-1", "queue"):
        application.hub.tell(name)
    assert names_in(heard(application, headers={"last-event-id": mark})) == ["organization-1"]


def test_nobody_signed_in_is_told_to_stop_asking():
    sent = asyncio.run(ask(hearing(None)))
    assert sent[0]["status"] == 204
    assert names_in(sent) == []


def test_who_is_too_far_behind_is_cut_off_and_asks_again():
    application = hearing(lambda _name: True)

    async def flood(_sent: Sent) -> None:
        await until(lambda: bool(application.hub.streams))
        for number in range(BACKLOG + 1):
            application.hub.tell(f"ticket-{number}")
        await settled()

    sent = asyncio.run(ask(application, meanwhile=flood))
    assert names_in(sent) == []
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_elsewhere_there_is_nothing():
    assert asyncio.run(ask(hearing(lambda _name: True), "/desk/"))[0]["status"] == 404
    assert asyncio.run(ask(hearing(None), "/healthz"))[0]["status"] == 200


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:8000", True),
        ("https://127.0.0.1", True),
        ("http://evil.example", False),
        ("http://127.0.0.1.evil.example:8000", False),
        ("null", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_pages_of_the_same_host_may_read_the_stream(origin: str, allowed: bool):
    headers = {"host": "127.0.0.1:8001", "origin": origin}
    answer = asyncio.run(ask(hearing(None), headers=headers))[0]
    granted = dict(answer["headers"]).get(b"access-control-allow-origin")
    assert granted == (origin.encode() if allowed else None)


def cookie(user: User) -> str:
    session = SessionStore()
    session[KEY] = user.pk
    session.save()
    return f"other=1; {settings.SESSION_COOKIE_NAME}={session.session_key}"


@pytest.mark.django_db
def test_engineers_hear_everything():
    hears = earshot(cookie(make.agent().user))
    assert hears
    assert hears("queue")
    assert hears("organization-1")


@pytest.mark.django_db
def test_a_contact_hears_the_own_organization_only():
    alice = make.alice()
    mallory = make.mallory()
    hears = earshot(cookie(people.user_for_contact(contact=alice, at=make.TUESDAY)))
    assert hears
    assert hears(f"organization-{alice.organization_id}")
    assert hears(f"requester-{alice.pk}")
    assert hears(AGAIN)
    assert not hears(f"organization-{mallory.organization_id}")
    assert not hears(f"requester-{mallory.pk}")
    assert not hears("outbox")
    assert not hears("queue")
    assert not hears("ticket-1")


@pytest.mark.django_db
def test_who_only_writes_from_the_same_domain_hears_own_tickets_only():
    alice = make.alice()
    stranger = customers.sender(email="new@halden.example", name="New", language="", at=make.TUESDAY)
    Contact.objects.filter(pk=stranger.pk).update(organization=alice.organization, confirmed_at=None)
    stranger = Contact.objects.get(pk=stranger.pk)
    hears = earshot(cookie(people.user_for_contact(contact=stranger, at=make.TUESDAY)))
    assert hears
    assert hears(f"requester-{stranger.pk}")
    assert not hears(f"organization-{alice.organization_id}")


@pytest.mark.django_db
def test_without_a_living_session_there_is_nothing_to_hear():
    carol = make.agent()
    known = cookie(carol.user)
    User.objects.filter(pk=carol.user_id).update(is_active=False)
    assert earshot(known) is None
    assert earshot("") is None
    assert earshot(f"{settings.SESSION_COOKIE_NAME}=made-up") is None


class RecordingHub(Hub):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def tell(self, name: str) -> None:
        self.told.append(name)


@pytest.mark.django_db(transaction=True)
def test_a_poke_is_heard_when_its_transaction_commits_and_not_when_it_fails():
    def work() -> None:
        with transaction.atomic():
            poke("ticket-1")
            transaction.set_rollback(True)
        with transaction.atomic():
            poke("queue", "ticket-2")

    hub = RecordingHub()

    async def listen() -> None:
        relaying = asyncio.create_task(relay(hub, url_of_tests()))
        await until(lambda: hub.told == [AGAIN])
        await asyncio.to_thread(in_own_connection, work)
        await until(lambda: len(hub.told) == 3)
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)

    asyncio.run(asyncio.wait_for(listen(), 30))
    assert hub.told == [AGAIN, "queue", "ticket-2"]


def in_own_connection(work: Callable[[], None]) -> None:
    from django.db import connections

    try:
        work()
    finally:
        connections.close_all()


def url_of_tests() -> str:
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    known = connection.settings_dict
    parts = {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
    }
    return make_conninfo(dbname=known["NAME"], **{name: value for name, value in parts.items() if value})
