"""The customer's own engineers, where the plan has such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from sterling.base.moment import now
from sterling.premium.engineers.queries import named_if_included

if TYPE_CHECKING:
    from sterling.accounts.models import Contact
    from sterling.premium.engineers.queries import Named

register = template.Library()


@register.simple_tag
def your_engineers(contact: Contact) -> list[Named]:
    """Two queries."""
    return named_if_included(contact.organization_id, now()) or []
