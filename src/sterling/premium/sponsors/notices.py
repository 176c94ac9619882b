"""What a sponsor must hear of: a live Urgent, a miss, a contact that is overdue. Each once, whoever looks how often.

A notice is a row with a key of its own; found among rows, so a worker that was away or died tells it all the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from sterling.accounts import queries as people
from sterling.base.live import poke
from sterling.core.text import Text
from sterling.premium.sponsors import queries
from sterling.premium.sponsors.models import Meeting, SponsorNotice, Sponsorship
from sterling.sla import alarms
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.tickets.models import Ticket

PAST = timedelta(days=30)
"""A miss that is older says nothing new to a sponsor."""


def raise_notices(*, at: datetime) -> int:
    """Note what sponsors must hear of and have not; how many."""
    sponsored = set(Sponsorship.objects.values_list("organization_id", flat=True))
    if not sponsored:
        return 0
    customers = [one for one in people.customers() if one.pk in sponsored]
    standings = {one.organization.pk: one for one in queries.standings(customers, at)}
    found = [*_urgent(standings, at), *_missed(standings, at), *_overdue(standings, at)]
    known = set(
        SponsorNotice.objects.filter(key__in=[one.key for one in found]).values_list("key", flat=True)
    )
    fresh = [one for one in found if one.key not in known]
    if fresh:
        with transaction.atomic():
            SponsorNotice.objects.bulk_create(fresh, ignore_conflicts=True)
            poke("sponsors")
    return len(fresh)


def _urgent(standings: dict[int, queries.Standing], at: datetime) -> list[SponsorNotice]:
    """Tickets of the highest priority that are live now."""
    live = tickets.live_with_priority(standings, {one.top for one in standings.values()})
    return [
        _notice(
            standings[ticket.organization_id],
            "urgent",
            f"urgent:{ticket.pk}",
            Text(
                f"#{ticket.number} is Urgent: {ticket.subject}",
                f"#{ticket.number} 为紧急工单：{ticket.subject}",
            ),
            at,
            ticket,
        )
        for ticket in live
        if ticket.priority == standings[ticket.organization_id].top
    ]


def _missed(standings: dict[int, queries.Standing], at: datetime) -> list[SponsorNotice]:
    """Promises whose due passed since the sponsor was named, and shares at which the ladder names them."""
    found = [
        one
        for one in alarms.for_sponsors(standings, at - PAST)
        if (held := standings[one.organization_id].sponsorship) and one.due >= held.since
    ]
    about = tickets.by_timeline([one.timeline_id for one in found])
    made = []
    for alarm in found:
        ticket = about.get(alarm.timeline_id)
        if ticket is None:
            continue
        what = alarms.said(alarm)
        said = Text(
            f"#{ticket.number} {ticket.subject}: {what.en}", f"#{ticket.number} {ticket.subject}：{what.zh}"
        )
        made.append(
            _notice(standings[alarm.organization_id], "missed", f"missed:{alarm.pk}", said, at, ticket)
        )
    return made


def _overdue(standings: dict[int, queries.Standing], at: datetime) -> list[SponsorNotice]:
    made = []
    for pk, one in standings.items():
        if one.overdue and one.due:
            name, day = one.organization.name, one.due
            said = Text(
                f"Speak with {name}: the contact was due by {day:%-d %b %Y}.",
                f"请联系 {name}：应于 {day:%Y 年 %-m 月 %-d 日}前沟通。",
            )
            made.append(_notice(one, "overdue", f"overdue:{pk}:{day.isoformat()}", said, at, None))
    return made


def _notice(
    standing: queries.Standing, kind: str, key: str, said: Text, at: datetime, ticket: Ticket | None
) -> SponsorNotice:
    assert standing.sponsorship is not None  # only sponsored customers are looked at
    return SponsorNotice(
        organization=standing.organization,
        agent_id=standing.sponsorship.agent_id,
        key=key,
        kind=kind,
        ticket=ticket,
        said=said.as_dict(),
        at=at,
    )


def to_mail(most: int) -> list[SponsorNotice]:
    """Raised, and mailed to nobody yet; held until the transaction ends."""
    waiting = SponsorNotice.objects.filter(mailed_at__isnull=True).order_by("pk")
    related = waiting.select_related("agent__user", "organization")
    return list(related.select_for_update(skip_locked=True, of=("self",))[:most])


def note_mailed(found: list[SponsorNotice], at: datetime) -> None:
    SponsorNotice.objects.filter(pk__in=[one.pk for one in found]).update(mailed_at=at)


def meetings_to_mail(most: int) -> list[Meeting]:
    """Changed since both were told; held until the transaction ends."""
    waiting = Meeting.objects.filter(mailed__lt=F("sequence")).order_by("pk")
    related = waiting.select_related(
        "agent__user", "agent__region", "counterpart__region", "organization__region"
    )
    return list(related.select_for_update(skip_locked=True, of=("self",))[:most])


def note_meeting_mailed(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(mailed=meeting.sequence)
