"""The pages of root-cause analyses, in the states that each has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client

from sterling.accounts.models import Agent
from sterling.base.moment import now
from sterling.core.rca import Edition
from sterling.premium.rca import moving, opening, writing
from sterling.premium.rca.models import Rca
from sterling.tickets.actions import changing, relieving
from sterling.tickets.models import Ticket
from tests import make

if TYPE_CHECKING:
    from tests.flows.gallery import Walk

DAY = timedelta(days=1)
PROSE = (
    "Between 09:12 and 11:40 exports of more than 2 GB stopped at 61 %. A release of the night before wrote its "
    "temporary files to a disk that was too small.\n\nNo data was lost; every export was run again by 12:30."
)


def confirmed(ticket: Ticket, by: Agent, *, ago: timedelta) -> Rca:
    """Urgent, worked around so long ago, its analysis open."""
    changing.set_priority(ticket=ticket, priority="urgent", at=now() - ago, by=make.actor(by))
    relieving.provide_workaround(ticket=ticket, agent=by, text="Restart.", at=now() - ago, by=make.actor(by))
    opening.look(at=now())
    return Rca.objects.get(ticket=ticket)


def write(rca: Rca, by: Agent, summary: str = PROSE) -> None:
    at = now()
    told: dict[str, Any] = {"agent": by, "at": at, "by": make.actor(by)}
    parts = {
        "identification": {"systems": "Export service 9.2, disk array B"},
        "summary": {"text": summary},
        "impact": {
            "who": "Everyone who exports", "how_many": "about 140 people", "functions": "Export of reports",
            "data": "None lost", "starts": (at - 3 * DAY).isoformat(), "ends": (at - 2 * DAY).isoformat(),
        },
        "timeline": {
            "detected": (at - 3 * DAY).isoformat(),
            "lines": [{"at": (at - 2 * DAY).isoformat(), "text": "The disk was found full; the team was called"}],
        },
        "causes": {
            "trigger": "Release 9.2 wrote temporary files to /var.", "contributing": "No alarm watched that disk.",
            "root": "Releases are not tested with files of the size that customers have.",
        },
        "whys": {"links": [
            {"why": "Why did exports stop?", "because": "The disk was full.", "evidence": "df at 09:14, kept in the ticket"},
            {"why": "Why was it full?", "because": "9.2 writes there.", "evidence": "The release's change list"},
        ]},
        "review": {
            "well": "The workaround came within the hour.", "badly": "The customer noticed first.",
            "luck": "It was no month's end.",
        },
        "customer_actions": {"text": "Install 9.2.1 when it suits you."},
    }  # fmt: skip
    for name, value in parts.items():
        writing.keep_part(rca=rca, name=name, value=value, knows=0, **told)
    for text, kind in (
        ("Watch every disk that exports use", "detect"),
        ("Test releases with 4 GB files", "process"),
    ):
        doing = writing.Doing(text, kind, by, (at + 14 * DAY).date())
        writing.add_action(rca=rca, doing=doing, **told)


def publish(rca: Rca, by: Agent, reviewer: Agent, edition: Edition) -> None:
    moving.submit(rca=rca, edition=edition, agent=by, at=now(), by=make.actor(by))
    moving.publish(rca=rca, names_checked=True, agent=reviewer, at=now(), by=make.actor(reviewer))


def analyses(found: Walk, desk: Client, admin: Agent, ticket: Ticket) -> Ticket:
    """A draft, a clash, a refusal, a review with suspects, what is out; the ticket whose final edition is out."""
    carol = make.agent("Carla Menke")
    rca = confirmed(ticket, carol, ago=4 * DAY)
    here = f"/desk/rca/{ticket.number}/"
    found.take("rca-open", desk, here)
    write(rca, carol)
    found.take("rca-draft", desk, here)
    clash = {"summary.text": "His words about the same.", "summary.knows": "0"}
    found.take("rca-clash", desk, f"{here}save", clash, status=409)
    wrong = {"timeline.lines.0.text": "Nobody knows when", "timeline.lines.0.at": "", "timeline.knows": "1"}
    found.take("rca-refused", desk, f"{here}save", wrong, status=422)
    moving.submit(rca=rca, edition=Edition.PRELIMINARY, agent=carol, at=now(), by=make.actor(carol))
    writing.Part.objects.filter(rca=rca, name="summary").update(value={"text": PROSE + " As at Tiny Shop."})
    found.take("rca-review", desk, here)
    found.take("rca-names", desk, f"{here}move", {"what": "publish"}, status=409)
    other = make.ticket(ticket.requester, priority="urgent", at=now() - 9 * DAY, subject="Sign-in stopped")
    out = confirmed(other, carol, ago=8 * DAY)
    write(out, carol)
    publish(out, carol, admin, Edition.PRELIMINARY)
    moving.move(rca=out, to=moving.Move.REVISE, agent=carol, at=now(), by=make.actor(carol))
    publish(out, carol, admin, Edition.FINAL)
    moving.move(rca=out, to=moving.Move.TRACK, agent=carol, at=now(), by=make.actor(carol))
    found.take("rca-tracked", desk, f"/desk/rca/{other.number}/")
    found.take("rca-edition", desk, f"/desk/rca/{other.number}/2/")
    found.take("rcas", desk, "/desk/rca/")
    found.take("ticket-analyzed", desk, f"/desk/tickets/{ticket.number}/")
    return other


def read(found: Walk, portal: Client, waiting: Ticket, out: Ticket) -> None:
    found.take("portal-analyses", portal, "/analyses")
    found.take("portal-analysis", portal, f"/tickets/{out.number}/rca/2/")
    for name, ticket in (("waiting", waiting), ("analyzed", out)):
        found.take(f"portal-{name}", portal, f"/tickets/{ticket.number}/")
