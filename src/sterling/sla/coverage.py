"""The proof of coverage: the catalog in force and the regions' calendars against the rota, from now on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.accounts import rota
from sterling.base.prepared import Columns
from sterling.core import coverage
from sterling.plans import queries as plans
from sterling.sla import calendars
from sterling.sla.models import RotaGaps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sterling.accounts.models import Agent, Region
    from sterling.core.catalog import Catalog
    from sterling.core.coverage import Gap, Proof

WEEKS, MOST_WEEKS = 8, 26
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shown:
    """Every need with its gaps in [starts, ends), and the people and regions that they name by key."""

    starts: datetime
    ends: datetime
    catalog: Catalog
    proofs: list[Proof]
    people: dict[int, Agent]
    regions: dict[str, Region]

    def of_plan(self, plan: str) -> list[Proof]:
        return [proof for proof in self.proofs if proof.need.plan == plan]

    @property
    def gaps(self) -> list[Gap]:
        """Each once for a plan and region, in the order of time."""
        found = [gap for proof in self.proofs for gap in proof.gaps]
        return sorted(found, key=lambda gap: (gap.start, gap.end))


def shown(a: datetime, b: datetime) -> Shown:
    """Six queries, whatever the number."""
    regions = {region.pk: region for region in people.regions()}
    known = calendars.revisions(regions)
    keeps = {pk: calendars.in_force(known[pk], a).calendar for pk in regions if pk in known}
    catalog = plans.catalog_of(plans.version_in_force(a))
    staff = rota.engineers(a, b)
    found = coverage.prove(coverage.needs(catalog, keeps, a, b), rota.workers(staff), a, b)
    return Shown(a, b, catalog, found, {agent.pk: agent for agent in staff}, regions)


def ahead(at: datetime, weeks: int = WEEKS) -> Shown:
    return shown(at, at + timedelta(weeks=weeks))


def distinct(gaps: Iterable[Gap]) -> int:
    """How many stretches somebody is missing in: plans that miss the same person at once share one."""
    return len({(gap.start, gap.end, gap.region, gap.tier) for gap in gaps})


def gaps_soon() -> int:
    """How many gaps a worker counted last in the next seven days. One query."""
    return next((gaps for (gaps,) in _COUNTED.all()), 0)


_COUNTED = Columns(lambda: RotaGaps.objects.order_by("pk").values_list("gaps")[:1])


def count(*, at: datetime) -> int:
    """Count the gaps of the next seven days for the pages to show: a hint, worked out again at each round."""
    gaps = distinct(shown(at, at + SOON).gaps)
    RotaGaps.objects.update_or_create(pk=1, defaults={"gaps": gaps, "counted_at": at})
    return gaps
