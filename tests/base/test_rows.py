"""Rows written and asked without the ORM's own compiling are the rows that it would write and find."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from sterling.accounts.models import Contact
from sterling.base import bound, live, rows
from sterling.base.models import AuditEntry, Heartbeat
from sterling.base.prepared import Columns, Prepared, looking_for
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")


def entry(verb: str) -> AuditEntry:
    return AuditEntry(
        at=TUESDAY, actor_kind="system", verb=verb, object_kind="x", object_id="1", data={"名": [1]}
    )


def test_inserted_rows_have_their_keys_in_order_and_read_back_as_they_were():
    made = [entry("one"), entry("two")]
    rows.insert(made)
    assert not rows.is_new(made[0])
    found = AuditEntry.objects.filter(object_kind="x").order_by("pk")
    assert [model_to_dict(row) for row in found] == [model_to_dict(row) for row in made]


def test_many_rows_at_once_are_stored_as_few_are_whatever_their_text_says():
    texts = ["it's", "100 %", "%s %% %(x)s", "\\ back\\'slash", '客户 "x"', "{} :: $1 -- ; /* */"]
    made = [entry(texts[nth % len(texts)]) for nth in range(bound.MOST)]
    for nth, row in enumerate(made):
        row.data = {"text": row.verb, "none": None, "n": -nth}
    made[0].at = TUESDAY - timedelta(days=40_000)
    rows.insert(made)
    found = AuditEntry.objects.filter(object_kind="x").order_by("pk")
    assert [model_to_dict(row) for row in found] == [model_to_dict(row) for row in made]


def test_a_row_may_bring_the_key_that_its_sequence_gave_it():
    (key,) = rows.keys(rows.key_of(AuditEntry)).asked()
    made = entry("keyed")
    made.pk = key
    rows.insert([made])
    assert AuditEntry.objects.get(verb="keyed").pk == key
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert([made])


def test_arrays_durations_and_empty_values_are_stored_as_save_stores_them():
    ticket = make.ticket(make.alice(), text="Über 61 %\n客户")
    message = Message.objects.get(ticket=ticket, kind="customer")
    again = Message.objects.get(pk=message.pk)
    again.pk = None
    again.references, again.to = ["a@x", 'b,{}"\\@x'], []
    rows.insert([again])
    stored = Message.objects.get(pk=again.pk)
    assert model_to_dict(stored) == model_to_dict(again)
    ticket.timeline.paused_left = timedelta(hours=3, microseconds=1)
    rows.update(ticket.timeline, "paused_left")
    ticket.timeline.refresh_from_db()
    assert ticket.timeline.paused_left == timedelta(hours=3, microseconds=1)


class Named(StrEnum):
    ONE = "one"


def test_values_of_another_type_than_their_column_are_prepared_as_save_prepares_them() -> None:
    rows.insert([Heartbeat(name=Named.ONE, pid="7", at=TUESDAY), Heartbeat(name="two", pid=True, at=TUESDAY)])  # type: ignore[misc]
    assert list(Heartbeat.objects.order_by("pid").values_list("name", "pid")) == [("two", 1), ("one", 7)]
    with pytest.raises(ValueError, match="pid"):
        rows.insert([Heartbeat(name="three", pid="x", at=TUESDAY)])  # type: ignore[misc]
    with pytest.warns(RuntimeWarning, match="naive"):
        rows.insert([Heartbeat(name="four", pid=1, at=TUESDAY.replace(tzinfo=None))])


def test_an_update_writes_the_fields_that_are_named_and_no_others():
    ticket = make.ticket(make.alice())
    ticket.subject, ticket.tier = "New", 2
    rows.update(ticket, "subject")
    assert Ticket.objects.values_list("subject", "tier").get() == ("New", 3)
    with pytest.raises(AssertionError, match="no such fields"):
        rows.update(ticket, "colour")


def test_an_insert_may_replace_what_is_there():
    Heartbeat.objects.create(name="a", pid=1, at=TUESDAY)
    rows.insert(
        [Heartbeat(name="a", pid=2, at=TUESDAY), Heartbeat(name="b", pid=3, at=TUESDAY)],
        replace=("pid",),
        where=("name",),
    )
    assert dict(Heartbeat.objects.values_list("name", "pid")) == {"a": 2, "b": 3}


def test_a_prepared_query_finds_what_the_queryset_finds_with_what_it_joined():
    prepared = Prepared(
        lambda pk, name: Contact.objects.select_related("organization__region", "region").filter(
            pk=pk, name=name
        ),
        int,
        str,
    )
    alice, mallory = make.alice(), make.mallory()
    for contact in (alice, mallory):
        found = prepared.first(contact.pk, contact.name)
        assert found == contact
        with CaptureQueriesContext(connection) as asked:
            region = found.organization.region
            assert found.region is None
        assert len(asked) == 0
        assert region == contact.organization.region
    assert prepared.first(alice.pk, mallory.name) is None


def test_a_value_that_does_not_reach_the_query_as_it_is_is_refused():
    prepared = Prepared(lambda word: Contact.objects.filter(name__icontains=word), str)
    with pytest.raises(ValueError, match="value 1 does not reach"):
        prepared.all("x")


def test_what_is_written_at_once_is_one_statement_and_nothing_when_it_fails():
    beat = Heartbeat.objects.create(name="one", pid=1, at=TUESDAY)
    with CaptureQueriesContext(connection) as asked, live.at_once():
        rows.insert([entry("first")])
        beat.pid = 2
        rows.update(beat, "pid")
        rows.insert([entry("second")])
        live.poke("queue")
    assert len(asked) == 1
    beat.refresh_from_db()
    assert beat.pid == 2
    assert list(AuditEntry.objects.filter(object_kind="x").order_by("pk").values_list("verb", flat=True)) == [
        "first",
        "second",
    ]
    with pytest.raises(LookupError):
        _fails_after_writing()
    assert not AuditEntry.objects.filter(verb="third").exists()
    assert rows.gathered() is None
    rows.insert([entry("fourth")])
    assert AuditEntry.objects.filter(verb="fourth").exists()


@live.at_once()
def _fails_after_writing() -> None:
    rows.insert([entry("third")])
    raise LookupError


def test_columns_and_a_list_as_one_value_find_what_the_orm_finds() -> None:
    alice, bob = make.alice(), make.mallory()
    by_email = Columns(
        lambda emails: (
            Contact.objects.filter(email__among=emails).order_by("pk").values_list("name", "email")
        ),
        list,
    )
    rows_too = Prepared(lambda emails: Contact.objects.filter(email__among=emails).order_by("pk"), list)
    assert by_email.all([alice.email, bob.email, "nobody"]) == [
        (alice.name, alice.email), (bob.name, bob.email),
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert by_email.all([bob.email]) == [(bob.name, bob.email)]
        assert rows_too.all([bob.email]) == [bob]
        assert (by_email.all([]), rows_too.all([])) == ([], [])
    assert len(asked) == 4


def test_columns_refuse_a_value_that_does_not_reach_the_sql_as_it_is() -> None:
    with pytest.raises(ValueError, match="value 1 does not reach"):
        Columns(lambda names: Contact.objects.filter(name__in=names).values_list("pk"), list).all(["x"])


def _planned(ends_with: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{ends_with}"]
        )
        return int(cursor.fetchone()[0])


def test_what_is_asked_again_is_planned_once_for_its_connection_whatever_the_size_of_its_keys() -> None:
    asked = Columns(lambda pk: Contact.objects.filter(pk=pk).values_list("name"), int)
    alice = make.alice()
    for key in (alice.pk, 1, 70_000, alice.pk):
        assert asked.all(key) == [(alice.name,)] * (key == alice.pk)
    assert (
        _planned(
            'SELECT "accounts_contact"."name" AS "name" FROM "accounts_contact" WHERE "accounts_contact"."id" = $1'
        )
        == 1
    )
    assert asked.all(2**40) == []


def test_what_is_the_same_each_time_stands_in_the_text_where_the_planner_reads_it() -> None:
    asked = Columns(
        lambda pk: Contact.objects.filter(pk=pk).exclude(name="100 % 'x' %s").values_list("name"), int
    )
    alice = make.alice()
    for _ in range(3):
        assert asked.all(alice.pk) == [(alice.name,)]
    assert _planned("= '100 % ''x'' %s'))") == 1


def test_what_is_looked_for_and_not_there_is_asked_no_more():
    contact = make.alice()
    of = Prepared(lambda organization: Contact.objects.filter(organization_id=organization), int)
    there, gone = contact.organization_id, contact.organization_id + 1
    with looking_for((of, (there,)), (of, (gone,))):
        with CaptureQueriesContext(connection) as asked:
            assert of.all(gone) == []
        assert len(asked) == 0
        assert of.all(there) == [contact]
    with CaptureQueriesContext(connection) as asked:
        assert of.all(gone) == []
    assert len(asked) == 1
