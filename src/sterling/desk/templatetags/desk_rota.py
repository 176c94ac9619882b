"""What the rota says on every page: `{% load desk_rota %}`."""

from __future__ import annotations

from django import template

from sterling.core.routing import tier_words

register = template.Library()


@register.simple_tag(takes_context=True)
def tier(context: template.Context, number: int) -> str:
    """`Tier 3`, 三线."""
    return tier_words(number).to(getattr(context.get("request"), "language", "en"))
