"""What the desk says beforehand is what then happens: each foretold due equals the one after the deed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sterling.desk.foresight import Foresight
from sterling.sla import queries as promises
from sterling.sla.kinds import Kind
from sterling.tickets.actions import changing, relieving
from sterling.tickets.models import Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CHICAGO = ZoneInfo("America/Chicago")


def foresight(ticket: Ticket, at: datetime) -> Foresight:
    log = promises.log_of(ticket.timeline_id)
    return Foresight(log, log.result(at), at, CHICAGO)


def reply(ticket: Ticket, at: datetime, status: str = "") -> tuple[str, str]:
    effect = foresight(ticket, at).reply(status)
    return effect.tone, effect.text.en


def test_a_reply_in_time_says_how_much_is_to_spare_and_the_next_update() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    assert reply(ticket, TUESDAY + 8 * MINUTE) == (
        "kept",
        "Sent now, this meets the reply with 52 min to spare. Next update then by Tue 14:08.",
    )


def test_the_status_sent_along_changes_what_is_foretold() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    at = TUESDAY + 8 * MINUTE
    head = "Sent now, this meets the reply with 52 min to spare. "
    assert reply(ticket, at, "pending")[1] == head + (
        "Updates rest while you wait on the customer, with 4 h left."
    )
    assert reply(ticket, at, "solved")[1] == head + "Updates rest while it is solved, with 4 h left."
    assert reply(ticket, at, "closed")[1] == head + "Then the ticket is closed and nothing runs on."


def test_a_late_reply_says_that_the_miss_stays() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    tone, text = reply(ticket, TUESDAY + 72 * MINUTE)
    assert (tone, text.split(". ")[0]) == (
        "late",
        "Answers a reply that is 12 min over; the miss stays on record",
    )


def test_with_nothing_owed_a_message_meets_the_update() -> None:
    ticket, carol = make.ticket(make.alice(), priority="urgent"), make.agent()
    make.reply(ticket, carol, TUESDAY)
    assert reply(ticket, TUESDAY + HOUR)[1] == (
        "Sent now, this meets the update with 3 h to spare. Next update then by Tue 15:00."
    )


def test_on_low_there_is_no_timed_update_to_foretell() -> None:
    ticket = make.ticket(make.alice(), priority="low")
    assert reply(ticket, TUESDAY)[1].endswith(
        "No timed update after it: the customer hears with each status change."
    )


def test_raising_and_lowering_the_priority_foretell_the_dues_that_then_hold() -> None:
    ticket, carol = make.ticket(make.alice(), priority="high"), make.agent()
    at = TUESDAY + HOUR
    said = foresight(ticket, at).change((Kind.PRIORITY, {"to": "urgent"}))
    assert said.en == "Reply due Tue 12:00 instead of Tue 13:00. Update stays due Tue 14:00."
    low = foresight(ticket, at).change((Kind.PRIORITY, {"to": "low"}))
    assert low.en == (
        "Reply due Tue 18:00 instead of Tue 13:00. No timed update: the customer hears with each status change."
    )
    changing.set_priority(ticket=ticket, priority="urgent", at=at, by=make.actor(carol))
    assert make.clocks(ticket, at)[0][2] == TUESDAY + 2 * HOUR


def test_a_cadence_and_a_takeover_foretell_theirs() -> None:
    halden = make.organization()
    alice = make.alice(halden)
    ticket, carol = make.ticket(make.contact(halden, "Bob Reyes"), priority="urgent"), make.agent()
    at = TUESDAY + 30 * MINUTE
    shorter = foresight(ticket, at).change((Kind.CADENCE, {"every": "PT2H"}))
    assert shorter.en == "Reply stays due Tue 12:00. Update due Tue 12:30 instead of Tue 16:00."
    relieving.agree_cadence(ticket=ticket, every="PT2H", at=at, by=make.actor(carol))
    assert make.clocks(ticket, at)[1][2] == at + 2 * HOUR
    gold = foresight(ticket, at).change((Kind.PLAN, {"to": "gold"}))
    assert gold.en.startswith("Reply due Tue 11:30 instead of Tue 12:00.")
    changing.take_over(ticket=ticket, contact=alice, at=at, by=make.actor(carol))
    assert make.clocks(ticket, at)[0][2] == at + HOUR


def test_no_reply_needed_foretells_that_nothing_is_owed() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    event = (Kind.NO_REPLY_NEEDED, {"reason": "x"})
    assert foresight(ticket, TUESDAY).change(event).en.startswith("The reply is owed no more. ")
    late = foresight(ticket, TUESDAY + 2 * HOUR).change(event).en
    assert late.startswith("The reply is owed no more; its miss stays on record. ")
