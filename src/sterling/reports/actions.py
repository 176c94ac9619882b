"""Reports made, put in words, published; and those that each quarter makes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import transaction

from sterling.accounts import queries as people
from sterling.base import audit
from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, FieldError, Invalid
from sterling.core.quarters import Days, last_quarter
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.plans import queries as plans
from sterling.plans.dates import day_at, midnight
from sterling.premium.hours.actions import settle
from sterling.reports import queries
from sterling.reports.access import ENTITLEMENT
from sterling.reports.making import snapshot
from sterling.reports.models import Report, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sterling.accounts.models import Organization
    from sterling.base.actor import Actor

MOST_DAYS = 366
LANGUAGES = ("en", "zh")
DEFAULT_AIM = Decimal(95)
MOST_WORDS, MOST_CAUSE = 10_000, 500


def days_of(first: date, last: date, today: date) -> Days:
    """The days of a report. Invalid names the field: the wrong way round, too long, or not begun."""
    wrong = []
    if first > today:
        wrong.append(
            FieldError(
                "from", Text("This day is still ahead: nothing is known yet.", "该日期尚未到来，暂无数据。")
            )
        )
    if last < first:
        wrong.append(
            FieldError("to", Text("The last day must not be before the first.", "结束日期不得早于开始日期。"))
        )
    elif (last - first).days >= MOST_DAYS:
        wrong.append(FieldError("to", Text("At most 366 days.", "最长 366 天。")))
    if wrong:
        raise Invalid(*wrong)
    return Days(first, last)


def language_of(wanted: str | None, organization: Organization) -> str:
    """`wanted`, else the organization's. Invalid unless it is one that the product speaks."""
    chosen = (wanted if wanted is not None else organization.language or "en").lower().partition("-")[0]
    if chosen not in LANGUAGES:
        raise Invalid.field("language", "One of en, zh.", "可选：en、zh。")
    return chosen


@transaction.atomic
def make_report(
    *,
    organization: Organization,
    first: date,
    last: date,
    language: str | None = None,
    at: datetime,
    by: Actor,
    key: str | None = None,
) -> Report:
    """A draft of these days, both included, as known at `at`. NotEntitled: the plan includes none. Invalid: the days.

    A period that is not over is reported as far as it has come.
    """
    people.locked_organization(organization.pk)
    entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    today = day_at(at, organization.region.timezone)
    assert today is not None  # there is an instant
    days, spoken = days_of(first, last, today), language_of(language, organization)
    settle(organization_id=organization.pk, at=at)
    found = snapshot(organization, days, at)
    before = queries.latest(organization.pk)
    report = Report.objects.create(
        organization=organization,
        first=days.first,
        last=days.last,
        until=min(at, midnight(days.after, organization.region.timezone)),
        language=spoken,
        plan=found.plan,
        catalog_versions=found.catalog_versions,
        figures=found.figures,
        aim=before.aim if before else DEFAULT_AIM,
        made_at=at,
        made_by=by.name,
        key=key,
    )
    _record(report, "report_made", at, by)
    return report


@dataclass(frozen=True, slots=True)
class Words:
    """What people add to the figures; None leaves it as it is."""

    summary: str | None = None
    asks: str | None = None
    aim: str | Decimal | None = None
    causes: Mapping[str, str] | None = None
    language: str | None = None


@transaction.atomic
def edit_report(*, report: Report, words: Words, at: datetime, by: Actor) -> Report:
    """Summary, asks, the aim in percent ("" for none), the cause of each miss. Conflict: it is published."""
    held = _locked(report)
    if words.summary is not None:
        held.summary = _prose("summary", words.summary)
    if words.asks is not None:
        held.asks = _prose("asks", words.asks)
    if words.aim is not None:
        held.aim = _aim(words.aim)
    if words.causes is not None:
        held.causes = _causes(held, words.causes)
    if words.language is not None:
        held.language = language_of(words.language, held.organization)
    held.version += 1
    held.save(update_fields=["summary", "asks", "aim", "causes", "language", "version"])
    _record(held, "report_edited", at, by)
    return held


@transaction.atomic
def publish_report(*, report: Report, at: datetime, by: Actor) -> Report:
    """The customer's confirmed contacts see it from now on; it changes no more. Conflict: it is published."""
    held = _locked(report)
    held.state, held.published_at, held.published_by = State.PUBLISHED, at, by.name
    held.version += 1
    held.save(update_fields=["state", "published_at", "published_by", "version"])
    _record(held, "report_published", at, by)
    return held


def make_due(*, at: datetime) -> int:
    """A draft of the last quarter for each organization whose plan included reports when it ended; how many.

    Each once, whoever looks and however often: its key is unique, and the organization's row orders two workers.
    """
    made = 0
    for organization in queries.with_contracts():
        today = day_at(at, organization.region.timezone)
        assert today is not None  # there is an instant
        days = last_quarter(today)
        key = f"quarter:{organization.pk}:{days.first}"
        if queries.is_made(key) or not _had(organization, days):
            continue
        with transaction.atomic():
            people.locked_organization(organization.pk)
            if queries.is_made(key) or not entitled.held(organization.pk, at).includes(ENTITLEMENT):
                continue
            make_report(
                organization=organization, first=days.first, last=days.last, at=at, by=SYSTEM, key=key
            )
            made += 1
    return made


def _had(organization: Organization, days: Days) -> bool:
    """Did it hold a plan with reports on the quarter's last day?"""
    then = midnight(days.last, organization.region.timezone)
    contract = plans.contract_at(organization.pk, then)
    if contract is None:
        return False
    return entitled.Held(plans.catalog_of(contract.catalog_version), contract.plan).includes(ENTITLEMENT)


def _locked(report: Report) -> Report:
    held = Report.objects.select_for_update(of=("self",)).select_related("organization").get(pk=report.pk)
    if held.state != State.DRAFT:
        raise Conflict(
            Text("It is published and changes no more. Make a new one.", "报告已发布，不能再改。请重新生成。")
        )
    return held


def _prose(field: str, text: str) -> str:
    if len(text) > MOST_WORDS:
        raise Invalid.field(field, "At most 10,000 letters.", "最多 10000 字。")
    return text.replace("\r\n", "\n").strip()


def _aim(wanted: str | Decimal) -> Decimal | None:
    if wanted == "":
        return None
    try:
        aim = Decimal(wanted).quantize(Decimal("0.1"))
    except InvalidOperation:
        aim = Decimal(-1)
    if not aim.is_finite() or not 0 < aim < 100:  # noqa: PLR2004 - percent
        raise Invalid.field(
            "aim",
            "Write a percentage between 0 and 100, or nothing.",
            "请填写 0 至 100 之间的百分比，或留空。",
        )
    return aim


def _causes(report: Report, wanted: Mapping[str, str]) -> dict[str, Any]:
    """By the key of a miss; an empty one brings the log's own facts back."""
    known = {miss["key"] for miss in report.figures["misses"]}
    wrong = [
        FieldError(f"causes.{key}", Text("No miss of this report.", "本报告没有此项超时。"))
        for key in wanted
        if key not in known
    ]
    wrong += [
        FieldError(f"causes.{key}", Text("At most 500 letters.", "最多 500 字。"))
        for key, text in wanted.items()
        if len(text) > MOST_CAUSE
    ]
    if wrong:
        raise Invalid(*wrong)
    merged = report.causes | {key: " ".join(text.split()) for key, text in wanted.items()}
    return {key: text for key, text in merged.items() if text}


def _record(report: Report, verb: str, at: datetime, by: Actor) -> None:
    audit.record(
        at=at,
        actor=by,
        verb=verb,
        object_kind="report",
        object_id=report.pk,
        organization_id=report.organization_id,
        data={"from": report.first.isoformat(), "to": report.last.isoformat()},
    )
