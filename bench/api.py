"""How many tickets a second eight clients create by the API, through the running product, clocks included.

Beside it, in the same run, the same clients reading one ticket, and asking for what needs no database. Loopback only,
bounded by the number of tickets. Run alone: python bench/api.py [TICKETS]
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.used import seconds, spent
from tests.flows.product import Product, product

TICKETS = int(sys.argv[1]) if len(sys.argv) > 1 else 800
CLIENTS = 8


def clients(line: Product, method: str, path: str, bodies: list[Any]) -> list[float]:
    """Seconds of each answer, by eight clients who keep their connections."""
    taken: list[float] = []

    def ask(share: list[Any]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=60)
        headers = {"Authorization": f"Bearer {line.token}", "Content-Type": "application/json"}
        with contextlib.closing(connection):
            for body in share:
                began = time.perf_counter()
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status >= 300:
                    raise SystemExit(f"{method} {path}: {answer.status}")
                taken.append(time.perf_counter() - began)

    threads = [threading.Thread(target=ask, args=(bodies[nth::CLIENTS],)) for nth in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken)


def rate(line: Product, what: str, method: str, path: str, bodies: list[Any]) -> None:
    before, began = seconds(line), time.perf_counter()
    taken = clients(line, method, path, bodies)
    whole = time.perf_counter() - began
    p50, p95 = (taken[int(len(taken) * share)] * 1000 for share in (0.5, 0.95))
    print(f"{what:32} {len(taken) / whole:7.1f}/s   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")
    print(f"{'':32} {spent(before, seconds(line), len(taken))}", flush=True)


def main() -> None:
    with product() as line:
        organization = line.post("/organizations", name="Customer", region="americas")
        line.post("/contracts", organization=organization["id"], plan="gold", starts="2020-01-01")
        contact = line.post(
            "/contacts", organization=organization["id"], name="Ada", email="ada@customer.example"
        )
        body = {"contact": contact["id"], "subject": "Export stops", "body": "It stops at 61 %.\n" * 20}
        print(f"{CLIENTS} clients; load {os.getloadavg()[0]:.2f}")
        number = line.post("/tickets", **body)["number"]
        rate(line, "baseline: no database", "GET", "/healthz", [None] * TICKETS)
        rate(line, "baseline: reading a ticket", "GET", f"/api/v1/tickets/{number}", [None] * TICKETS)
        bodies = [json.dumps(body | {"subject": f"Export {nth}"}) for nth in range(TICKETS)]
        rate(line, "creating a ticket", "POST", "/api/v1/tickets", bodies)
        assert line.sterling("doctor")


if __name__ == "__main__":
    main()
