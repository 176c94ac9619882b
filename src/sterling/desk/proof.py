"""The proof of coverage as it is drawn: each plan's eight weeks as days, and every gap as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.accounts import rota
from sterling.base.formats import full_length, month_day, zone_name
from sterling.core.calendars.instants import instant
from sterling.core.coverage import FIRST_TIER, tier_needed
from sterling.core.routing import tier_words
from sterling.core.text import Text
from sterling.desk.rota import day_words
from sterling.sla import coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from sterling.accounts.models import Agent
    from sterling.core.catalog import Plan
    from sterling.core.coverage import Gap, Proof
    from sterling.core.intervals import Span

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WIDE = 1000  # units of a day
COVERED, GAP = "covered", "gap"
SHOWN = 12  # sentences that stand open; the rest folds


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    width: int
    kind: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Monday to Sunday on one line; `now`: where this instant lies in it."""

    name: Text
    bars: list[Bar]
    now: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A gap as a sentence; `fill`: what the form of a shift has to know to fill it."""

    text: Text
    fill: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One need: where it holds, whose clock it is drawn on, its weeks, its gaps."""

    name: Text
    zone: Text
    said: Text
    weeks: list[WeekRow]
    gaps: list[Told]

    @property
    def open(self) -> list[Told]:
        return self.gaps[:SHOWN]

    @property
    def folded(self) -> list[Told]:
        return self.gaps[SHOWN:]


@dataclass(frozen=True, slots=True)
class PlanProof:
    plan: Plan
    tier: Text
    strips: list[Strip]
    gaps: int


@dataclass(frozen=True, slots=True)
class ProofPage:
    plans: list[PlanProof]
    gaps: int
    soon: int
    until: datetime


def page(at: datetime, zone: tzinfo, weeks: int = coverage.WEEKS) -> ProofPage:
    """Six queries, whatever the number. From the whole minute: nobody fills a gap to the second."""
    at = at.replace(second=0, microsecond=0)
    found = coverage.ahead(at, weeks)
    plans = []
    for plan in found.catalog.plans_by_rank():
        strips = [_strip(proof, found, zone) for proof in found.of_plan(plan.id)]
        tier = tier_words(tier_needed(found.catalog, plan.id))
        plans.append(PlanProof(plan, tier, strips, sum(len(strip.gaps) for strip in strips)))
    soon = coverage.distinct([gap for gap in found.gaps if gap.start < at + coverage.SOON])
    return ProofPage(plans, coverage.distinct(found.gaps), soon, found.ends)


def gaps_in_all(many: int, lacks: Text) -> Text:
    """`3 gaps, 12 h in all`."""
    return Text(f"{many} gap{'' if many == 1 else 's'}, {lacks.en} in all", f"{many} 处缺口，共 {lacks.zh}")


def _strip(proof: Proof, found: coverage.Shown, viewer: tzinfo) -> Strip:
    need = proof.need
    region = found.regions.get(need.region or "")
    zone: tzinfo = ZoneInfo(region.timezone) if region else viewer
    missing = proof.promised - proof.kept
    lacks = full_length(timedelta(microseconds=missing))
    covered = Text("Somebody is on shift in every minute", "每一分钟都有人值班")
    open_ = gaps_in_all(len(proof.gaps), lacks)
    name = region.name if region else Text("Around the clock, any region", "全天候，任一区域")
    return Strip(
        name,
        zone_name(zone),
        open_ if proof.gaps else covered,
        list(_weeks(proof, found, zone)),
        [told(gap, found, zone) for gap in proof.gaps],
    )


def told(gap: Gap, found: coverage.Shown, zone: tzinfo) -> Told:
    """`Sat 5 Dec 09:00 to 17:00, Berlin time: nobody of Tier 3 is on shift in Europe. Away: Erika Falk.`"""
    region = found.regions.get(gap.region or "")
    city, when, tier = zone_name(zone), _span(gap.start, gap.end, zone), tier_words(gap.tier)
    who = (
        Text("nobody", "无人")
        if gap.tier == FIRST_TIER
        else Text(f"nobody of {tier.en}", f"无{tier.zh}工程师")
    )
    where = Text(f" in {region.name.en}", region.name.zh) if region else Text(" anywhere", "各区域均")
    names = [found.people[key].name for key in gap.absent]
    away = Text(f" Away: {', '.join(names)}.", f"缺勤：{'、'.join(names)}。") if names else Text("", "")
    query = {"from": gap.start.isoformat(), "to": gap.end.isoformat(), "tier": str(gap.tier)}
    return Told(
        Text(
            f"{when.en}, {city.en}: {who.en} is on shift{where.en}.{away.en}",
            f"{when.zh}（{city.zh}）：{where.zh}{who.zh}值班。{away.zh}",
        ),
        urlencode(query | ({"region": gap.region} if gap.region else {})),
    )


def _span(start: datetime, end: datetime, zone: tzinfo) -> Text:
    a, b = start.astimezone(zone), end.astimezone(zone)
    first, last = day_words(a.date()), day_words(b.date())
    if a.date() == b.date():
        return Text(f"{first.en} {_time(a)} to {_time(b)}", f"{first.zh} {_time(a)} 至 {_time(b)}")
    return Text(
        f"{first.en} {_time(a)} to {last.en} {_time(b)}", f"{first.zh} {_time(a)} 至 {last.zh} {_time(b)}"
    )


def _time(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second or at.microsecond else f"{at:%H:%M}"


def _weeks(proof: Proof, found: coverage.Shown, zone: tzinfo) -> Iterator[WeekRow]:
    gaps = [(gap.start, gap.end) for gap in proof.gaps]
    covered = [_instants(span) for span in proof.covered]
    first = found.starts.astimezone(zone).date()
    monday = first - timedelta(days=first.weekday())
    while _midnight(monday, zone) < found.ends:
        days = [
            (_midnight(monday + n * DAY, zone), _midnight(monday + (n + 1) * DAY, zone)) for n in range(7)
        ]
        bars = [*_bars(covered, days, COVERED), *_bars(gaps, days, GAP)]
        named = month_day(monday)
        yield WeekRow(named, bars, _place(found.starts, days))
        monday += WEEK


def _instants(span: Span) -> tuple[datetime, datetime]:
    return instant(span[0]), instant(span[1])


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(ZoneInfo("UTC"))


def _bars(
    spans: Iterable[tuple[datetime, datetime]], days: Sequence[tuple[datetime, datetime]], kind: str
) -> Iterator[Bar]:
    for start, end in spans:
        if start >= days[-1][1] or end <= days[0][0]:
            continue
        for number, (dawn, night) in enumerate(days):
            begin, stop = max(start, dawn), min(end, night)
            if begin < stop:
                x = number * WIDE + round(WIDE * ((begin - dawn) / (night - dawn)))
                yield Bar(x, max(4, round(WIDE * ((stop - begin) / (night - dawn)))), kind)


def _place(at: datetime, days: Sequence[tuple[datetime, datetime]]) -> int | None:
    for number, (dawn, night) in enumerate(days):
        if dawn <= at < night:
            return number * WIDE + round(WIDE * ((at - dawn) / (night - dawn)))
    return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A gap that a shift shall fill, as an address tells it."""

    starts: datetime
    ends: datetime
    region: str
    tier: int
    when: Text


def wanted(starts: str, ends: str, region: str, tier: str, viewer: tzinfo) -> Wanted | None:
    """None where the address tells none that makes sense."""
    try:
        a, b = (datetime.fromisoformat(one.replace(" ", "+")) for one in (starts, ends))
    except ValueError:
        return None
    known = people.region(region) if region else None
    if a.tzinfo is None or b.tzinfo is None or not a < b or (region and known is None):
        return None
    zone = ZoneInfo(known.timezone) if known else viewer
    when, city = _span(a, b, zone), zone_name(zone)
    said = Text(f"{when.en}, {city.en}", f"{when.zh}（{city.zh}）")
    return Wanted(a, b, region, int(tier) if tier in {"1", "2", "3"} else FIRST_TIER, said)


def zone_of_region(region: str) -> str:
    found = people.region(region)
    return found.timezone if found else "UTC"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may work a shift. `away`: an absence lies in it."""

    agent: Agent
    city: Text
    away: bool


def candidates(gap: Wanted | None, at: datetime) -> list[Candidate]:
    """Whom the gap could be given to, those who are there first; everyone where there is none. Three queries."""
    a, b = (gap.starts, gap.ends) if gap else (at, at)
    staff = rota.staff_of(a, b) if gap is None else rota.engineers(a, b)
    if gap is not None:
        own = any(one.region_id == gap.region for one in staff)
        staff = [
            one
            for one in staff
            if one.tier >= gap.tier and (not gap.region or not own or one.region_id in {gap.region, None})
        ]
    found = [Candidate(one, zone_name(ZoneInfo(one.zone)), bool(one.absences.all())) for one in staff]
    return sorted(found, key=lambda one: one.away)
