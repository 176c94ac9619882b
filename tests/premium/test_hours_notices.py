"""Hours that lapse: noted 90, 30 and 7 days before, once each; and the letters about hours, each once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sterling.accounts.actions import customers
from sterling.accounts.models import Organization
from sterling.base.actor import SYSTEM
from sterling.base.errors import CapReached, NotEntitled
from sterling.base.moment import now
from sterling.channels.email import hours_letters
from sterling.channels.email.models import PremiumLetter, StaffMail
from sterling.plans import queries as catalogs
from sterling.plans.actions import catalogs as loading
from sterling.premium.hours import actions, notices, queries
from sterling.premium.hours.actions import Item
from sterling.premium.hours.models import HoursNotice, LedgerEntry
from sterling.premium.hours.statement import statement
from sterling.premium.sponsors import notices as sponsors
from sterling.tickets.actions import plans
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = make.TUESDAY
ITEMS = [Item("upgrade", "Upgrade to 9.2", 4 * HOUR)]


def customer(plan: str = "gold") -> Organization:
    """With a manager, whose language is Chinese, and an engineer of ours who leads."""
    organization = make.organization(plan=plan, language="zh")
    dora = make.contact(organization, "Dora Quist")
    customers.set_manager(contact=dora, is_manager=True, at=TUESDAY, by=SYSTEM)
    actions.put_service_plan(organization_id=organization.pk, items=ITEMS, agreed=True, at=TUESDAY, by=SYSTEM)
    return organization


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 18, tzinfo=UTC)


def noted() -> list[int]:
    return list(HoursNotice.objects.order_by("pk").values_list("days", flat=True))


def test_a_lapse_is_noted_ninety_thirty_and_seven_days_before_and_once_each() -> None:
    customer()
    for at, known in [
        (noon(10, 2), []), (noon(10, 3), [90]), (noon(10, 4), [90]), (noon(12, 1), [90]), (noon(12, 2), [90, 30]),
        (noon(12, 25), [90, 30, 7]), (noon(12, 31), [90, 30, 7]),
    ]:  # fmt: skip
        for _ in range(2):
            notices.look_after(at=at)
        assert noted() == known


def test_after_a_long_absence_only_the_nearest_is_told() -> None:
    customer()
    notices.look_after(at=noon(12, 28))
    assert noted() == [7]


def test_nothing_is_said_where_nothing_is_left() -> None:
    organization = customer()
    draw = actions.ask_draw(
        organization_id=organization.pk, amount=8 * HOUR, item="upgrade", at=TUESDAY, by=SYSTEM
    )
    actions.decide_draw(draw=draw, agree=True, at=TUESDAY, by=SYSTEM)
    notices.look_after(at=noon(12, 28))
    assert noted() == []


def test_managers_and_leads_are_mailed_once_also_when_the_worker_dies_while_writing(monkeypatch) -> None:
    customer()
    make.agent("Lena Sommer", role="lead")
    notices.look_after(at=noon(12, 2))

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(notices, "note_mailed", dies)
        with pytest.raises(KeyboardInterrupt):
            hours_letters.write(at=noon(12, 2))
    assert (PremiumLetter.objects.count(), StaffMail.objects.count()) == (0, 0)
    assert hours_letters.write(at=noon(12, 2)) == 2
    assert hours_letters.write(at=noon(12, 2)) == 0
    letter, mail = PremiumLetter.objects.get(), StaffMail.objects.get()
    assert letter.subject == "8 小时服务工时将于 2027 年 1 月 1 日失效"
    assert mail.text.splitlines()[0] == "Halden Freight: 8 h lapse on 1 Jan 2027, within 30 days."


def test_the_customers_managers_are_asked_by_mail_about_a_draw_and_an_offered_plan() -> None:
    organization = customer()
    actions.ask_draw(
        organization_id=organization.pk, amount=2.25 * HOUR, item="upgrade", at=TUESDAY, by=SYSTEM
    )
    more = [*ITEMS, Item("review", "Review", HOUR)]
    actions.put_service_plan(
        organization_id=organization.pk, items=more, agreed=False, offered=True, at=TUESDAY, by=SYSTEM
    )
    for _ in range(2):
        hours_letters.write(at=TUESDAY)
    assert list(PremiumLetter.objects.order_by("pk").values_list("subject", flat=True)) == [
        "请确认：“Upgrade to 9.2”使用 2.25 小时服务工时", "服务方案待您同意",
    ]  # fmt: skip
    text = PremiumLetter.objects.order_by("pk")[0].text
    assert "2026 年 3 月 8 日周日 11:00（芝加哥时间）前未答复，视为同意。" in text


def test_a_term_that_ended_lapses_though_nobody_opened_a_page_and_bears_the_instant_of_its_end() -> None:
    organization = make.organization(plan=None)
    plans.sign_contract(
        organization=organization,
        plan="gold",
        starts=date(2025, 1, 1),
        ends=date(2028, 1, 1),
        at=TUESDAY,
        by=SYSTEM,
    )
    notices.look_after(at=TUESDAY)
    notices.look_after(at=datetime(2027, 3, 1, tzinfo=UTC))
    lapsed = LedgerEntry.objects.filter(kind="expire").order_by("term_begins")
    assert [(one.at, one.amount) for one in lapsed] == [
        (datetime(2026, 1, 1, 6, tzinfo=UTC), 8 * HOUR), (datetime(2027, 1, 1, 6, tzinfo=UTC), 8 * HOUR),
    ]  # fmt: skip


def test_a_term_that_a_new_contract_cuts_short_lapses_on_that_day() -> None:
    organization = customer()
    actions.settle(organization_id=organization.pk, at=TUESDAY)
    plans.sign_contract(
        organization=organization,
        plan="platinum",
        starts=date(2026, 7, 1),
        ends=None,
        at=noon(6, 1),
        by=SYSTEM,
    )
    settled = actions.settle(organization_id=organization.pk, at=noon(7, 2))
    assert settled
    assert settled[1].left == 24 * HOUR
    lapsed = LedgerEntry.objects.get(kind="expire")
    assert (lapsed.at, lapsed.amount) == (datetime(2026, 7, 1, 5, tzinfo=UTC), 8 * HOUR)


def test_what_is_declined_after_the_terms_end_lapses_at_once() -> None:
    organization = customer()
    plans.sign_contract(
        organization=organization,
        plan="gold",
        starts=date(2027, 1, 1),
        ends=date(2028, 1, 1),
        at=TUESDAY,
        by=SYSTEM,
    )
    late = datetime(2026, 12, 30, 18, tzinfo=UTC)
    draw = actions.ask_draw(
        organization_id=organization.pk, amount=3 * HOUR, item="upgrade", at=late, by=SYSTEM
    )
    actions.decide_draw(draw=draw, agree=False, reason="No", at=late + 3 * DAY, by=SYSTEM)
    term = queries.term_of(draw.contract, draw.term_begins)
    found = queries.balance_of(queries.lines(term))
    assert (found.left, found.expired, found.booked) == (timedelta(), 8 * HOUR, timedelta())


def test_silence_counts_from_its_instant_whoever_looks_and_however_late() -> None:
    organization = customer()
    draw = actions.ask_draw(
        organization_id=organization.pk, amount=HOUR, item="upgrade", at=TUESDAY, by=SYSTEM
    )
    actions.settle(organization_id=organization.pk, at=TUESDAY + 300 * DAY)
    draw.refresh_from_db()
    assert (draw.state, draw.decided_at) == ("agreed", TUESDAY + 5 * DAY)
    used = LedgerEntry.objects.get(kind="draw")
    assert used.at == TUESDAY + 5 * DAY


def test_an_upgrade_and_its_way_back_on_one_day_leave_what_was_there() -> None:
    organization = customer()
    actions.settle(organization_id=organization.pk, at=TUESDAY)
    contract = organization.contracts.get()
    for plan in ("platinum", "gold", "platinum", "gold"):
        plans.change_plan(contract=contract, plan=plan, at=noon(5, 13), by=SYSTEM)
    settled = actions.settle(organization_id=organization.pk, at=noon(5, 14))
    assert settled
    assert settled[1].left == 8 * HOUR


def other_catalog(**changes: object) -> None:
    """In force from before the contracts that a test signs."""
    document = catalogs.catalog_of(catalogs.version_in_force(now())).to_dict()
    document["entitlements"]["ps_hours"] |= changes.pop("terms", {})
    for plan, hours in changes.items():
        document["plans"][plan]["entitlements"]["ps_hours"] = hours
    loading.load_catalog(document=document, at=now(), by=SYSTEM)


def signed(plan: str = "gold") -> Organization:
    """Under the catalog in force now, since the beginning of last year."""
    organization = make.organization(plan=None)
    plans.sign_contract(
        organization=organization,
        plan=plan,
        starts=date(2025, 1, 1),
        ends=date(2028, 1, 1),
        at=now(),
        by=SYSTEM,
    )
    actions.put_service_plan(organization_id=organization.pk, items=ITEMS, agreed=True, at=now(), by=SYSTEM)
    return organization


def left(of: Organization, at: datetime) -> timedelta:
    settled = actions.settle(organization_id=of.pk, at=at)
    assert settled
    return settled[1].left


def ask(of: Organization, hours: float, **more: object) -> None:
    actions.ask_draw(organization_id=of.pk, amount=hours * HOUR, item="upgrade", at=now(), by=SYSTEM, **more)


def test_a_catalog_with_rollover_carries_what_is_left_into_the_next_term_and_says_nothing_of_a_lapse() -> (
    None
):
    other_catalog(terms={"rollover": True})
    organization = signed()
    assert left(organization, datetime(2026, 6, 1, tzinfo=UTC)) == 16 * HOUR
    notices.look_after(at=datetime(2026, 12, 28, tzinfo=UTC))
    assert noted() == []
    said = [line.says.en for line in statement(organization.pk)[0].lines]
    assert said == ["8 h were carried over from the term before.", "The term began with 8 h."]


def test_a_catalog_without_overdraft_lets_no_manager_allow_more() -> None:
    other_catalog(terms={"overdraft": "never"})
    organization = signed()
    with pytest.raises(CapReached) as refused:
        ask(organization, 25, override=True)
    assert refused.value.remedy.en == "Draw less, wait for the next term, or raise the plan."


def test_the_catalog_says_on_which_days_before_the_end_it_is_told() -> None:
    other_catalog(terms={"notice_days": [60]})
    signed()
    notices.look_after(at=noon(11, 1))
    assert noted() == []
    notices.look_after(at=noon(11, 30))
    assert noted() == [60]


def test_a_plan_without_a_limit_grants_what_is_asked_and_refuses_nothing() -> None:
    other_catalog(platinum="unlimited")
    organization = signed("platinum")
    ask(organization, 500)
    assert left(organization, now()) == timedelta()


def test_a_vendors_catalog_that_knows_no_hours_refuses_them_and_stops_no_worker() -> None:
    file = Path(__file__).parents[1] / "catalogs" / "five_severities.json"
    loading.load_catalog(document=json.loads(file.read_text(encoding="utf-8")), at=now(), by=SYSTEM)
    catalog = catalogs.catalog_of(catalogs.version_in_force(now()))
    organization = make.organization(plan=None)
    plan = catalog.plans_by_rank()[-1].id
    plans.sign_contract(
        organization=organization, plan=plan, starts=date(2026, 1, 1), ends=None, at=now(), by=SYSTEM
    )
    with pytest.raises(NotEntitled) as refused:
        ask(organization, 1)
    assert (refused.value.entitlement, refused.value.remedy.en) == ("ps_hours", "No plan includes this.")
    assert actions.settle(organization_id=organization.pk, at=now()) is not None
    assert notices.look_after(at=now()) == 0
    assert sponsors.raise_notices(at=now()) == 0
