"""A region's calendar is revised while 100,000 clocks of it run: how long until every stored due has followed.

python bench/recompute.py [CLOCKS] [WORKERS]     two or three minutes: a server of its own, tickets filled in from
some templates made by the product's actions, a holiday declared for tomorrow, WORKERS processes that follow.

Baselines of the same run: replaying and storing log by log, as a reply does; and replies made before. Replies go on
during the work. Afterwards a sample of tickets is replayed from its log and compared with what is stored.

Target: all followed within 15 s on 2 cores, and replies as quick as without.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY))
CLOCKS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 100_000
WORKERS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
TEMPLATES = 150
STRIDE = 100_000
SAMPLE = 500
PACE = 0.05


def template(dice: random.Random, contacts: list, carol, at: datetime) -> None:
    from tests import make

    begun = at - timedelta(minutes=dice.randrange(40, 240))
    requester = dice.choice(contacts)
    ticket = make.ticket(requester, priority=dice.choice(["high", "medium", "medium", "low"]), at=begun)
    for _ in range(dice.choice([0, 0, 0, 1, 2, 3])):
        begun += timedelta(minutes=dice.randrange(1, 10))
        if ticket.priority != "low" and dice.random() < 0.4:
            make.reply(ticket, carol, begun)
        else:
            make.wrote(ticket, requester, begun)


def copy(table: str, times: int, columns: dict[str, str]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        names = [row[0] for row in cursor.fetchall()]
        chosen = ", ".join(columns.get(name, f'"{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {chosen} FROM {table}, generate_series(1, {times}) AS k"
        )
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )


def fill(at: datetime) -> tuple[int, int]:
    from django.db import connection, transaction
    from django.db.models import Q
    from tests import make

    from sterling.sla.models import Clock, Timeline

    dice = random.Random(7)
    contacts = [
        make.contact(
            make.organization(f"Customer {plan}", plan=plan), f"Person {plan}", premium=plan is not None
        )
        for plan in (None, "silver", "silver", "platinum")
    ]
    carol = make.agent()
    for _ in range(TEMPLATES):
        template(dice, contacts, carol, at)
    open_clocks = Q(ended=None, state__in=["running", "paused"])
    each = Clock.objects.filter(open_clocks).count()
    times = -(-CLOCKS // each) - 1
    moved = f"+ k * {STRIDE}"
    with transaction.atomic(), connection.cursor() as cursor:
        # Copies of rows that were checked: checking them again, a row at a time, takes minutes.
        cursor.execute("SET LOCAL session_replication_role = replica")
        copy("sla_timeline", times, {"id": f"id {moved}"})
        copy("sla_event", times, {"id": f"id {moved}", "timeline_id": f"timeline_id {moved}"})
        copy("sla_clock", times, {"id": f"id {moved}", "timeline_id": f"timeline_id {moved}"})
        copy(
            "tickets_ticket",
            times,
            {"id": f"id {moved}", "timeline_id": f"timeline_id {moved}", "number": f"number {moved}"},
        )
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Timeline.objects.count(), Clock.objects.filter(open_clocks).count()


def worker() -> None:
    """A process with the worker's threads that follow, until nothing is behind."""
    from sterling.config.joined import database

    with database():
        from concurrent.futures import ThreadPoolExecutor

        from django.db import connection

        from sterling.config.worker import rounds
        from sterling.sla.actions import following
        from sterling.sla.actions.ticking import follow

        def until_done(_nth: int) -> int:
            done = 0
            while following.behind():
                done += follow()
            connection.close()
            return done

        following.behind()
        print("ready", flush=True)
        sys.stdin.readline()
        threads = sum(one.work is follow for some in rounds() for one in some)
        with ThreadPoolExecutor(threads) as pool:
            print(sum(pool.map(until_done, range(threads))), flush=True)


def replies() -> None:
    """Replies at a steady pace until told to stop; prints the instant and the seconds each took."""
    from sterling.config.joined import database

    with database():
        import threading

        from django.db import transaction
        from tests import make

        from sterling.accounts.models import Agent
        from sterling.base.moment import now
        from sterling.tickets.actions import writing
        from sterling.tickets.content import Content
        from sterling.tickets.models import Ticket

        carol = Agent.objects.get()
        dice = random.Random(3)
        pks = list(Ticket.objects.values_list("pk", flat=True))
        stop = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
        print("ready", flush=True)
        while not stop.is_set():
            pk = dice.choice(pks)
            begun = time.time()
            at = now()
            with transaction.atomic():
                ticket = Ticket.objects.select_related("timeline").get(pk=pk)
                writing.reply(
                    ticket=ticket,
                    agent=carol,
                    content=Content("We look."),
                    status=None,
                    at=at,
                    by=make.actor(carol),
                )
            took = time.time() - begun
            print(begun, took, flush=True)
            stop.wait(max(0.0, PACE - took))


def child(what: str) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, __file__, what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout
    made.stdout.readline()
    return made


def told(what: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    print(
        f"{what:<34} p50 {statistics.median(ordered) * 1000:6.1f} ms   p95 {p95 * 1000:6.1f} ms   "
        f"worst {ordered[-1] * 1000:6.1f} ms   of {len(ordered)}"
    )


def log_by_log(pks: list[int]) -> float:
    from sterling.base.moment import now
    from sterling.sla.actions.recompute import recompute

    begun = time.perf_counter()
    for pk in pks:
        recompute(timeline_id=pk, at=now())
    return (time.perf_counter() - begun) / len(pks)


def measure() -> None:
    from django.db import transaction
    from tests import make

    from sterling.base.moment import now
    from sterling.sla.actions import calendars, following, recompute
    from sterling.sla.models import CalendarRevision, Timeline

    begun = time.perf_counter()
    tickets, clocks = fill(now())
    while recompute.tick(at=now()):
        pass  # as the worker does: what is past its due is written down
    behind = Timeline.objects.filter(region_id="americas", calendar_seq__isnull=False).count()
    print(f"{tickets} tickets, {clocks} clocks run or are paused, {behind} tickets depend on the calendar")
    print(f"filled in {time.perf_counter() - begun:.0f} s")
    pks = list(Timeline.objects.values_list("pk", flat=True))
    dice = random.Random(5)
    each = log_by_log(dice.sample(pks, 300))
    print(
        f"baseline, log by log               {each * 1000:.2f} ms a ticket, so {each * behind:.0f} s for these"
    )
    workers = [child("worker") for _ in range(WORKERS)]
    speaking = child("replies")
    time.sleep(8)
    document = CalendarRevision.objects.filter(region_id="americas").latest("seq").document
    date = datetime.now(UTC).date()
    today, tomorrow = date.isoformat(), (date + timedelta(days=1)).isoformat()
    changed = {**document, "holidays": {**document["holidays"], **dict.fromkeys((today, tomorrow), "Flood")}}
    print(f"load before                         {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    started = time.time()
    with transaction.atomic():
        calendars.hold_logs()
        calendars.revise_calendar(
            region=make.region(), calendar=changed, reason="Flood", at=now(), by=make.SYSTEM
        )
    print(f"revision committed after            {(time.time() - started) * 1000:.0f} ms")
    for one in workers:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    done = []
    for one in workers:
        assert one.stdout
        done.append(int(one.stdout.readline()))
    ended = time.time()
    print(f"load after                          {os.getloadavg()[0]:.1f}")
    print(f"followed by {WORKERS} worker(s)              {ended - started:.2f} s   {done} tickets")
    time.sleep(1)
    assert speaking.stdin
    assert speaking.stdout
    speaking.stdin.write("stop\n")
    speaking.stdin.flush()
    lines = [tuple(map(float, line.split())) for line in speaking.stdout]
    told("replies before", [took for at, took in lines if at + took < started])
    told("replies meanwhile", [took for at, took in lines if at + took >= started and at <= ended])
    assert not following.behind()
    wrong = [pk for pk in dice.sample(pks, SAMPLE) if recompute.differs_from_replay(pk)]
    print(f"stored differs from a replay        {len(wrong)} of {SAMPLE} tickets looked at {wrong[:5]}")
    for one in (*workers, speaking):
        one.wait()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sterling-bench-") as folder:
        Path(folder).chmod(0o711)
        from sterling.config.joined import database

        with database(Path(folder, "data")):
            from sterling.base.moment import now
            from sterling.config.installation import install

            install(at=now())
            measure()


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        worker()
    elif sys.argv[1:] == ["replies"]:
        replies()
    else:
        main()
