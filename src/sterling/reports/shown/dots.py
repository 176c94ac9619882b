"""Promises along the axis of their target: a dot each while there are few, else how many lie where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

END = 1.5  # where the axis ends; what used more stands at its end
WIDTH, EDGE, LANE, REACH = 286.0, 4.0, 5.2, 5.4
LEAST_HEIGHT = 32.0
FEW_DOTS = 200
BIN = 0.05
_LANES = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -7, 7, -8, 8)


def place(used: float) -> float:
    """Where a share of the target stands, in units of a row that is 286 wide."""
    return round(EDGE + (WIDTH - 2 * EDGE) * min(used, END) / END, 1)


MARKS = {"half": place(0.5), "target": place(1.0), "end": place(END)}


def dots(used: Sequence[float], late: int) -> dict[str, Any]:
    """Each promise as a dot, the last `late` of them as diamonds; dots that would touch step aside."""
    ranked = sorted(used)
    first_late = len(ranked) - late
    last_in: dict[int, float] = {}
    found: list[tuple[float, int]] = []
    for share in ranked:
        x = place(share)
        free = next((lane for lane in _LANES if x - last_in.get(lane, -WIDTH) >= REACH), None)
        lane = free if free is not None else min(_LANES, key=lambda one: last_in[one])
        last_in[lane] = x
        found.append((x, lane))
    most = max((abs(lane) for _, lane in found), default=0)
    height = max(LEAST_HEIGHT, round((2 * most + 1) * LANE + 4, 1))
    spots = [[x, round(height / 2 + lane * LANE, 1)] for x, lane in found]
    return {"height": height, "dots": spots[:first_late], "late": spots[first_late:], "bars": []}


def bars(used: Sequence[float], late: int) -> dict[str, Any]:
    """The same axis in steps of a twentieth: what lies in each, as high as the fullest allows."""
    ranked = sorted(used)
    first_late = len(ranked) - late
    steps = round(END / BIN)
    counts = {False: [0] * (steps + 1), True: [0] * (steps + 1)}
    for nth, share in enumerate(ranked):
        counts[nth >= first_late][min(int(share / BIN + 1e-9), steps - 1)] += 1
    most = max([1, *counts[False], *counts[True]])
    wide = (WIDTH - 2 * EDGE) / steps
    drawn = [
        {
            "x": round(EDGE + step * wide + 0.5, 1),
            "width": round(wide - 1, 1),
            "height": round(max(1.5, (LEAST_HEIGHT - 8) * n / most), 1),
            "late": is_late,
        }
        for is_late in (False, True)
        for step, n in enumerate(counts[is_late])
        if n
    ]
    return {"height": LEAST_HEIGHT, "dots": [], "late": [], "bars": drawn}
