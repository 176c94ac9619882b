"""A planned contact as an invitation for both calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from sterling.core.invitation import Invitation, Person, written
from sterling.core.text import Text
from sterling.premium.sponsors.actions import ends_at

if TYPE_CHECKING:
    from sterling.premium.sponsors.models import Meeting


def subject(meeting: Meeting) -> Text:
    agent, counterpart, name = meeting.agent.name, str(meeting.counterpart), meeting.organization.name
    return Text(f"{name}: {agent} and {counterpart}", f"{name}：{agent} 与 {counterpart}")


def invitation(meeting: Meeting, language: str) -> str:
    """The same text each time for one sequence; the UID stays, whoever it is sent to and however it changes."""
    return written(
        Invitation(
            uid=meeting.uid,
            sequence=meeting.sequence,
            stamp=meeting.changed_at,
            starts=meeting.starts_at,
            ends=ends_at(meeting),
            summary=subject(meeting).to(language),
            description=meeting.agenda,
            organizer=Person("Sterling", settings.MAIL_FROM),
            attendees=[
                Person(meeting.agent.name, meeting.agent.user.email),
                Person(str(meeting.counterpart), meeting.counterpart.email),
            ],
            cancelled=meeting.cancelled_at is not None,
        )
    )
