"""The five states of a ticket, by their names outside."""

from __future__ import annotations

from sterling.base.errors import Invalid
from sterling.core.clocks import Status
from sterling.core.text import Text

NAMES = {
    Status.OPEN: Text("Open", "处理中"),
    Status.PENDING: Text("Waiting on the customer", "等待客户"),
    Status.ON_HOLD: Text("On hold", "等待内部或第三方"),
    Status.SOLVED: Text("Solved", "已解决"),
    Status.CLOSED: Text("Closed", "已关闭"),
}


def status_of(name: str) -> Status:
    if name not in set(Status):
        known = ", ".join(status.value for status in Status)
        raise Invalid.field("status", f"One of {known}.", f"可选：{known}。")
    return Status(name)
