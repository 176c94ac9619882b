"""The demo, whole or not at all: people, two months of tickets, and what is due right now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from django.db import connection, transaction

from sterling.base import audit
from sterling.base.actor import SYSTEM
from sterling.base.models import AuditEntry
from sterling.config.demo import cast, pace, premium, stage, stories
from sterling.config.installation import install
from sterling.sla.actions import recompute
from sterling.tickets.actions import merging, quiet

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.config.demo.cast import Cast
    from sterling.config.demo.stories import Story
    from sterling.tickets.models import Ticket

SEED = 1815
LOCK = 7_105_003
MADE = "demo_made"
BEGAN = timedelta(days=75)  # before now: when the vendor began
EARLIEST, LATEST = 60.0, 4.0  # days ago: when the tickets of the past were opened
TELLINGS = 2  # how often a story of the past is told, each time by another customer


@dataclass(frozen=True, slots=True)
class Demo:
    """Whom to sign in as."""

    staff_email: str
    customer_email: str
    tickets: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """A story to be played. `last`: when its last turn was, for live ones."""

    opened: datetime
    story: Story
    requester: Contact
    last: datetime | None


@transaction.atomic
def make_demo(at: datetime, progress: Callable[[int, int], None] | None = None) -> Demo | None:
    """Fill the installation with the demo as of `at`; None when it is there already.

    All in one transaction, so that nobody meets half a demo and no worker sends its mail. `progress` hears
    how many of how many tickets are done.
    """
    install(at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if AuditEntry.objects.filter(verb=MADE).exists():
        return None
    random = Random(SEED)  # noqa: S311 - the same demo each time is the point
    everyone = cast.assemble(at - BEGAN)
    planned = sorted([*_past(everyone, random, at), *_live(everyone, at)], key=lambda plan: plan.opened)
    played: dict[str, Ticket] = {}
    tickets = []
    for done, plan in enumerate(planned, 1):
        scene = _play(plan, everyone, random, at)
        ticket = scene.ticket
        tickets += [*scene.earlier, ticket]
        if plan.last:
            played[plan.story.subject] = ticket
        if progress:
            progress(done, len(planned))
    _merge([plan for plan in planned if plan.last], played, everyone, at)
    premium.add(everyone, at - BEGAN, at)
    quiet.left_long_ago(tickets=tickets)
    while recompute.tick(at=at) == recompute.BATCH:
        pass
    audit.record(at=at, actor=SYSTEM, verb=MADE, object_kind="installation", object_id="demo")
    staff, customer = next(iter(everyone.agents.values())), everyone.contacts["meridian"][0]
    return Demo(staff.user.email, customer.email, len(tickets))


def _past(everyone: Cast, random: Random, at: datetime) -> list[_Plan]:
    plans = []
    for language in ("en", "zh"):
        homes = [row.id for row in cast.CUSTOMERS if row.language == language]
        for story in stories.read("past", language):
            where = story.organization.split(",") if story.organization else homes
            for home in random.sample(where, min(TELLINGS, len(where))):
                people = everyone.contacts[home]
                # Named contacts write most of it.
                requester = random.choices(people, [3 if one.is_premium else 1 for one in people])[0]
                opened = pace.opened_in_the_past(requester, random.uniform(LATEST, EARLIEST), random, at)
                plans.append(_Plan(opened, story, requester, None))
    return plans


def _live(everyone: Cast, at: datetime) -> list[_Plan]:
    plans = []
    for language in ("en", "zh"):
        for story in stories.read("live", language):
            requester = _requester(everyone, story, at)
            last = pace.last_turn(story, requester, at)
            plans.append(_Plan(last - story.turns[0].before, story, requester, last))
    return plans


def _requester(everyone: Cast, story: Story, at: datetime) -> Contact:
    """Whom the story names: a customer's contact, or an address nobody knows yet."""
    if "@" in story.organization:
        name = story.organization.partition("@")[0].replace(".", " ").title()
        return cast.stranger(story.organization, name, story.language, at - (story.ago or timedelta()))
    return everyone.contacts[story.organization][story.by]


def _play(plan: _Plan, everyone: Cast, random: Random, at: datetime) -> stage.Scene:
    story = plan.story
    words = stage.blanks(random, plan.requester)
    ticket = stage.open_ticket(story, plan.requester, words, plan.opened, random)
    engineers = everyone.engineers(ticket.timeline.region_id, ticket.tier)
    routed = {one.pk: one for one in everyone.agents.values()}.get(ticket.assignee_id or 0)
    agent = everyone.agents[story.agent] if story.agent else routed or random.choice(engineers)
    colleagues = next((them for them in everyone.contacts.values() if plan.requester in them), [])
    named = [one for one in colleagues if one.is_premium]
    scene = stage.Scene(
        story=story,
        ticket=ticket,
        requester=plan.requester,
        colleague=named[0] if named else plan.requester,
        agent=agent,
        blanks=words,
        random=random,
    )
    past = pace.Past(random, at)
    now = plan.opened
    for turn in story.turns[1:]:
        then = plan.last - turn.before if plan.last else past.next(scene, turn, now)
        if then is None:
            break
        now = min(then, at)
        stage.play(scene, turn, now)
    if story.agent:
        stage.take(scene, now)
    quiet_until = now + timedelta(days=4)
    if plan.last is None and scene.ticket.status == "solved" and quiet_until < at:
        stage.close(scene, quiet_until)
    return scene


def _merge(live: list[_Plan], played: dict[str, Ticket], everyone: Cast, at: datetime) -> None:
    """A second ticket about the same thing joins the one that a colleague opened just before it."""
    for place, plan in enumerate(live):
        if plan.story.merges:
            same = [one for one in live[:place] if one.story.organization == plan.story.organization]
            merging.merge(
                ticket=played[plan.story.subject],
                into=played[same[-1].story.subject],
                at=min(plan.opened + 20 * pace.MINUTE, at),
                by=cast.actor_of(everyone.agents[plan.story.agent]),
            )
