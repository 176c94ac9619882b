"""From a mail's 250 to the ticket with its due, through the running product; and how long the product takes to start.

Beside it the same connections without the work: an SMTP session that only says hello, an API call that reads a
list. Loopback only, bounded by the number of mails. Run alone: python bench/line.py [MAILS]
"""

from __future__ import annotations

import smtplib
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.channels.email.mails import mail
from tests.flows.product import Product, product

MAILS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
TEXT = "客户说：it stops at 61 %."


def ms(values: list[float]) -> str:
    ordered = sorted(values)
    return f"p50 {statistics.median(ordered) * 1000:7.1f} ms   worst {ordered[-1] * 1000:7.1f} ms"


def until_ticket(line: Product, number: int) -> float:
    subject = f"Bench {number} 导出"
    raw = mail(
        subject=subject, text=TEXT, html=f"<p>{TEXT}</p>", files=(("a.log", "text/plain", b"x" * 50_000),)
    )
    line.mail(raw, "wang@muguang.example", "support@sterling.example")
    began = time.perf_counter()
    while time.perf_counter() - began < 60:
        found = line.get("/tickets?limit=200")["items"]
        if any(ticket["subject"] == subject and ticket["next_due"] for ticket in found):
            return time.perf_counter() - began
        time.sleep(0.005)
    raise SystemExit(f"no ticket for {subject} within a minute")


def timed(call: object, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()  # type: ignore[operator]
        taken.append(time.perf_counter() - began)
    return taken


def hello(line: Product) -> None:
    with smtplib.SMTP("127.0.0.1", line.smtp_port) as connection:
        connection.ehlo()


def main() -> None:
    began = time.perf_counter()
    with product() as line:
        print(f"ready from an empty data folder           {time.perf_counter() - began:8.2f} s")
        line.stop()
        began = time.perf_counter()
        line.start()
        print(f"ready warm                                {time.perf_counter() - began:8.2f} s")
        line.get("/tickets")
        print(f"baseline: SMTP session that says hello    {ms(timed(lambda: hello(line), MAILS))}")
        print(
            f"baseline: API call that reads the list    {ms(timed(lambda: line.get('/tickets?limit=5'), MAILS))}"
        )
        taken = [until_ticket(line, number) for number in range(MAILS)]
        print(f"mail's 250 to ticket with its due         {ms(taken)}")
        raws = [mail(f"s{n}@c{n}.example", subject=f"Rate {n}") for n in range(MAILS * 5)]
        began = time.perf_counter()
        for number, raw in enumerate(raws):
            line.mail(raw, f"s{number}@c{number}.example", "support@sterling.example")
        accepted = time.perf_counter() - began
        while f"Rate {len(raws) - 1}" not in {
            row["subject"] for row in line.get("/tickets?limit=200")["items"]
        }:
            time.sleep(0.02)
        whole = time.perf_counter() - began
        print(
            f"one sender, {len(raws)} mails: accepted {len(raws) / accepted:6.1f}/s, tickets {len(raws) / whole:6.1f}/s"
        )


if __name__ == "__main__":
    main()
