"""The five states of a ticket, by their names outside."""

from __future__ import annotations

from sterling.base.errors import Invalid
from sterling.core.clocks import Status


def status_of(name: str) -> Status:
    if name not in set(Status):
        known = ", ".join(status.value for status in Status)
        raise Invalid.field("status", f"One of {known}.", f"可选：{known}。")
    return Status(name)
