"""Signing in and out: which user a browser session belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection

from sterling.accounts.access import Viewer, viewer_of
from sterling.accounts.models import User
from sterling.base import board, bound
from sterling.base.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

KEY = "sterling_user"
EPOCH = "sterling_epoch"


def sign_in(request: HttpRequest, user: User) -> None:
    """A fresh session, so that an id known before cannot be used after."""
    request.session.cycle_key()
    request.session[KEY] = user.pk
    request.session[EPOCH] = user.session_epoch


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def viewer(request: HttpRequest) -> Viewer | None:
    """Who asks; None for nobody, or for somebody who may no longer sign in."""
    found = viewer_of_session(request.session)
    key = request.session.session_key
    if key and found and found.agent and not is_staffs(key):
        _seen(key)[0] = Seen(staff=True)
    return found


def viewer_of_session(session: SessionBase) -> Viewer | None:
    """Whose session this is."""
    user_id = session.get(KEY)
    user = _USER.first(user_id) if user_id else None
    if user is None or session.get(EPOCH, 1) != user.session_epoch:
        return None
    return viewer_of(user)


_USER = Prepared(lambda pk: User.objects.filter(pk=pk, is_active=True), int)

_MARKS = f"""
    SELECT {board.STATE}, s.xmin::text, u.xmin::text, a.xmin::text,
        (SELECT r.xmin::text FROM accounts_region r WHERE r.id = a.region_id)
    FROM (SELECT 1) one
    LEFT JOIN django_session s ON s.session_key = %s AND s.expire_date > now()
    LEFT JOIN accounts_user u ON u.id = %s AND u.is_active
    LEFT JOIN accounts_agent a ON a.user_id = u.id AND a.is_active
"""  # noqa: S608 - a constant of ours


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose session it was, and the versions of the rows that said so: session, user, agent, the agent's region."""

    user: int | None = None
    marks: tuple[str | None, ...] = ()
    viewer: Viewer | None = None
    staff: bool = False


def is_staffs(key: str) -> bool:
    """Whether the session was an engineer's when it was last seen: whether `viewer_again` may know them."""
    return _seen(key)[0].staff


@lru_cache(maxsize=1024)
def _seen(_key: str) -> list[Seen]:
    return [Seen()]


def viewer_again(request: HttpRequest, key: str) -> tuple[Seen, board.Board]:
    """Who asks, and the state of the database; for pages that stand open and ask often.

    One query while the rows of session, user and agent are the very same ones as last time (PostgreSQL gives a
    changed row another `xmin`).
    """
    if connection.in_atomic_block:
        return Seen(viewer=viewer(request)), board.current()
    held = _seen(key)
    seen = held[0]
    state, marks = marks_of(key, seen.user)
    if seen.viewer is None or marks != seen.marks or None in marks[:3]:
        # The marks are read before the rows that they stand for.
        user = request.session.get(KEY)
        state, marks = marks_of(key, user)
        found = viewer(request)
        seen = held[0] = Seen(user, marks, found, staff=found is not None and found.agent is not None)
    return seen, board.of_state(state)


def marks_of(key: str, user: int | None) -> tuple[str, tuple[str | None, ...]]:
    """The state of the database, and the versions of the rows by which the session is this user's. One query."""
    with bound.cursor() as cursor:
        cursor.execute(_MARKS, [key, user])
        state, *marks = cursor.fetchone()
    return state, tuple(marks)
