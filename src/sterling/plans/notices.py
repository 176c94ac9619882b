"""Notices of contracts that end, for the room that mails them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.plans.models import ContractNotice

if TYPE_CHECKING:
    from datetime import datetime


def to_mail(most: int) -> list[ContractNotice]:
    """Raised, and mailed to nobody yet; held until the transaction ends."""
    waiting = ContractNotice.objects.filter(mailed_at__isnull=True).order_by("pk")
    related = waiting.select_related("contract__organization__region", "contract__catalog_version")
    return list(related.select_for_update(skip_locked=True, of=("self",))[:most])


def note_mailed(notices: list[ContractNotice], at: datetime) -> None:
    ContractNotice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=at)
