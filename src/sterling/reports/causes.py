"""Why a promise was late, as far as the log tells: facts, no excuses. People may put it in better words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.base.formats import full_length, month_day
from sterling.core.catalog import BusinessDays
from sterling.core.clocks import Cause, Status
from sterling.core.text import Text
from sterling.sla.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sterling.accounts.queries import Rosters
    from sterling.core.measures import Measured
    from sterling.reports.gathering.tickets import Told


@dataclass(frozen=True, slots=True)
class Fact:
    code: str
    text: Text


def causes(told: Told, item: Measured, rosters: Rosters, zone: ZoneInfo, until: datetime) -> list[Fact]:
    """What was the case while the clock ran, the most telling first; never empty."""
    found = list(_found(told, item, rosters, zone))
    if item.answered is None or item.answered > until:
        return [
            *found,
            Fact("unanswered", Text("Not answered when this was made.", "本报告生成时仍未答复。")),
        ]
    if found:
        return found
    late = full_length(item.late_by) if item.late_by is not None else Text("", "")
    return [Fact("late", Text(f"The answer came {late.en} after it was due.", f"答复晚于期限 {late.zh}。"))]


def _found(told: Told, item: Measured, rosters: Rosters, zone: ZoneInfo) -> Iterator[Fact]:
    clock, due = item.clock, item.clock.due
    assert due is not None  # only what was due is late
    yield from _hands(told, clock.started, due, zone)
    yield from _moved(item, zone)
    held = [span for span in told.life.spans if span.status is Status.ON_HOLD and span.start < due]
    if any(span.end is None or span.end > clock.started for span in held):
        yield Fact(
            "on_hold",
            Text("It waited on engineering or a third party.", "当时正在等待研发或第三方。"),
        )
    assignee = _assignee_at(told, due)
    if assignee and rosters.is_off(assignee[0], due):
        yield Fact(
            "off_duty",
            Text(f"{assignee[1]} was off duty when it was due.", f"到期时负责人 {assignee[1]} 不在班。"),
        )
    region = told.log.region_at(due)
    if rosters.nobody_in(region, due):
        yield Fact("shift_gap", Text("Nobody of the region was on duty then.", "到期时该区域无人值班。"))
    if isinstance(clock.target, BusinessDays) and item.answered:
        said, closed = item.answered.astimezone(zone), due.astimezone(zone)
        if said.date() == closed.date():
            yield Fact(
                "after_close",
                Text(
                    f"Sent at {said:%H:%M}; the business day closed at {closed:%H:%M}.",
                    f"工作日 {closed:%H:%M} 结束，消息于 {said:%H:%M} 发出。",
                ),
            )


def _hands(told: Told, start: datetime, due: datetime, zone: ZoneInfo) -> Iterator[Fact]:
    """Whose it was: nobody's, or one's and then another's."""
    given = [row for row in told.log.rows if row.type == Kind.ASSIGNED]
    before = [row for row in given if row.at <= start]
    within = [row for row in given if start < row.at <= due]
    holder = before[-1].data.get("to") if before else None
    if holder is None and not any(row.data.get("to") for row in within):
        yield Fact("nobody", Text("It had no name on it until it was due.", "到期前一直无人负责。"))
        return
    changed = [row for row in within if holder is not None or row is not within[0]]
    if changed:
        at = changed[-1].at.astimezone(zone)
        day = month_day(at.date())
        yield Fact(
            "reassigned",
            Text(
                f"It changed hands while the time ran ({day.en} {at:%H:%M}).",
                f"计时期间更换了负责人（{day.zh} {at:%H:%M}）。",
            ),
        )
    elif holder is None and within and within[0].at - start > (due - start) / 2:
        yield Fact(
            "assigned_late",
            Text("It had no name on it for more than half of the time.", "过半时间无人负责。"),
        )


def _moved(item: Measured, zone: ZoneInfo) -> Iterator[Fact]:
    for change in item.clock.changes:
        earlier = change.after is not None and (change.before is None or change.after < change.before)
        if change.what in {Cause.RAISED, Cause.UPGRADED} and earlier:
            at = change.at.astimezone(zone)
            yield Fact(
                "raised",
                Text(
                    f"The due came forward when it was raised at {at:%H:%M}.",
                    f"{at:%H:%M} 提高优先级后，期限提前。",
                ),
            )


def _assignee_at(told: Told, at: datetime) -> tuple[int, str] | None:
    given = [row for row in told.log.rows if row.type == Kind.ASSIGNED and row.at <= at]
    last = given[-1].data if given else {}
    return (last["to"], last.get("name", "")) if last.get("to") else None
