"""What is left when something failed that nobody foresaw: programs get a problem document, people a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.api import problems
from sterling.base import views

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problems.server_error(request)
    return views.server_error(request)
