"""The ground the tests stand on."""

from __future__ import annotations

import socket

import pytest
from django.db import connection

from tests.conftest import NetworkBlocked


def test_no_test_can_leave_this_machine():
    with socket.socket() as outside, pytest.raises(NetworkBlocked):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.com", 80)


@pytest.mark.django_db
def test_the_database_is_the_version_and_holds_the_extensions_the_product_needs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000, current_database()")
        version, name = cursor.fetchone()
        cursor.execute("SELECT name FROM pg_available_extensions")
        available = {row[0] for row in cursor.fetchall()}
    assert version == 18
    assert name.startswith("test_")
    assert available >= {"pg_trgm", "unaccent", "btree_gist", "pg_stat_statements"}
