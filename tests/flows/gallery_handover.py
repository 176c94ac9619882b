"""Handovers, walked: the list, the form with its refusals, one that waits, one that was answered and one that escalated."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.tickets.actions import changing
from sterling.tickets.actions import handovers as actions
from sterling.tickets.models import Handover
from tests import make

if TYPE_CHECKING:
    from django.test import Client

    from sterling.tickets.models import Ticket
    from tests.flows.gallery import Walk, World

HOUR = timedelta(hours=1)
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft 出口失败 " * 3


def walk_handover(found: Walk, desk: Client, made: World) -> None:
    wilma = make.agent("Wilma Falk", region_id="europe")
    ticket, other = made.tickets["missed"], made.tickets["long"]
    for one in (ticket, other):
        changing.assign(ticket=one, to=wilma, at=now() - 3 * HOUR, by=SYSTEM)

    def given(*tickets: Ticket, late: bool = False) -> Handover:
        at = now() - (4 if late else 1) * HOUR
        return actions.give(
            giver=wilma, to=make.region(), at=at, by=make.actor(wilma), shift_ends=at + HOUR, until=at + 9 * HOUR,
            notes=[actions.Note(one, f"It stops at 61 %.\n{LONG}", f"Ask for the log. {LONG}", LONG) for one in tickets],
        )  # fmt: skip

    row = given(ticket, other, late=True)
    actions.decline(
        handover=row, agent=made.carol, reason=f"No disk expert here. {LONG}", tickets=[other.number], at=now(),
        by=make.actor(made.carol),
    )  # fmt: skip
    actions.escalate(at=now())
    found.take("handover", desk, f"/desk/handovers/{row.pk}/")
    sent = {"do": "decline", "reason": " ", "ticket": str(ticket.number)}
    found.take("handover-refused", desk, f"/desk/handovers/{row.pk}/", sent, status=422)
    found.take("handovers", desk, "/desk/handovers/")
    found.take("alarms-handover", desk, "/desk/alarms/?of=all")
    actions.accept(handover=row, agent=made.carol, at=now(), by=make.actor(made.carol))
    found.take("handover-answered", desk, f"/desk/handovers/{row.pk}/")
    page = found.take("handover-new", desk, "/desk/handovers/new")
    number = re.findall(r'name="ticket" value="(\d+)"', page)[0]
    wrong = {
        "ticket": number,
        f"happened-{number}": "",
        "to": "",
        "ends": "soon",
        "until": "",
        "accept_by": "",
    }
    found.take("handover-new-refused", desk, "/desk/handovers/new", wrong, status=422)
    wrong |= {
        "to": "region-europe",
        "ends": "2026-01-01T17:00",
        "until": "2026-01-02T01:00",
        "accept_by": "2026-01-01T17:00",
    }
    found.take("handover-new-unsaid", desk, "/desk/handovers/new", wrong, status=422)
