"""Draws: asked of the customer, agreed to, declined, withdrawn. Each holds the organization's row, so none overdraws."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.base.errors import CapReached, Conflict, FieldError, Invalid, NotYours
from sterling.base.live import poke
from sterling.core.hours import Kind, is_step, missing
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.premium.hours import queries, terms
from sterling.premium.hours.models import Draw, DrawState
from sterling.premium.hours.service_plans import STEPS, Item, put_service_plan
from sterling.premium.hours.settling import SILENCE, decide, settle, write
from sterling.premium.hours.terms import ENTITLEMENT

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.core.catalog import Catalog
    from sterling.premium.hours.models import ServicePlan, ServicePlanItem

__all__ = [
    "STEPS", "Item", "agree_by_silence", "ask_draw", "decide_draw", "put_service_plan", "refusal", "settle",
    "withdraw_draw",
]  # fmt: skip

HOUR = timedelta(hours=1)
ALLOWED = "allowed by a manager"
MORE = Text(
    "Draw less, wait for the next term, raise the plan, or have a manager allow more.",
    "可减少工时、等待下一期、升级计划，或由主管批准超出部分。",
)
LESS = Text("Draw less, wait for the next term, or raise the plan.", "可减少工时、等待下一期，或升级计划。")


@transaction.atomic
def ask_draw(
    *,
    organization_id: int,
    amount: timedelta,
    item: str,
    note: str = "",
    override: bool = False,
    why: str = "",
    at: datetime,
    by: Actor,
) -> Draw:
    """Book hours for one item of the agreed service plan, until the customer agrees, declines or is silent.

    NotEntitled: the plan has no hours. Conflict: no service plan is agreed (where the catalog wants that first).
    CapReached: less is left; `override`, a manager's word, allows what is missing, on record with the reason
    `why`, unless the catalog forbids it. A plan without a limit grants what is missing.
    """
    people.locked_organization(organization_id)
    holding = entitled.held(organization_id, at)
    entitled.require(holding, ENTITLEMENT)
    if not is_step(amount):
        raise Invalid(FieldError("hours", STEPS))
    plan = _plan_to_draw_on(organization_id, holding.catalog)
    if plan is None:
        raise Conflict(
            Text(
                "No service plan is agreed yet. Write one, and have both sides agree to it.",
                "尚无双方同意的服务方案。请先制定并由双方确认。",
            )
        )
    chosen = _chosen(queries.items_of(plan), item)
    settled = settle(organization_id=organization_id, at=at)
    if settled is None:
        raise NotYours
    term, now = settled
    short = missing(now, amount)
    unlimited = terms.is_unlimited(holding.catalog, holding.plan)
    if short and not unlimited and not (override and terms.may_be_overdrawn(holding.catalog)):
        raise refusal(organization_id=organization_id, at=at)
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
    if short and unlimited:
        write(term, Kind.GRANT, short, at, by, draw=draw)
    elif short:
        write(term, Kind.OVERRIDE, short, at, by, draw=draw, note=why.strip()[:1000] or ALLOWED)
    write(term, Kind.BOOK, amount, at, by, draw=draw, note=draw.note)
    poke("hours", f"organization-{organization_id}")
    return draw


def _plan_to_draw_on(organization_id: int, catalog: Catalog) -> ServicePlan | None:
    quantity = terms.of(catalog)
    if quantity is not None and not quantity.agreement_first:
        return queries.service_plan(organization_id)
    return queries.agreed_plan(organization_id)


def _chosen(items: list[ServicePlanItem], key: str) -> ServicePlanItem:
    found = next((one for one in items if one.key == key), None)
    if found is None:
        known = ", ".join(one.key for one in items)
        raise Invalid.field(
            "item", f"One of the service plan's items: {known}.", f"请选择服务方案中的项目：{known}。"
        )
    return found


def refusal(*, organization_id: int, at: datetime) -> CapReached:
    """What somebody hears who asks for more than is left."""
    holding = entitled.held(organization_id, at)
    settled = settle(organization_id=organization_id, at=at)
    if settled is None:
        raise NotYours
    now = settled[1]
    return CapReached(
        Text(
            f"Only {now.left / HOUR:g} of {now.granted / HOUR:g} hours are left.",
            f"{now.granted / HOUR:g} 小时中仅剩 {now.left / HOUR:g} 小时。",
        ),
        entitlement=ENTITLEMENT,
        plan=holding.plan,
        limit=int(now.granted / HOUR),
        remedy=MORE if terms.may_be_overdrawn(holding.catalog) else LESS,
    )


@transaction.atomic
def decide_draw(*, draw: Draw, agree: bool, reason: str = "", at: datetime, by: Actor) -> Draw:
    """The customer agrees, or declines with a reason. Conflict: decided already, perhaps by silence."""
    if not agree and not reason.strip():
        raise Invalid.field("reason", "Say why not.", "请说明原因。")
    return _ended(draw, DrawState.AGREED if agree else DrawState.DECLINED, reason, at, by)


@transaction.atomic
def withdraw_draw(*, draw: Draw, reason: str, at: datetime, by: Actor) -> Draw:
    """The vendor takes back what it asked for; the hours are free again. Conflict: decided already."""
    if not reason.strip():
        raise Invalid.field("reason", "Say why.", "请说明原因。")
    return _ended(draw, DrawState.WITHDRAWN, reason, at, by)


def _ended(draw: Draw, state: DrawState, reason: str, at: datetime, by: Actor) -> Draw:
    settle(organization_id=draw.organization_id, at=at)
    held = (
        Draw.objects.select_for_update(of=("self",))
        .select_related("contract__catalog_version", "contract__organization__region")
        .get(pk=draw.pk)
    )
    if held.state != DrawState.ASKED:
        raise Conflict(Text("This was decided already.", "该项已处理。"))
    decide(queries.term_of(held.contract, held.term_begins), held, state, at=at, by=by, reason=reason.strip())
    return held


def agree_by_silence(*, at: datetime, most: int = 200) -> int:
    """Draws that nobody spoke against in time are agreed to as of that instant, on record as silence; how many."""
    found = queries.silent(at, most)
    for organization_id in dict.fromkeys(organization_id for _, organization_id in found):
        settle(organization_id=organization_id, at=at)
    return Draw.objects.filter(
        pk__in=[pk for pk, _ in found], state=DrawState.AGREED, decided_by=SILENCE
    ).count()
