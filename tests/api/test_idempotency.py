"""A POST that is repeated with its key."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from sterling.accounts.models import ApiToken, Organization
from sterling.api import idempotency
from sterling.api.models import IdempotencyKey
from tests import make
from tests.api.client import Answer, Holder, holder
from tests.api.conftest import Hands


def test_the_same_request_with_the_same_key_is_done_once_and_heard_twice(admin: Holder) -> None:
    sending = admin.sending(Idempotency_Key="k-1")
    first = sending.post("/organizations", name="Halden Freight", region="americas")
    again = sending.post("/organizations", name="Halden Freight", region="americas")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Organization.objects.count() == 1


def test_a_key_stands_for_one_request(admin: Holder) -> None:
    sending = admin.sending(Idempotency_Key="k-1")
    sending.post("/organizations", name="Halden Freight", region="americas")
    other = sending.post("/organizations", name="Another", region="americas")
    assert (other.status, other.kind) == (422, "key-reused")
    elsewhere = sending.post("/quotes", plan="gold", segment="education")
    assert (elsewhere.status, elsewhere.kind) == (422, "key-reused")
    assert Organization.objects.count() == 1


def test_another_token_may_use_the_same_key(admin: Holder) -> None:
    other = holder(make.agent("Ben Other", role="admin"))
    for person in (admin, other):
        answer = person.sending(Idempotency_Key="k-1").post("/organizations", name="Same", region="europe")
        assert answer.status == 201
    assert Organization.objects.count() == 2


def test_a_refusal_is_not_kept(admin: Holder) -> None:
    sending = admin.sending(Idempotency_Key="k-1")
    body = {"organization": "1", "plan": "gold", "starts": "2026-01-01"}
    assert sending.post("/contracts", **body).status == 404
    assert IdempotencyKey.objects.count() == 0


def test_an_answer_is_kept_for_a_week(admin: Holder, hands: Hands) -> None:
    sending = admin.sending(Idempotency_Key="k-1")
    sending.post("/quotes", plan="gold", segment="commercial")
    assert idempotency.forget(at=hands.forward(days=7)) == 0
    assert (
        sending.post("/quotes", plan="gold", segment="commercial").headers["Idempotency-Replayed"] == "true"
    )
    assert idempotency.forget(at=hands.forward(microseconds=1)) == 1
    assert "Idempotency-Replayed" not in sending.post("/quotes", plan="gold", segment="commercial").headers


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_between_1_and_200_characters(admin: Holder, key: str) -> None:
    answer = admin.sending(Idempotency_Key=key).post("/quotes", plan="gold", segment="commercial")
    assert (answer.status, answer.fields) == (422, ["Idempotency-Key"])


@pytest.mark.django_db(transaction=True)
def test_while_a_request_runs_its_repetition_is_told_so_and_changes_nothing(admin: Holder) -> None:
    sending = admin.sending(Idempotency_Key="k-1")
    pk = ApiToken.objects.get().pk
    answers: list[Answer] = []

    def repeat() -> None:
        answers.append(sending.post("/organizations", name="Halden Freight", region="americas"))
        connections.close_all()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [idempotency.mark(pk, "k-1")])
        other = threading.Thread(target=repeat)
        other.start()
        other.join(30)
    assert [(answer.status, answer.kind) for answer in answers] == [(409, "key-in-use")]
    assert Organization.objects.count() == 0
    assert sending.post("/organizations", name="Halden Freight", region="americas").status == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_repetitions_at_once_one_is_done(admin: Holder) -> None:
    sending = admin.sending(Idempotency_Key="k-1")
    start = threading.Barrier(6)
    statuses: list[int] = []

    def repeat() -> None:
        start.wait(30)
        statuses.append(sending.post("/organizations", name="Halden Freight", region="americas").status)
        connections.close_all()

    others = [threading.Thread(target=repeat) for _ in range(6)]
    for other in others:
        other.start()
    for other in others:
        other.join(60)
    assert Organization.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
