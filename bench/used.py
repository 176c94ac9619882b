"""What the product's processes use of the processors: a figure that other work on the machine does not change."""

from __future__ import annotations

import os
from pathlib import Path

from tests.flows.product import Product

TICK = os.sysconf("SC_CLK_TCK")


def seconds(line: Product) -> dict[str, float]:
    """Processor seconds so far of web, worker, smtp, events and the database's sessions."""
    found: dict[str, float] = {}
    names = {
        pid: name for name in ("web", "worker", "smtp", "events") for pid in line.pids(f"sterling {name}")
    }
    names |= dict.fromkeys(_below(line.database_pid()), "database")
    for pid, name in names.items():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        found[name] = found.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / TICK
    return found


def _below(root: int) -> list[int]:
    found = [root]
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent in found:
            found.append(int(folder.name))
    return found


def spent(before: dict[str, float], after: dict[str, float], times: int) -> str:
    """Milliseconds of processor a piece, by process."""
    each = {name: (after[name] - before.get(name, 0.0)) * 1000 / times for name in after}
    parts = ", ".join(f"{name} {ms:.1f}" for name, ms in each.items() if ms >= 0.05)
    return f"{sum(each.values()):.1f} ms of processor each ({parts})"
