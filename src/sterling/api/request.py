"""A request that has come through the gate: whose it is, when it came, what it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import ApiToken


class ApiRequest(HttpRequest):
    """`at` is read once, so that everything a request does happens at one instant."""

    viewer: Viewer
    token: ApiToken
    at: datetime
    document: Any
    language: str
