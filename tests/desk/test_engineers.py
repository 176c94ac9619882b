"""Engineers and their accounts: the overview, the page of one customer, what a customer reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Organization, Primary
from sterling.base.moment import now
from sterling.tickets.models import RoutingRules
from tests import make
from tests.desk.conftest import at_desk
from tests.tickets.test_routing import engineer, name_primaries

ALWAYS = {"weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}
pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def platinum() -> Organization:
    return make.organization("Nordwind", plan="platinum")


@pytest.fixture
def lena() -> Client:
    return at_desk(make.agent("Lena Lead", role="lead"))


def page(desk: Client, path: str, language: str = "en") -> str:
    desk.cookies["language"] = language
    answer = desk.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_lead_names_engineers_on_the_page(lena: Client, platinum: Organization) -> None:
    dave, eve = engineer("Dave Prime", ALWAYS), engineer("Eve Backup", ALWAYS)
    path = f"/desk/organizations/{platinum.pk}/engineers/"
    assert "nobody is named yet" in page(lena, f"/desk/organizations/{platinum.pk}/")
    done = lena.post(path, {"americas-0": str(dave.pk), "americas-1": str(eve.pk), "europe-0": ""})
    assert (done.status_code, done["Location"]) == (302, path)
    assert list(Primary.objects.values_list("region_id", "agent", "place")) == [
        ("americas", dave.pk, 0),
        ("americas", eve.pk, 1),
    ]
    shown = page(lena, path)
    assert f'<option value="{dave.pk}" selected>Dave Prime' in shown
    make.ticket(make.alice(platinum), at=now())
    assert "1 of 1 tickets" in page(lena, path)
    assert "1 张工单中的 1 张" in page(lena, path, "zh")
    assert "Dave Prime" in page(lena, f"/desk/organizations/{platinum.pk}/")


def test_what_cannot_be_is_said_on_the_page_with_what_was_chosen(
    lena: Client, platinum: Organization
) -> None:
    dave = engineer("Dave Prime", ALWAYS)
    path = f"/desk/organizations/{platinum.pk}/engineers/"
    refused = lena.post(path, {"americas-0": str(dave.pk), "americas-1": str(dave.pk)})
    assert refused.status_code == 422
    said = refused.content.decode()
    assert said.count("Dave Prime is named already.") == 2
    assert said.count('aria-invalid="true"') == 1
    assert 'name="americas-1" aria-invalid="true" aria-describedby="americas-1-error-1"' in said
    assert '<p class="field-error" id="americas-1-error-1">' in said
    assert refused.content.decode().count(f'<option value="{dave.pk}" selected>') == 2
    assert not Primary.objects.exists()


def test_an_engineer_reads_and_does_not_change(desk: Client, carol: Agent, platinum: Organization) -> None:
    path = f"/desk/organizations/{platinum.pk}/engineers/"
    assert "A lead changes this." in page(desk, path)
    assert desk.post(path, {"americas-0": str(carol.pk)}).status_code == 403
    assert desk.post("/desk/engineers/rules", {"assigns": "no"}).status_code == 403
    assert not Primary.objects.exists()
    assert RoutingRules.objects.get().assigns


def test_a_plan_without_engineers_has_no_such_page(lena: Client) -> None:
    gold = make.organization(plan="gold")
    assert lena.get(f"/desk/organizations/{gold.pk}/engineers/").status_code == 403
    assert "engineers/" not in page(lena, f"/desk/organizations/{gold.pk}/").partition("<main")[2]


def test_the_overview_shows_accounts_and_engineers_in_as_many_queries_however_many(
    lena: Client, platinum: Organization, django_assert_max_num_queries: Any
) -> None:
    dave = engineer("Dave Prime", ALWAYS)
    name_primaries(platinum, dave)
    make.ticket(make.alice(platinum), at=now())
    page(lena, "/desk/engineers/")  # what a process reads once is read
    with django_assert_max_num_queries(40) as few:
        shown = page(lena, "/desk/engineers/")
    assert "1 of 1 tickets to the primary" in shown
    assert "Primary: Nordwind" in " ".join(shown.split())
    for nth in range(4):
        other = make.organization(f"Other {nth}", plan="platinum")
        name_primaries(other, engineer(f"E{nth} Crew", ALWAYS), dave)
        make.ticket(make.alice(other), at=now())
    with django_assert_max_num_queries(40) as many:
        page(lena, "/desk/engineers/", "zh")
    assert len(many) == len(few)


def test_a_lead_has_routing_only_suggest(lena: Client) -> None:
    assert "Only suggest from now on" in page(lena, "/desk/engineers/")
    lena.post("/desk/engineers/rules", {"assigns": "no"})
    assert not RoutingRules.objects.get().assigns
    assert "今后自动分配" in page(lena, "/desk/engineers/", "zh")


def test_strangers_have_no_door_to_it(platinum: Organization) -> None:
    for path in ("/desk/engineers/", f"/desk/organizations/{platinum.pk}/engineers/"):
        assert Client().get(path).status_code == 302
        assert at_portal(make.alice(platinum)).get(path).status_code == 404
        assert at_portal(make.mallory()).get(path).status_code == 404


def test_the_customer_reads_who_their_engineer_is(platinum: Organization) -> None:
    name_primaries(platinum, engineer("Dave Prime", ALWAYS), engineer("Eve Backup", ALWAYS))
    shown = page(at_portal(make.alice(platinum)), "/organization")
    assert "Your engineer" in shown
    assert "Dave Prime" in shown
    assert "Dave Prime" not in page(at_portal(make.mallory()), "/organization")


def at_portal(contact: Any) -> Client:
    client = Client()
    user = people.user_for_contact(contact=contact, at=now())
    client.get(f"/in/{people.make_link(user=user, at=now())}")
    return client
