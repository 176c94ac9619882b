"""The worker is killed with -9 in the middle of a recompute: what it had not committed is simply still behind."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from sterling.base.moment import now
from sterling.config.datafolder import address, prepared_folder
from sterling.sla.actions.following import CHUNK
from tests.flows.product import Product, product, wait_for

pytestmark = pytest.mark.server
TICKETS = CHUNK + 10
BEHIND = "SELECT count(*) FROM sla_timeline WHERE calendar_seq < 2"


def given(line: Product) -> None:
    halden = line.post("/organizations", name="Halden", region="americas")["id"]
    line.post("/contracts", organization=halden, plan="silver", starts="2020-01-01")
    person = line.post("/contacts", organization=halden, name="Alice", email="alice@halden.example")["id"]
    line.post(f"/contacts/{person}/verify")
    for nth in range(TICKETS):
        line.post("/tickets", contact=person, subject=f"Export {nth}", body="It stops.", priority="medium")


def declared(line: Product) -> None:
    """Every day of the coming weeks is free, so that each due moves."""
    calendar: dict[str, Any] = line.get("/regions/americas/calendar")["calendar"]
    days = [(now() + timedelta(days=day)).date().isoformat() for day in range(14)]
    calendar["holidays"] |= dict.fromkeys(days, "Flood")
    line.call("PUT", "/regions/americas/calendar", {"calendar": calendar, "reason": "Flood"})


def test_a_worker_killed_while_it_follows_leaves_no_clock_behind_or_wrong() -> None:
    with product() as line:
        given(line)
        url = address(prepared_folder(line.folder))
        with (
            closing(psycopg.connect(url, autocommit=True)) as looking,
            closing(psycopg.connect(url)) as holding,
        ):

            def behind() -> int:
                found = looking.execute(BEHIND).fetchone()
                assert found is not None
                return int(found[0])

            # The last ticket's clocks are held: the worker stands still within its second chunk, the first is written.
            holding.execute(
                "SELECT FROM sla_clock WHERE timeline_id = (SELECT max(id) FROM sla_timeline) FOR UPDATE"
            )
            declared(line)
            stuck = (
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE sla_clock%'"
            )
            wait_for(lambda: looking.execute(stuck).fetchone() == (1,), "the worker in the middle of a chunk")
            wait_for(lambda: behind() == TICKETS - CHUNK, "the first chunk")
            (killed,) = line.pids("sterling worker")
            os.kill(killed, signal.SIGKILL)
            wait_for(lambda: line.pids("sterling worker") not in ([], [killed]), "another worker")
            holding.rollback()
            wait_for(lambda: behind() == 0, "the rest to follow")
        said = line.sterling("doctor")
        assert f"{TICKETS} timelines replayed: stored and live clocks are the same" in said
