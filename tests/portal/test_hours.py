"""A customer's service hours in the portal: balance, decisions, the service plan, the statement."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from sterling.accounts.actions import customers
from sterling.accounts.models import Contact
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.premium.hours import actions, queries, service_plans
from sterling.premium.hours.actions import Item
from sterling.premium.hours.models import Draw, LedgerEntry, ServicePlan
from tests import make
from tests.portal.conftest import SignIn, page

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)
ITEMS = [Item("upgrade", "Upgrade to 9.2", 4 * HOUR)]


def dora(of: Contact) -> Contact:
    made = make.contact(of.organization, "Dora Quist")
    return customers.set_manager(contact=made, is_manager=True, at=now(), by=SYSTEM)


def offered(of: Contact, *, agreed: bool = False) -> ServicePlan:
    return actions.put_service_plan(
        organization_id=of.organization_id, items=ITEMS, offered=True, agreed=agreed, at=now(), by=SYSTEM
    )


def asked(of: Contact, hours: float = 2.25) -> Draw:
    offered(of, agreed=True)
    return actions.ask_draw(
        organization_id=of.organization_id,
        amount=hours * HOUR,
        item="upgrade",
        note="First half",
        at=now(),
        by=SYSTEM,
    )


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_balance_stands_in_a_part_that_hears_of_changes(signed_in: SignIn) -> None:
    alice = make.alice()
    asked(alice)
    html = page(signed_in(alice), "/hours")
    assert f"organization-{alice.organization_id} " in html
    assert '<div id="hours-balance" data-live ' in html
    assert "Left 5.75 h Granted 8 h Booked 2.25 h Used 0 h Lapse on 1 Jan 2027" in words(html)
    assert "剩余 5.75 小时 授予 8 小时 预订 2.25 小时 已用 0 小时" in words(
        page(signed_in(alice), "/hours", "zh")
    )


def test_a_draw_that_is_asked_decided_or_withdrawn_is_told_to_open_pages(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, told = make.alice(), list[str]()
    for module in ("actions", "settling", "service_plans"):
        monkeypatch.setattr(f"sterling.premium.hours.{module}.poke", lambda *names: told.extend(names))
    draw = asked(alice)
    told.clear()
    signed_in(alice).post(f"/hours/draws/{draw.pk}", {"do": "agree"})
    assert told == ["hours", f"organization-{alice.organization_id}"]


def test_a_named_contact_agrees_and_the_hours_are_used(signed_in: SignIn) -> None:
    alice = make.alice()
    draw = asked(alice)
    assert signed_in(alice).post(f"/hours/draws/{draw.pk}", {"do": "agree"}).status_code == 302
    draw.refresh_from_db()
    assert (draw.state, draw.decided_by) == ("agreed", "Alice Moreau")
    assert "Alice Moreau agreed to 2.25 h for Upgrade to 9.2." in words(page(signed_in(alice), "/hours"))


def test_an_objection_needs_a_reason_and_frees_the_hours(signed_in: SignIn) -> None:
    alice = make.alice()
    draw, client = asked(alice), signed_in(alice)
    bare = client.post(f"/hours/draws/{draw.pk}", {"do": "object", "reason": " "})
    assert bare.status_code == 422
    field = bare.content.decode().split(f'id="reason-{draw.pk}"')[1].split("</div>")[0]
    assert ('aria-describedby="reason-error"' in field, "Say why not." in field) == (True, True)
    assert Draw.objects.get().state == "asked"
    client.post(f"/hours/draws/{draw.pk}", {"do": "object", "reason": "Not this quarter"})
    html = words(page(client, "/hours"))
    assert "Alice Moreau declined 2.25 h for Upgrade to 9.2: Not this quarter." in html
    assert html.endswith("+2.25 left 8")
    again = client.post(f"/hours/draws/{draw.pk}", {"do": "agree"})
    assert (again.status_code, "This was decided already." in again.content.decode()) == (409, True)


def test_an_objection_after_silence_comes_too_late_though_no_worker_looked(signed_in: SignIn) -> None:
    alice = make.alice()
    offered(alice, agreed=True)
    then = now() - timedelta(days=6)
    draw = actions.ask_draw(
        organization_id=alice.organization_id, amount=HOUR, item="upgrade", at=then, by=SYSTEM
    )
    answer = signed_in(alice).post(f"/hours/draws/{draw.pk}", {"do": "object", "reason": "Late"})
    draw.refresh_from_db()
    assert answer.status_code == 409
    assert (draw.state, draw.decided_by, draw.decided_at) == ("agreed", "silence", then + timedelta(days=5))


def test_a_colleague_who_is_neither_manager_nor_named_reads_and_decides_nothing(signed_in: SignIn) -> None:
    alice = make.alice()
    draw, bob = asked(alice), make.contact(alice.organization, "Bob Reyes")
    html = page(signed_in(bob), "/hours")
    assert "Managers and named contacts of your organization decide." in html
    assert signed_in(bob).post(f"/hours/draws/{draw.pk}", {"do": "agree"}).status_code == 403
    assert Draw.objects.get().state == "asked"


def test_a_manager_agrees_to_the_service_plan_and_nobody_else_does(signed_in: SignIn) -> None:
    alice = make.alice()
    plan, manager = offered(alice), dora(alice)
    assert "A manager of your organization agrees to it." in page(signed_in(alice), "/hours")
    assert signed_in(alice).post("/hours/service-plan/1/agree").status_code == 403
    assert "Agree to version 1" in page(signed_in(manager), "/hours")
    assert signed_in(manager).post("/hours/service-plan/1/agree").status_code == 302
    plan.refresh_from_db()
    assert (plan.offered_by, plan.agreed_by) == ("Sterling", "Dora Quist")


def test_a_version_that_was_replaced_meanwhile_is_not_agreed_to(signed_in: SignIn) -> None:
    alice = make.alice()
    offered(alice)
    manager = dora(alice)
    actions.put_service_plan(
        organization_id=alice.organization_id,
        items=[Item("upgrade", "Upgrade", 9 * HOUR)],
        agreed=False,
        at=now(),
        by=SYSTEM,
    )
    answer = signed_in(manager).post("/hours/service-plan/1/agree")
    assert (answer.status_code, "There is another version by now." in answer.content.decode()) == (409, True)
    assert queries.agreed_plan(alice.organization_id) is None
    with pytest.raises(service_plans.Conflict):
        service_plans.agree_to(plan=ServicePlan.objects.get(number=2), at=now(), by=SYSTEM)


def test_the_statement_is_a_file_in_the_readers_language(signed_in: SignIn) -> None:
    alice = make.alice()
    asked(alice)
    client = signed_in(alice)
    client.post("/preferences", {"language": "zh"})
    rows = client.get("/hours/statement.csv").content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("期初,期末（不含当日）,时间（UTC）,类别,项目,工时,结余")
    assert [row.split(",")[3:7] for row in rows[1:]] == [
        ["授予", "", "8", "8"], ["预订", "Upgrade to 9.2", "-2.25", "5.75"],
    ]  # fmt: skip


@pytest.mark.parametrize("plan", [None, "silver"])
def test_a_plan_without_hours_says_what_would_bring_them(signed_in: SignIn, plan: str | None) -> None:
    alice = make.contact(make.organization(plan=plan), "Alice Moreau")
    answer = signed_in(alice).get("/hours")
    assert answer.status_code == 403
    assert "Gold includes 8 hours; Platinum includes 24 hours." in answer.content.decode()
    assert 'href="/hours"' not in page(signed_in(alice), "/organization")


def test_nobody_else_finds_anything_here(signed_in: SignIn) -> None:
    alice = make.alice()
    draw = asked(alice)
    unconfirmed = make.contact(alice.organization, "Una New", confirmed=False)
    elsewhere = make.alice(make.organization("Elsewhere", plan="gold"))
    before = LedgerEntry.objects.count()
    for who in (unconfirmed, elsewhere):
        client = signed_in(who)
        assert client.post(f"/hours/draws/{draw.pk}", {"do": "agree"}).status_code == 404
        assert client.post("/hours/service-plan/1/agree").status_code == 404
    assert signed_in(unconfirmed).get("/hours").status_code == 404
    assert signed_in(unconfirmed).get("/hours/statement.csv").status_code == 404
    assert (Draw.objects.get().state, LedgerEntry.objects.count()) == ("asked", before)
