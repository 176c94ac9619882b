"""Mailboxes for tests, and the doors that take mail for them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from sterling.base.actor import SYSTEM
from sterling.channels.email import listener
from sterling.channels.email.mailboxes import actions
from sterling.channels.email.mailboxes.drafts import Draft
from sterling.channels.email.mailboxes.models import Mailbox
from tests.make import TUESDAY


def mailbox(*addresses: str, **more: Any) -> Mailbox:
    draft = Draft(**{"name": "Support", "addresses": addresses or ("support@sterling.example",)} | more)
    return actions.add_mailbox(draft=draft, at=more.pop("at", TUESDAY), by=SYSTEM)


def imap(port: int = 143, **more: Any) -> Mailbox:
    server = {"kind": "imap", "host": "127.0.0.1", "port": port, "security": "none"}
    account = {"user": "support", "password": "secret", "takes_existing": True}
    return mailbox(**server | account | more)


class Quick(ThreadPoolExecutor):
    """Whose threads leave no connection behind."""

    def submit(self, task: Any, /, *args: Any, **more: Any) -> Any:
        def closing() -> Any:
            try:
                return task(*args, **more)
            finally:
                connection.close()

        return super().submit(closing)


@contextlib.contextmanager
def door(kind: Any = listener.SmtpDoor, **more: Any) -> Iterator[int]:
    """A listening door; its port."""
    loop = asyncio.new_event_loop()
    with Quick(2) as pool:
        handler = listener.Intake(pool, **more)
        server = loop.run_until_complete(
            loop.create_server(lambda: listener.door(kind, handler), "127.0.0.1", 0)
        )
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            loop.call_soon_threadsafe(server.close)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
