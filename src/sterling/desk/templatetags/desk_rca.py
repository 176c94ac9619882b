"""Words of root-cause analyses on the desk's pages: `{% load desk_rca %}`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template

from sterling.core.clocks.spoken import moment
from sterling.core.rca import EDITIONS, PARTS, Edition
from sterling.core.text import Text
from sterling.desk import rca

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo


register = template.Library()


def _language(context: template.Context) -> str:
    return getattr(context.get("request"), "language", None) or "en"


@register.simple_tag(takes_context=True)
def edition_word(context: template.Context, edition: str) -> str:
    return EDITIONS[Edition(edition)].to(_language(context))


@register.simple_tag(takes_context=True)
def part_word(context: template.Context, part: str) -> str:
    name = PARTS[part].name if part in PARTS else Text("Corrective actions", "纠正措施")
    return name.to(_language(context))


@register.simple_tag(takes_context=True)
def moment_in(context: template.Context, at: str, zone: tzinfo) -> str:
    """An instant as text, on the wall of a zone: `Tue 3 Mar 16:00`."""
    told = datetime.fromisoformat(at).replace(second=0, microsecond=0)
    return moment(told, zone).to(_language(context))


@register.filter
def told_part(value: dict[str, Any], zone: tzinfo) -> Sequence[tuple[Text, str]]:
    """A part to read, field by field."""
    return rca.told(value, zone)
