"""The side column is drawn once for whoever would see the same, and anew as soon as one of its values is another."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from sterling.accounts.models import Agent
from sterling.desk import side
from sterling.sla.models import RotaGaps
from tests import make
from tests.desk.conftest import at_desk
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture(autouse=True)
def nothing_is_drawn() -> Iterator[None]:
    side.drawn.cache_clear()
    yield
    side.drawn.cache_clear()


def column(client: Client, path: str = "/desk/organizations/", **headers: str) -> str:
    found = re.search(
        r'<nav class="side".*?</nav>', client.get(path, headers=headers).content.decode(), re.DOTALL
    )
    assert found
    return found[0]


def test_it_is_drawn_once_for_the_same_and_anew_for_another_count_page_or_language(carol: Agent) -> None:
    first = column(at_desk(carol))
    assert column(at_desk(make.agent("Dave Prime"))) == first
    assert side.drawn.cache_info().misses == 1
    RotaGaps.objects.create(pk=1, gaps=3, counted_at=TUESDAY)
    assert '3<span class="unseen"> gaps in the next 7 days' in column(at_desk(carol))
    make.ticket(make.alice())
    assert 'data-count="next">1<' in column(at_desk(carol))
    assert 'aria-current="page"' in first.split("Organizations")[0].rpartition("<li>")[2]
    assert (
        'aria-current="page"'
        not in column(at_desk(carol), "/desk/sponsors/").split("Organizations")[0].rpartition("<li>")[2]
    )
    assert "组织" in column(at_desk(carol), **{"accept-language": "zh"})


def test_only_an_administrator_sees_the_mailboxes_in_it(carol: Agent) -> None:
    assert "Mailboxes" not in column(at_desk(carol))
    assert "Mailboxes" in column(at_desk(make.agent("Ada Admin", role="admin")))
    assert "Mailboxes" not in column(at_desk(carol))


# All but those of a ticket.
PAGES = [
    "absence", "absence_new", "alarms", "catalog", "catalog_draft", "catalog_file", "contract",
    "contract_new", "contact_region", "contracts", "coverage", "engineers", "engineer_change", "handover",
    "handovers", "handover_new", "hours", "hours_of", "mail", "mailbox", "mailboxes", "new_mailbox",
    "organization", "organization_engineers", "organization_region", "organizations", "outbox", "quote",
    "quote_new", "rca", "rca_edition", "rcas", "region", "region_edit", "region_new", "regions", "report",
    "reports", "rota", "rota_person", "service_plan", "shift", "shift_new", "sponsor", "sponsor_brief",
    "sponsors", "words",
]  # fmt: skip


@pytest.mark.parametrize("here", PAGES)
def test_every_page_lights_its_one_entry(here: str) -> None:
    shown = side.Side("en", here, "", True, (), 0, 0, 0, (), "/")
    assert side.drawn(shown).count('aria-current="page"') == 1


def test_each_room_has_an_icon_of_its_own() -> None:
    """On a phone the icons stand alone. The hourglass is what waits on us, and hours of service."""
    icons = re.findall(r'icons\.svg#([a-z0-9-]+)"', column(at_desk(make.agent("Ada Admin", role="admin"))))
    assert {name for name in icons if icons.count(name) > 1} == {"hourglass"}
    assert len(icons) == 24
