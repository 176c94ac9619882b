"""Executive sponsors among the pages of the gallery: the list, one customer with everything, the brief, the portal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.premium.sponsors import actions, notices
from sterling.premium.sponsors.actions import Promise
from tests import make

if TYPE_CHECKING:
    from django.test import Client

    from sterling.accounts.models import Agent, Contact
    from tests.flows.gallery import Walk

DAY = timedelta(days=1)
LONG = "We spoke about the exports, which stop at 61 %. 北京数据中心的导出问题已经说明。\n\n" * 3


def sponsored(agent: Agent, hans: Contact) -> str:
    """Hans has a sponsor, two contacts, promises, a meeting ahead and what the sponsor was told."""
    of = hans.organization_id
    actions.name_sponsor(
        organization_id=of, agent=agent, counterpart=hans, cadence="month", at=now() - 90 * DAY, by=SYSTEM
    )
    make.ticket(hans, priority="urgent", at=now(), subject="Nothing can be exported")
    notices.raise_notices(at=now())
    promises = [
        Promise("Send the roadmap for the exports", "Noor Haddad", date(2026, 1, 31)),
        Promise("Name somebody who tests it", "Hans", now().date() + 20 * DAY),
    ]
    for notes, shared in (("Short.", False), (LONG, True)):
        actions.record_touchpoint(
            organization_id=of, kind="call", on=now() - 40 * DAY, people_there="Noor Haddad, Hans", notes=notes,
            commitments=promises if shared else (), shared=shared, at=now(), by=SYSTEM,
        )  # fmt: skip
    actions.plan_meeting(
        organization_id=of,
        starts_at=now() + 3 * DAY,
        agenda="Renewal; what comes in May",
        at=now(),
        by=SYSTEM,
    )
    return f"/desk/sponsors/{of}/"


def take(found: Walk, desk: Client, agent: Agent, hans: Contact) -> None:
    other = make.alice(make.organization("Fabrikam Research", plan="platinum"))
    found.take("sponsor-nobody", desk, f"/desk/sponsors/{other.organization_id}/")
    here = sponsored(agent, hans)
    found.take("sponsors", desk, "/desk/sponsors/")
    found.take("sponsor", desk, here)
    found.take("sponsor-refused", desk, f"{here}touchpoints", {"type": "call", "people": "Ada"}, status=422)
    found.take("sponsor-brief", desk, f"{here}brief")


def portal(found: Walk, client: Client) -> None:
    found.take("portal-sponsor", client, "/sponsor")
