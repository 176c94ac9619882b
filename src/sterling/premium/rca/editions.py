"""An edition: all that an analysis says at one moment, kept for good, and read on the page and on paper alike."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sterling.base.pdf import pdf
from sterling.core.clocks.documents import instant
from sterling.core.rca import Edition, What
from sterling.core.text import Text
from sterling.premium.rca import queries
from sterling.premium.rca.facts import DETECTED, Line, lines
from sterling.premium.rca.facts import facts as told
from sterling.premium.rca.models import Published, Rca
from sterling.premium.rca.words import facts
from sterling.sla import queries as promises
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sterling.accounts.models import Agent
    from sterling.core.rca.document import Value
    from sterling.premium.rca.models import Action
    from sterling.sla.log import Log

TEMPLATE = Path(__file__).with_name("paper") / "rca.typ"


def make(
    rca: Rca, edition: Edition, *, reviewer: Agent, names_checked: list[dict[str, str]], at: datetime
) -> Published:
    """In the caller's transaction, which holds the row."""
    said = content(rca, edition)
    newest = queries.editions(rca)
    number = newest[0].number + 1 if newest else 1
    author = rca.author.name if rca.author else ""
    said |= {"author": author, "reviewer": reviewer.name, "published_at": instant(at), "version": number}
    return Published.objects.create(
        rca=rca,
        organization_id=rca.organization_id,
        number=number,
        edition=edition.value,
        content=said,
        at=at,
        author=author,
        reviewer=reviewer.name,
        names_checked=names_checked,
    )


def content(rca: Rca, edition: Edition) -> dict[str, Any]:
    """What it says now, as plain data that no later change of anything reaches."""
    ticket = rca.ticket
    log, beyond = _logs(rca)
    catalog = log.catalog
    written = queries.parts(rca)
    document = queries.document(written)
    priority = catalog.priorities[_priority(log)]
    return {
        "ticket": ticket.number,
        "subject": ticket.subject,
        "organization": ticket.organization.name,
        "plan": catalog.plans[ticket.plan].name.as_dict(),
        "priority": {**priority.name.as_dict(), "alias": priority.alias},
        "zone": log.timeline.region.timezone,
        "edition": edition.value,
        "because": rca.because,
        "starts_at": instant(rca.starts_at),
        "started_by": rca.started_by,
        "due": instant(rca.preliminary_due if edition is Edition.PRELIMINARY else rca.final_due),
        "author": rca.author.name if rca.author else "",
        "reviewer": "",
        "published_at": None,
        "version": 0,
        "parts": document,
        "lines": [
            {
                "at": instant(line.at),
                "what": line.what,
                "text": line.text.as_dict(),
                "by_hand": line.by_hand,
            }
            for line in timeline(document, log, beyond)
        ],
        "actions": [_action(one) for one in queries.actions(rca)],
    }


def _logs(rca: Rca) -> tuple[Log, Log | None]:
    further = tickets.going_on(rca.ticket)
    beyond = promises.log_of(further.timeline_id) if further.pk != rca.ticket_id else None
    return promises.log_of(rca.ticket.timeline_id), beyond


def _priority(log: Log) -> str:
    """The most pressing one that an engineer ever confirmed; else what it is."""
    catalog = log.catalog
    named = [one.value for one in told(log) if one.what is What.CONFIRMED and one.value in catalog.priorities]
    fallback = [row.data["priority"] for row in log.rows[:1]]
    return max(named or fallback, key=lambda one: catalog.priorities[one].rank)


def timeline(document: dict[str, Value], log: Log, beyond: Log | None) -> Sequence[Line]:
    """What the log tells and what was added by hand, in order."""
    part = document["timeline"]
    found = lines(log, beyond)
    if part["detected"]:
        found.append(Line(datetime.fromisoformat(part["detected"]), "detected", DETECTED, by_hand=True))
    for row in part["lines"]:
        said = row["text"]
        found.append(Line(datetime.fromisoformat(row["at"]), "", Text(said, said), by_hand=True))
    return sorted(found, key=lambda one: one.at)


def lines_of(rca: Rca) -> Sequence[Line]:
    """The timeline as it stands."""
    return timeline(queries.document(queries.parts(rca)), *_logs(rca))


def _action(one: Action) -> dict[str, Any]:
    return {
        "text": one.text,
        "kind": one.kind,
        "owner": one.owner.name if one.owner else "",
        "due": one.due.isoformat() if one.due else "",
        "state": one.state,
        "verification": one.verification,
    }


def paper(said: dict[str, Any], language: str) -> bytes:
    """An edition as a PDF, its headings in either language."""
    return pdf(TEMPLATE, facts(said, language))


def file_name(said: dict[str, Any], language: str) -> str:
    return f"rca-{said['ticket']}-{said['edition']}-{said['version']}-{language}.pdf"
