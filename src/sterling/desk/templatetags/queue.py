"""Words of the queue alone: `{% load queue %}`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import template

from sterling.desk.nothing import nothing_in

if TYPE_CHECKING:
    from sterling.desk.listing import Listing
    from sterling.desk.narrowing import Asked

register = template.Library()


@register.filter
def chosen(asked: Asked, field: str) -> str:
    """`{{ queue.asked|chosen:"plan" }}`: what a list is narrowed to."""
    return asked.value(field)


@register.filter
def sorted_by(asked: Asked, sort: str) -> str:
    """The query of the same list in another order."""
    return replace(asked, sort=sort).query


@register.inclusion_tag("desk/parts/queue_empty.html", takes_context=True)
def empty_queue(context: template.Context, queue: Listing) -> dict[str, Any]:
    """Why a list holds nothing, and one way on."""
    language = getattr(context.get("request"), "language", None) or context.get("language") or "en"
    title, words, href, action = nothing_in(queue)
    return {
        "title": title.to(language),
        "words": words.to(language),
        "href": href,
        "action": action.to(language),
        "language": language,
    }
