"""Escalating a ticket, and having routing think again: what the forms say beforehand, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.accounts.access import with_role
from sterling.accounts.models import Role
from sterling.core.routing import tier_words
from sterling.core.text import Text
from sterling.tickets.actions import escalating, routing

if TYPE_CHECKING:
    from sterling.desk.acts import Deed


def ways_up(deed: Deed) -> dict[str, Any]:
    """Up a tier where there is one above; up the ladder, with who hears next."""
    tier = deed.ticket.tier
    rung = escalating.next_rung(deed.ticket, deed.at)
    if tier >= escalating.HIGHEST_TIER and rung is None:
        return {
            "forbidden": Text(
                "It is with the highest tier, and everyone on the ladder has heard of it.",
                "工单已在最高级别，升级阶梯上的所有人也都已收到通知。",
            )
        }
    ways = []
    if tier < escalating.HIGHEST_TIER:
        above = tier_words(tier + 1)
        ways.append(
            (
                "tier",
                Text(f"To {above.en}", f"升级到{above.zh}"),
                Text(
                    "Somebody of that tier gets it, with the reason why.", "由该级别工程师接手，并注明原因。"
                ),
            )
        )
    if rung is not None:
        said = RUNGS[rung.value]
        ways.append(
            (
                "ladder",
                Text(f"To {said.en}", f"通知{said.zh}"),
                Text(
                    "They hear of it at once, in the desk and by mail. The engineer stays.",
                    "立即在工作台和邮件中通知，工程师不变。",
                ),
            )
        )
    return {"ways": ways, "chosen": deed.said("to") or ways[0][0]}


def escalate(deed: Deed) -> None:
    if deed.said("to") == "tier":
        escalating.up_a_tier(reason=deed.said("reason"), **deed.done_by)
    else:
        escalating.up_the_ladder(reason=deed.said("reason"), **deed.done_by)


def thinking(deed: Deed) -> dict[str, Any]:
    if deed.agent.role == Role.AGENT:
        return {
            "forbidden": Text("A lead has routing think again.", "由主管重新分配。"),
            "remedy": Text("You can assign the ticket yourself.", "您可以自行分配此工单。"),
        }
    return {"skills": deed.form.get("skills", ", ".join(deed.ticket.skills)), "others": deed.said("others")}


def think_again(deed: Deed) -> None:
    with_role(deed.viewer, Role.LEAD)
    skills = [one for one in deed.said("skills").replace("，", ",").split(",") if one.strip()]
    routing.route_again(
        reason=deed.said("reason"), skills=skills, others=bool(deed.said("others")), **deed.done_by
    )


RUNGS = {
    "lead": Text("the lead", "组长"),
    "duty_manager": Text("the duty manager", "值班经理"),
    "sponsor": Text("the sponsor", "高管支持人"),
}
