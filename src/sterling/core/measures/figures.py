"""Counts, shares and what is typical."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, sqrt
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection

FEW = 5  # below so many a rate says little, and the reader is told so
_Z = 1.959963984540054  # 95 % of a normal distribution lie within so many deviations
_PLACES = 12  # what an interval is rounded to: its ends at 0 and 1 are exact

Amount = TypeVar("Amount", float, timedelta)


def wilson(kept: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score. (0, 1) for nothing: one knows nothing."""
    if not 0 <= kept <= n:
        raise ValueError(f"kept: {kept} of {n}")
    if not n:
        return 0.0, 1.0
    share, z2 = kept / n, _Z * _Z
    middle_of = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, round(middle_of - half, _PLACES)), min(1.0, round(middle_of + half, _PLACES))


@dataclass(frozen=True, slots=True)
class Share:
    """`kept` of `n`. A share of nothing has no rate."""

    kept: int
    n: int

    @property
    def late(self) -> int:
        return self.n - self.kept

    @property
    def rate(self) -> float | None:
        return self.kept / self.n if self.n else None

    @property
    def is_few(self) -> bool:
        """Too few for the rate to mean much; never shown without saying so."""
        return self.n < FEW

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.kept, self.n)

    def __add__(self, other: Share) -> Share:
        return Share(self.kept + other.kept, self.n + other.n)


def middle(values: Collection[Amount]) -> Amount | None:
    """The median; of an even number the mean of the two in the middle. None of nothing."""
    if not values:
        return None
    ranked = sorted(values)
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def percentile(values: Collection[Amount], percent: int) -> Amount | None:
    """The smallest value that at least so many percent do not exceed: always one that occurred. None of nothing."""
    if not 0 < percent <= 100:  # noqa: PLR2004 - percent
        raise ValueError(f"percent: {percent}")
    ranked = sorted(values)
    return ranked[ceil(len(ranked) * percent / 100) - 1] if ranked else None
