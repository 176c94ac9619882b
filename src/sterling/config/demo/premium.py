"""What the demo's premium customers have bought, as it stands in the middle of a term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.config.demo.cast import actor_of
from sterling.core.text import Text
from sterling.premium.hours import actions as hours
from sterling.premium.hours import service_plans
from sterling.premium.hours.service_plans import Item
from sterling.premium.sponsors import actions as sponsors
from sterling.premium.sponsors.actions import Promise
from sterling.reports import actions as reports

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.config.demo.cast import Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UPGRADE = Text("Upgrade to the new major version", "升级至新的大版本")
TRAINING = Text("Training for administrators", "管理员培训")
REVIEW = Text("Review of the nightly jobs", "夜间任务检查")


@dataclass(frozen=True, slots=True)
class Served:
    """`hours`: expected for each item. `engineer`: who does the work. `draws`: item, hours, days ago, note."""

    customer: str
    engineer: str
    hours: tuple[float, float, float]
    draws: tuple[tuple[str, float, int, Text], ...]


SERVED = (
    Served(
        "meridian",
        "luisa",
        (12, 6, 4),
        (
            ("upgrade", 4.5, 52, Text("Plan and rehearsal of the upgrade.", "升级方案与演练。")),
            ("upgrade", 3.25, 38, Text("The upgrade, on a Saturday.", "周六执行升级。")),
            ("training", 2, 20, Text("Two sessions for the night shift.", "夜班两场培训。")),
            ("review", 1.5, 1, Text("Which jobs overlap after midnight.", "检查零点后重叠的任务。")),
        ),
    ),
    Served(
        "bluewater",
        "jonas",
        (10, 8, 4),
        (("training", 3, 31, Text("A morning with the depot teams.", "与车辆段团队的半日培训。")),),
    ),
    Served(
        "tessera",
        "amelie",
        (4, 2, 2),
        (("review", 1.75, 26, Text("The statement run, step by step.", "逐步检查对账任务。")),),
    ),
    Served(
        "muguang",
        "hao",
        (4, 2, 2),
        (
            ("upgrade", 2.5, 33, Text("A rehearsal on a copy.", "在副本上演练升级。")),
            ("training", 1, 1, Text("An hour for new colleagues.", "为新同事培训一小时。")),
        ),
    ),
)


def add(everyone: Cast, began: datetime, at: datetime) -> None:
    """Hours, sponsors and a report for those whose plans include them."""
    for one in SERVED:
        _hours(everyone, one, began, at)
    _sponsors(everyone, began, at)
    _report(everyone, at)


def _hours(everyone: Cast, served: Served, began: datetime, at: datetime) -> None:
    manager = everyone.contacts[served.customer][0]
    organization_id, language = manager.organization_id, manager.organization.language
    engineer = actor_of(everyone.agents[served.engineer])
    keys = zip(("upgrade", "training", "review"), (UPGRADE, TRAINING, REVIEW), served.hours, strict=True)
    plan = service_plans.put_service_plan(
        organization_id=organization_id,
        items=[Item(key, title.to(language), expected * HOUR) for key, title, expected in keys],
        agreed=False,
        offered=True,
        at=began + 3 * DAY,
        by=engineer,
    )
    plan.mailed_at = began + 3 * DAY  # long ago: nobody is written to today
    plan.save(update_fields=["mailed_at"])
    service_plans.agree_to(plan=plan, at=began + 5 * DAY, by=actor_of(manager))
    for item, amount, ago, note in served.draws:
        asked = at - ago * DAY
        draw = hours.ask_draw(
            organization_id=organization_id,
            amount=amount * HOUR,
            item=item,
            note=note.to(language),
            at=asked,
            by=engineer,
        )
        draw.mailed_at = asked
        draw.save(update_fields=["mailed_at"])
        if ago > 1:
            hours.decide_draw(draw=draw, agree=True, at=asked + 5 * HOUR, by=actor_of(manager))


def _sponsors(everyone: Cast, began: datetime, at: datetime) -> None:
    """One who has spoken with the customer this quarter, and one whose contact is overdue."""
    meridian, bluewater = everyone.contacts["meridian"][0], everyone.contacts["bluewater"][0]
    luisa, jonas = everyone.agents["luisa"], everyone.agents["jonas"]
    sponsors.name_sponsor(
        organization_id=meridian.organization_id, agent=luisa, counterpart=meridian, cadence="quarter",
        since=began, at=began + DAY, by=actor_of(luisa),
    )  # fmt: skip
    sponsors.name_sponsor(
        organization_id=bluewater.organization_id, agent=jonas, counterpart=bluewater, cadence="quarter",
        since=began - 40 * DAY, at=began + DAY, by=actor_of(jonas),
    )  # fmt: skip
    spoke = at - 34 * DAY
    sponsors.record_touchpoint(
        organization_id=meridian.organization_id,
        kind="review",
        on=spoke,
        people_there=_both(luisa.name, meridian),
        notes="The upgrade went well. The night shift wants shorter maintenance windows; we look at two options.",
        commitments=[
            Promise("Two options for shorter maintenance windows", luisa.name, (at + 9 * DAY).date()),
            Promise("A test system for the night shift", str(meridian), (at - 3 * DAY).date()),
        ],
        shared=True,
        at=spoke + HOUR,
        by=actor_of(luisa),
    )


def _both(ours: str, theirs: Contact) -> str:
    return f"{ours}, {theirs}"


def _report(everyone: Cast, at: datetime) -> None:
    """The last two months of a customer who reads Chinese, published."""
    wang, yue = everyone.contacts["muguang"][0], everyone.agents["yue"]
    report = reports.make_report(
        organization=wang.organization,
        first=(at - 62 * DAY).date(),
        last=(at - 2 * DAY).date(),
        at=at - DAY,
        by=actor_of(yue),
    )
    reports.publish_report(report=report, at=at - DAY, by=actor_of(yue))
