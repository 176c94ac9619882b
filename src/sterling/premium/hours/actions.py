"""Hours granted, asked for, agreed to, declined, lapsed. Each action holds the organization's row, so none overdraws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.base import audit
from sterling.base.actor import SYSTEM
from sterling.base.errors import CapReached, Conflict, FieldError, Invalid, NotYours
from sterling.core.hours import Kind, agreed, is_step, lapse, missing, taken_back
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.plans import queries as plans
from sterling.premium.hours import queries
from sterling.premium.hours.access import ENTITLEMENT
from sterling.premium.hours.models import Draw, DrawState, LedgerEntry, ServicePlan, ServicePlanItem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.core.hours import Balance
    from sterling.premium.hours.queries import Term

MOST_ITEMS = 100
SILENCE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work as somebody writes it."""

    key: str
    title: str
    expected: timedelta


@transaction.atomic
def settle(*, organization_id: int, at: datetime) -> tuple[Term, Balance] | None:
    """Bring the ledger up to `at`: grants of terms that began, what changes of plan add, what lapsed.

    Each is written once, whoever looks and however often. None: no contract counts.
    """
    people.locked_organization(organization_id)
    term = queries.term_at(organization_id, at)
    for contract in (
        plans.contracts_of(organization_id).select_related("organization__region").order_by("starts_at")
    ):
        if contract.starts_at > at:
            continue
        day, last = plans.day_of(contract, at), queries.term_of(contract, plans.day_of(contract, at))
        place = contract.starts
        while place <= last.begins:
            one = queries.term_of(contract, place)
            _grant(one, at)
            if day >= one.ends:
                _lapse(one, at)
            if one.ends <= place:
                break
            place = one.ends
    return None if term is None else (term, queries.balance_of(queries.lines(term)))


def _grant(term: Term, at: datetime) -> None:
    contract = term.contract
    catalog = plans.catalog_of(contract.catalog_version)
    changes = plans.changes_of(contract)
    first = changes[0].plan_from if changes else contract.plan
    before = [one.plan_to for one in changes if plans.day_of(contract, one.at) < term.begins]
    granted = catalog.limit(before[-1] if before else first, ENTITLEMENT) or 0
    if granted and granted != float("inf"):
        _write(
            term, Kind.GRANT, timedelta(hours=granted), at, SYSTEM, key=f"grant:{contract.pk}:{term.begins}"
        )
    for change in changes:
        if term.begins <= plans.day_of(contract, change.at) < term.ends:
            key = f"change:{change.pk}"
            if not LedgerEntry.objects.filter(key=key).exists():
                delta = timedelta(minutes=change.hours_delta_minutes)
                delta = taken_back(queries.balance_of(queries.lines(term)), delta)
                _write(term, Kind.GRANT, delta, change.at, SYSTEM, key=key)


def _lapse(term: Term, at: datetime) -> None:
    key = f"expire:{term.contract.pk}:{term.begins}"
    entry = lapse(queries.balance_of(queries.lines(term)))
    if entry and not LedgerEntry.objects.filter(key=key).exists():
        _write(term, Kind.EXPIRE, entry.amount, at, SYSTEM, key=key)


def _write(
    term: Term,
    kind: Kind,
    amount: timedelta,
    at: datetime,
    by: Actor,
    *,
    key: str | None = None,
    draw: Draw | None = None,
    note: str = "",
) -> None:
    if key and LedgerEntry.objects.filter(key=key).exists():
        return
    if amount:
        LedgerEntry.objects.create(
            organization_id=term.contract.organization_id,
            contract=term.contract,
            term_begins=term.begins,
            term_ends=term.ends,
            kind=kind.value,
            amount=amount,
            draw=draw,
            note=note,
            at=at,
            by=by.name,
            key=key,
        )


@transaction.atomic
def put_service_plan(
    *,
    organization_id: int,
    items: Sequence[Item],
    agreed: bool,
    silence_days: int = SILENCE_DAYS,
    at: datetime,
    by: Actor,
) -> ServicePlan:
    """A new version of the service plan; the same items again only agree to the version that is there.

    `agreed`: both sides said so, recorded with who and when. Invalid names the item.
    """
    people.locked_organization(organization_id)
    entitled.require(entitled.held(organization_id, at), ENTITLEMENT)
    _checked(items)
    newest = queries.service_plan(organization_id)
    if newest is None or [Item(one.key, one.title, one.expected) for one in _items(newest)] != list(items):
        newest = ServicePlan.objects.create(
            organization_id=organization_id,
            number=newest.number + 1 if newest else 1,
            silence_days=silence_days,
            made_at=at,
            made_by=by.name,
        )
        ServicePlanItem.objects.bulk_create(
            ServicePlanItem(
                plan=newest,
                organization_id=organization_id,
                key=item.key,
                title=item.title,
                expected=item.expected,
                place=place,
            )
            for place, item in enumerate(items)
        )
    if agreed and newest.agreed_at is None:
        newest.agreed_at, newest.agreed_by = at, by.name
        newest.save(update_fields=["agreed_at", "agreed_by"])
    audit.record(
        at=at,
        actor=by,
        verb="service_plan_put",
        object_kind="service_plan",
        object_id=newest.pk,
        organization_id=organization_id,
        data={"number": newest.number, "agreed": newest.agreed_at is not None},
    )
    return newest


def _items(plan: ServicePlan) -> list[ServicePlanItem]:
    return sorted(plan.items.all(), key=lambda item: item.place)


def _checked(items: Sequence[Item]) -> None:
    wrong = []
    if not items or len(items) > MOST_ITEMS:
        wrong.append(FieldError("items", Text("From 1 to 100 items.", "1 至 100 项。")))
    seen: set[str] = set()
    for place, item in enumerate(items):
        where = f"items[{place}]"
        if not item.key.strip() or item.key in seen:
            wrong.append(
                FieldError(f"{where}.id", Text("Each item needs an id of its own.", "每项须有唯一的编号。"))
            )
        seen.add(item.key)
        if not item.title.strip():
            wrong.append(FieldError(f"{where}.title", Text("Say what is to be done.", "请填写工作内容。")))
        if not is_step(item.expected):
            wrong.append(FieldError(f"{where}.hours", STEPS))
    if wrong:
        raise Invalid(*wrong)


STEPS = Text("More than 0, in steps of 0.25 hours.", "须大于 0，以 0.25 小时为单位。")


@transaction.atomic
def ask_draw(
    *,
    organization_id: int,
    amount: timedelta,
    item: str,
    note: str = "",
    override: bool = False,
    at: datetime,
    by: Actor,
) -> Draw:
    """Book hours for one item of the agreed service plan, until the customer agrees, declines or is silent.

    NotEntitled: the plan has no hours. Conflict: no service plan is agreed. CapReached: less is left;
    `override`, a manager's word, allows what is missing, on record.
    """
    people.locked_organization(organization_id)
    holding = entitled.held(organization_id, at)
    entitled.require(holding, ENTITLEMENT)
    if not is_step(amount):
        raise Invalid(FieldError("hours", STEPS))
    plan = queries.agreed_plan(organization_id)
    if plan is None:
        raise Conflict(
            Text(
                "No service plan is agreed yet. Write one, and have both sides agree to it.",
                "尚无双方同意的服务计划。请先制定并由双方确认。",
            )
        )
    chosen = next((one for one in _items(plan) if one.key == item), None)
    if chosen is None:
        known = ", ".join(one.key for one in _items(plan))
        raise Invalid.field(
            "item", f"One of the service plan's items: {known}.", f"请选择服务计划中的项目：{known}。"
        )
    settled = settle(organization_id=organization_id, at=at)
    if settled is None:
        raise NotYours
    term, now = settled
    short = missing(now, amount)
    if short and not override:
        raise CapReached(
            Text(
                f"Only {now.left / timedelta(hours=1):g} of {now.granted / timedelta(hours=1):g} hours are left.",
                f"{now.granted / timedelta(hours=1):g} 小时中仅剩 {now.left / timedelta(hours=1):g} 小时。",
            ),
            entitlement=ENTITLEMENT,
            plan=holding.plan,
            limit=int(now.granted / timedelta(hours=1)),
            remedy=Text(
                "Draw less, wait for the next term, raise the plan, or have a manager allow more.",
                "可减少工时、等待下一期、升级计划，或由主管批准超出部分。",
            ),
        )
    draw = Draw.objects.create(
        organization_id=organization_id,
        contract=term.contract,
        term_begins=term.begins,
        item_key=chosen.key,
        item_title=chosen.title,
        amount=amount,
        note=note.strip()[:1000],
        asked_at=at,
        asked_by=by.name,
        silence_at=at + timedelta(days=plan.silence_days),
    )
    if short:
        _write(term, Kind.OVERRIDE, short, at, by, draw=draw, note="allowed by a manager")
    _write(term, Kind.BOOK, amount, at, by, draw=draw, note=draw.note)
    return draw


@transaction.atomic
def decide_draw(*, draw: Draw, agree: bool, reason: str = "", how: str = "", at: datetime, by: Actor) -> Draw:
    """The customer agrees or declines (then with a reason); `how` says it when it was silence. Conflict: decided."""
    people.locked_organization(draw.organization_id)
    held = Draw.objects.select_for_update().select_related("contract__catalog_version").get(pk=draw.pk)
    if held.state != DrawState.ASKED:
        raise Conflict(Text("This was decided already.", "该项已处理。"))
    if not agree and not reason.strip():
        raise Invalid.field("reason", "Say why not.", "请说明原因。")
    term = queries.term_of(held.contract, held.term_begins)
    now = queries.balance_of(queries.lines(term))
    who = how or by.name
    if agree:
        for entry in agreed(now, held.amount):
            _write(term, entry.kind, entry.amount, at, by, draw=held, note=who if how else "")
    else:
        _write(term, Kind.RELEASE, held.amount, at, by, draw=held, note=reason.strip())
    held.state = DrawState.AGREED if agree else DrawState.DECLINED
    held.decided_at, held.decided_by, held.reason = at, who, reason.strip()[:500]
    held.save()
    return held


def agree_by_silence(*, at: datetime, most: int = 200) -> int:
    """Draws that nobody spoke against in time are agreed to, on record as silence; how many."""
    count = 0
    for pk in queries.silent(at, most):
        with transaction.atomic():
            draw = (
                Draw.objects.select_for_update(skip_locked=True).filter(pk=pk, state=DrawState.ASKED).first()
            )
            if draw is not None:
                decide_draw(draw=draw, agree=True, how="silence", at=draw.silence_at, by=SYSTEM)
                count += 1
    return count
