"""What an engineer knows and takes, changed on a page by a lead."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent
from sterling.base.models import AuditEntry
from sterling.base.moment import now
from sterling.sla.models import RotaGaps
from tests import make
from tests.desk.conftest import at_desk

pytestmark = pytest.mark.usefixtures("installed")
FILLED = {
    "tier": "3",
    "region": "china",
    "languages": "zh，en",
    "skills": "SSO, Log  Export",
    "capacity": "12",
}


@pytest.fixture
def lead() -> Client:
    return at_desk(make.agent("Lena Sommer", role="lead", region_id="europe"))


@pytest.fixture
def erika() -> Agent:
    return make.agent("Erika Falk", region_id="europe", tier=2)


def path(agent: Agent) -> str:
    return f"/desk/rota/people/{agent.pk}/change"


def body(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def facts(agent: Agent) -> tuple[object, ...]:
    agent.refresh_from_db()
    return agent.tier, agent.region_id, agent.languages, agent.skills, agent.capacity, agent.version


def test_a_lead_sets_what_routing_looks_at(lead: Client, erika: Agent) -> None:
    answer = lead.post(path(erika), FILLED)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/rota/people/{erika.pk}/")
    assert facts(erika) == (3, "china", ["zh", "en"], ["sso", "log export"], 12, 2)
    entry = AuditEntry.objects.get(verb="agent_changed", object_id=erika.pk)
    assert (entry.actor_name, entry.data["skills"]) == ("Lena Sommer", ["sso", "log export"])
    form = body(lead.get(path(erika)))
    for value in ("zh, en", "sso, log export", "12"):
        assert f'value="{value}"' in form
    assert '<option value="3" selected>Tier 3</option>' in form
    assert '<option value="china" selected>' in form
    person = body(lead.get(f"/desk/rota/people/{erika.pk}/"))
    assert "<dd>sso, log export</dd>" in person
    # Tier and region count in the rota: its gaps are counted again at once.
    assert RotaGaps.objects.exists()


def test_nothing_means_no_skill_no_language_and_no_limit(lead: Client, erika: Agent) -> None:
    lead.post(path(erika), FILLED)
    lead.post(path(erika), {"tier": "1", "region": "china", "back": "engineers"})
    assert facts(erika) == (1, "china", [], [], None, 3)


def test_both_pages_lead_there_and_back(lead: Client, erika: Agent) -> None:
    assert f'href="{path(erika)}"' in body(lead.get(f"/desk/rota/people/{erika.pk}/"))
    link = f"{path(erika)}?back=engineers"
    assert f'href="{link}"' in body(lead.get("/desk/engineers/"))
    assert 'name="back" value="engineers"' in body(lead.get(link))
    assert lead.post(link, FILLED | {"back": "engineers"})["Location"] == "/desk/engineers/"
    assert 'name="back" value=""' in body(lead.get(f"{path(erika)}?back=https://elsewhere.example"))


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"tier": "4"}, "tier", "A tier is 1, 2 or 3."),
        ({"tier": "three"}, "tier", "A tier is 1, 2 or 3."),
        ({"region": "mars"}, "region", "Choose one of the regions."),
        ({"languages": "en, English please"}, "languages", "Codes such as en, zh or de, at most 20."),
        ({"skills": "s" * 41}, "skills", "At most 30 skills of 1 to 40 letters each."),
        ({"capacity": "many"}, "capacity", "A whole number, or nothing for no limit."),
        ({"capacity": "-1"}, "capacity", "A whole number, or nothing for no limit."),
        ({"capacity": "0"}, "capacity", "From 1 to 1000 open tickets, or none."),
        ({"capacity": "9" * 30}, "capacity", "From 1 to 1000 open tickets, or none."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_with_what_was_typed(
    lead: Client, erika: Agent, sent: dict[str, str], field: str, said: str
) -> None:
    answer = lead.post(path(erika), FILLED | sent)
    page = body(answer)
    assert answer.status_code == 422
    assert page.index(f'id="{field}"') < page.index(f'id="{field}-error-1"') < page.index(said)
    assert 'value="SSO, Log  Export"' in page or f'value="{sent.get("skills")}"' in page
    assert facts(erika) == (2, "europe", [], [], None, 1)
    assert not AuditEntry.objects.filter(verb="agent_changed").exists()


def test_everything_that_is_wrong_is_said_at_once_in_chinese(lead: Client, erika: Agent) -> None:
    lead.cookies["language"] = "zh"
    page = body(
        lead.post(path(erika), {"tier": "0", "region": "mars", "languages": "中文", "capacity": "many"})
    )
    for name in ("tier", "region", "languages", "capacity"):
        assert f'id="{name}-error-1"' in page
    assert "请填写语言代码" in page


def test_an_engineer_reads_it_and_changes_nothing(erika: Agent) -> None:
    desk = at_desk(make.agent("Carol Mensah"))
    for page in (f"/desk/rota/people/{erika.pk}/", "/desk/engineers/"):
        assert path(erika) not in body(desk.get(page))
    assert (desk.get(path(erika)).status_code, desk.post(path(erika), FILLED).status_code) == (403, 403)
    assert facts(erika) == (2, "europe", [], [], None, 1)


def test_mallory_and_nobody_find_no_such_page(erika: Agent) -> None:
    mallory = Client()
    mallory.get(f"/in/{people.make_link(user=make.viewer(make.mallory()).user, at=now())}")
    assert (mallory.get(path(erika)).status_code, mallory.post(path(erika), FILLED).status_code) == (404, 404)
    assert urlsplit(Client().get(path(erika))["Location"]).path == "/sign-in"
    assert Client().post(path(erika), FILLED).status_code == 401
    assert facts(erika) == (2, "europe", [], [], None, 1)


def test_an_engineer_who_is_not_there_is_not_found(lead: Client) -> None:
    assert lead.get("/desk/rota/people/0/change").status_code == 404
