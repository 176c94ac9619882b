"""A connection that is kept is asked whether it stands only where the server has said something on it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch):
    """How often the server was asked."""
    count = []
    ask = PostgreSQL.is_usable
    monkeypatch.setattr(PostgreSQL, "is_usable", lambda self: count.append(1) or ask(self))
    return count


def test_a_quiet_connection_is_usable_without_a_question(asked):
    connection.ensure_connection()
    assert connection.is_usable()
    assert not asked


def test_a_connection_that_the_server_ended_is_not_usable(asked):
    connection.ensure_connection()
    ended = connection.connection
    with psycopg.connect(**_own(connection.get_connection_params()), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [ended.info.backend_pid])
    assert not connection.is_usable()
    assert asked
    connection.close()


def test_a_closed_connection_is_not_usable():
    connection.ensure_connection()
    connection.connection.close()
    assert not connection.is_usable()
    connection.close()


def _own(given):
    return {name: given[name] for name in ("dbname", "host", "port", "user", "password") if given.get(name)}
