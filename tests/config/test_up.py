"""`sterling up`, as a user meets it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

# Other suites run beside this one: patience is long, and no test measures.
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Product:
    process: subprocess.Popen[str]
    data: Path
    port: int
    smtp_port: int
    said: list[str]

    def get(self, path: str, port: int | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def pids(self, title: str) -> set[int]:
        """Processes of ours by title, workers of workers too."""
        found = set()
        for pid, parent, command in processes():
            if command.startswith(title) and parent in {self.process.pid, *found}:
                found.add(pid)
        return found


def processes() -> list[tuple[int, int, str]]:
    """(pid, parent, command line) of whatever runs."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
                if state == "Z":  # ended; whoever is responsible has not looked yet
                    continue
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append((int(folder.name), int(parent), command))
    return sorted(found)


def eventually(is_so: Callable[[], bool], patience: float = PATIENCE) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def free_ports() -> tuple[int, int]:
    """A port with a free one after it, and another."""
    while True:
        with socket.socket() as one, socket.socket() as two, socket.socket() as three:
            one.bind(("127.0.0.1", 0))
            three.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port, three.getsockname()[1]


def environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("STERLING_", "DATABASE_"))
    }


def start(data: Path, port: int, smtp_port: int, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sterling",
            "up",
            f"--data={data}",
            f"--port={port}",
            f"--smtp-port={smtp_port}",
        ],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env=environment(),
    )


@contextlib.contextmanager
def running(data: Path) -> Iterator[Product]:
    port, smtp_port = free_ports()
    # Not a pipe: nobody reads what processes say while the database is away, and a full pipe stops them.
    with start(data, port, smtp_port, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout
            said = []
            while line := process.stdout.readline():
                said.append(line.rstrip("\n"))
                if line.startswith("  staff"):
                    break
            yield Product(process, data, port, smtp_port, said)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="sterling-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def product(folder: Path) -> Iterator[Product]:
    """One product for the module: a start costs seconds."""
    with running(folder / "data") as product:
        yield product


def test_it_says_where_everything_is_once_everything_serves(product: Product):
    assert product.said[0] == "Sterling is ready. Ctrl-C stops it."
    assert f"  Customers     http://127.0.0.1:{product.port}/" in product.said
    assert re.fullmatch(
        rf"  staff         admin@sterling\.example  http://127\.0\.0\.1:{product.port}/in/\S{{43}}",
        product.said[-1],
    )
    assert json.loads(product.get("/readyz")[1]) == {
        "status": "ok",
        "web": "ok",
        "events": "ok",
        "worker": "ok",
        "smtp": "ok",
    }
    assert product.get("/healthz", product.port + 1) == (200, "ok")
    with smtplib.SMTP("127.0.0.1", product.smtp_port, timeout=60) as intake:
        assert intake.noop()[0] == 250


def test_every_process_that_is_killed_comes_back(product: Product):
    for title in ("sterling worker", "sterling smtp", "sterling events", "sterling web"):
        before = product.pids(title)
        assert before, title
        os.kill(min(before), signal.SIGKILL)
        assert eventually(lambda title=title, before=before: product.pids(title) - before != set()), title
    os.kill(int((product.data / "postgres" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    assert eventually(product.is_ready)


def test_a_command_joins_what_runs_and_its_links_lead_there(product: Product):
    made = subprocess.run(
        [sys.executable, "-m", "sterling", "link", "admin@sterling.example", "--data", str(product.data)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert made.stdout.startswith(f"http://127.0.0.1:{product.port}/in/")
    assert made.returncode == 0
    assert product.is_ready()


def test_a_second_one_runs_beside_it_and_leaves_nothing_behind_however_it_ends(
    product: Product, folder: Path
):
    with running(folder / "second") as second:
        assert second.is_ready()
        assert product.is_ready()
        ours = {pid for pid, _, command in processes() if str(second.data) in command}
        assert len(ours) >= 3  # itself, the keeper, the server
        ours |= second.pids("sterling ")
    assert second.process.returncode == 0
    assert [line for line in processes() if line[0] in ours] == []

    with running(folder / "second") as second:
        ours = {pid for pid, _, command in processes() if str(second.data) in command}
        ours |= second.pids("sterling ")
        assert len(ours) >= 7
        second.process.kill()
        second.process.wait()
        assert eventually(lambda: not [line for line in processes() if line[0] in ours])
    assert product.is_ready()


def test_with_its_parent_it_goes(folder: Path):
    port, smtp_port = free_ports()
    words = [f"--data={folder / 'second'}", f"--port={port}", f"--smtp-port={smtp_port}", "--with-parent"]
    command = [sys.executable, "-m", "sterling", "up", *words]
    # A parent that does nothing but wait, as make does, and is killed.
    with subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", *command],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "Sterling is ready. Ctrl-C stops it.\n"
        ours = {pid for pid, _, line in processes() if str(folder / "second") in line}
        assert len(ours) >= 4  # the parent, the product, the keeper, the server
        parent.kill()
    assert eventually(lambda: not [line for line in processes() if line[0] in ours])


def test_a_taken_port_is_named_with_the_option_that_changes_it(server_folder: Path):
    port, smtp_port = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", smtp_port))
        taken.listen()
        with start(server_folder / "data", port, smtp_port) as process:
            said, complained = process.communicate(timeout=PATIENCE)
    assert said == ""
    assert complained == (
        f"sterling: port {smtp_port} on 127.0.0.1 cannot be used (Address already in use):"
        " choose another with --smtp-port\n"
    )
    assert process.returncode == 1
    assert not (server_folder / "data").exists()
