"""How long from a commit until 200 open desks have heard of it, beside bare LISTEN/NOTIFY in the same run.

python bench/live.py       half a minute: a server of its own, `sterling events`, 200 signed-in streams, and a
writer that notes something in one ticket after another. The time runs from the instant before COMMIT, so it
holds the write to disk. The baseline hears the same commits on a bare connection.

Target: p95 of every desk under 500 ms. It measures hearing; what a desk then fetches is the queue page's time.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DESKS = 200
TICKETS = 100
PACE = 0.1  # seconds between two commits: ten changes a second
REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY))

Heard = dict[str, list[float]]


def write() -> None:
    """The writer's process: one line for each commit, the name and when the commit began."""
    from sterling.config.joined import database

    with database():
        from django.db import transaction
        from tests import make

        from sterling.tickets.actions import writing
        from sterling.tickets.content import Content

        alice, carol = make.alice(), make.agent()
        tickets = [make.ticket(alice) for _ in range(TICKETS)]
        sys.stdin.readline()
        for ticket in tickets:
            with transaction.atomic():
                at, by = make.TUESDAY, make.actor(carol)
                writing.note(ticket=ticket, agent=carol, content=Content("Seen."), at=at, by=by)
                begun = time.monotonic()
            print(f"ticket-{ticket.number} {begun}", flush=True)
            time.sleep(PACE)


async def desk(port: int, cookie: str, heard: Heard, ready: asyncio.Semaphore) -> None:
    """One browser's stream; it notes when each name came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line == b"event: here\n":
                ready.release()
            elif line.startswith(b"event: ticket-"):
                heard.setdefault(line[7:-1].decode(), []).append(time.monotonic())
    finally:
        writer.close()


async def bare(url: str, heard: Heard) -> None:
    import psycopg

    from sterling.base.live import CHANNEL

    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for notice in connection.notifies():
            heard.setdefault(notice.payload, []).append(time.monotonic())


async def measure(url: str, port: int, cookie: str) -> tuple[dict[str, float], Heard, Heard]:
    streams: Heard = {}
    baseline: Heard = {}
    ready = asyncio.Semaphore(0)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "write", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdin
    assert writer.stdout
    listening = [asyncio.create_task(desk(port, cookie, streams, ready)) for _ in range(DESKS)]
    listening.append(asyncio.create_task(bare(url, baseline)))
    for _ in range(DESKS):
        await ready.acquire()
    writer.stdin.write(b"go\n")
    committed = {}
    while line := await writer.stdout.readline():
        name, begun = line.decode().split()
        committed[name] = float(begun)
    await writer.wait()
    await asyncio.sleep(2)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return committed, streams, baseline


def report(what: str, committed: dict[str, float], heard: Heard, each: int) -> float:
    # That the tickets opened was heard before; only what came after the counted commit began is its echo.
    late = sorted(
        at - begun for name, begun in committed.items() for at in heard.get(name, []) if at >= begun
    )
    missing = TICKETS * each - len(late)
    p50, p95, worst = (1000 * late[int(share * (len(late) - 1))] for share in (0.5, 0.95, 1))
    print(
        f"{what:<22} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   worst {worst:6.1f} ms   heard {len(late)}, missing {missing}"
    )
    return p95


def wait_until_open(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the events process did not answer within 30 s")


def main() -> None:
    from tests.flows.product import free_port

    with tempfile.TemporaryDirectory(prefix="sterling-bench-") as folder:
        Path(folder).chmod(0o711)
        from sterling.config.joined import database

        with database(Path(folder, "data")) as url:
            from django.conf import settings
            from django.contrib.sessions.backends.db import SessionStore
            from tests import make

            from sterling.accounts.session import KEY

            session = SessionStore()
            session[KEY] = make.agent().user_id
            session.save()
            port = free_port()
            events = subprocess.Popen([sys.executable, "-m", "sterling", "events", "--port", str(port)])
            try:
                wait_until_open(port)
                cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
                committed, streams, baseline = asyncio.run(measure(url, port, cookie))
            finally:
                events.terminate()
                events.wait()
    print(f"{DESKS} desks, {len(committed)} commits, {os.cpu_count()} cores")
    report("bare LISTEN/NOTIFY", committed, baseline, 1)
    report("an open desk's stream", committed, streams, DESKS)


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    else:
        main()
