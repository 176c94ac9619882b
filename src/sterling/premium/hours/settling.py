"""The ledger brought up to an instant: grants of terms that began, draws agreed by silence, what lapsed.

Each entry is written once and bears the instant at which it came to be so, whoever looks and however late.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.base.actor import SYSTEM
from sterling.base.live import poke
from sterling.core.hours import Kind, agreed, lapse, taken_back
from sterling.plans import queries as plans
from sterling.plans.dates import midnight
from sterling.premium.hours import queries, terms
from sterling.premium.hours.models import Draw, DrawState, LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sterling.base.actor import Actor
    from sterling.core.hours import Balance
    from sterling.plans.models import Contract
    from sterling.premium.hours.queries import Term

SILENCE = "silence"
CARRIED = "carried over"


@transaction.atomic
def settle(*, organization_id: int, at: datetime) -> tuple[Term, Balance] | None:
    """Bring the ledger up to `at`; the running term and its balance. None: no contract counts.

    Holds the organization's row until the transaction ends, so that nothing else is drawn meanwhile.
    """
    people.locked_organization(organization_id)
    held = list(
        plans.contracts_of(organization_id)
        .select_related("organization__region", "catalog_version")
        .filter(starts_at__lte=at)
        .order_by("starts_at", "pk")
    )
    for place, contract in enumerate(held):
        _terms(contract, _superseded_on(contract, held[place + 1 :]), at)
    term = queries.term_at(organization_id, at)
    return None if term is None else (term, queries.balance_of(queries.lines(term)))


def _superseded_on(contract: Contract, later: Sequence[Contract]) -> date | None:
    """The day from which a later contract counts in its place for good."""
    return next(
        (
            other.starts
            for other in later
            if other.ends_at is None or (contract.ends_at and other.ends_at >= contract.ends_at)
        ),
        None,
    )


def _terms(contract: Contract, superseded: date | None, at: datetime) -> None:
    """Grants, silence and lapses of every term that began. A superseded term ends on that day."""
    day = plans.day_of(contract, at)
    last = queries.term_of(contract, day)
    place = contract.starts
    while place <= last.begins:
        term = queries.term_of(contract, place)
        ends = min(term.ends, superseded) if superseded else term.ends
        if term.begins < ends:
            _grant(term, at)
        _agree_by_silence(term, at)
        if day >= ends:
            goes_on = not superseded and (contract.ends is None or ends < contract.ends)
            _lapse(term, max(ends, term.begins), goes_on=goes_on)
        if term.ends <= place:
            break
        place = term.ends


def _grant(term: Term, at: datetime) -> None:
    contract = term.contract
    catalog = plans.catalog_of(contract.catalog_version)
    changes = plans.changes_of(contract)
    first = changes[0].plan_from if changes else contract.plan
    before = [one.plan_to for one in changes if plans.day_of(contract, one.at) < term.begins]
    granted = terms.granted(catalog, before[-1] if before else first)
    if granted:
        begun = max(midnight(term.begins, contract.organization.region.timezone), contract.created_at)
        key = f"grant:{contract.pk}:{term.begins}"
        write(term, Kind.GRANT, granted, min(begun, at), SYSTEM, key=key)
    for change in changes:
        if term.begins <= plans.day_of(contract, change.at) < term.ends:
            key = f"change:{change.pk}"
            if not LedgerEntry.objects.filter(key=key).exists():
                delta = timedelta(minutes=change.hours_delta_minutes)
                delta = taken_back(queries.balance_of(queries.lines(term)), delta)
                write(term, Kind.GRANT, delta, change.at, SYSTEM, key=key)


def _agree_by_silence(term: Term, at: datetime) -> None:
    waiting = Draw.objects.select_for_update().filter(
        organization_id=term.contract.organization_id,
        contract=term.contract,
        term_begins=term.begins,
        state=DrawState.ASKED,
        silence_at__lte=at,
    )
    for draw in waiting.order_by("silence_at", "pk"):
        decide(term, draw, DrawState.AGREED, at=draw.silence_at, by=SYSTEM, who=SILENCE)


def _lapse(term: Term, on: date, *, goes_on: bool) -> None:
    """`goes_on`: the contract has a next term, into which a catalog with rollover carries what is left."""
    key = f"expire:{term.contract.pk}:{term.begins}"
    entry = lapse(queries.balance_of(queries.lines(term)))
    if entry and not LedgerEntry.objects.filter(key=key).exists():
        ended = midnight(on, term.contract.organization.region.timezone)
        quantity = terms.of(plans.catalog_of(term.contract.catalog_version))
        if goes_on and quantity and quantity.rollover:
            write(term, Kind.EXPIRE, entry.amount, ended, SYSTEM, key=key, note=CARRIED)
            following = queries.term_of(term.contract, on)
            write(following, Kind.GRANT, entry.amount, ended, SYSTEM, key=f"carry:{term.contract.pk}:{on}")
        else:
            write(term, Kind.EXPIRE, entry.amount, ended, SYSTEM, key=key)


def decide(
    term: Term, draw: Draw, state: DrawState, *, at: datetime, by: Actor, who: str = "", reason: str = ""
) -> None:
    """The end of a draw that was asked, with its entries. What comes free after the term's end lapses at once."""
    note = reason or (who if who == SILENCE else "")
    if state == DrawState.AGREED:
        for entry in agreed(queries.balance_of(queries.lines(term)), draw.amount):
            write(term, entry.kind, entry.amount, at, by, draw=draw, note=note)
    else:
        write(term, Kind.RELEASE, draw.amount, at, by, draw=draw, note=note)
        if LedgerEntry.objects.filter(key=f"expire:{term.contract.pk}:{term.begins}").exists():
            write(term, Kind.EXPIRE, draw.amount, at, SYSTEM, draw=draw)
    draw.state, draw.decided_at, draw.decided_by, draw.reason = state, at, who or by.name, reason[:500]
    draw.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    poke("hours", f"organization-{draw.organization_id}")


def write(
    term: Term,
    kind: Kind,
    amount: timedelta,
    at: datetime,
    by: Actor,
    *,
    key: str | None = None,
    draw: Draw | None = None,
    note: str = "",
) -> None:
    """One entry; with a `key`, only once ever. Whoever calls holds the organization's row."""
    if not amount or (key and LedgerEntry.objects.filter(key=key).exists()):
        return
    LedgerEntry.objects.create(
        organization_id=term.contract.organization_id,
        contract=term.contract,
        term_begins=term.begins,
        term_ends=term.ends,
        kind=kind.value,
        amount=amount,
        draw=draw,
        note=note,
        at=at,
        by=by.name,
        key=key,
    )
