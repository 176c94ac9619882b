"""Who gets in, and what a request that cannot be read hears."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import ConnectionFailure

from sterling.accounts.actions import people
from sterling.accounts.models import ApiToken, Organization
from sterling.accounts.session import KEY
from sterling.api import gate
from sterling.base.actor import SYSTEM
from tests import make
from tests.api.client import Answer, Holder, holder
from tests.api.conftest import Hands


def refused_without_token(answer: Answer) -> None:
    assert (answer.status, answer.kind) == (401, "no-token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="sterling"'


def test_without_a_token_nothing_answers() -> None:
    refused_without_token(Holder("").get("/regions"))
    refused_without_token(Holder("").post("/tickets", subject="x", body="y"))
    refused_without_token(Holder("").get("/there/is/nothing"))


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer nonsense", "Basic abc", "Bearer \xe9\xff"])
def test_a_token_that_is_none_is_refused(header: str) -> None:
    found = Client().get("/api/v1/regions", headers={"Authorization": header})
    assert found.status_code == 401
    assert found["Content-Type"] == "application/problem+json"


def test_a_revoked_an_expired_and_a_leavers_token_are_refused(hands: Hands) -> None:
    agent = make.agent()
    revoked = holder(agent)
    assert revoked.get("/regions").status == 200
    ApiToken.objects.update(revoked_at=hands.at)
    refused_without_token(revoked.get("/regions"))

    life = timedelta(hours=1)
    short = Holder(people.create_token(user=agent.user, name="t", at=hands.at, by=SYSTEM, life=life))
    assert short.get("/regions").status == 200
    hands.forward(hours=1)
    refused_without_token(short.get("/regions"))

    last = holder(agent)
    agent.user.is_active = False
    agent.user.save()
    refused_without_token(last.get("/regions"))


def test_a_signed_in_browser_is_no_way_into_the_api() -> None:
    browser = Client()
    session = browser.session
    session[KEY] = make.agent(role="admin").user.pk
    session.save()
    assert browser.get("/api/v1/organizations").status_code == 401


def test_a_token_to_read_changes_nothing() -> None:
    admin = make.agent(role="admin")
    reader = holder(admin, "read")
    assert reader.get("/organizations").status == 200
    refused = reader.post("/organizations", name="New", region="europe")
    assert (refused.status, refused.kind) == (403, "not-allowed")
    assert Organization.objects.count() == 0
    assert holder(admin, "write").post("/organizations", name="New", region="europe").status == 201
    assert holder(admin, "write").get("/organizations").status == 200
    assert holder(admin, "other").get("/organizations").kind == "not-allowed"


def test_unknown_addresses_and_methods_are_problems_too(carol: Holder) -> None:
    missing = carol.get("/nowhere/at/all")
    assert (missing.status, missing.kind) == (404, "not-found")
    wrong = carol.raw("PUT", "/regions")
    assert (wrong.status, wrong.kind) == (405, "method")
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert carol.get("/tickets/abc").kind == "not-found"
    assert carol.get("/tickets/99999999999999999999999").kind == "not-found"
    assert carol.get("/contacts/1e5").kind == "not-found"
    assert carol.get("/organizations/%00").kind == "not-found"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"{", 400, "malformed"),
        (b'{"name": NaN}', 400, "malformed"),
        (b'{"name": "\xff"}', 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (b'{"name": ' + b"9" * 5000 + b"}", 400, "malformed"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'"text"', 422, "invalid"),
        (b"", 422, "invalid"),
        (b'{"name": "a\\u0000b", "region": "europe"}', 422, "invalid"),
        (b'{"name": "a\\ud800b", "region": "europe"}', 422, "invalid"),
        (b'{"na\\u0000me": "a", "region": "europe"}', 422, "invalid"),
        (b'{"name": 5, "region": "europe"}', 422, "invalid"),
        (b'{"name": "", "region": "europe"}', 422, "invalid"),
        (b'{"name": "a", "region": "nowhere"}', 422, "invalid"),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused(admin: Holder, body: bytes, status: int, kind: str) -> None:
    answer = admin.raw("POST", "/organizations", body)
    assert (answer.status, answer.kind) == (status, kind)
    assert Organization.objects.count() == 0


def test_a_refusal_names_every_field_and_what_to_do(admin: Holder) -> None:
    answer = admin.post("/organizations", region=7, domains=["a.example", 5], colour="red")
    assert answer.body["errors"] == [
        {"field": "name", "message": "This is required."},
        {"field": "region", "message": "Must be text."},
        {"field": "domains.1", "message": "Must be text."},
        {"field": "colour", "message": "There is no such field here; check its spelling or leave it out."},
    ]
    nul = admin.raw("POST", "/organizations", b'{"name": "a", "region": "europe", "domains": ["x\\u0000"]}')
    assert nul.fields == ["domains.0"]


def test_a_query_that_cannot_be_taken_is_refused(carol: Holder) -> None:
    for query, field in [
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("after=%21", "after"),
        ("q=%00", "q"),
        ("sort=luck", "sort"),
        ("status=lost", "status"),
        ("limit=99999999999999999999999", "limit"),
    ]:
        answer = carol.get(f"/tickets?{query}")
        if query.startswith("limit=9"):
            assert (answer.status, answer["items"]) == (200, [])
        else:
            assert (answer.status, answer.kind, answer.fields) == (422, "invalid", [field])


def test_a_body_beyond_the_limit_is_refused(admin: Holder) -> None:
    answer = admin.raw("POST", "/organizations", b" " * (38 * 1024 * 1024))
    assert (answer.status, answer.kind) == (413, "too-large")


def test_a_body_in_chunks_is_refused_rather_than_read_as_empty(admin: Holder) -> None:
    found = Client().generic(
        "POST",
        "/api/v1/quotes",
        headers={"Authorization": f"Bearer {admin.token}", "Transfer-Encoding": "chunked"},
    )
    assert found.status_code == 411
    assert json.loads(found.content)["type"].endswith("/no-length")


def test_problems_speak_the_language_that_is_asked_for() -> None:
    agent = make.agent()
    agent.user.language = "zh"
    agent.user.save()
    li = holder(agent)
    assert li.get("/tickets/1")["title"] == "未找到"
    assert li.sending(Accept_Language="en-GB,zh;q=0.2").get("/tickets/1")["title"] == "Not found"
    assert li.sending(Accept_Language="fr, zh-CN;q=0.9, en;q=0.5").get("/tickets/1")["title"] == "未找到"
    assert li.get("/regions")["items"][0]["name"] == "美洲"


def test_every_type_of_problem_can_be_looked_up() -> None:
    found = Client().get("/api/v1/problems/response-owed")
    assert json.loads(found.content)["title"] == "A reply is owed"
    assert Client().get("/api/v1/problems/nonsense").status_code == 404


def test_answers_are_kept_by_no_cache(carol: Holder) -> None:
    assert carol.get("/regions").headers["Cache-Control"] == "private, no-store"


def test_while_the_database_is_away_a_program_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(**_: object) -> None:
        raise OperationalError("the connection is closed") from ConnectionFailure()

    monkeypatch.setattr(gate, "token_of", away)
    found = Holder("any").get("/regions")
    assert (found.status, found.kind, found.headers["Retry-After"]) == (503, "unavailable", "2")
    assert "asked to try again" in caplog.text


def test_a_failure_that_nobody_foresaw_is_a_problem_document_for_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(gate, "token_of", fail)
    browser = Client(raise_request_exception=False)
    found = browser.get("/api/v1/regions", headers={"Authorization": "Bearer any"})
    assert (found.status_code, found["Content-Type"]) == (500, "application/problem+json")
    assert found.json()["type"].endswith("/failed")
