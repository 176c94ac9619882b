"""What handovers say on every page: `{% load desk_handover %}`."""

from __future__ import annotations

from django import template

from sterling.tickets.handovers import waiting_for

register = template.Library()


@register.simple_tag(takes_context=True)
def handovers_waiting(context: template.Context) -> int:
    """How many open handovers the viewer is expected to answer."""
    agent = context["request"].viewer.agent
    return waiting_for(agent) if agent is not None else 0
