"""How long from a commit until 200 open desks hold the changed row, beside bare LISTEN/NOTIFY in the same run.

python bench/live.py [CHANGES A SECOND]      half a minute: a server of its own with 400 open tickets, `sterling
events`, `sterling web`, and 200 signed-in desks of 20 engineers. A desk does what the page's script does: it
hears names on its stream, waits as long, and asks /desk/rows for the rows that were named. A writer changes the
subject of one ticket after another (default: 2 a second). The time runs from the instant before COMMIT, so it
holds the write to disk; the desks run on the same cores as the servers. The baseline hears the same commits on
a bare connection.

Target: p95 from commit to the changed row in hand under 500 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

DESKS = 200
ENGINEERS = 20
TICKETS = 400
CHANGES = 60
# As in live.js: seconds to gather names, to spread the desks, between two questions, and times the last answer.
SOON, SPREAD, PAUSE, PATIENCE = 0.06, 0.12, 0.25, 2
REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY))

Heard = dict[str, list[float]]


def write() -> None:
    """The writer's process: one line for each commit, what the row says from now on and when the commit began."""
    from sterling.config.joined import database

    pace = 1 / float(sys.argv[2])
    with database():
        from django.db import transaction
        from tests import make

        from sterling.base.moment import now
        from sterling.tickets.actions import changing

        alice, carol = make.alice(), make.agent()
        tickets = [make.ticket(alice, at=now(), subject=f"Ticket {nth}") for nth in range(TICKETS)]
        print("ready", flush=True)
        sys.stdin.readline()
        begin = time.monotonic()
        for nth in range(CHANGES):
            ticket = tickets[nth * 7 % 90]
            with transaction.atomic():
                said = f"Changed-{nth}."
                changing.set_subject(ticket=ticket, subject=said, at=now(), by=make.actor(carol))
                begun = time.monotonic()
            print(f"{said} ticket-{ticket.number} {begun}", flush=True)
            time.sleep(max(0, begin + (nth + 1) * pace - time.monotonic()))


class Desk:
    """One browser: a stream, and a question for the rows that were named."""

    def __init__(self, ports: tuple[int, int], cookie: str, ready: asyncio.Semaphore) -> None:
        self.events, self.web = ports
        self.cookie = cookie
        self.ready = ready
        self.heard: Heard = {}
        self.held: Heard = {}
        self.asked: list[float] = []
        self.named: set[str] = set()
        self.some = asyncio.Event()

    async def listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.events)
        writer.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                if line == b"data: here\n":
                    self.ready.release()
                elif line.startswith(b"data: ticket-"):
                    name = line[6:-1].decode()
                    self.heard.setdefault(name, []).append(time.monotonic())
                    self.named.add(name)
                    self.some.set()
        finally:
            writer.close()

    async def ask(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.web)
        following = 0.0
        try:
            while True:
                await self.some.wait()
                pause = SOON + random.random() * SPREAD
                await asyncio.sleep(max(pause, following - time.monotonic()))
                names, self.named = self.named, set()
                self.some.clear()
                begun = time.monotonic()
                numbers = ",".join(name.split("-")[1] for name in names)
                head = f"GET /desk/rows?view=next&tickets={numbers} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                own = f"Accept-Language: en\r\nSterling-Live: 1\r\nCookie: {self.cookie}\r\n\r\n"
                writer.write((head + own).encode())
                body = await answer_of(reader)
                came = time.monotonic()
                self.asked.append(came - begun)
                following = came + max(PAUSE, PATIENCE * (came - begun))
                for said in CHANGED.findall(body):
                    self.held.setdefault(said.decode(), [came])
        finally:
            writer.close()


CHANGED = re.compile(rb"Changed-\d+\.")


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    """The body of a 200; keeps the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.decode())
    found = re.search(rb"(?i)content-length: (\d+)", head)
    assert found, head
    return await reader.readexactly(int(found[1]))


async def bare(url: str, heard: Heard) -> None:
    import psycopg

    from sterling.base.live import CHANNEL

    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for notice in connection.notifies():
            heard.setdefault(notice.payload, []).append(time.monotonic())


@dataclass
class Measured:
    committed: dict[str, tuple[str, float]]
    baseline: Heard
    desks: list[Desk]


async def measure(url: str, ports: tuple[int, int], cookies: list[str], rate: float) -> Measured:
    baseline: Heard = {}
    ready = asyncio.Semaphore(0)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "write", str(rate), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdin
    assert writer.stdout
    await writer.stdout.readline()
    desks = [Desk(ports, cookies[nth % len(cookies)], ready) for nth in range(DESKS)]
    work = [asyncio.create_task(one) for desk in desks for one in (desk.listen(), desk.ask())]
    work.append(asyncio.create_task(bare(url, baseline)))
    for _ in range(DESKS):
        await ready.acquire()
    writer.stdin.write(b"go\n")
    committed = {}
    while line := await writer.stdout.readline():
        said, name, begun = line.decode().split()
        committed[said] = (name, float(begun))
    await writer.wait()
    await asyncio.sleep(3)
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    return Measured(committed, baseline, desks)


def report(what: str, late: list[float], wanted: int) -> None:
    late.sort()
    p50, p95, worst = (1000 * late[int(share * (len(late) - 1))] for share in (0.5, 0.95, 1))
    missing = wanted - len(late)
    print(
        f"{what:<28} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   worst {worst:6.1f} ms   {len(late)}, missing {missing}"
    )


def heard_after(measured: Measured, heard: Heard) -> list[float]:
    """How long after its commit each name was first heard."""
    found = []
    for name, begun in measured.committed.values():
        after = [at - begun for at in heard.get(name, []) if at >= begun]
        found += [min(after)] if after else []
    return found


def tell(measured: Measured, rate: float, spent: float) -> None:
    commits = len(measured.committed)
    asked = [time for desk in measured.desks for time in desk.asked]
    print(
        f"{DESKS} desks of {ENGINEERS} engineers, {commits} commits, {rate:g} a second, {os.cpu_count()} cores"
    )
    report("bare LISTEN/NOTIFY", heard_after(measured, measured.baseline), commits)
    heard = [late for desk in measured.desks for late in heard_after(measured, desk.heard)]
    report("an open desk hears", heard, commits * DESKS)
    held = [
        desk.held[said][0] - begun
        for desk in measured.desks
        for said, (_, begun) in measured.committed.items()
        if said in desk.held
    ]
    report("an open desk holds the row", held, commits * DESKS)
    report("one question for rows", asked, len(asked))
    print(
        f"{len(asked) / (commits / rate):.0f} questions a second; web {1000 * spent / len(asked):.2f} ms of a core each"
    )


def wait_until_open(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the events process did not answer within 30 s")


def spent_by(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor that a living process and its children have used."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(folder.name) == process.pid or int(fields[1]) == process.pid:
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def sessions() -> list[str]:
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from tests import make

    from sterling.accounts.session import KEY

    made = []
    for nth in range(ENGINEERS):
        session = SessionStore()
        session[KEY] = make.agent(f"Engineer{nth} Mensah").user_id
        session.save()
        made.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return made


def main() -> None:
    from tests.flows.product import free_port

    rate = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with tempfile.TemporaryDirectory(prefix="sterling-bench-") as folder:
        Path(folder).chmod(0o711)
        from sterling.config.joined import database

        with database(Path(folder, "data")) as url:
            cookies = sessions()
            ports = free_port(), free_port()
            command = [sys.executable, "-m", "sterling"]
            events = subprocess.Popen([*command, "events", "--port", str(ports[0])])
            web = subprocess.Popen([*command, "web", "--port", str(ports[1])])
            try:
                for port in ports:
                    wait_until_open(port)
                before = spent_by(web)
                measured = asyncio.run(measure(url, ports, cookies, rate))
                spent = spent_by(web) - before
            finally:
                for process in (events, web):
                    process.terminate()
                    process.wait()
    tell(measured, rate, spent)


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write()
    else:
        main()
