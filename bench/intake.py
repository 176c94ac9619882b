"""How many mails a second become committed tickets with their clocks, through the running product.

A mail server's connections offer mail as fast as it is taken; the time runs from the first byte to the last committed
ticket. Three kinds: contacts of customers under contract, strangers (each makes an organization), and answers that
join the ticket before. Beside it, in the same run: the same connections offering mail without the DATA that would be
kept, and the database committing one small row at a time.

Loopback only, bounded by the number of mails. Run alone: python bench/intake.py [MAILS]
"""

from __future__ import annotations

import os
import smtplib
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.used import seconds, spent
from tests.channels.email.mails import mail
from tests.flows.product import Product, product

from sterling.config.datafolder import address, prepared_folder

MAILS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
CONNECTIONS = 4
ORGANIZATIONS = 10
CONTACTS = 100
SUPPORT = "support@sterling.example"
TEXT = "The nightly export stops at 61 %.\n客户说：升级之后才这样。\n\nSince the upgrade on Monday.\n" * 8
Mail = tuple[str, bytes]


def customers(line: Product) -> list[str]:
    """Addresses of contacts whose organizations hold a plan."""
    regions = [region["id"] for region in line.get("/regions")["items"]]
    addresses = []
    for number in range(ORGANIZATIONS):
        made = line.post("/organizations", name=f"Customer {number}", region=regions[number % len(regions)])
        line.post("/contracts", organization=made["id"], plan="gold", starts="2020-01-01")
        for nth in range(CONTACTS // ORGANIZATIONS):
            email = f"c{nth}@customer{number}.example"
            line.post("/contacts", organization=made["id"], name=f"Contact {nth} of {number}", email=email)
            addresses.append(email)
    return addresses


def offer(line: Product, mails: Sequence[Mail], *, whole: bool = True) -> None:
    with smtplib.SMTP("127.0.0.1", line.smtp_port, timeout=60) as connection:
        connection.ehlo()
        for sender, raw in mails:
            if whole:
                connection.sendmail(sender, [SUPPORT], raw)
            else:
                connection.mail(sender)
                connection.rcpt(SUPPORT)
                connection.rset()


def at_once(line: Product, mails: Sequence[Mail], *, whole: bool = True) -> float:
    """Seconds until the last connection has heard its last 250."""
    shares = [mails[start::CONNECTIONS] for start in range(CONNECTIONS)]
    threads = [
        threading.Thread(target=offer, args=(line, share), kwargs={"whole": whole}) for share in shares
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def until(ask: Callable[[], bool], pause: float) -> None:
    last = time.monotonic() + 600
    while not ask():
        if time.monotonic() > last:
            raise SystemExit("not done within ten minutes")
        time.sleep(pause)


def rate(line: Product, database: psycopg.Connection, mails: Sequence[Mail], what: str) -> None:
    """Offer all of them and wait until each stands in a ticket whose clocks are stored."""
    before, used = count(database), seconds(line)
    began = time.perf_counter()
    accepted = at_once(line, mails)
    until(lambda: count(database) - before >= len(mails), 0.02)
    whole = time.perf_counter() - began
    said = f"accepted {len(mails) / accepted:6.1f}/s, committed {len(mails) / whole:6.1f}/s"
    print(f"{what:42} {len(mails)} mails: {said}", flush=True)
    print(f"{'':42} {spent(used, seconds(line), len(mails))}", flush=True)


def count(database: psycopg.Connection) -> int:
    row = database.execute("SELECT count(*) FROM email_inboundmail WHERE state = 'done'").fetchone()
    return row[0] if row else 0


def alone(line: Product, database: psycopg.Connection, address: str, times: int) -> list[float]:
    """From each 250 to the committed ticket, one mail at a time."""
    taken = []
    for number in range(times):
        subject = f"Alone {number}"
        line.mail(mail(address, subject=subject, text=TEXT), address, SUPPORT)
        began = time.perf_counter()
        sql = "SELECT EXISTS (SELECT FROM tickets_ticket WHERE subject = %s)"
        until(lambda: bool(database.execute(sql, [subject]).fetchone()[0]), 0.001)  # noqa: B023 - asked at once
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    return sorted(taken)


def commits(database: psycopg.Connection) -> float:
    """How many rows a second one connection commits, one at a time."""
    database.execute("CREATE TABLE bench_commits (n bigint)")
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < 1:
        database.execute("INSERT INTO bench_commits VALUES (%s)", [done])
        done += 1
    database.execute("DROP TABLE bench_commits")
    return done / (time.perf_counter() - began)


def main() -> None:
    with product() as line:
        url = address(prepared_folder(line.folder))
        with psycopg.connect(url, autocommit=True) as database:
            known = customers(line)
            print(f"load before: {os.getloadavg()[0]:.2f}")
            print(f"{'baseline: commits of one row':42} {commits(database):6.1f}/s")
            nothing = [(known[number % len(known)], b"") for number in range(MAILS)]
            print(f"{'baseline: MAIL, RCPT, RSET':42} {MAILS / at_once(line, nothing, whole=False):6.1f}/s")
            waits = alone(line, database, known[0], 50)
            p95 = waits[int(len(waits) * 0.95)]
            print(
                f"{'250 to committed ticket, one at a time':42} p50 {statistics.median(waits):5.1f} ms, p95 {p95:5.1f} ms"
            )
            rate(
                line,
                database,
                [of(known[number % len(known)], number, "k") for number in range(MAILS)],
                "contacts",
            )
            strangers = [of(f"someone@place{number}.example", number, "s") for number in range(MAILS // 2)]
            rate(line, database, strangers, "strangers")
            answers = [
                of(known[number % len(known)], number, "a", f"<k-{number}@outside.example>")
                for number in range(MAILS // 2)
            ]
            rate(line, database, answers, "answers that join")
            print(f"load after: {os.getloadavg()[0]:.2f}")
        assert line.sterling("doctor")


def of(sender: str, number: int, kind: str, answers: str = "") -> Mail:
    more = {"In-Reply-To": answers} if answers else {}
    return sender, mail(
        sender,
        subject=f"Export {kind} {number}",
        text=TEXT,
        message_id=f"<{kind}-{number}@outside.example>",
        **more,
    )


if __name__ == "__main__":
    main()
