"""An analysis to work with, and what is done to one in a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sterling.accounts.models import Agent
from sterling.core.rca import Edition, Move
from sterling.premium.rca import moving, opening, writing
from sterling.premium.rca.models import Published, Rca
from sterling.sla.actions.calendars import revise_calendar
from sterling.tickets.actions import changing, relieving
from sterling.tickets.models import Ticket
from tests import make
from tests.make import TUESDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Tuesday 3 March, 10:00 in Chicago; business days close at 17:00, summer time begins on the 8th.
FIFTH, TENTH = datetime(2026, 3, 10, 22, tzinfo=UTC), datetime(2026, 3, 17, 22, tzinfo=UTC)


def urgent(plan: str = "platinum", **more: Any) -> tuple[Ticket, Agent]:
    """A ticket that an engineer has confirmed as Urgent."""
    carol = make.agent()
    ticket = make.ticket(make.alice(make.organization(plan=plan)), priority="urgent", **more)
    changing.set_priority(ticket=ticket, priority="urgent", at=TUESDAY, by=make.actor(carol))
    return ticket, carol


def analysis(**more: Any) -> tuple[Rca, Agent]:
    """An analysis whose days count from Tuesday 11:00."""
    ticket, carol = urgent(**more)
    worked_around(ticket, carol, TUESDAY + HOUR)
    opening.look(at=TUESDAY + HOUR)
    return Rca.objects.get(), carol


def worked_around(ticket: Ticket, by: Agent, at: datetime) -> None:
    relieving.provide_workaround(ticket=ticket, agent=by, text="Restart.", at=at, by=make.actor(by))


def keep(rca: Rca, by: Agent, name: str, value: object, knows: int = 0) -> writing.Saved:
    return writing.keep_part(
        rca=rca, name=name, value=value, knows=knows, agent=by, at=TUESDAY + 2 * HOUR, by=make.actor(by)
    )


def write(rca: Rca, by: Agent) -> None:
    """All that a final edition needs."""
    keep(rca, by, "summary", {"text": "Exports stopped at 61 %."})
    keep(
        rca, by, "impact", {"who": "Everyone at Halden", "functions": "Export", "starts": "2026-03-03T09:00Z"}
    )
    keep(rca, by, "causes", {"trigger": "Release 9.2", "root": "No test of large files"})
    link = {"why": "Why did it stop?", "because": "The disk was full.", "evidence": "df at 09:12"}
    keep(rca, by, "whys", {"links": [link]})
    doing = writing.Doing("Test with large files", "detect", owner=by)
    writing.add_action(rca=rca, doing=doing, agent=by, at=TUESDAY + 2 * HOUR, by=make.actor(by))


def submit(rca: Rca, by: Agent, edition: Edition | None = None) -> Rca:
    return moving.submit(rca=rca, edition=edition, agent=by, at=TUESDAY + 3 * HOUR, by=make.actor(by))


def publish(rca: Rca, by: Agent, at: datetime = TUESDAY + 4 * HOUR, **more: Any) -> Published:
    return moving.publish(rca=rca, agent=by, at=at, by=make.actor(by), **more)


def closed(rca: Rca, day: str, at: datetime) -> None:
    """A holiday is declared in the region."""
    region = rca.ticket.timeline.region
    document = dict(region.revisions.latest("seq").document)
    document["holidays"] = sorted([*document["holidays"], day])
    revise_calendar(region=region, calendar=document, at=at, by=make.SYSTEM, reason="Storm")


def move(rca: Rca, to: Move, by: Agent) -> Rca:
    return moving.move(rca=rca, to=to, agent=by, at=TUESDAY + 5 * HOUR, by=make.actor(by))
