"""What the card about routing says of those who were passed over and are not told one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from sterling.base.moment import now
from sterling.core.routing import Why
from sterling.core.text import Text
from sterling.premium.engineers.queries import named_if_included

if TYPE_CHECKING:
    from sterling.accounts.models import Organization
    from sterling.premium.engineers.queries import Named

register = template.Library()
REST = {
    Why.TIER: Text("{n} of a lower tier", "{n} 人级别不足"),
    Why.ABSENT: Text("{n} away", "{n} 人休假"),
    Why.UNKNOWN: Text("{n} without shifts", "{n} 人未登记班次"),
    Why.OFF: Text("{n} not on shift", "{n} 人不当班"),
    Why.FULL: Text("{n} with as many tickets as they should have", "{n} 人工单已满"),
    Why.SKILLS: Text("{n} without the skill", "{n} 人缺少技能"),
    Why.LANGUAGE: Text("{n} without the customer's language", "{n} 人不会客户的语言"),
    Why.REGION: Text("{n} of other regions", "{n} 人属于其他区域"),
    Why.LOWER_TIER_FIRST: Text("{n} kept for higher tiers", "{n} 人留给更高级别的工单"),
    Why.TURN: Text("{n} whose turn comes later", "{n} 人更近期已接过工单"),
    Why.EXCEPTED: Text("{n} left out on purpose", "{n} 人此次不参与分配"),
    Why.HELD: Text("{n} not needed", "{n} 人无需参与"),
}


@register.simple_tag
def routing_rest(rest: dict[str, int]) -> list[Text]:
    """One line for each reason."""
    return [REST[Why(why)].filled(n=count) for why, count in rest.items() if Why(why) in REST]


@register.simple_tag
def engineers_of(organization: Organization) -> list[Named] | None:
    """Who is named for a customer; None where its plan names nobody. Two queries."""
    return named_if_included(organization.pk, now())
