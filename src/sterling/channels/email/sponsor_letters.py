"""Sponsors by mail: what each must hear of, in one mail; and the next contact as an invitation for both calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sterling.base.formats import full_moment
from sterling.channels.email import premium_letters
from sterling.channels.email.models import StaffMail
from sterling.core.text import Text
from sterling.premium.sponsors import notices
from sterling.premium.sponsors.calendars import invitation, subject
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sterling.channels.email.models import PremiumLetter
    from sterling.premium.sponsors.models import Meeting, SponsorNotice

MOST = 500


@transaction.atomic
def write(*, at: datetime) -> int:
    """Write the mails that nobody was sent; how many. Again is harmless."""
    waiting = notices.to_mail(MOST)
    by_agent: dict[int, list[SponsorNotice]] = {}
    for notice in waiting:
        if notice.agent.is_active and notice.agent.user.is_active:
            by_agent.setdefault(notice.agent_id, []).append(notice)
    mails = [_mail(found, at) for found in by_agent.values()]
    StaffMail.objects.bulk_create(mails)
    notices.note_mailed(waiting, at)
    found: list[PremiumLetter] = []
    for meeting in notices.meetings_to_mail(MOST):
        found += _invitations(meeting, at)
        notices.note_meeting_mailed(meeting)
    premium_letters.keep(found)
    return len(mails) + len(found)


def _mail(found: Sequence[SponsorNotice], at: datetime) -> StaffMail:
    agent = found[0].agent
    names = list(dict.fromkeys(one.organization.name for one in found))
    said = Text(f"{names[0]} needs its sponsor", f"{names[0]} 需要您关注")
    if len(names) > 1:
        said = Text(f"{len(names)} of your customers need you", f"{len(names)} 家客户需要您关注")
    link = f"{settings.BASE_URL.rstrip('/')}/desk/sponsors/"
    language = agent.user.language
    lines = [
        Text(f"{one.organization.name}. {one.text.en}", f"{one.organization.name}：{one.text.zh}")
        for one in found
    ]
    return StaffMail(
        agent=agent,
        to=agent.user.email,
        subject=said.to(language)[:300],
        text="\n".join([*(line.to(language) for line in lines), "", link]),
        message_id=new_message_id(),
        created_at=at,
        next_attempt_at=at,
    )


def _invitations(meeting: Meeting, at: datetime) -> list[PremiumLetter]:
    """To both, each in their language and zone, with the event as of this sequence."""
    agent, counterpart = meeting.agent, meeting.counterpart
    theirs = counterpart.timezone or meeting.organization.region.timezone
    both = [
        (agent.user.email, agent.user.language, ZoneInfo(agent.zone)),
        (counterpart.email, counterpart.language or meeting.organization.language, ZoneInfo(theirs)),
    ]
    found = []
    for to, language, zone in both:
        title, text = _words(meeting, zone)
        found.append(
            premium_letters.letter(
                to=to,
                about=f"meeting:{meeting.pk}:{meeting.sequence}:{to}",
                subject=title.to(language),
                text=text.to(language),
                calendar=invitation(meeting, language),
                at=at,
            )
        )
    return found


def _words(meeting: Meeting, zone: tzinfo) -> tuple[Text, Text]:
    when, what = full_moment(meeting.starts_at, zone), subject(meeting)
    agenda = f"\n\n{meeting.agenda}" if meeting.agenda else ""
    if meeting.cancelled_at:
        head = Text(f"Cancelled: {what.en}", f"已取消：{what.zh}")
    elif meeting.sequence:
        head = Text(f"Changed: {what.en}", f"已更改：{what.zh}")
    else:
        head = Text(f"Invitation: {what.en}", f"邀请：{what.zh}")
    return head, Text(
        f"{what.en}\n{when.en}, {meeting.minutes} minutes.{agenda}\n",
        f"{what.zh}\n{when.zh}，{meeting.minutes} 分钟。{agenda}\n",
    )
