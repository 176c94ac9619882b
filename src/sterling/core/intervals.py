"""Sets of time as ordered spans [start, end) in whole microseconds since 1970, none touching another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def union(spans: Iterable[Span]) -> list[Span]:
    """All of them in order, those that touch or overlap made one. Empty spans are left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        elif start < end:
            found.append((start, end))
    return found


def common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What lies in both."""
    found = []
    here = there = 0
    while here < len(some) and there < len(others):
        start = max(some[here][0], others[there][0])
        end = min(some[here][1], others[there][1])
        if start < end:
            found.append((start, end))
        if some[here][1] <= others[there][1]:
            here += 1
        else:
            there += 1
    return found


def without(some: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What of `some` lies outside of `taken`."""
    found = []
    place = 0
    for start, end in some:
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        at, look = start, place
        while look < len(taken) and taken[look][0] < end:
            if at < taken[look][0]:
                found.append((at, taken[look][0]))
            at = max(at, taken[look][1])
            look += 1
        if at < end:
            found.append((at, end))
    return found


def total(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)
