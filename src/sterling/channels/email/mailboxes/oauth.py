"""Access tokens for XOAUTH2: had for a refresh token, which the provider may replace by a new one each time."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sterling.base.sealing import Unopenable, seal, unseal
from sterling.channels.email.mailboxes.actions import PURPOSE
from sterling.channels.email.mailboxes.models import Mailbox, Trouble
from sterling.channels.email.mailboxes.troubles import FetchError

if TYPE_CHECKING:
    from datetime import datetime

TIMEOUT = 20.0
MOST_BYTES = 100_000


def access_token(mailbox: Mailbox, at: datetime) -> str:
    """A fresh access token. A new refresh token is kept before the access token is used.

    FetchError(TOKEN): the provider refuses. FetchError(UNREACHABLE): it does not answer.
    """
    try:
        form = {
            "grant_type": "refresh_token",
            "client_id": mailbox.client_id,
            "refresh_token": unseal(mailbox.refresh_token, PURPOSE),
        }
        if mailbox.client_secret:
            form["client_secret"] = unseal(mailbox.client_secret, PURPOSE)
    except Unopenable as error:
        raise FetchError(Trouble.SECRET, "") from error
    if mailbox.scope:
        form["scope"] = mailbox.scope
    answer = _asked(mailbox.token_url, form)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise FetchError(Trouble.TOKEN, "the answer holds no access_token")
    _keep(mailbox, answer, at)
    return token


def _keep(mailbox: Mailbox, answer: dict[str, Any], at: datetime) -> None:
    """Only while the old refresh token is still the stored one: an administrator may just have entered another."""
    changed: dict[str, Any] = {}
    new = answer.get("refresh_token")
    if isinstance(new, str) and new and new != unseal(mailbox.refresh_token, PURPOSE):
        changed["refresh_token"] = seal(new, PURPOSE)
    lasts = answer.get("refresh_token_expires_in")
    if isinstance(lasts, int) and lasts > 0:
        changed["sign_in_expires"] = (at + timedelta(seconds=min(lasts, 10**9))).date()
    if changed and mailbox.pk:
        Mailbox.objects.filter(pk=mailbox.pk, refresh_token=mailbox.refresh_token).update(**changed)
        for field, value in changed.items():
            setattr(mailbox, field, value)


def _asked(url: str, form: dict[str, str]) -> dict[str, Any]:
    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        raise FetchError(Trouble.TOKEN, "the token address is no https:// address")
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        url, urllib.parse.urlencode(form).encode(), {"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310 - the scheme was looked at
            return _document(reply.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            said = _document(error.read(MOST_BYTES))
        if error.code >= 500 or error.code == 429:  # noqa: PLR2004 - HTTP's own numbers
            raise FetchError(Trouble.UNREACHABLE, f"token address: {error.code}") from error
        words = said.get("error_description") or said.get("error") or error.code
        raise FetchError(Trouble.TOKEN, str(words)) from error
    except (OSError, ValueError) as error:
        raise FetchError(Trouble.UNREACHABLE, f"token address: {error}") from error


def _document(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
