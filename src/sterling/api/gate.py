"""The one way into the API: whose token, what it may, one transaction per change, refusals as problems."""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from sterling.accounts.access import viewer_of
from sterling.accounts.actions.people import token_of
from sterling.api import body, idempotency
from sterling.api.language import chosen
from sterling.api.problems import no_token, refusal, unavailable, wrong_method
from sterling.base.errors import NotAllowed, SterlingError
from sterling.base.moment import now
from sterling.base.passing import will_pass
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sterling.accounts.models import ApiToken
    from sterling.api.request import ApiRequest

    View = Callable[..., HttpResponse]

log = logging.getLogger(__name__)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def gated(view: View) -> View:
    """`view` for holders of a token alone. A token in the header is the only way in: no cookie, so no CSRF."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            response = _answer(request, view, path)
        except (DatabaseError, InterfaceError) as error:
            if not will_pass(error):
                raise
            log.warning("the database did not answer; the caller was asked to try again: %s", error)
            response = unavailable(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return answer


def _answer(request: HttpRequest, view: View, path: dict[str, Any]) -> HttpResponse:
    at = now()
    token = _bearer(request, at)
    if token is None:
        return no_token(request)
    held = cast("ApiRequest", request)
    held.at, held.token, held.viewer = at, token, viewer_of(token.user, with_agent=True)
    held.language = chosen(request, token.user.language)
    try:
        response = _admitted(held, view, path)
    except SterlingError as error:
        response = refusal(request, error)
    if isinstance(response, HttpResponseNotAllowed):
        response = wrong_method(request, response["Allow"])
    return response


def _bearer(request: HttpRequest, at: Any) -> ApiToken | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    return token_of(secret=secret.strip(), at=at)


def _admitted(request: ApiRequest, view: View, path: dict[str, Any]) -> HttpResponse:
    for name, values in request.GET.lists():
        for value in values:
            body.refuse_unstorable(str(value), name)
    if request.method in READING:
        _allow(request.token, "read")
        return view(request, **path)
    _allow(request.token, "write")
    request.document = body.read(request)
    with transaction.atomic():
        response = idempotency.once(request, lambda: view(request, **path))
        if response.status_code >= idempotency.REFUSED:
            transaction.set_rollback(True)
    return response


def _allow(token: ApiToken, scope: str) -> None:
    """No scope means all; `write` includes reading, since every change answers with the object."""
    scopes = set(token.scopes)
    if scopes and scope not in scopes and not (scope == "read" and "write" in scopes):
        raise NotAllowed(
            Text(
                f"This token has no scope {scope!r}; make one that has.",
                f"该令牌没有“{scope}”权限，请换用有此权限的令牌。",
            )
        )
