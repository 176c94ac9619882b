"""Whether somebody is on shift whenever a plan promises to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ninja import Query, Router
from pydantic import Field

from sterling.accounts.access import staff
from sterling.api.request import ApiRequest
from sterling.api.shapes import Instant, Out, Words, at, words
from sterling.core.coverage import tier_needed
from sterling.sla import coverage

if TYPE_CHECKING:
    from sterling.core.coverage import Gap

router = Router(tags=["Engineers"])

Weeks = Annotated[
    int, Query(ge=1, le=coverage.MOST_WEEKS, description=f"How far ahead, at most {coverage.MOST_WEEKS}.")
]


class AbsentOut(Out):
    id: str
    name: str


class GapOut(Out):
    starts: Instant = Field(description="From when nobody is there.")
    ends: Instant = Field(description="Exclusive.")
    region: str | None = Field(
        description="Whose local hours these are; null: around the clock, which any region keeps."
    )
    tier: int = Field(description="The tier that would have to be there.")
    absent: list[AbsentOut] = Field(description="Who would be there by their shifts, and is away.")


class PlanCoverageOut(Out):
    plan: str
    name: Words
    tier: int
    promised_seconds: float = Field(description="Of all its hours, in each region.")
    covered_seconds: float
    gaps: list[GapOut] = Field(description="In the order of time; none: the plan is covered.")


class CoverageOut(Out):
    starts: Instant
    ends: Instant
    items: list[PlanCoverageOut]
    next: str | None = Field(description="Always null: every plan is listed.")


def _gap_out(gap: Gap, found: coverage.Shown) -> dict[str, Any]:
    return {
        "starts": at(gap.start),
        "ends": at(gap.end),
        "region": gap.region,
        "tier": gap.tier,
        "absent": [{"id": str(key), "name": found.people[key].name} for key in gap.absent],
    }


@router.get("/coverage", response=CoverageOut)
def show_coverage(request: ApiRequest, weeks: Weeks = coverage.WEEKS) -> dict[str, Any]:
    """Every gap in the rota, per plan, from now on: when nobody of the tier needed is on shift. For staff."""
    staff(request.viewer)
    found = coverage.ahead(request.at, weeks)
    items = []
    for plan in found.catalog.plans_by_rank():
        proofs = found.of_plan(plan.id)
        gaps = sorted((gap for proof in proofs for gap in proof.gaps), key=lambda gap: (gap.start, gap.end))
        items.append(
            {
                "plan": plan.id,
                "name": words(plan.name),
                "tier": tier_needed(found.catalog, plan.id),
                "promised_seconds": sum(proof.promised for proof in proofs) / 10**6,
                "covered_seconds": sum(proof.kept for proof in proofs) / 10**6,
                "gaps": [_gap_out(gap, found) for gap in gaps],
            }
        )
    return {"starts": at(found.starts), "ends": at(found.ends), "items": items, "next": None}
