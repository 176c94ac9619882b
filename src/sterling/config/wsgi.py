"""The web application. Its views are synchronous: under ASGI they cost six times the processor time."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from sterling.config.postgres import die_with_parent

if TYPE_CHECKING:
    from sterling.desk.quick import Quick

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sterling.config.settings")
_django = get_wsgi_application()

from sterling.desk.quick import Quick  # noqa: E402 - its models stand only now

application = Quick(_django)


def for_worker() -> Quick:
    """The application for one worker of the server, which does not outlive the server."""
    die_with_parent(signal.SIGKILL)()
    return application


def warm_up() -> None:
    """Import every view and route before the workers are forked, so that they share them."""
    _ = get_resolver().url_patterns
