"""The service plan: drafted, offered by the vendor, agreed to by the customer; each change is a new version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.base import audit
from sterling.base.errors import Conflict, FieldError, Invalid
from sterling.base.live import poke
from sterling.core.hours import is_step
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.premium.hours import queries
from sterling.premium.hours.models import ServicePlan, ServicePlanItem
from sterling.premium.hours.terms import ENTITLEMENT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sterling.base.actor import Actor

MOST_ITEMS = 100
SILENCE_DAYS = 5
MOST_SILENCE = 60
STEPS = Text("More than 0, in steps of 0.25 hours.", "须大于 0，以 0.25 小时为单位。")


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work as somebody writes it."""

    key: str
    title: str
    expected: timedelta


@transaction.atomic
def put_service_plan(
    *,
    organization_id: int,
    items: Sequence[Item],
    agreed: bool,
    offered: bool = False,
    silence_days: int | None = None,
    at: datetime,
    by: Actor,
) -> ServicePlan:
    """A new version of the service plan; the same again only offers, or agrees to, the version that is there.

    `offered`: the vendor stands by it, and the customer may agree. `agreed`: both sides did, recorded with who says
    so and when. Invalid names the item.
    """
    people.locked_organization(organization_id)
    entitled.require(entitled.held(organization_id, at), ENTITLEMENT)
    _checked(items, silence_days)
    newest = queries.service_plan(organization_id)
    days = silence_days if silence_days is not None else newest.silence_days if newest else SILENCE_DAYS
    if newest is None or newest.silence_days != days or written(newest) != list(items):
        newest = _made(organization_id, newest.number + 1 if newest else 1, items, days, at, by)
    if (offered or agreed) and newest.offered_at is None:
        newest.offered_at, newest.offered_by = at, by.name
    if agreed and newest.agreed_at is None:
        newest.agreed_at, newest.agreed_by = at, by.name
        newest.mailed_at = at  # nobody needs to be asked any more
    newest.save(update_fields=["offered_at", "offered_by", "mailed_at", "agreed_at", "agreed_by"])
    _noted(newest, "service_plan_put", at, by)
    return newest


@transaction.atomic
def agree_to(*, plan: ServicePlan, at: datetime, by: Actor) -> ServicePlan:
    """The customer's side says yes to what was offered. Conflict: it was not, or a newer version stands there."""
    people.locked_organization(plan.organization_id)
    entitled.require(entitled.held(plan.organization_id, at), ENTITLEMENT)
    newest = queries.service_plan(plan.organization_id)
    if newest is None or newest.pk != plan.pk or newest.offered_at is None:
        raise Conflict(
            Text(
                "There is another version by now. Read it, then agree to that one.",
                "服务方案已有新版本，请查看后再确认。",
            )
        )
    if newest.agreed_at is None:
        newest.agreed_at, newest.agreed_by = at, by.name
        newest.save(update_fields=["agreed_at", "agreed_by"])
        _noted(newest, "service_plan_agreed", at, by)
    return newest


def _made(
    organization_id: int, number: int, items: Sequence[Item], days: int, at: datetime, by: Actor
) -> ServicePlan:
    made = ServicePlan.objects.create(
        organization_id=organization_id, number=number, silence_days=days, made_at=at, made_by=by.name
    )
    ServicePlanItem.objects.bulk_create(
        ServicePlanItem(
            plan=made,
            organization_id=organization_id,
            key=item.key,
            title=item.title,
            expected=item.expected,
            place=place,
        )
        for place, item in enumerate(items)
    )
    return made


def _noted(plan: ServicePlan, verb: str, at: datetime, by: Actor) -> None:
    audit.record(
        at=at,
        actor=by,
        verb=verb,
        object_kind="service_plan",
        object_id=plan.pk,
        organization_id=plan.organization_id,
        data={
            "number": plan.number,
            "offered": plan.offered_at is not None,
            "agreed": plan.agreed_at is not None,
        },
    )
    poke("hours", f"organization-{plan.organization_id}")


def written(plan: ServicePlan) -> list[Item]:
    """The items as somebody would write them again."""
    return [Item(one.key, one.title, one.expected) for one in queries.items_of(plan)]


def _checked(items: Sequence[Item], silence_days: int | None) -> None:
    wrong = []
    if not items or len(items) > MOST_ITEMS:
        wrong.append(FieldError("items", Text("From 1 to 100 items.", "1 至 100 项。")))
    if silence_days is not None and not 1 <= silence_days <= MOST_SILENCE:
        wrong.append(FieldError("silence_days", Text("From 1 to 60 days.", "1 至 60 天。")))
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
