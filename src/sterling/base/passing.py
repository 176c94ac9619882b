"""Which failures of the database are over in a moment, so that the same work is simply done again."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# Classes of SQLSTATE: the connection, a collision of transactions, resources, an operator's hand.
_PASSING = frozenset({"08", "40", "53", "57"})
_LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"  # it would take too long the next time too


def will_pass(error: Exception) -> bool:
    """Whether the server was away or busy, or two transactions collided; nothing is wrong with the work."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    if state is None:  # the connection broke before the server could say anything
        return True
    return (state[:2] in _PASSING and state != _QUERY_CANCELED) or state == _LOCK_NOT_AVAILABLE
