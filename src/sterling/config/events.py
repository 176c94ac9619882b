"""The live-update process: one listener on the database, any number of browsers, names only.

A browser says where it left off: `Last-Event-ID` (or `?after=` with the same) when it comes back, `?since=`
(unix seconds at which the server drew the page) when it comes first. What was told since is told again; where
that is no longer known it hears `again` and looks for itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, close_old_connections

from sterling.accounts.session import viewer_of_session
from sterling.base.heartbeat import BEAT_SECONDS, beat, forget
from sterling.base.live import CHANNEL, PATH
from sterling.base.moment import now

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Earshot = Callable[[str], bool]

log = logging.getLogger(__name__)
BACKLOG = 256  # names a browser may be behind before its stream ends and it asks again
KEPT = 2048  # names that a browser may have missed and still be told
SILENCE = (
    20.0  # seconds; then a sign of life, by which browsers and proxies know that the stream still stands
)
DRAWING = 2  # seconds that a page may have taken from reading the database to its `since`
RECONNECT = 1.0
AGAIN = "again"  # "you may have missed something": pages fetch themselves anew
HERE = "here"


@dataclass(frozen=True, slots=True)
class Told:
    """One name, its place in what this process has told, and when (unix seconds)."""

    nth: int
    name: str
    at: float


@dataclass(slots=True)
class Hub:
    """Who listens, and what was told lately. A slow browser is cut off rather than waited for."""

    streams: set[asyncio.Queue[Told | None]] = field(default_factory=set)
    life: str = field(default_factory=lambda: secrets.token_hex(4))
    begun: float = field(default_factory=lambda: now().timestamp())
    nth: int = 0
    lately: deque[Told] = field(default_factory=lambda: deque(maxlen=KEPT))

    def tell(self, name: str) -> None:
        self.nth += 1
        told = Told(self.nth, name, now().timestamp())
        self.lately.append(told)
        for stream in self.streams:
            if stream.qsize() >= BACKLOG:
                while not stream.empty():
                    stream.get_nowait()
                stream.put_nowait(None)
            else:
                stream.put_nowait(told)

    def mark(self, nth: int) -> str:
        """The event id of the nth name: of this process's life only, since the next one counts anew."""
        return f"{self.life}-{nth}"

    def missed(self, after: str, since: str) -> list[Told]:
        """What a browser has missed that heard up to `after`, or whose page was drawn at `since`."""
        again = [Told(self.nth, AGAIN, now().timestamp())]
        if after:
            life, _, place = after.partition("-")
            if life != self.life or not place.isdecimal():
                return again
            nth = int(place)
            known = nth >= self._forgotten
            found = [told for told in self.lately if told.nth > nth]
        elif since.isdecimal():
            drawn = int(since) - DRAWING
            known = drawn >= (self.lately[0].at if self._forgotten else self.begun)
            found = [told for told in self.lately if told.at >= drawn]
        else:
            return []
        return found if known and len(found) < BACKLOG else again

    @property
    def _forgotten(self) -> int:
        return self.nth - len(self.lately)

    @contextlib.contextmanager
    def listening(self) -> Any:
        stream: asyncio.Queue[Told | None] = asyncio.Queue()
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
    """Which names the session's person may hear.

    Staff all; a confirmed contact those of the own organization, any other contact those of own tickets: as
    much as the same person may open.
    """
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    viewer = viewer_of_session(SessionStore(morsel.value)) if morsel else None
    if viewer is None:
        return None
    if viewer.agent:
        return lambda _name: True
    own = {AGAIN}
    if viewer.contact:
        own.add(f"requester-{viewer.contact.pk}")
    if viewer.contact and viewer.contact.confirmed_at:
        own.add(f"organization-{viewer.contact.organization_id}")
    return lambda name: name in own


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
                asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
                after = headers.get("last-event-id") or asked.get("after", [""])[0]
                await self._stream(receive, send, extra, hears, (after, asked.get("since", [""])[0]))
            else:
                # 204 tells an EventSource to stop asking.
                await _say(send, 204, "", extra)

    async def _stream(
        self,
        receive: Receive,
        send: Send,
        extra: list[tuple[bytes, bytes]],
        hears: Earshot,
        left_off: tuple[str, str],
    ) -> None:
        kind = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": kind + extra})
        gone = asyncio.create_task(_gone(receive))
        with self.hub.listening() as stream:
            for told in self.hub.missed(*left_off):
                stream.put_nowait(told)
            async for part in self._parts(stream, gone, hears):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _parts(
        self, stream: asyncio.Queue[Told | None], gone: asyncio.Task[None], hears: Earshot
    ) -> AsyncIterator[bytes]:
        # Who has yet to be told something has not come as far as here: the first sign of life bears no id.
        heard = None if stream.qsize() else self.hub.nth
        yield b"retry: 1000\n\n" + self._event(HERE, heard)
        while True:
            waiting = asyncio.create_task(stream.get())
            await asyncio.wait({waiting, gone}, timeout=SILENCE, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                if gone.done():
                    return
                yield self._event(HERE, heard)
                continue
            # All names of a commit go out in one piece.
            batch = [waiting.result(), *(stream.get_nowait() for _ in range(stream.qsize()))]
            told = [one for one in batch if one is not None]
            heard = told[-1].nth if told else heard
            if part := b"".join(self._event(one.name, one.nth) for one in told if hears(one.name)):
                yield part
            if len(told) < len(batch):
                return

    def _event(self, name: str, nth: int | None) -> bytes:
        # A browser must name the events that it wants beforehand: they are called by kind, and say the name.
        mark = "" if nth is None else f"id: {self.hub.mark(nth)}\n"
        return f"{mark}event: {name.partition('-')[0]}\ndata: {name}\n\n".encode()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, status: int, text: str, extra: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
