"""Contracts that end, by mail to leads and administrators: one mail a person, however many end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from sterling.accounts import queries as people
from sterling.accounts.models import Role
from sterling.channels.email.models import StaffMail
from sterling.core.text import Text
from sterling.plans import notices
from sterling.plans import queries as plans
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.plans.models import ContractNotice

MOST = 500


@transaction.atomic
def write(*, at: datetime) -> int:
    """Write the mails about notices that nobody was mailed; how many mails. Again is harmless."""
    waiting = notices.to_mail(MOST)
    if not waiting:
        return 0
    managers = people.agents().filter(role__in=[Role.ADMIN, Role.LEAD], is_active=True, user__is_active=True)
    subject, body = _said(waiting)
    mails = [
        StaffMail(
            agent=agent,
            to=agent.user.email,
            subject=subject.to(agent.user.language),
            text=body.to(agent.user.language),
            message_id=new_message_id(),
            created_at=at,
            next_attempt_at=at,
        )
        for agent in managers
    ]
    StaffMail.objects.bulk_create(mails)
    notices.note_mailed(waiting, at)
    return len(mails)


def _said(waiting: Sequence[ContractNotice]) -> tuple[Text, Text]:
    lines = [_line(notice) for notice in waiting]
    first = waiting[0].contract.organization.name
    subject = (
        Text(f"The contract of {first} ends soon", f"{first} 的合同即将到期")
        if len(waiting) == 1
        else Text(f"{len(waiting)} contracts end soon", f"{len(waiting)} 份合同即将到期")
    )
    link = f"{settings.BASE_URL.rstrip('/')}/desk/contracts/"
    return subject, Text(
        "\n".join([*(line.en for line in lines), "", link]),
        "\n".join([*(line.zh for line in lines), "", link]),
    )


def _line(notice: ContractNotice) -> Text:
    contract = notice.contract
    plan = plans.catalog_of(contract.catalog_version).plans[contract.plan].name
    assert contract.ends is not None  # what is open-ended has no notices
    name = contract.organization.name
    return Text(
        f"{name}, {plan.en}: ends {contract.ends:%-d %b %Y}, within {notice.days} days.",
        f"{name}，{plan.zh}：{contract.ends:%Y 年 %-m 月 %-d 日}到期，不足 {notice.days} 天。",
    )
