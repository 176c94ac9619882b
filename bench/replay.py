"""How many timelines a second `replay` decides on one core, beside what reading the same JSON costs.

Run alone: `python bench/replay.py`. Documents have ten events and share a few calendars, as tickets of
a few regions do; each is parsed from its own text, so no two share an object.
"""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from sterling.core.clocks import replay

DOCUMENTS = 4_000
ROUNDS = 3
ZONES = ("America/Chicago", "Europe/Berlin", "Asia/Shanghai", "UTC")
PLANS = ("standard", "silver", "gold", "platinum")
PRIORITIES = ("urgent", "high", "medium", "low")


def calendar(zone: str) -> dict:
    week = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return {"tz": zone, "weekly": week, "holidays": ["2026-01-01", "2026-05-01", "2026-12-25"]}


def document(dice: random.Random) -> dict:
    at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=dice.randrange(500_000))

    def event(kind: str, **fields: object) -> dict:
        nonlocal at
        at += timedelta(seconds=dice.randrange(60, 20_000))
        return {"at": at.isoformat(), "type": kind, **fields}

    events = [event("opened", by="customer", plan=dice.choice(PLANS), priority=dice.choice(PRIORITIES))]
    events.append(event("auto_message"))
    events.append(event("agent_message"))
    events.append(event("customer_message"))
    events.append(event("priority", to=dice.choice(PRIORITIES)))
    events.append(event("status", to="pending", by="agent", message=True))
    events.append(event("customer_message"))
    events.append(event("note"))
    events.append(event("agent_message"))
    events.append(event("status", to="solved", by="agent", message=True))
    return {"calendar": calendar(dice.choice(ZONES)), "events": events}


def best(work, texts: list[str]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for text in texts:
            work(text)
        times.append(time.process_time() - started)
    return min(times) / len(texts)


def parsed_only(text: str) -> None:
    for event in json.loads(text)["events"]:
        datetime.fromisoformat(event["at"])


def main() -> None:
    dice = random.Random(20261123)
    texts = [json.dumps(document(dice)) for _ in range(DOCUMENTS)]
    clocks = sum(len(replay(json.loads(text))) for text in texts)
    base = best(parsed_only, texts)
    whole = best(lambda text: replay(json.loads(text)), texts)
    documents = [json.loads(text) for text in texts]
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for one in documents:
            replay(one)
        times.append(time.process_time() - started)
    alone = min(times) / len(documents)
    print(f"{DOCUMENTS} documents of 10 events, {clocks / DOCUMENTS:.1f} clocks each, 4 calendars, one core")
    print(f"  json + fromisoformat (baseline)  {base * 1e6:7.1f} us  {1 / base:10,.0f} documents/s")
    print(f"  json + replay                    {whole * 1e6:7.1f} us  {1 / whole:10,.0f} documents/s")
    print(f"  replay                           {alone * 1e6:7.1f} us  {1 / alone:10,.0f} documents/s")


if __name__ == "__main__":
    main()
