"""An organization or a contact moves to another region: a calendar event of the open tickets, and of no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.accounts.models import Contact, Organization
from sterling.sla.actions.recompute import differs_from_replay
from sterling.sla.models import Clock, Event, Timeline
from sterling.tickets.actions import plans
from sterling.tickets.models import Ticket
from tests import make
from tests.api.client import Holder, holder
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)


def due(ticket: Ticket) -> object:
    assert differs_from_replay(ticket.timeline_id) is False
    return Clock.objects.get(timeline=ticket.timeline_id, ordinal=0).due


def moves(ticket: Ticket) -> list[tuple[str, str]]:
    rows = Event.objects.filter(timeline=ticket.timeline_id, type="region").order_by("seq")
    return [(row.data["from"], row.data["to"]) for row in rows]


def test_open_tickets_count_on_the_new_regions_calendar_and_closed_ones_stay() -> None:
    halden = make.organization(plan="silver")
    alice, carol = make.alice(halden), make.agent()
    ticket, done = make.ticket(alice, priority="medium"), make.ticket(alice, priority="medium")
    make.reply(done, carol, TUESDAY, status="closed")
    # Four open hours of Chicago from 09:00 there; of Berlin the day ends an hour after.
    assert due(ticket) == TUESDAY + 4 * HOUR
    europe = make.region("europe")
    moved = plans.move_organization(organization=halden, region=europe, at=TUESDAY + HOUR / 2, by=make.SYSTEM)
    assert (moved.region_id, moved.timezone, moved.version) == ("europe", "Europe/Berlin", 2)
    assert due(ticket) == TUESDAY + 20 * HOUR
    assert (moves(ticket), moves(done)) == ([("americas", "europe")], [])
    assert Timeline.objects.get(pk=ticket.timeline_id).region_id == "europe"
    assert make.ticket(Contact.objects.get(pk=alice.pk), at=TUESDAY + HOUR).timeline.region_id == "europe"


def test_a_contact_moves_alone_where_the_plan_designates_by_region() -> None:
    halden = make.organization(plan="platinum")
    alice, bob = make.alice(halden), make.contact(halden, "Bob Reyes", premium=True)
    hers, his = make.ticket(alice, priority="low"), make.ticket(bob, priority="low")
    plans.designate_region(contact=alice, region=make.region("china"), at=TUESDAY + HOUR, by=make.SYSTEM)
    assert (moves(hers), moves(his)) == ([("americas", "china")], [])
    alice.refresh_from_db()
    plans.designate_region(contact=alice, region=None, at=TUESDAY + 2 * HOUR, by=make.SYSTEM)
    assert moves(hers) == [("americas", "china"), ("china", "americas")]
    assert (differs_from_replay(hers.timeline_id), differs_from_replay(his.timeline_id)) == (False, False)


def test_moving_where_one_is_already_writes_nothing() -> None:
    halden = make.organization()
    ticket = make.ticket(make.alice(halden))
    plans.move_organization(organization=halden, region=make.region(), at=TUESDAY + HOUR, by=make.SYSTEM)
    assert moves(ticket) == []
    assert Organization.objects.get(pk=halden.pk).version == 1


def test_the_api_moves_both_and_checks_the_plan_and_who_was_faster() -> None:
    halden = make.organization(plan="silver")
    alice = make.alice(halden)
    ticket, carol = make.ticket(alice, priority="medium"), holder(make.agent())
    path = f"/organizations/{halden.pk}"
    assert carol.sending(if_match='"7"').patch(path, region="europe").status == 412
    assert carol.patch(path, region="mars").fields == ["region"]
    assert moves(ticket) == []
    answer = carol.sending(if_match='"1"').patch(path, region="europe")
    assert (answer.status, answer["region"], answer.headers["ETag"]) == (200, "europe", '"2"')
    assert moves(ticket) == [("americas", "europe")]
    refused = carol.patch(f"/contacts/{alice.pk}", region="china")
    assert refused.kind == "entitlement"
    assert Contact.objects.get(pk=alice.pk).region_id is None


@pytest.mark.parametrize("who", ["alice", "mallory"])
def test_no_customer_moves_anything(who: str) -> None:
    halden = make.organization(plan="platinum")
    alice = make.alice(halden)
    ticket = make.ticket(alice)
    caller: Holder = holder(alice if who == "alice" else make.mallory())
    assert caller.patch(f"/organizations/{halden.pk}", region="china").status == 404
    assert caller.patch(f"/contacts/{alice.pk}", region="china").status == 404
    assert (moves(ticket), Organization.objects.get(pk=halden.pk).region_id) == ([], "americas")
