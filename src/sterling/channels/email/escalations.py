"""Escalations by mail, at once: to each of the rung that heard, one mail for all that came since the last look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from sterling.accounts import queries as people
from sterling.channels.email.models import StaffMail
from sterling.core.text import Text
from sterling.tickets import queries as tickets
from sterling.tickets.identity import new_message_id
from sterling.tickets.models import EscalationKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.tickets.models import Escalation

MOST = 200
HEADS = {
    EscalationKind.CUSTOMER.value: Text("The customer escalates #{number}", "客户升级了 #{number}"),
    EscalationKind.ENGINEER.value: Text("#{number} is escalated to you", "#{number} 已升级给您"),
    EscalationKind.INFORMED.value: Text(
        "An Urgent ticket of your customer: #{number}", "您负责的客户有紧急工单：#{number}"
    ),
}


@transaction.atomic
def write(*, at: datetime) -> int:
    """Write the mails that wait; how many. Again is harmless."""
    waiting = tickets.escalations_to_mail(MOST)
    if not waiting:
        return 0
    keys = {agent for one in waiting for agent in one.to_mail}
    active = people.agents().filter(pk__in=keys, is_active=True, user__is_active=True)
    mails = []
    for agent in active:
        mine = [one for one in waiting if agent.pk in one.to_mail]
        subject, body = _said(mine)
        mails.append(
            StaffMail(
                agent=agent,
                to=agent.user.email,
                subject=subject.to(agent.user.language)[:300],
                text=body.to(agent.user.language),
                message_id=new_message_id(),
                created_at=at,
                next_attempt_at=at,
            )
        )
    StaffMail.objects.bulk_create(mails)
    tickets.escalations_mailed(waiting)
    return len(mails)


def _said(mine: Sequence[Escalation]) -> tuple[Text, Text]:
    first = HEADS[mine[0].kind].filled(number=mine[0].ticket.number)
    if len(mine) > 1:
        more = len(mine) - 1
        first = Text(f"{first.en}, and {more} more", f"{first.zh}，另有 {more} 项")
    lines = [_line(one) for one in mine]
    return first, Text(
        "\n\n".join(line.en for line in lines) + "\n", "\n\n".join(line.zh for line in lines) + "\n"
    )


def _line(one: Escalation) -> Text:
    ticket = one.ticket
    head = HEADS[one.kind].filled(number=ticket.number)
    subject = " ".join(ticket.subject.split()) or "-"
    link = f"{settings.BASE_URL.rstrip('/')}/desk/tickets/{ticket.number}/"
    by = f"{one.by_name}: " if one.by_name else ""
    return Text(
        f"{head.en}\n{subject} ({ticket.organization.name})\n{by}{one.reason}\n{link}",
        f"{head.zh}\n{subject}（{ticket.organization.name}）\n{by}{one.reason}\n{link}",
    )
