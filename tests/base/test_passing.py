from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from psycopg import errors

from sterling.base.passing import will_pass


def of_django(kind: type[DatabaseError], cause: Exception) -> DatabaseError:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "cause",
    [
        errors.DeadlockDetected,
        errors.SerializationFailure,
        errors.AdminShutdown,
        errors.CannotConnectNow,
        errors.TooManyConnections,
        errors.DiskFull,
        errors.LockNotAvailable,
        errors.ConnectionFailure,
    ],
)
def test_a_server_that_is_away_or_busy_passes(cause: type[errors.Error]) -> None:
    assert will_pass(of_django(OperationalError, cause("x")))


def test_a_broken_connection_passes() -> None:
    assert will_pass(of_django(OperationalError, errors.OperationalError("server closed the connection")))
    assert will_pass(InterfaceError("connection already closed"))


def test_what_would_fail_again_does_not_pass() -> None:
    assert not will_pass(of_django(OperationalError, errors.ProgramLimitExceeded("index row size")))
    assert not will_pass(of_django(OperationalError, errors.QueryCanceled("statement timeout")))
    assert not will_pass(of_django(IntegrityError, errors.UniqueViolation("twice")))
    assert not will_pass(ValueError("x"))
