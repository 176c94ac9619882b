"""Contracts in the product: price, grace, renewal, change in mid-term, notices, proof, quotes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from sterling.accounts.actions import customers
from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid
from sterling.core.contracts import Phase
from sterling.plans import queries, quotes
from sterling.plans.actions import paperwork
from sterling.plans.models import Contract, ContractChange, ContractNotice, Quote
from sterling.tickets import foreseen
from sterling.tickets.actions import plans
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = make.TUESDAY  # 3 March 2026, 10:00 in Chicago


def signed(plan: str = "gold", **terms: object) -> Contract:
    organization = make.organization(plan=None, **({"segment": terms.pop("of")} if "of" in terms else {}))
    return plans.sign_contract(
        organization=organization,
        plan=plan,
        starts=date(2026, 1, 1),
        ends=terms.pop("ends", date(2027, 1, 1)),
        at=TUESDAY,
        by=SYSTEM,
        **terms,
    )


@pytest.mark.parametrize(
    ("plan", "segment", "price"),
    [("silver", "commercial", 12000), ("gold", "commercial", 28000), ("platinum", "commercial", 60000)],
)
def test_the_price_is_the_catalogs_for_the_segment(plan: str, segment: str, price: int) -> None:
    assert signed(plan, of=segment).price == Decimal(price)


def test_a_school_pays_the_common_price_until_proof_is_on_file() -> None:
    contract = signed(of="education")
    assert (contract.segment, contract.price) == ("education", Decimal(28000))
    paperwork.file_proof(
        organization=contract.organization,
        segment="education",
        note="Letter of 2 March",
        at=TUESDAY,
        by=SYSTEM,
    )
    contract.refresh_from_db()
    assert contract.price == Decimal(18000)
    again = plans.renew_contract(contract=contract, at=TUESDAY, by=SYSTEM)
    assert again.price == Decimal(18000)


def test_proof_says_what_was_shown() -> None:
    contract = signed(of="education")
    with pytest.raises(Invalid, match=r"Say what was shown"):
        paperwork.file_proof(
            organization=contract.organization, segment="education", note=" ", at=TUESDAY, by=SYSTEM
        )
    contract.refresh_from_db()
    assert contract.price == Decimal(28000)


def test_a_lapsed_contract_is_served_through_its_days_of_grace_and_no_longer() -> None:
    contract = signed(grace_days=14)
    alice = make.contact(contract.organization, "Alice Moreau", premium=True)
    new_year = datetime(2027, 1, 1, 6, tzinfo=UTC)  # midnight in Chicago
    assert contract.ends_at == new_year + 14 * DAY
    for at, phase, plan in [
        (new_year - HOUR, Phase.RUNNING, "gold"),
        (new_year, Phase.GRACE, "gold"),
        (new_year + 14 * DAY - HOUR, Phase.GRACE, "gold"),
        (new_year + 14 * DAY, Phase.ENDED, "standard"),
    ]:
        assert queries.phase_of(contract, at) is phase
        assert queries.service(alice, at).plan == plan


def test_tickets_follow_when_the_grace_is_over_and_keep_the_dues_they_had() -> None:
    contract = signed(grace_days=14)
    alice = make.contact(contract.organization, "Alice Moreau", premium=True)
    over = datetime(2027, 1, 15, 6, tzinfo=UTC)
    ticket = make.ticket(alice, priority="low", at=over - HOUR)
    before = make.clocks(ticket, over - HOUR)
    assert plans.follow_dates(at=over + HOUR) == 1
    ticket.refresh_from_db()
    assert ticket.plan == "standard"
    assert make.clocks(ticket, over + HOUR) == before


def test_a_contract_is_renewed_once_from_its_end_on_for_a_term() -> None:
    contract = signed()
    renewed = plans.renew_contract(contract=contract, plan="platinum", at=TUESDAY, by=SYSTEM)
    assert (renewed.starts, renewed.ends, renewed.plan) == (date(2027, 1, 1), date(2028, 1, 1), "platinum")
    assert (renewed.renewal_of_id, renewed.price) == (contract.pk, Decimal(60000))
    with pytest.raises(Conflict, match=r"renewed already"):
        plans.renew_contract(contract=contract, at=TUESDAY, by=SYSTEM)
    with pytest.raises(Conflict, match=r"no end"):
        plans.renew_contract(contract=signed(ends=None), at=TUESDAY, by=SYSTEM)


def test_an_upgrade_at_noon_is_worth_the_days_that_are_left() -> None:
    contract = signed()
    plans.change_plan(contract=contract, plan="platinum", at=datetime(2026, 7, 2, 17, tzinfo=UTC), by=SYSTEM)
    change = ContractChange.objects.get()
    assert (change.price_delta, change.hours_delta_minutes) == (Decimal("16043.84"), 8 * 60)
    contract.refresh_from_db()
    assert (contract.plan, contract.price) == ("platinum", Decimal(60000))


def test_the_upgrade_is_foreseen_ticket_by_ticket_as_it_then_happens() -> None:
    contract = signed("silver")
    alice = make.contact(contract.organization, "Alice Moreau", premium=True)
    bob = make.contact(contract.organization, "Bob Reyes")
    served = make.ticket(alice, priority="high", at=TUESDAY)
    make.ticket(bob, priority="high", at=TUESDAY)
    at = TUESDAY + HOUR
    rows = foreseen.on_plan(contract, "platinum", at)
    assert [(row.ticket.pk, row.metric) for row in rows] == [
        (served.pk, "first_response"),
        (served.pk, "update"),
    ]
    assert rows[0].due_before == rows[0].due_after == TUESDAY + 3 * HOUR  # as early as two hours from now
    assert (rows[1].due_before, rows[1].due_after) == (TUESDAY + 4 * HOUR, TUESDAY + 3 * HOUR)
    plans.change_plan(contract=contract, plan="platinum", at=at, by=SYSTEM)
    assert [due for _, _, due in make.clocks(served, at)] == [row.due_after for row in rows]


def test_a_downgrade_leaves_every_due_and_lists_who_is_over_the_cap() -> None:
    contract = signed("platinum")
    alice = make.contact(contract.organization, "Alice Moreau", premium=True)
    make.ticket(alice, priority="urgent", at=TUESDAY)
    rows = foreseen.on_plan(contract, "silver", TUESDAY)
    assert [row.moves for row in rows] == [False, False]


def test_another_last_day_may_be_set_and_not_one_that_has_passed() -> None:
    contract = signed()
    ended = plans.end_contract(contract=contract, ends=date(2026, 6, 1), at=TUESDAY, by=SYSTEM)
    assert (ended.ends, ended.ends_at) == (date(2026, 6, 1), datetime(2026, 6, 1, 5, tzinfo=UTC))
    for day in (date(2026, 2, 1), date(2025, 12, 1)):
        with pytest.raises(Invalid):
            plans.end_contract(contract=contract, ends=day, at=TUESDAY, by=SYSTEM)


def test_notices_are_raised_once_each_and_the_nearest_of_several() -> None:
    contract = signed()
    quiet = datetime(2026, 10, 2, 18, tzinfo=UTC)
    assert paperwork.raise_notices(at=quiet) == 0
    assert paperwork.raise_notices(at=quiet + DAY) == 1
    assert paperwork.raise_notices(at=quiet + 2 * DAY) == 0
    late = datetime(2026, 12, 27, 18, tzinfo=UTC)
    assert paperwork.raise_notices(at=late) == 1
    assert list(ContractNotice.objects.order_by("pk").values_list("days", flat=True)) == [90, 7]
    plans.renew_contract(contract=contract, at=late, by=SYSTEM)
    assert paperwork.raise_notices(at=late + 3 * DAY) == 0


def test_a_quote_says_on_paper_what_the_catalog_says() -> None:
    quote = paperwork.make_quote(
        plan="platinum", segment="education", addressee="North College", at=TUESDAY, by=SYSTEM
    )
    assert (quote.amount, quote.currency, quote.valid_until) == (Decimal(50000), "USD", date(2026, 4, 2))
    said = quotes.facts(quote, "zh")
    assert (said["price"], said["plan"]) == ("USD 50,000.00", "白金")
    assert said["proof"] == "须先提交资格证明并存档，方可享受此价格。"
    assert said["targets"][0] == ["紧急", "1 小时", "每 2 小时", "7×24 小时"]
    for language in ("en", "zh"):
        assert quotes.paper(quote, language).startswith(b"%PDF-")
    with pytest.raises(Invalid, match=r"USD commercial, USD education"):
        paperwork.make_quote(plan="platinum", segment="charity", at=TUESDAY, by=SYSTEM)
    with pytest.raises(DatabaseError, match=r"append-only"), transaction.atomic():
        Quote.objects.update(amount=1)


def test_a_contract_refuses_terms_that_make_no_sense() -> None:
    organization = make.organization(plan=None)
    for terms in ({"ends": date(2026, 1, 1)}, {"ends": date(2027, 1, 1), "grace_days": 91}):
        with pytest.raises(Invalid):
            plans.sign_contract(
                organization=organization,
                plan="gold",
                starts=date(2026, 1, 1),
                at=TUESDAY,
                by=SYSTEM,
                **terms,
            )
    assert Contract.objects.filter(organization=organization).count() == 0


def test_the_organizations_own_segment_is_taken_unless_another_is_named() -> None:
    organization = customers.create_organization(
        name="North College", region=make.region(), segment="education", at=TUESDAY, by=SYSTEM
    )
    made = plans.sign_contract(
        organization=organization,
        plan="silver",
        starts=date(2026, 1, 1),
        ends=None,
        segment="commercial",
        at=TUESDAY,
        by=SYSTEM,
    )
    assert (made.segment, made.price) == ("commercial", Decimal(12000))
