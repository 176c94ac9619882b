"""How long pages and lists take at a hundred thousand tickets, over HTTP, signed in; beside it the same on a handful.

The whole product runs; each page is asked for over one connection, and the time is the server's answer as a client
sees it on loopback. Beside it what the page used of the processors, which other work on the machine hardly changes:
web and database, with what the worker did meanwhile left out. The filler makes the tickets (bench/filler.py) and a
sample of its clocks is replayed.

Loopback only. Run alone: python bench/pages.py [TICKETS] [TIMES]
"""

from __future__ import annotations

import contextlib
import http.client
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.used import seconds
from tests.flows.product import Product, product

from sterling.config.joined import database

TICKETS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 60
FEW = 100
Page = tuple[str, str, dict[str, str]]


def cookie_of(user_id: int) -> dict[str, str]:
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from sterling.accounts.session import KEY

    session = SessionStore()
    session[KEY] = user_id
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}", "Accept-Language": "en"}


def timed(line: Product, path: str, headers: dict[str, str]) -> tuple[list[float], int]:
    """Milliseconds of each answer, sorted, and the size of the last."""
    connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=120)
    taken, size = [], 0
    with contextlib.closing(connection):
        for nth in range(TIMES + 5):
            began = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            size = len(answer.read())
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
            if nth >= 5:  # the first ones compile templates and queries
                taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken), size


def measure(line: Product, pages: list[Page]) -> dict[str, tuple[float, float, int, float, float]]:
    found = {}
    for what, path, headers in pages:
        before = seconds(line)
        taken, size = timed(line, path, headers)
        after = seconds(line)
        web, database = (
            (after.get(name, 0.0) - before.get(name, 0.0)) * 1000 / (TIMES + 5)
            for name in ("web", "database")
        )
        found[what] = taken[len(taken) // 2], taken[int(len(taken) * 0.95)], size, web, database
    return found


def pages_of(line: Product, numbers: list[int], contact_user: int, agent_user: int) -> list[Page]:
    staff, customer = cookie_of(agent_user), cookie_of(contact_user)
    bearer = {"Authorization": f"Bearer {line.token}"}
    return [
        ("baseline: /healthz", "/healthz", {}),
        ("queue", "/desk/", staff),
        ("queue, past due", "/desk/?view=late", staff),
        ("queue, mine", "/desk/?view=mine", staff),
        ("ticket", f"/desk/tickets/{numbers[0]}/", staff),
        ("search: two words", "/desk/?q=gateway+timeout", staff),
        ("search: Chinese", "/desk/?q=%E6%8A%A5%E8%A1%A8%E5%A4%B1%E8%B4%A5", staff),
        ("search: a number", f"/desk/?q=%23{numbers[0]}", staff),
        ("search: nothing found", "/desk/?q=zzzzqqqq", staff),
        ("portal, list", "/", customer),
        ("API: tickets by number", "/api/v1/tickets?limit=50", bearer),
        ("API: tickets by due", "/api/v1/tickets?limit=50&sort=due&status=open", bearer),
        ("API: words of the subject", "/api/v1/tickets?limit=50&q=gateway", bearer),
    ]


def who() -> tuple[list[int], int, int]:
    """Open tickets, the sign-in of a contact of one, an engineer's."""
    from tests import make

    from sterling.accounts.actions.people import user_for_contact
    from sterling.base.moment import now
    from sterling.tickets.models import Ticket

    newest = Ticket.objects.exclude(status="closed").order_by("-number")
    numbers = list(newest.values_list("number", flat=True)[:5])
    contact = Ticket.objects.get(number=numbers[0]).requester
    return numbers, user_for_contact(contact=contact, at=now()).pk, make.agent("Carol Mensah").user_id


def settled() -> None:
    """Wait until the worker has looked at every clock and alarm that fell due while the tickets were made."""
    from sterling.base.moment import now
    from sterling.sla.models import Timeline

    until = time.monotonic() + 300
    while (
        Timeline.objects.filter(alarm_at__lt=now()).exists()
        or Timeline.objects.filter(tick_at__lt=now()).exists()
    ):
        if time.monotonic() > until:
            print("the worker is still busy with alarms", file=sys.stderr)
            return
        time.sleep(0.5)


def main() -> None:
    with product() as line:
        line.sterling("token", "create", "--name", "bench")
        line.get("/tickets?limit=1")
        with database(line.folder):
            compare(line)


def compare(line: Product) -> None:
    from bench.filler import differing, fill

    from sterling.base.moment import now

    fill(FEW, now())
    settled()
    few = measure(line, pages_of(line, *who()))
    made = fill(TICKETS, now())
    sample = made.random.sample(range(1, made.keys["Timeline"] + 1), min(200, TICKETS))
    print(f"{differing(sample)} of {len(sample)} logs differ from their replay")
    settled()
    time.sleep(2)
    many = measure(line, pages_of(line, *who()))
    print(f"load {os.getloadavg()[0]:.2f}; {TIMES} times each; milliseconds")
    print(
        f"{'':28}{FEW:>8} tickets p50   p95{TICKETS:>12,} tickets p50   p95       KB   processor: web, database"
    )
    for what, (p50, p95, size, web, base) in many.items():
        print(
            f"{what:28}{few[what][0]:>17.1f} {few[what][1]:>5.1f}{p50:>24.1f} {p95:>5.1f} {size / 1024:>8.0f}"
            f"{web:>17.1f} {base:>9.1f}"
        )


if __name__ == "__main__":
    main()
