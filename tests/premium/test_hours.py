"""Professional-services hours in the product: granted with the contract, asked for, agreed to, lapsed; never overdrawn."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from sterling.accounts.models import Organization
from sterling.base.actor import SYSTEM
from sterling.base.errors import CapReached, Conflict, Invalid, NotEntitled
from sterling.premium.hours import actions, queries
from sterling.premium.hours.actions import Item
from sterling.premium.hours.models import Draw, LedgerEntry
from sterling.tickets.actions import plans
from tests import make

HOUR, QUARTER, DAY = timedelta(hours=1), timedelta(minutes=15), timedelta(days=1)
TUESDAY = make.TUESDAY
ITEMS = [Item("upgrade", "Upgrade to 9.2", 4 * HOUR), Item("review", "Review of the exports", 2 * HOUR)]


def customer(plan: str = "gold", *, agreed: bool = True) -> Organization:
    organization = make.organization(plan=plan)
    if agreed and plan in {"gold", "platinum"}:
        actions.put_service_plan(
            organization_id=organization.pk, items=ITEMS, agreed=True, at=TUESDAY, by=SYSTEM
        )
    return organization


def figures(of: Organization, at: datetime) -> tuple[float, float, float, float]:
    """(granted, booked, used, left) in hours."""
    settled = actions.settle(organization_id=of.pk, at=at)
    assert settled
    now = settled[1]
    return tuple(amount / HOUR for amount in (now.granted, now.booked, now.used, now.left))


def ask(of: Organization, hours: float, at: datetime = TUESDAY, **more: object) -> Draw:
    return actions.ask_draw(
        organization_id=of.pk, amount=hours * HOUR, item=more.pop("item", "upgrade"), at=at, by=SYSTEM, **more
    )


@pytest.mark.usefixtures("installed")
class TestHours:
    @pytest.mark.parametrize(("plan", "granted"), [("gold", 8), ("platinum", 24)])
    def test_a_term_grants_what_the_plan_includes_once(self, plan: str, granted: int) -> None:
        organization = customer(plan)
        for _ in range(3):
            assert figures(organization, TUESDAY) == (granted, 0, 0, granted)
        assert LedgerEntry.objects.count() == 1

    def test_hours_are_booked_until_the_customer_agrees_and_then_used(self) -> None:
        organization = customer()
        draw = ask(organization, 2.25)
        assert figures(organization, TUESDAY) == (8, 2.25, 0, 5.75)
        actions.decide_draw(draw=draw, agree=True, at=TUESDAY + HOUR, by=SYSTEM)
        assert figures(organization, TUESDAY + HOUR) == (8, 0, 2.25, 5.75)
        with pytest.raises(Conflict, match=r"decided already"):
            actions.decide_draw(draw=draw, agree=False, reason="no", at=TUESDAY + HOUR, by=SYSTEM)

    def test_what_the_customer_declines_is_free_again(self) -> None:
        organization = customer()
        draw = ask(organization, 2)
        with pytest.raises(Invalid, match=r"Say why not"):
            actions.decide_draw(draw=draw, agree=False, at=TUESDAY, by=SYSTEM)
        declined = actions.decide_draw(
            draw=draw, agree=False, reason="Not this quarter", at=TUESDAY, by=SYSTEM
        )
        assert (declined.state, declined.reason) == ("declined", "Not this quarter")
        assert figures(organization, TUESDAY) == (8, 0, 0, 8)

    def test_silence_for_long_enough_is_agreement_on_record(self) -> None:
        organization = customer()
        draw = ask(organization, 1)
        assert actions.agree_by_silence(at=TUESDAY + 5 * DAY - HOUR) == 0
        assert actions.agree_by_silence(at=TUESDAY + 5 * DAY) == 1
        assert actions.agree_by_silence(at=TUESDAY + 6 * DAY) == 0
        draw.refresh_from_db()
        assert (draw.state, draw.decided_by, draw.decided_at) == ("agreed", "silence", TUESDAY + 5 * DAY)

    def test_the_last_quarter_can_be_drawn_and_one_more_cannot(self) -> None:
        organization = customer()
        ask(organization, 7.75)
        ask(organization, 0.25)
        with pytest.raises(CapReached, match=r"Only 0 of 8 hours are left") as refused:
            ask(organization, 0.25)
        assert (refused.value.entitlement, refused.value.plan, refused.value.limit) == ("ps_hours", "gold", 8)
        assert figures(organization, TUESDAY) == (8, 8, 0, 0)
        assert Draw.objects.count() == 2

    def test_a_manager_may_allow_more_and_it_is_on_record(self) -> None:
        organization = customer()
        ask(organization, 8)
        ask(organization, 1.5, override=True)
        assert figures(organization, TUESDAY) == (9.5, 9.5, 0, 0)
        assert list(LedgerEntry.objects.filter(kind="override").values_list("amount", "note")) == [
            (1.5 * HOUR, "allowed by a manager")
        ]

    @pytest.mark.parametrize("hours", [0, -1, 0.1, 1.3])
    def test_hours_come_in_quarters(self, hours: float) -> None:
        organization = customer()
        with pytest.raises(Invalid, match=r"in steps of 0.25 hours"):
            ask(organization, hours)
        assert Draw.objects.count() == 0

    def test_nothing_is_drawn_before_a_service_plan_is_agreed(self) -> None:
        organization = customer(agreed=False)
        actions.put_service_plan(
            organization_id=organization.pk, items=ITEMS, agreed=False, at=TUESDAY, by=SYSTEM
        )
        with pytest.raises(Conflict, match=r"No service plan is agreed yet"):
            ask(organization, 1)
        agreed = actions.put_service_plan(
            organization_id=organization.pk, items=ITEMS, agreed=True, at=TUESDAY, by=SYSTEM
        )
        assert agreed.number == 1
        with pytest.raises(Invalid, match=r"One of the service plan's items: upgrade, review"):
            ask(organization, 1, item="party")
        ask(organization, 1)

    def test_other_items_are_a_new_version_and_the_agreed_one_counts_until_it_is_agreed(self) -> None:
        organization = customer()
        newer = actions.put_service_plan(
            organization_id=organization.pk, items=ITEMS[:1], agreed=False, at=TUESDAY, by=SYSTEM
        )
        assert newer.number == 2
        assert ask(organization, 1, item="review").item_title == "Review of the exports"

    @pytest.mark.parametrize("plan", ["silver", None])
    def test_a_plan_without_hours_refuses_and_says_what_would_bring_them(self, plan: str | None) -> None:
        organization = make.organization(plan=plan)
        with pytest.raises(NotEntitled) as refused:
            ask(organization, 1)
        assert refused.value.remedy.en == "Gold includes 8 hours; Platinum includes 24 hours."
        with pytest.raises(NotEntitled):
            actions.put_service_plan(
                organization_id=organization.pk, items=ITEMS, agreed=True, at=TUESDAY, by=SYSTEM
            )
        assert LedgerEntry.objects.count() == 0

    def test_hours_do_not_outlive_their_term(self) -> None:
        organization = make.organization(plan=None)
        plans.sign_contract(
            organization=organization,
            plan="gold",
            starts=date(2026, 1, 1),
            ends=date(2028, 1, 1),
            at=TUESDAY,
            by=SYSTEM,
        )
        actions.put_service_plan(
            organization_id=organization.pk, items=ITEMS, agreed=True, at=TUESDAY, by=SYSTEM
        )
        ask(organization, 3)
        actions.agree_by_silence(at=TUESDAY + 9 * DAY)
        new_year = datetime(2027, 1, 1, 6, tzinfo=UTC)
        assert figures(organization, new_year - HOUR) == (8, 0, 3, 5)
        assert figures(organization, new_year) == (8, 0, 0, 8)
        expired = LedgerEntry.objects.get(kind="expire")
        assert (expired.amount, expired.term_begins) == (5 * HOUR, date(2026, 1, 1))

    def test_an_upgrade_adds_hours_for_the_days_that_are_left(self) -> None:
        organization = customer()
        contract = organization.contracts.get()
        half = datetime(2026, 7, 2, 17, tzinfo=UTC)
        figures(organization, TUESDAY)
        plans.change_plan(contract=contract, plan="platinum", at=half, by=SYSTEM)
        assert figures(organization, half) == (16, 0, 0, 16)

    def test_a_downgrade_takes_back_no_more_than_is_left(self) -> None:
        organization = customer("platinum")
        ask(organization, 20)
        contract = organization.contracts.get()
        plans.change_plan(contract=contract, plan="gold", at=TUESDAY + DAY, by=SYSTEM)
        assert figures(organization, TUESDAY + DAY) == (20, 20, 0, 0)

    def test_the_ledger_is_only_added_to(self) -> None:
        figures(customer(), TUESDAY)
        with pytest.raises(DatabaseError, match=r"append-only"), transaction.atomic():
            LedgerEntry.objects.update(amount=HOUR)


@pytest.mark.django_db(transaction=True)
def test_fifty_draws_at_once_never_overdraw() -> None:
    """Each in a thread of its own with its own connection, let go together."""
    from sterling.base.moment import now
    from sterling.config.installation import install

    install(at=now())
    organization = customer()
    start, refused, lock = threading.Barrier(50), [], threading.Lock()

    def once() -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=120)
            ask(organization, 0.25)
        except CapReached:
            with lock:
                refused.append(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=once) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Draw.objects.count(), len(refused)) == (32, 18)
    settled = actions.settle(organization_id=organization.pk, at=TUESDAY)
    assert settled
    assert queries.balance_of(queries.lines(settled[0])).left == timedelta()
    assert connection.vendor == "postgresql"
