"""The live-update process: one listener on the database, any number of browsers, names only."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, close_old_connections

from sterling.accounts.session import viewer_of_session
from sterling.base.heartbeat import BEAT_SECONDS, beat, forget
from sterling.base.live import CHANNEL, PATH

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Earshot = Callable[[str], bool]

log = logging.getLogger(__name__)
BACKLOG = 256  # names a browser may be behind before its stream ends and it asks again
SILENCE = 20.0  # seconds; a comment keeps proxies from closing a quiet stream
RECONNECT = 1.0
AGAIN = "again"  # "you may have missed something": pages fetch themselves anew


@dataclass(slots=True)
class Hub:
    """Who listens. A slow browser is cut off rather than waited for."""

    streams: set[asyncio.Queue[str | None]] = field(default_factory=set)

    def tell(self, name: str) -> None:
        for stream in self.streams:
            if stream.qsize() >= BACKLOG:
                while not stream.empty():
                    stream.get_nowait()
                stream.put_nowait(None)
            else:
                stream.put_nowait(name)

    @contextlib.contextmanager
    def listening(self) -> Any:
        stream: asyncio.Queue[str | None] = asyncio.Queue()
        self.streams.add(stream)
        try:
            yield stream
        finally:
            self.streams.discard(stream)


async def relay(hub: Hub, url: str) -> None:
    """Hand every committed poke to the hub, for ever; after a gap everybody is told to look again."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(CHANNEL)))
                hub.tell(AGAIN)
                async for notice in connection.notifies():
                    hub.tell(notice.payload)
        except psycopg.OperationalError:
            log.warning("the database does not answer; trying again")
        await asyncio.sleep(RECONNECT)


async def beating() -> None:
    def once() -> None:
        close_old_connections()
        beat("events")

    while True:
        try:
            await sync_to_async(once)()
        except DatabaseError:
            log.warning("the database does not answer; no heartbeat")
        await asyncio.sleep(BEAT_SECONDS)


def earshot(cookie: str) -> Earshot | None:
    """Which names the session's person may hear: staff all, a contact those of the own organization."""
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    viewer = viewer_of_session(SessionStore(morsel.value)) if morsel else None
    if viewer is None:
        return None
    if viewer.agent:
        return lambda _name: True
    own = f"organization-{viewer.contact.organization_id}" if viewer.contact else AGAIN
    return lambda name: name in {own, AGAIN}


def _origin_headers(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """The page of the same host at another port may read us; the session cookie goes to both."""
    origin = headers.get("origin", "")
    try:
        same = urlsplit(origin).hostname == urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return []
    if not origin or not same:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


@dataclass(frozen=True, slots=True)
class Application:
    """Plain ASGI: `GET /events` is the stream, `/healthz` says that we answer, nothing else is here."""

    hub: Hub
    url: str
    earshot: Callable[[str], Earshot | None] = earshot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    def _earshot_now(self, cookie: str) -> Earshot | None:
        close_old_connections()
        return self.earshot(cookie)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        work = [asyncio.create_task(relay(self.hub, self.url)), asyncio.create_task(beating())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in work:
            task.cancel()
        with contextlib.suppress(DatabaseError):
            await sync_to_async(forget)("events")
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        extra = _origin_headers(headers)
        if scope["path"] == "/healthz":
            await _say(send, 200, "ok", extra)
        elif scope["path"] != PATH or scope["method"] != "GET":
            await _say(send, 404, "nothing here", extra)
        else:
            try:
                hears = await sync_to_async(self._earshot_now)(headers.get("cookie", ""))
            except DatabaseError:
                await _say(send, 503, "the database does not answer", extra)
                return
            if hears:
                await self._stream(receive, send, extra, hears)
            else:
                # 204 tells an EventSource to stop asking.
                await _say(send, 204, "", extra)

    async def _stream(
        self, receive: Receive, send: Send, extra: list[tuple[bytes, bytes]], hears: Earshot
    ) -> None:
        kind = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": kind + extra})
        gone = asyncio.create_task(_gone(receive))
        with self.hub.listening() as stream:
            async for part in _parts(stream, gone, hears):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _parts(
    stream: asyncio.Queue[str | None], gone: asyncio.Task[None], hears: Earshot
) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    while True:
        waiting = asyncio.create_task(stream.get())
        await asyncio.wait({waiting, gone}, timeout=SILENCE, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            if gone.done():
                return
            yield b": still here\n\n"
            continue
        name = waiting.result()
        if name is None:
            return
        if hears(name):
            yield f"event: {name}\ndata: {name}\n\n".encode()


async def _say(send: Send, status: int, text: str, extra: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
