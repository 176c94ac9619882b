"""Traps of the field that sit between the core and the database; each docstring has the thread."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.core.catalog import shipped
from sterling.core.clocks import clock_dict, replay
from sterling.desk.queue import queue
from sterling.plans.actions.catalogs import load_catalog
from sterling.sla import queries as promises
from sterling.sla.actions.recompute import differs_from_replay, tick
from sterling.sla.models import Clock, Timeline
from sterling.sla.shown import due_view
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)


def quicker_standard() -> dict[str, object]:
    document = shipped().to_dict()
    document["plans"]["standard"]["targets"]["urgent"]["response"] = "PT1H30M"
    return document


def test_5_a_catalog_that_is_replaced_leaves_running_promises_as_they_were_made() -> None:
    """zammad#4353: an SLA was taken away and its tickets stayed escalated. R12: a ticket keeps its version."""
    nobody = make.organization(plan=None)
    bob = make.contact(nobody, "Bob Reyes")
    old = make.ticket(bob, priority="urgent")
    version = load_catalog(document=quicker_standard(), at=TUESDAY + HOUR, by=make.SYSTEM)
    assert version.number == 2
    new = make.ticket(bob, priority="urgent", at=TUESDAY + HOUR)
    assert make.clocks(old, TUESDAY + HOUR)[0][2] == TUESDAY + 2 * HOUR
    assert make.clocks(new, TUESDAY + HOUR)[0][2] == TUESDAY + 2.5 * HOUR
    assert differs_from_replay(old.timeline_id) is False


def test_a_contract_keeps_the_version_it_was_signed_under() -> None:
    document = shipped().to_dict()
    document["plans"]["platinum"]["targets"]["urgent"]["response"] = "PT30M"
    platinum = make.organization(plan="platinum")
    load_catalog(document=document, at=TUESDAY + HOUR, by=make.SYSTEM)
    ticket = make.ticket(make.alice(platinum), priority="urgent", at=TUESDAY + 2 * HOUR)
    assert ticket.timeline.catalog_version.number == 1
    assert make.clocks(ticket, TUESDAY + 2 * HOUR)[0][2] == TUESDAY + 3 * HOUR


def test_the_same_catalog_again_is_no_new_version() -> None:
    again = load_catalog(document=shipped().to_dict(), at=TUESDAY, by=make.SYSTEM)
    assert again.number == 1


def test_15_clocks_are_stored_for_a_ticket_of_any_channel() -> None:
    """zammad#4516: figures were null for tickets made through the API, until they were reopened."""
    alice = make.alice()
    for channel in ("email", "portal", "chat", "phone"):
        ticket = make.ticket(alice, channel=channel)
        assert Clock.objects.filter(timeline=ticket.timeline).count() == 2, channel


def test_20_nothing_is_missed_when_a_ticket_is_made() -> None:
    """glpi PR 15357: escalations fired at creation with a calendar of one's own."""
    ticket = make.ticket(make.alice(make.organization(plan="silver", region_id="china")), priority="low")
    assert tick(at=TUESDAY) == 0
    assert {state for _, state, _ in make.clocks(ticket, TUESDAY)} == {"running"}


def test_22_list_ticket_and_proof_use_one_calendar() -> None:
    """glpi PR 8712: the figures used another calendar than the clocks."""
    ticket = make.ticket(make.alice(make.organization(plan="silver")), priority="medium")
    log = promises.log_of(ticket.timeline_id)
    due = log.result(TUESDAY).clocks[0].due
    row = queue(make.viewer(make.agent()), "next", TUESDAY).rows[0]
    assert row.due.due == due == Timeline.objects.get(pk=ticket.timeline_id).next_due
    assert replay(log.document(TUESDAY)) == [clock_dict(clock) for clock in log.result(TUESDAY).clocks]


def test_23_what_is_left_stands_still_while_paused() -> None:
    """glpi PR 15948: the bar of a paused clock went on."""
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    make.reply(ticket, carol, TUESDAY, status="pending")
    viewer = make.viewer(carol)
    now, later = (queue(viewer, "next", at).rows[0].due for at in (TUESDAY, TUESDAY + 30 * HOUR))
    assert (now.state, now.left) == ("paused", 4 * HOUR)
    assert later.left == now.left


def test_52_every_log_is_looked_at_none_is_skipped() -> None:
    """otobo#505: rebuilding the index skipped tickets."""
    alice = make.alice()
    tickets = [make.ticket(alice, priority="urgent") for _ in range(7)]
    taken = 0
    while found := tick(at=TUESDAY + 2 * HOUR, batch=3):
        taken += found
    assert taken == 7
    for ticket in tickets:
        assert Clock.objects.get(timeline=ticket.timeline, ordinal=0).state == "missed"


def test_a_dial_of_each_business_day_is_read_on_the_regions_hours_as_its_warning_is() -> None:
    """Gold runs around the clock, but an update each business day does not: list, page and alarm agree."""
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="medium")
    make.reply(ticket, carol, TUESDAY)
    evening, morning = TUESDAY + 7 * HOUR, TUESDAY + 23 * HOUR  # 17:00, and 09:00 the next day, in Chicago
    viewer = make.viewer(carol)
    shares = [queue(viewer, "next", at).rows[0].due.share for at in (TUESDAY, evening, morning)]
    # From 10:00 on Tuesday to 17:00 on Wednesday 15 hours are open, 7 of them on the first day.
    assert shares == [0.0, pytest.approx(7 / 15), pytest.approx(7 / 15)]
    log = promises.log_of(ticket.timeline_id)
    update = log.result(evening).update
    assert update is not None
    assert due_view(update, log, evening).share == pytest.approx(7 / 15)
