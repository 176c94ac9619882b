"""What Platinum has beside the clocks: the executive sponsor, the primary engineers, root-cause analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.core.sponsors import CADENCES
from sterling.premium.engineers import queries as engineers
from sterling.premium.rca import queries as rcas
from sterling.premium.sponsors import queries as sponsors
from sterling.reports.gathering.organization import lacking

if TYPE_CHECKING:
    from sterling.reports.gathering.organization import Asked


def sponsor(asked: Asked) -> dict[str, Any]:
    """Who sponsors whom, the contacts of the period, when the next is due. Notes as far as they are shared."""
    absent = lacking(asked, "executive_sponsor")
    if absent:
        return absent
    found = sponsors.standing(asked.organization, asked.at)
    named = found.sponsorship if found else None
    touched = [one for one in sponsors.touchpoints_of(asked.organization.pk) if one.at in asked.period]
    return {
        "included": True,
        "named": named
        and {
            "sponsor": named.agent.name,
            "counterpart": str(named.counterpart),
            "cadence": CADENCES[named.cadence].as_dict(),
        },
        "due": found.due.isoformat() if found and found.due else None,
        "overdue": bool(found and found.overdue),
        "touchpoints": [
            {
                "at": one.at.isoformat(),
                "kind": one.name.as_dict(),
                "people": one.people,
                "notes": one.notes if one.shared else "",
            }
            for one in reversed(touched)
        ],
    }


def primaries(asked: Asked) -> dict[str, Any]:
    """Who is named in which region, and how many tickets of the period reached the primary first."""
    absent = lacking(asked, "primary_engineer")
    if absent:
        return absent
    organization = asked.organization.pk
    found = engineers.share(organization, asked.period.start, min(asked.at, asked.period.end))
    return {
        "included": True,
        "share": {
            "n": found.to_primary,
            "of": found.eligible,
            "reasons": [{"why": why.as_dict(), "n": n} for why, n in found.told],
        },
        "named": [
            {
                "region": one.region.name.as_dict(),
                "primary": one.primary.name,
                "backups": [agent.name for agent in one.backups],
            }
            for one in engineers.named(organization)
        ],
    }


def analyses(asked: Asked) -> dict[str, Any]:
    """Root-cause analyses that were owed, published or open in the period."""
    absent = lacking(asked, "rca")
    # A lead may grant one elsewhere: what is there is told, whatever the plan.
    owed = rcas.lived_between(asked.organization.pk, asked.period.start, asked.period.end)
    if absent and not owed:
        return absent
    actions = rcas.actions_among(owed)
    return {
        "included": True,
        "items": [
            {
                "ticket": one.ticket.number,
                "subject": one.ticket.subject,
                **{clock.edition.value: _edition(clock, asked) for clock in rcas.clocks(one)},
                "actions": len(actions.get(one.pk, [])),
                "open": rcas.unsettled(actions.get(one.pk, [])),
            }
            for one in owed
        ],
    }


def _edition(clock: rcas.Clock, asked: Asked) -> dict[str, Any]:
    return {
        "due": clock.due.isoformat() if clock.due else None,
        "published": clock.published_at.isoformat() if clock.published_at else None,
        "late": clock.state(asked.at) == "missed",
    }
