"""The whole product as processes, driven from outside like a customer, an engineer and a mail server would."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

PATIENCE = 120.0  # other suites run beside this one; nothing here measures


def free_port(beside: int = 0) -> int:
    """A port that nobody listens on, with as many free ones after it."""
    while True:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError, OverflowError):
            for number in range(port, port + beside + 1):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", number))
            return port


def wait_for(ask: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """What `ask` says once it is true; asks again while it is not or the product does not answer."""
    until = time.monotonic() + patience
    while True:
        try:
            said = ask()
        except (OSError, http.client.HTTPException):
            said = None
        if said:
            return said
        assert time.monotonic() < until, f"waited {patience:.0f} s for {what}"
        time.sleep(0.05)


@dataclass
class MailServer:
    """The vendor's mail server: takes what the product sends, as raw bytes with its envelope."""

    port: int = field(default_factory=free_port)
    taken: list[tuple[str | None, list[str], bytes]] = field(default_factory=list)

    @contextlib.contextmanager
    def running(self) -> Iterator[MailServer]:
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(
            loop.create_server(lambda: SMTP(self, hostname="mail.test"), "127.0.0.1", self.port)
        )
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(server.close)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        return "250 taken"


def installed(run: Path) -> Path:
    """A data folder as a first start leaves it, made once in a run: products begin with a copy of it."""
    folder = run / "installed"
    with (folder.parent / "installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            made = Path(tempfile.mkdtemp(dir=folder.parent))
            made.chmod(0o711)
            Product(made).sterling("doctor")
            made.rename(folder)
    return folder


@dataclass
class Product:
    """`sterling up` on a data folder of its own. `first_start`: an empty one."""

    folder: Path
    smtp_url: str = ""
    port: int = field(default_factory=lambda: free_port(1))
    smtp_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    token: str = ""
    mail_from: str = "support@sterling.example"
    first_start: bool = False

    @property
    def environment(self) -> dict[str, str]:
        dropped = {"DATABASE_URL", "STERLING_DATA", "STERLING_SECRET_KEY", "STERLING_BASE_URL"}
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        own = {"STERLING_SMTP_URL": self.smtp_url, "STERLING_MAIL_FROM": self.mail_from}
        return kept | own | {"PYTHONUNBUFFERED": "1"}

    def start(self) -> None:
        run = os.environ.get("STERLING_TEST_FOLDER")
        if run and not self.first_start and not (self.folder / "postgres").exists():
            subprocess.run(["cp", "-a", str(installed(Path(run)) / "postgres"), str(self.folder)], check=True)
        ports = ["--port", str(self.port), "--smtp-port", str(self.smtp_port)]
        command = [sys.executable, "-m", "sterling", "up", "--data", str(self.folder), *ports]
        with (self.folder / "said.log").open("ab") as said:
            self.process = subprocess.Popen(command, env=self.environment, stdout=said, stderr=said)
        wait_for(self.is_ready, "/readyz")

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def sterling(self, *words: str) -> str:
        command = [sys.executable, "-m", "sterling", *words, "--data", str(self.folder)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The API's answer as JSON; refusals fail the test."""
        if not self.token:
            self.token = self.sterling("token", "create", "--name", "flow").split()[-1]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            connection.request(
                method, f"/api/v1{path}", None if body is None else json.dumps(body).encode(), headers
            )
            answer = connection.getresponse()
            said = json.loads(answer.read() or b"null")
        assert answer.status < 300, (answer.status, said)
        return said

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", path, body)

    def mail(self, raw: bytes, sender: str, to: str) -> None:
        """Deliver one mail; returns when the product said 250."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as connection:
            connection.sendmail(sender, [to], raw)

    def pids(self, title: str) -> list[int]:
        """Living processes of this product whose command line begins with `title`."""
        found: list[int] = []
        for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                ours = self.process and int(parent) in {self.process.pid, *found}
                if state != "Z" and words.startswith(title) and ours:
                    found.append(int(folder.name))
        return found

    def database_pid(self) -> int:
        return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])


@contextlib.contextmanager
def product(smtp_url: str = "", **more: Any) -> Iterator[Product]:
    """A running product in a folder that the database's account may enter; all gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sterling-flow-"))
    folder.chmod(0o711)
    made = Product(folder, smtp_url, **more)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
