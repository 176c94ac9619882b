"""What a mail of alarms says, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.clocks.spoken import moment, zone
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

LINES = 50
"""A mail lists so many; the desk lists all."""


@dataclass(frozen=True, slots=True)
class Item:
    """One promise of one ticket: what is said of it and when it is or was due."""

    number: int
    subject: str
    organization: str
    said: Text
    due: datetime


@dataclass(frozen=True, slots=True)
class Written:
    subject: Text
    body: Text


def written(items: Sequence[Item], base: str, tz: tzinfo, until: datetime | None = None) -> Written:
    """Subject and body for these, the most urgent first; `base` is where the desk stands.

    `until`: no mail follows before that instant, which the body says.
    """
    shown = [_line(item, base, tz) for item in items[:LINES]]
    more = len(items) - len(shown)
    if more > 0:
        shown.append(Text(f"and {more} more", f"另有 {more} 项"))
    if until is not None:
        then = moment(until.replace(second=0, microsecond=0), tz)
        shown.append(
            Text(
                f"Many alarms came within the hour. What follows is collected until {then.en}; the desk shows all at once.",
                f"一小时内预警较多。后续预警将汇总，{then.zh} 前不再发邮件；工作台随时显示全部预警。",
            )
        )
    desk = f"{base}/desk/alarms/"
    shown.append(Text(f"All alarms: {desk}", f"全部预警：{desk}"))
    body = Text("\n\n".join(line.en for line in shown) + "\n", "\n\n".join(line.zh for line in shown) + "\n")
    return Written(_subject(items), body)


def _subject(items: Sequence[Item]) -> Text:
    first = items[0]
    if len(items) == 1:
        return Text(f"#{first.number}: {first.said.en}", f"#{first.number}：{first.said.zh}")
    return Text(
        f"{len(items)} promises need you; #{first.number}: {first.said.en}",
        f"{len(items)} 项承诺待处理；#{first.number}：{first.said.zh}",
    )


def _line(item: Item, base: str, tz: tzinfo) -> Text:
    subject = " ".join(item.subject.split()) or "-"
    due, city = moment(item.due.replace(second=0, microsecond=0), tz), zone(tz)
    link = f"{base}/desk/tickets/{item.number}/"
    return Text(
        f"#{item.number} {subject} ({item.organization})\n{item.said.en}; due {due.en} ({city.en})\n{link}",
        f"#{item.number} {subject}（{item.organization}）\n{item.said.zh}；期限 {due.zh}（{city.zh}）\n{link}",
    )
