"""Mallory, a contact of another customer, at every door; and a customer's own people at the engineers' doors."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from django.apps import apps
from django.db import connection, transaction

from sterling.api.pages import document
from sterling.api.urls import api
from tests import make
from tests.api.client import Answer, Holder, holder
from tests.api.doors import BODIES, FIRST, House, house

OPERATIONS = [
    (method.upper(), path) for path, methods in document(api)["paths"].items() for method in methods
]
NAMING = [(method, path) for method, path in OPERATIONS if "{" in path]
# What anybody with a token may ask, because it says nothing of any customer.
PUBLIC = {("GET", "/regions"), ("GET", "/plans"), ("POST", "/quotes")}
LISTS = {"/organizations", "/contracts", "/contacts", "/tickets"}
STAFF = {
    ("POST", "/regions"), ("GET", "/regions/{region_id}/calendar"), ("PUT", "/regions/{region_id}/calendar"),
    ("GET", "/regions/{region_id}/calendar/revisions"),
    ("GET", "/catalog/versions"), ("GET", "/catalog/versions/{version}"),
    ("GET", "/catalog/versions/{version}/compare"), ("POST", "/catalog/versions/{version}/take-back"),
    ("POST", "/catalog/versions/{version}/roll-back"), ("GET", "/catalog/draft"), ("POST", "/catalog/draft"),
    ("PATCH", "/catalog/draft"), ("DELETE", "/catalog/draft"), ("POST", "/catalog/draft/publish"),
    ("GET", "/quotes"), ("GET", "/quotes/{quote_id}"), ("GET", "/quotes/{quote_id}/paper"),
    ("GET", "/organizations/{organization_id}/proofs"), ("POST", "/organizations/{organization_id}/proofs"),
    ("GET", "/organizations/{organization_id}/proofs/{proof_id}/file"),
    ("GET", "/contracts/{contract_id}/preview"), ("GET", "/contracts/{contract_id}/renewal"),
    ("POST", "/organizations/{organization_id}/reports"),
    ("PATCH", "/organizations/{organization_id}/reports/{report_id}"),
    ("POST", "/organizations/{organization_id}/reports/{report_id}/publish"),
    ("GET", "/routing"), ("PUT", "/routing"),
    ("GET", "/tickets/{number}/routing"), ("POST", "/tickets/{number}/routing"),
    ("GET", "/agents"), ("POST", "/agents"), ("POST", "/organizations"), ("POST", "/contracts"),
    ("GET", "/coverage"), ("PUT", "/organizations/{organization_id}/primaries"),
    ("GET", "/handovers"), ("POST", "/handovers"), ("GET", "/handovers/next-shift"), ("GET", "/handovers/{handover_id}"),
    ("POST", "/handovers/{handover_id}/accept"), ("POST", "/handovers/{handover_id}/decline"),
    ("POST", "/handovers/{handover_id}/withdraw"),
    ("PATCH", "/contracts/{contract_id}"), ("POST", "/contracts/{contract_id}/renew"), ("POST", "/contacts"),
    ("PATCH", "/organizations/{organization_id}"), ("PATCH", "/contacts/{contact_id}"),
    ("POST", "/contacts/{contact_id}/verify"),
    ("POST", "/contacts/{contact_id}/confirm"), ("DELETE", "/contacts/{contact_id}/premium"),
    ("PATCH", "/tickets/{number}"), ("POST", "/tickets/{number}/no-reply-needed"),
    ("POST", "/tickets/{number}/workaround"), ("POST", "/tickets/{number}/cadence"),
    ("POST", "/tickets/{number}/merge"), ("POST", "/tickets/{number}/calls"),
    ("GET", "/tickets/{number}/events"), ("GET", "/outbox"), ("GET", "/mailboxes"), ("POST", "/mailboxes"),
    ("GET", "/mailboxes/{mailbox_id}"), ("PATCH", "/mailboxes/{mailbox_id}"),
    ("POST", "/mailboxes/{mailbox_id}/test"),
    ("GET", "/tickets/{number}/mail"), ("POST", "/tickets/{number}/held/{held_id}"),
    ("GET", "/tickets/{number}/scheduled"), ("POST", "/tickets/{number}/scheduled"),
    ("DELETE", "/tickets/{number}/scheduled/{scheduled_id}"),
    ("POST", "/organizations/{organization_id}/hours/draws/{draw_id}/release"),
    ("PUT", "/organizations/{organization_id}/sponsor"), ("PUT", "/organizations/{organization_id}/sponsor/meeting"),
    ("POST", "/organizations/{organization_id}/sponsor/touchpoints"),
    ("PATCH", "/tickets/{number}/rca"), ("POST", "/tickets/{number}/rca/grant"),
    ("PUT", "/tickets/{number}/rca/parts/{part}"), ("POST", "/tickets/{number}/rca/actions"),
    ("PATCH", "/tickets/{number}/rca/actions/{action_id}"), ("POST", "/tickets/{number}/rca/review"),
    ("POST", "/tickets/{number}/rca/return"), ("POST", "/tickets/{number}/rca/publish"),
    ("POST", "/tickets/{number}/rca/revise"), ("POST", "/tickets/{number}/rca/track"),
    ("POST", "/tickets/{number}/rca/close"),
    ("POST", "/organizations/{organization_id}/hours/draws"), ("PUT", "/organizations/{organization_id}/service-plan"),
}  # fmt: skip


# A house is dear to furnish: one serves all that concern the same.
ABOUT = ("", "/rca", "/reports")


def concerning(about: str, some: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    def concern(path: str) -> str:
        return next((one for one in ABOUT if one and one in path), "")

    return [(method, path) for method, path in some if concern(path) == about]


def asked(person: Holder, its: House, method: str, path: str) -> Answer:
    body = its.body(method, path)
    return person.raw(method, its.path(path), b"" if body is None else json.dumps(body).encode())


def everything() -> list[tuple[str, str]]:
    """What each of our tables holds, as a digest; without when a token was used. One question for all of them."""
    models = [model for model in apps.get_models() if model.__module__.startswith("sterling.")]
    asks = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(row, '' ORDER BY row), '')) FROM"
        f" (SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM {table} t) AS rows"
        for table in (model._meta.db_table for model in models)
    )
    with connection.cursor() as cursor:
        cursor.execute(asks)
        return sorted(cursor.fetchall())


def test_every_operation_is_held_to_these_tests() -> None:
    assert {(method, path.removeprefix("/api/v1")) for method, path in OPERATIONS} == set(BODIES)


@pytest.mark.parametrize("about", ABOUT)
def test_a_stranger_is_told_that_there_is_nothing_and_changes_nothing(about: str) -> None:
    its, mallory = house(about), holder(make.mallory())
    before = everything()
    for method, path in concerning(about, NAMING):
        answer = asked(mallory, its, method, path)
        assert (method, path, answer.status, answer.kind) == (method, path, 404, "not-found")
        assert answer["detail"] == "There is nothing here for you."
        assert (method, path, everything()) == (method, path, before)


def test_a_strangers_lists_hold_nothing_of_others() -> None:
    its = house()
    own = make.mallory()
    mallory = holder(own)
    assert [row["name"] for row in mallory.get("/organizations")["items"]] == ["Elsewhere Ltd"]
    assert [row["id"] for row in mallory.get("/contacts")["items"]] == [str(own.pk)]
    assert mallory.get("/quotes").kind == "not-found"
    assert [row["plan"] for row in mallory.get("/contracts")["items"]] == ["silver"]
    assert mallory.get("/tickets")["items"] == []
    organization = its.alice.organization_id
    assert mallory.get(f"/tickets?organization={organization}&requester={its.alice.pk}")["items"] == []
    assert mallory.get(f"/contacts?organization={organization}").kind == "not-found"
    assert mallory.get(f"/contracts?organization={organization}").kind == "not-found"
    assert mallory.get(f"/contacts?email={its.alice.email}")["items"] == []


def test_a_stranger_opens_no_ticket_for_anyone_else() -> None:
    its, mallory = house(), holder(make.mallory())
    before = everything()
    assert asked(mallory, its, "POST", "/api/v1/tickets").kind == "not-found"
    assert everything() == before


@pytest.mark.parametrize("who", ["alice", "mallory"])
@pytest.mark.parametrize("about", ABOUT)
def test_what_is_the_engineers_is_refused_to_every_contact(about: str, who: str) -> None:
    its = house(about)
    person = holder(its.alice if who == "alice" else make.mallory())
    before = everything()
    for method, path in concerning(about, sorted(STAFF)):
        answer = asked(person, its, method, path)
        assert (method, path, answer.kind in {"not-found", "not-allowed"}) == (method, path, True)
        assert (method, path, everything()) == (method, path, before)


@pytest.mark.parametrize("about", ABOUT)
def test_the_engineers_are_not_kept_from_their_work(admin: Holder, about: str) -> None:
    """The requests above are refused for who asks, not for what they say."""
    its = house(about)
    for method, path in concerning(about, OPERATIONS):
        with transaction.atomic():  # each finds the house as it was
            if first := FIRST.get((method, path.removeprefix("/api/v1"))):
                first(its)
            answer = asked(admin, its, method, path)
            assert (method, path, answer.status in {200, 201}) == (method, path, True)
            transaction.set_rollback(True)


def test_a_user_who_is_neither_staff_nor_contact_sees_nothing() -> None:
    agent = make.agent(role="admin")
    person = holder(agent)
    agent.is_active = False
    agent.save()
    its = house("/rca")
    for method, path in OPERATIONS:
        short = path.removeprefix("/api/v1")
        answer = asked(person, its, method, path)
        if (method, short) in PUBLIC:
            assert answer.status in {200, 201}
        elif method == "GET" and short in LISTS:
            assert answer["items"] == []
        else:
            assert answer.kind in {"not-found", "not-allowed"}


NASTY = [
    None, True, 0, -1, 10**30, 1e308, "", " ", "\u202e", "x" * 600, "'; DROP TABLE tickets_ticket; --",
    [], [[]], {}, {"a": 1}, "9" * 30, "2026-13-45", "PT" + "9" * 60 + "H", "\U0001f4a9", "%00",
]  # fmt: skip


@pytest.mark.parametrize("about", ABOUT)
def test_no_nonsense_in_a_field_is_more_than_refused(admin: Holder, about: str) -> None:
    its = house(about)
    asks = [one for one in OPERATIONS if one[0] in {"POST", "PATCH"} and one[1] != "/api/v1/tickets"]
    for method, path in concerning(about, asks):
        good = its.body(method, path) or {}
        for nth, field in enumerate(good, len(path)):
            with transaction.atomic():  # each finds the house as it was
                for value in NASTY[nth % 2 :: 2]:  # every value is tried on half of all fields
                    answer = admin.raw(method, its.path(path), json.dumps(good | {field: value}).encode())
                    assert (method, path, field, value, answer.status < 500) == (
                        method,
                        path,
                        field,
                        value,
                        True,
                    )
                transaction.set_rollback(True)


def test_no_nonsense_in_a_new_ticket_is_more_than_refused(admin: Holder) -> None:
    its = house()
    good = its.body("POST", "/tickets") or {}
    for field in (*good, "email", "priority", "channel", "by", "attachments"):
        for value in NASTY:
            assert admin.post("/tickets", **good | {field: value}).status < 500
