"""What a sponsor should know before they speak with the customer, on one page: the same facts for screen and paper."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.base.formats import month_day, short_moment
from sterling.base.pdf import pdf
from sterling.base.statuses import CHIPS
from sterling.core.sponsors import CADENCES
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.premium.sponsors import queries
from sterling.sla import alarms
from sterling.sla import queries as promises
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from sterling.premium.sponsors.models import Touchpoint
    from sterling.premium.sponsors.queries import Standing
    from sterling.tickets.models import Ticket

TEMPLATE = Path(__file__).with_name("paper") / "brief.typ"
SPAN = timedelta(days=90)
MOST = 5  # lines of a list: it stays one page


def facts(standing: Standing, at: datetime, language: str) -> dict[str, Any]:
    """Plain words and figures in one language."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).to(language)

    of = standing.organization
    zone = ZoneInfo(of.region.timezone)
    live = tickets.live_of(of.pk)
    misses = alarms.misses([of.pk], at - SPAN)
    about = tickets.by_timeline([one.timeline_id for one in misses])
    met, _ = promises.kept_since(of.pk, at - SPAN)
    comma = say(", ", "，")
    holding = entitled.held(of.pk, at)
    names = {one.id: one.name for one in holding.catalog.priorities_by_rank()}
    sponsorship = standing.sponsorship
    assert sponsorship is not None  # a brief is for a sponsor
    return {
        "language": language,
        "title": say(f"Before you speak with {of.name}", f"与 {of.name} 沟通前"),
        "made": say(f"As of {_moment(at, zone, at).en}", f"截至 {_moment(at, zone, at).zh}"),
        "facts": [
            [say("Plan", "计划"), standing.plan.name.to(language)],
            [say("Sponsor", "高管支持人"), sponsorship.agent.name],
            [say("Counterpart", "对接人"), str(sponsorship.counterpart)],
            [say("Rhythm", "沟通频率"), CADENCES[sponsorship.cadence].to(language)],
            [
                say("Last contact", "上次沟通"),
                _moment(standing.last, zone, at).to(language) if standing.last else "–",
            ],
            [
                say("Due by", "应沟通日期"),
                _day(standing.due).to(language) + (say(", overdue", "，已逾期") if standing.overdue else ""),
            ],
            [
                say("Named contacts", "指定联系人"),
                ", ".join(str(one) for one in people.premium_contacts(of.pk, at)) or "–",
            ],
        ],
        "figures": [
            [str(len(live)), say("open tickets", "未结工单")],
            [str(sum(one.priority == standing.top for one in live)), say("of them Urgent", "其中紧急")],
            [str(met), say("promises kept in 90 days", "90 天内按时兑现的承诺")],
            [str(len(misses)), say("missed in 90 days", "90 天内超时")],
        ],
        "lists": [
            {
                "title": say("Open now", "当前未结"),
                "none": say("Nothing is open.", "没有未结工单。"),
                "lines": [
                    [
                        _short(f"#{one.number} {one.subject}"),
                        _ticket_words(one, names).to(language),
                    ]
                    for one in live[:MOST]
                ],
            },
            {
                "title": say("Missed in the last 90 days", "近 90 天超时"),
                "none": say("Nothing was missed.", "没有超时。"),
                "lines": [
                    [
                        _short(f"#{about[one.timeline_id].number} {about[one.timeline_id].subject}"),
                        f"{alarms.said(one).to(language)}{comma}{_moment(one.due, zone, at).to(language)}",
                    ]
                    for one in misses[:MOST]
                    if one.timeline_id in about
                ],
            },
            {
                "title": say("Promised and still open", "尚未完成的承诺"),
                "none": say("Nothing is open.", "没有未完成的承诺。"),
                "lines": [
                    [_short(one.what), f"{_short(one.who, 30)}{comma}{_day(one.due).to(language)}"]
                    for one in queries.open_commitments(of.pk)[:MOST]
                ],
            },
            {
                "title": say("Last contacts", "近期沟通"),
                "none": say("None yet.", "尚无记录。"),
                "lines": [
                    [
                        _touched(one, _moment(one.at, zone, at)).to(language),
                        _short(one.people, 40),
                    ]
                    for one in queries.touchpoints_of(of.pk)[:3]
                ],
            },
        ],
    }


def _touched(one: Touchpoint, when: Text) -> Text:
    notes = _short(one.notes, 100)
    return Text(f"{one.name.en}, {when.en}: {notes}", f"{one.name.zh}，{when.zh}：{notes}")


def _ticket_words(ticket: Ticket, names: dict[str, Text]) -> Text:
    """`High, waiting on us`."""
    priority = names.get(ticket.priority, Text(ticket.priority, ticket.priority))
    status = CHIPS[ticket.status].desk
    return Text(f"{priority.en}, {status.en[:1].lower()}{status.en[1:]}", f"{priority.zh}，{status.zh}")


def _short(words: str, most: int = 60) -> str:
    """What fits a line or two; a Chinese character is as wide as two letters."""
    line, width = " ".join(words.split()), 0
    for place, one in enumerate(line):
        width += 2 if one >= "\u2e80" else 1
        if width > most:
            return f"{line[:place]}…"
    return line


def _moment(at: datetime, zone: tzinfo, now: datetime) -> Text:
    return short_moment(at, now, zone)


def _day(day: date | None) -> Text:
    if day is None:
        return Text("–", "–")
    said = month_day(day)
    return Text(f"{said.en} {day.year}", f"{day.year} 年 {said.zh}")


def paper(standing: Standing, at: datetime, language: str) -> bytes:
    """The brief as a PDF."""
    return pdf(TEMPLATE, facts(standing, at, language))
