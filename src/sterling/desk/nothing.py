"""Why a list of the queue holds nothing: what is true, and one next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.desk.listing import Listing

_SAID = {
    "next": (
        Text("Nothing is owed", "没有待兑现的承诺"),
        Text(
            "No ticket is open. The next message from a customer starts a clock.",
            "目前没有处理中的工单，客户来信后开始计时。",
        ),
    ),
    "mine": (
        Text("Nothing of yours is open", "您名下没有未完成的工单"),
        Text("No open ticket is assigned to you.", "没有分配给您的工单。"),
    ),
    "pool": (
        Text("The pool is empty", "待领池为空"),
        Text("No premium ticket waits for a Tier 3 engineer.", "没有等待三线工程师领取的高级服务工单。"),
    ),
    "unassigned": (
        Text("Every ticket has its engineer", "所有工单均已分配"),
        Text("No open ticket is without an engineer.", "没有未分配工程师的工单。"),
    ),
    "late": (
        Text("Nothing is past due", "没有超时"),
        Text(
            "Every reply and every update that is owed has time left.",
            "所有待回复和待通报的工单都还在期限之内。",
        ),
    ),
    "pending": (
        Text("Nobody is waited for", "没有等待客户的工单"),
        Text("No ticket waits for an answer of its customer.", "没有工单在等待客户答复。"),
    ),
    "on_hold": (
        Text("Nothing waits on us", "没有等待我方的工单"),
        Text("No ticket waits for engineering or a third party.", "没有工单在等待研发或第三方。"),
    ),
    "solved": (
        Text("Nothing waits to be closed", "没有待关闭的工单"),
        Text("No solved ticket is open to a last word of its customer.", "没有已解决且等待客户确认的工单。"),
    ),
}
_ELSEWHERE = (
    ("next", Text("See what is due next ({n})", "查看即将到期（{n}）")),
    ("unassigned", Text("See what nobody has yet ({n})", "查看未分配（{n}）")),
    ("pending", Text("See those that wait on customers ({n})", "查看等待客户（{n}）")),
    ("solved", Text("See what is solved ({n})", "查看已解决（{n}）")),
)


def nothing_in(found: Listing) -> tuple[Text, Text, str, Text]:
    """Title, sentence, address and words of the next step."""
    asked, home = found.asked, reverse("desk:queue")
    if asked.words:
        return (
            Text("Nothing found", "没有找到"),
            Text(
                f"No ticket has all of these words in its subject, requester, organization or number: {asked.words}",
                f"没有工单的主题、提交人、组织或编号同时包含这些词：{asked.words}",
            ),
            home,
            Text("Back to the queue", "返回队列"),
        )
    if asked.narrowed:
        return (
            Text("No ticket fits the filter", "没有符合筛选条件的工单"),
            Text(
                f"Without it this view holds {found.counts[found.view.id]}.",
                f"不加筛选时，此视图有 {found.counts[found.view.id]} 个。",
            ),
            f"{home}?{asked.wide.query}",
            Text("Clear the filter", "清除筛选"),
        )
    title, words = _SAID[found.view.id]
    for view, step in _ELSEWHERE:
        if view != found.view.id and found.counts.get(view):
            n = found.counts[view]
            return title, words, f"{home}?view={view}", Text(step.en.format(n=n), step.zh.format(n=n))
    return title, words, reverse("desk:new"), Text("New ticket", "新建工单")
