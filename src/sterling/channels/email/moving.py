"""Kept mail follows the ticket that it belongs to into another organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.channels.email.models import InboundMail, OutgoingMail
from sterling.channels.email.models_flow import HeldMail

if TYPE_CHECKING:
    from collections.abc import Collection


def follow(*, tickets: Collection[int], messages: Collection[int], organization_id: int) -> None:
    InboundMail.objects.filter(ticket_id__in=tickets).update(organization_id=organization_id)
    HeldMail.objects.filter(ticket_id__in=tickets).update(organization_id=organization_id)
    OutgoingMail.objects.filter(message_id__in=messages).update(organization_id=organization_id)
