"""Whom our mail comes from: per region a name, an address and a signature in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from sterling.accounts import checks
from sterling.base import audit
from sterling.base.errors import Invalid
from sterling.channels.email.international import wired
from sterling.channels.email.models import MailRules, RegionSender
from sterling.channels.email.senders import rules
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Region
    from sterling.base.actor import Actor
    from sterling.tickets.models import Ticket

VENDOR = Text("Support", "技术支持")
LONGEST = 4000
MOST = {"answers_per_hour": 100, "reopenings_per_hour": 100, "undo_seconds": 60}


@dataclass(frozen=True, slots=True)
class Identity:
    """In the language of whoever reads it; the address as every server takes it."""

    name: str
    address: str
    signature: str


def of(ticket: Ticket) -> Identity:
    """The sender of the ticket's region, in the requester's language; the installation's where none is set."""
    language = ticket.requester.language or ticket.organization.language or "en"
    row = RegionSender.objects.filter(region_id=ticket.timeline.region_id).first()
    if row is None:
        return Identity(VENDOR.to(language), wired(settings.MAIL_FROM), "")
    name = row.name.to(language) or VENDOR.to(language)
    return Identity(name, wired(row.address or settings.MAIL_FROM), row.signature.to(language))


def senders_of_regions() -> dict[str, RegionSender]:
    return {row.region_id: row for row in RegionSender.objects.all()}


@transaction.atomic
def set_sender(*, region: Region, name: Text, address: str, signature: Text, at: datetime, by: Actor) -> None:
    """What mail of the region says of itself from now on. Invalid: no address, or a signature without end."""
    address = checks.email_address(address, "address") if address.strip() else ""
    if max(len(signature.en), len(signature.zh)) > LONGEST:
        raise Invalid.field("signature", f"At most {LONGEST} characters.", f"最多 {LONGEST} 个字符。")
    made = {"name": name, "address": address, "signature": signature}
    RegionSender.objects.update_or_create(region=region, defaults=made)
    audit.record(
        at=at,
        actor=by,
        verb="region_sender_set",
        object_kind="region",
        object_id=region.pk,
        data={"address": address, "name": name.as_dict(), "signature": signature.as_dict()},
    )


@transaction.atomic
def set_rules(*, wanted: dict[str, int], at: datetime, by: Actor) -> None:
    """The limits of automatic answers, reopenings and undo. Invalid: a number out of its range, by its field."""
    row = rules()
    before = {name: getattr(row, name) for name in MOST}
    for name, value in wanted.items():
        if not 0 <= value <= MOST[name]:
            raise Invalid.field(name, f"From 0 to {MOST[name]}.", f"请填写 0 到 {MOST[name]}。")
        setattr(row, name, value)
    MailRules.objects.update_or_create(pk=1, defaults={name: getattr(row, name) for name in MOST})
    audit.record(
        at=at,
        actor=by,
        verb="mail_rules_set",
        object_kind="mail",
        object_id=1,
        data={"from": before, "to": wanted},
    )
