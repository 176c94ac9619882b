"""From facts to a decision. Affinity first, but never past a due; else the pool, to whoever has waited longest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sterling.core.routing.facts import Case, Code, Decision, Engineer, Next, Passed, Why
from sterling.core.routing.words import reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, tzinfo

NEXT_IN_LINE = 5
"""So many of the pool are told with the reason why they were passed over; the others are counted."""


def route(case: Case, engineers: Iterable[Engineer], zone: tzinfo | None = None) -> Decision:
    """Who gets the ticket, and why. The order of `engineers` does not matter; that of `case.named` does.

    `zone`: in which the sentences say times.
    """
    by_id = {one.id: one for one in engineers}
    return _Routing(case, by_id, zone).decide()


class _Routing:
    def __init__(self, case: Case, by_id: dict[int, Engineer], zone: tzinfo | None) -> None:
        self.case = case
        self.by_id = by_id
        self.zone = zone
        self.passed: list[Passed] = []

    def decide(self) -> Decision:
        return self._holder() or (self._on_duty() if self.case.bypasses else self._named()) or self._pool()

    # ---- who has it already ----

    def _holder(self) -> Decision | None:
        """Whoever works on it keeps it, unless they are away, would be late, or it needs another tier."""
        holder = self.by_id.get(self.case.holder or 0)
        if holder is None:
            return None
        against = self._against(holder, cap=False)
        if against is None and self.case.bypasses and holder.on is False:
            against = Passed(holder.id, holder.name, Why.OFF, holder.next_on)
        if against is None:
            return self._chosen(Code.KEPT, holder)
        if holder.id not in self.case.named:
            self.passed.append(against)
        return None

    # ---- the named ones ----

    def _named(self) -> Decision | None:
        for place, key in enumerate(self.case.named):
            one = self.by_id.get(key)
            if one is None:
                continue
            against = self._against(one)
            if against is None:
                soon = one.on is False
                if place:
                    return self._chosen(Code.BACKUP_SOON if soon else Code.BACKUP, one)
                return self._chosen(Code.PRIMARY_SOON if soon else Code.PRIMARY, one)
            self._pass(against)
        return None

    def _on_duty(self) -> Decision | None:
        """Of those on duty a named one comes first, since they know the customer. Nobody is waited for."""
        for known in (True, None):
            for place, key in enumerate(self.case.named):
                one = self.by_id.get(key)
                if one is None or one.on is not known or self._against(one) is not None:
                    continue
                self._pass_named(but=one.id)
                return self._chosen(Code.BACKUP if place else Code.PRIMARY, one)
            if known and self._present():
                break
        self._pass_named()
        return None

    def _pass_named(self, but: int = 0) -> None:
        for key in self.case.named:
            one = self.by_id.get(key)
            if one is not None and key != but:
                against = self._against(one)
                if against is None or one.on is False:
                    against = Passed(one.id, one.name, Why.ABSENT if one.back else Why.URGENT, one.back)
                self._pass(against)

    def _pass(self, against: Passed) -> None:
        known = against.agent in self.case.named
        self.passed.append(
            Passed(against.agent, against.name, against.why, against.until, against.what, named=known)
        )

    def _against(self, one: Engineer, *, cap: bool = True) -> Passed | None:
        """What speaks against one who has it or is named; None for nothing."""
        case = self.case
        why, until, what = None, None, ""
        if one.id in case.without:
            why = Why.EXCEPTED
        elif one.back is not None:
            why, until = Why.ABSENT, one.back
        elif one.id not in case.named and one.tier < case.tier:
            why = Why.TIER
        elif one.on is False and one.next_on is None:
            why = Why.OFF
        elif one.on is False and one.next_on is not None and not self._in_time(one.next_on):
            why, until = Why.TOO_LATE, one.next_on
        elif case.skills - one.skills:
            why, what = Why.SKILLS, ", ".join(sorted(case.skills - one.skills))
        elif cap and one.is_full:
            why, what = Why.FULL, f"{one.load}/{one.cap}"
        return None if why is None else Passed(one.id, one.name, why, until, what)

    def _in_time(self, comes_on: datetime) -> bool:
        """Half of what is left must remain when they come on; without a due there is no hurry."""
        due, now = self.case.due, self.case.at
        return due is None or comes_on - now <= (due - now) / 2

    # ---- the pool ----

    def _eligible(self) -> list[Engineer]:
        case = self.case
        return [
            one
            for one in self.by_id.values()
            if one.takes and one.tier >= case.tier and one.back is None and one.id not in case.without
        ]

    def _present(self) -> list[Engineer]:
        return [one for one in self._eligible() if one.on]

    def _pool(self) -> Decision:
        present = self._present()
        if not present:
            return self._empty()
        free = [one for one in present if not one.is_full]
        if not free and self.case.due is None:
            return self._decision(Code.ALL_FULL, None, self._line(present))
        line = self._line(free or present)
        code = Code.OVER_CAP if not free else Code.ON_DUTY if self.case.bypasses else Code.POOL
        return self._chosen(
            code, line[0], line[1:] + (self._line([o for o in present if o.is_full]) if free else [])
        )

    def _empty(self) -> Decision:
        eligible = self._eligible()
        coming = [(one.next_on, one.id) for one in eligible if one.next_on is not None]
        if coming:
            at, key = min(coming)
            return self._decision(Code.NOBODY_ON, None, [], Next(key, self.by_id[key].name, at))
        return self._decision(Code.NO_SHIFTS if eligible else Code.NOBODY, None, [])

    def _line(self, some: Sequence[Engineer]) -> list[Engineer]:
        """The best first: fit, then whoever has waited longest. Equal in that: fewer open tickets, then the lower key."""
        return sorted(some, key=lambda one: (*self._fit(one), one.waited_since, one.load, one.id))

    def _fit(self, one: Engineer) -> tuple[int, int, bool, int, bool]:
        case = self.case
        return (
            one.over,
            len(case.skills - one.skills),
            bool(case.language) and bool(one.languages) and case.language not in one.languages,
            one.tier - case.tier,
            one.region != case.region,
        )

    # ---- telling ----

    def _chosen(self, code: Code, one: Engineer, line: Sequence[Engineer] = ()) -> Decision:
        return self._decision(code, one, line)

    def _decision(
        self, code: Code, one: Engineer | None, line: Sequence[Engineer], coming: Next | None = None
    ) -> Decision:
        case = self.case
        over = [passed for passed in self.passed if one is None or passed.agent != one.id]
        named = {passed.agent for passed in over}
        behind = [self._behind(one, other) for other in line if other.id not in named]
        chosen = one.id if one else None
        first = case.named[0] if case.named else None
        informs = case.bypasses and first is not None and first != chosen and first in self.by_id
        return Decision(
            chosen,
            case.tier,
            reason(code, case, one, over, coming, self.zone),
            (first,) if informs and first is not None else (),
            (*over, *behind[:NEXT_IN_LINE]),
            coming,
            dict(sorted(self._rest(chosen, named | {other.id for other in line}, behind).items())),
        )

    def _rest(self, chosen: int | None, told: set[int], behind: Sequence[Passed]) -> Counter[Why]:
        counted = Counter(one.why for one in behind[NEXT_IN_LINE:])
        for one in self.by_id.values():
            if one.id == chosen or one.id in told or not one.takes:
                continue
            if one.id in self.case.without:
                counted[Why.EXCEPTED] += 1
            elif one.tier < self.case.tier:
                counted[Why.TIER] += 1
            elif one.back is not None:
                counted[Why.ABSENT] += 1
            elif one.on is None:
                counted[Why.UNKNOWN] += 1
            elif not one.on:
                counted[Why.OFF] += 1
            else:
                counted[Why.HELD] += 1
        return counted

    def _behind(self, chosen: Engineer | None, other: Engineer) -> Passed:
        """Where one of the line falls behind the one chosen."""
        if chosen is None or (other.is_full and not chosen.is_full):
            return Passed(other.id, other.name, Why.FULL, what=f"{other.load}/{other.cap}")
        reasons = (Why.FULL, Why.SKILLS, Why.LANGUAGE, Why.LOWER_TIER_FIRST, Why.REGION)
        pairs = zip(self._fit(chosen), self._fit(other), reasons, strict=True)
        why = next((why for mine, theirs, why in pairs if mine != theirs), Why.TURN)
        what = ", ".join(sorted(self.case.skills - other.skills)) if why is Why.SKILLS else ""
        return Passed(other.id, other.name, why, what=what)
