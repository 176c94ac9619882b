"""Chromium over pages that the test client has rendered: no port, no database, static files by the finders."""

from __future__ import annotations

import mimetypes
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

ORIGIN = "https://sterling.test"
AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
# Only what is wrong is told, without a selector for every element that is right: half the time.
RULES = """only => axe.run(document, {
    runOnly: only ? {type: 'rule', values: [only]}
        : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'], selectors: false,
}).then(found => found.violations.map(one => ({id: one.id, nodes: one.nodes.map(node => ({html: node.html}))})))"""
# The shell without windows starts in a third of the time; the same engine draws.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield launched
        finally:
            launched.close()


def answer(route: Any, pages: dict[str, tuple[str, dict[str, str]]]) -> None:
    path = urlsplit(route.request.url).path
    if path in pages:
        body, headers = pages[path]
        route.fulfill(body=body, headers=headers)
        return
    if path == "/events":
        route.fulfill(body="retry: 600000\n\n", headers={"content-type": "text/event-stream"})
        return
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if isinstance(found, str):
        kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
        route.fulfill(body=Path(found).read_bytes(), headers={"content-type": kind})
    else:
        route.fulfill(status=404, body="")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pages: dict[str, tuple[str, dict[str, str]]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        assert isinstance(self.server, _Server)
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if path in self.server.pages:
            said, headers = self.server.pages[path]
            self.give(200, said.encode(), headers | {"Cache-Control": "no-store"})
        elif path == "/events":
            self.give(200, b"retry: 600000\n\n", {"Content-Type": "text/event-stream"})
        elif isinstance(found, str):
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            self.give(200, Path(found).read_bytes(), {"Content-Type": kind, "Cache-Control": "max-age=3600"})
        else:
            self.give(404, b"", {})

    def give(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(pages: dict[str, tuple[str, dict[str, str]]]) -> Iterator[str]:
    """The same pages over loopback, for whoever opens many: the browser keeps the static files. Its origin."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.pages = pages
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def opened(
    launched: Any, path: str, pages: dict[str, tuple[str, dict[str, str]]], **options: Any
) -> tuple[Any, list[str]]:
    """The page at `path`, and everything that its console complained about."""
    page = launched.new_page(**options)
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", lambda route: answer(route, pages))
    page.goto(ORIGIN + path)
    return page, complaints


@contextmanager
def without(page: Any, script: str) -> Iterator[None]:
    """A page that is opened within stands and can be written in, but for that script, which comes when the block ends."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    address = re.compile(rf"/{script}[^/]*\.js")
    page.route(address, hold)
    yield
    while not held:
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    page.unroute(address)
    page.wait_for_load_state("load")


SETTLED = """() => Promise.allSettled(
    document.getAnimations()
      .filter((one) => one.playState === "running" && one.effect.getComputedTiming().endTime < Infinity)
      .map((one) => one.finished)
)"""


def violations(page: Any, only: str = "") -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own best practice, one line each. `only`: one rule."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(SETTLED)  # half faded in, everything is pale
    found = page.evaluate(RULES, only)
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
