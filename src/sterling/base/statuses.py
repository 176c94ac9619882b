"""A ticket's status in words: as the desk says it, and as its customer reads it."""

from __future__ import annotations

from dataclasses import dataclass

from sterling.core.text import Text


@dataclass(frozen=True, slots=True)
class Chip:
    desk: Text
    portal: Text


CHIPS = {
    "open": Chip(Text("Open", "处理中"), Text("We are working on it", "正在处理")),
    "pending": Chip(Text("Waiting on the customer", "等待客户"), Text("Waiting for you", "等您回复")),
    "on_hold": Chip(Text("Waiting on us", "等待我方"), Text("Our specialists are on it", "专家处理中")),
    "solved": Chip(Text("Solved", "已解决"), Text("Solved", "已解决")),
    "closed": Chip(Text("Closed", "已关闭"), Text("Closed", "已关闭")),
}
