"""Service hours among the pages of the gallery: every state of the list, the statement, a request, the service plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.premium.hours import actions, queries
from sterling.premium.hours.actions import Item
from sterling.premium.hours.models import Draw
from tests import make

if TYPE_CHECKING:
    from django.test import Client

    from tests.flows.gallery import Walk, World

HOUR = timedelta(hours=1)
ITEMS = [
    Item("upgrade", "Upgrade to 9.2, 北京数据中心与一个很长很长的名字" * 2, 4 * HOUR),
    Item("review", "Review of the exports", 2 * HOUR),
]


def hours_of(made: World) -> str:
    """Alice's organization with a service plan and draws in every state; where its page stands."""
    of = made.alice.organization_id
    actions.put_service_plan(
        organization_id=of, items=ITEMS, agreed=True, at=now(), by=make.actor(made.carol)
    )
    actions.put_service_plan(
        organization_id=of, items=ITEMS[:1], agreed=False, offered=True, at=now(), by=SYSTEM
    )

    def ask(hours: float, item: str, note: str) -> None:
        actions.ask_draw(
            organization_id=of, amount=hours * HOUR, item=item, note=note, at=now(), by=make.actor(made.carol)
        )

    ask(2.25, "upgrade", "First half of the upgrade")
    ask(3, "review", "x" * 300)
    first, second = reversed(queries.draws_of(of))
    actions.decide_draw(draw=first, agree=True, at=now(), by=make.actor(made.alice))
    actions.decide_draw(draw=second, agree=False, reason="Not this quarter", at=now(), by=SYSTEM)
    ask(5, "upgrade", "Second half")
    return f"/desk/hours/{of}/"


def take(found: Walk, desk: Client, made: World) -> None:
    here = hours_of(made)
    found.take("hours", desk, "/desk/hours/")
    found.take("hours-of", desk, here)
    sent = {"hours": "0.5", "item": "upgrade", "note": "A little more", "do": "look"}
    found.take("hours-foreseen", desk, f"{here}ask", sent)
    found.take("hours-refused", desk, f"{here}ask", sent | {"hours": "2.25"}, status=409)
    found.take("hours-wrong", desk, f"{here}ask", sent | {"hours": "some"}, status=422)
    found.take("service-plan", desk, f"{here}service-plan")
    wrong = {"title-0": "Upgrade", "key-0": "a", "hours-0": "1.1", "silence_days": "5", "do": "save"}
    found.take("service-plan-refused", desk, f"{here}service-plan", wrong, status=422)
    other = made.tickets["low"].organization_id
    found.take("hours-not-in-plan", desk, f"/desk/hours/{other}/", status=403)


def portal(found: Walk, client: Client) -> None:
    """As the customer sees it: Alice is a named contact, and decides."""
    found.take("portal-hours", client, "/hours")
    waiting = Draw.objects.get(state="asked")
    found.take("portal-hours-refused", client, f"/hours/draws/{waiting.pk}", {"do": "object"}, status=422)
