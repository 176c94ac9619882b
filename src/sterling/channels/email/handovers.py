"""Handovers that nobody accepted, or that were declined, by mail: each of those who hear of it gets one mail for a step."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sterling.accounts import queries as people
from sterling.channels.email.models import StaffMail
from sterling.core.clocks.spoken import moment, zone
from sterling.core.handovers import Step
from sterling.core.text import Text
from sterling.tickets import handovers
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.tickets.models import HandoverAlarm

BATCH = 100
LINES = 30


@transaction.atomic
def write(*, at: datetime) -> int:
    """Write what is due, with the note that it is written; how many. Two workers never write for the same alarm."""
    found = handovers.mailable(BATCH)
    if not found:
        return 0
    wanted = {agent for alarm in found for agent in alarm.to_mail}
    staff = {
        one.pk: one for one in people.agents().filter(pk__in=wanted, is_active=True, user__is_active=True)
    }
    mails = [_mail(alarm, staff[agent], at) for alarm in found for agent in alarm.to_mail if agent in staff]
    StaffMail.objects.bulk_create(mails)
    for alarm in found:
        alarm.to_mail = []
        alarm.save(update_fields=["to_mail"])
    return len(mails)


def _mail(alarm: HandoverAlarm, agent: Agent, at: datetime) -> StaffMail:
    subject, body = written(alarm, agent)
    language = agent.user.language
    return StaffMail(
        agent=agent,
        to=agent.user.email,
        subject=subject.to(language)[:300],
        text=body.to(language),
        message_id=new_message_id(),
        created_at=at,
        next_attempt_at=at,
    )


def written(alarm: HandoverAlarm, agent: Agent) -> tuple[Text, Text]:
    """Subject and body in both languages, times on the reader's clock."""
    row = alarm.handover
    tz = ZoneInfo(agent.zone)
    when, city = moment(alarm.at.replace(second=0, microsecond=0), tz), zone(tz)
    to = (
        Text(row.to_agent.name, row.to_agent.name)
        if row.to_agent
        else row.to_region.name
        if row.to_region
        else Text("", "")
    )
    giver, link = row.giver.name, f"{settings.BASE_URL}/desk/handovers/{row.pk}/"
    if alarm.step == Step.DECLINED:
        item = handovers.declined(alarm.nth)
        number, reason, name = (
            (item.ticket.number, item.answer.reason, item.answer.name) if item else (0, "", "")
        )
        subject = Text(f"Handover declined: #{number}", f"交接被拒：#{number}")
        body = Text(
            f"{name} declined #{number}, handed over by {giver} to {to.en}: {reason}\n\n{giver} has it still.\n\n{link}\n",
            f"{name} 未接收 {giver} 交给{to.zh}的 #{number}：{reason}\n\n该工单仍由 {giver} 负责。\n\n{link}\n",
        )
        return subject, body
    open_ = handovers.open_numbers(row)
    subject = Text(f"Handover not accepted: {giver} to {to.en}", f"交接未被接收：{giver} 交给{to.zh}")
    lines = [f"#{number} {' '.join(words.split()) or '-'}" for number, words in open_[:LINES]]
    more = len(open_) - len(lines)
    tail = Text(f"and {more} more", f"另有 {more} 张") if more > 0 else Text("", "")
    since = Text(f"Not accepted by {when.en} ({city.en}).", f"截至 {when.zh}（{city.zh}）仍无人接班。")
    if not open_:
        since = Text(f"{since.en} It has been answered since.", f"{since.zh}现已有人答复。")
    bodies = [
        "\n\n".join(
            part
            for part in (since.to(language), "\n".join([*lines, tail.to(language)]).strip(), link)
            if part
        )
        for language in ("en", "zh")
    ]
    return subject, Text(f"{bodies[0]}\n", f"{bodies[1]}\n")
