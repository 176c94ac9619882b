"""Signing in and out: which user a browser session belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import Viewer, viewer_of
from sterling.accounts.models import User

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
    return viewer_of_session(request.session)


def viewer_of_session(session: SessionBase) -> Viewer | None:
    """Whose session this is."""
    user_id = session.get(KEY)
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None or session.get(EPOCH, 1) != user.session_epoch:
        return None
    return viewer_of(user)
