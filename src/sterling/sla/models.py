"""One append-only log a ticket, the calendars of the regions, and the clocks that follow from both."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Coalesce

from sterling.accounts.models import Organization, Region
from sterling.plans.models import CatalogVersion

# Stands for no due where tickets of every kind are put in one order.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class CalendarRevision(models.Model):
    """A region's calendar from `at` on. Immutable; the newest whose `at` has passed is in force."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="revisions")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    document = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "seq"], name="one_revision_per_seq")]

    def __str__(self) -> str:
        return f"{self.region_id} revision {self.seq}"


class HolidayList(models.Model):
    """That a region follows a country's list of holidays: what it said when it was last taken over.

    `known` holds {"holidays", "exceptions"} as a calendar does; `proposed` the same where the list now says
    something else, until a person has decided.
    """

    region = models.OneToOneField(Region, on_delete=models.PROTECT, related_name="holiday_list")
    country = models.CharField(max_length=2)
    version = models.CharField(max_length=40)
    known = models.JSONField()
    proposed = models.JSONField(null=True)
    proposed_version = models.CharField(max_length=40, blank=True)
    proposed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.country} for {self.region_id}"


class Timeline(models.Model):
    """The log of one ticket, with what a replay needs, and hints that a replay can rebuild.

    Hints (never the truth): `live` until closed or merged; the `next_*` fields tell the most urgent promise
    (its due lies behind while it is past due and still owed); `paused_left` what a paused update clock has
    left; `tick_at` when the next clock falls due; `alarm_at` when somebody must look whether an alarm rings.
    `calendar_seq` is the revision of the region that the running dues were counted on, None where none of them
    depends on a calendar; `standing` what following the next revision takes (`sla.standing`).
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    catalog_version = models.ForeignKey(CatalogVersion, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_seq = models.PositiveIntegerField(default=0)
    computed_until = models.DateTimeField()
    live = models.BooleanField(default=True)
    next_due = models.DateTimeField(null=True)
    next_metric = models.CharField(max_length=20, blank=True)
    next_started = models.DateTimeField(null=True)
    next_hours = models.CharField(max_length=100, blank=True)
    next_target = models.DurationField(null=True)
    paused_left = models.DurationField(null=True)
    tick_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    calendar_seq = models.PositiveIntegerField(null=True)
    standing = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="timeline_with_organization")
        ]
        indexes = [
            models.Index(fields=["next_due"], condition=models.Q(live=True), name="timeline_live_by_due"),
            models.Index(
                Coalesce("next_due", models.Value(NEVER, output_field=models.DateTimeField())),
                "id",
                name="timeline_by_due",
            ),
            models.Index(
                fields=["tick_at"], condition=models.Q(tick_at__isnull=False), name="timeline_by_tick"
            ),
            models.Index(
                fields=["alarm_at"], condition=models.Q(alarm_at__isnull=False), name="timeline_by_alarm"
            ),
            models.Index(fields=["region"], condition=models.Q(live=True), name="timeline_live_by_region"),
            models.Index(
                fields=["region", "calendar_seq", "id"],
                condition=models.Q(calendar_seq__isnull=False),
                name="timeline_by_calendar",
            ),
        ]

    def __str__(self) -> str:
        return f"timeline {self.pk}"


class Event(models.Model):
    """Something that happened, as the log keeps it. Never changed, never deleted."""

    timeline = models.ForeignKey(Timeline, on_delete=models.PROTECT, related_name="events")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    type = models.CharField(max_length=30)
    data = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["timeline", "seq"], name="one_event_per_seq")]

    def __str__(self) -> str:
        return f"{self.type} {self.seq}"


class Clock(models.Model):
    """A clock as the core computed it: a cache, in the order in which clocks were started."""

    timeline = models.ForeignKey(Timeline, on_delete=models.PROTECT, related_name="clocks")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    ordinal = models.PositiveIntegerField()
    metric = models.CharField(max_length=20)
    plan = models.CharField(max_length=40)
    priority = models.CharField(max_length=40)
    started = models.DateTimeField()
    due = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    state = models.CharField(max_length=10)
    hours = models.CharField(max_length=100)
    target = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["timeline", "ordinal"], name="one_clock_per_ordinal")]
        indexes = [
            models.Index(
                fields=["organization", "due", "state"],
                condition=models.Q(state__in=["met", "missed"]),
                name="clock_ended_by_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.state}"


class Nudge(models.Model):
    """That a room above must look at a log: written with the events that concern it, deleted by whoever looked.

    Several for one log mean no more than one does.
    """

    timeline = models.ForeignKey(Timeline, on_delete=models.CASCADE, related_name="nudges")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    room = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["room", "id"], name="nudge_by_room")]

    def __str__(self) -> str:
        return f"{self.room}: {self.timeline_id}"


class Alarm(models.Model):
    """That so many percent of a clock's target were used: raised once for a clock and a share, then told.

    `metric` and `nth` name the clock as in `core.alarms`; `started` and `due` are as they were then. `roles` are
    the ladder's, `told` the agents they led to (None until somebody looked), `to_mail` those of them whose mail
    has still to be written. `uncovered`: the roles for which nobody was on duty. `taken_by` said "I take it".
    `eased_until`: its due moved away, and the share is used up again only then; the newest of its easings says why.
    Of what is handed over and no clock of the log (`alarms.HANDED_OVER`), `settled_at` says when it was.
    `to_raise`: the ladder says that the ticket goes up a tier, and nobody has looked yet.
    """

    timeline = models.ForeignKey(Timeline, on_delete=models.PROTECT, related_name="alarms")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    metric = models.CharField(max_length=20)
    nth = models.PositiveIntegerField()
    share = models.PositiveIntegerField()
    at = models.DateTimeField()
    started = models.DateTimeField()
    due = models.DateTimeField()
    roles = ArrayField(models.CharField(max_length=20))
    raised_at = models.DateTimeField()
    told = ArrayField(models.BigIntegerField(), null=True)
    told_at = models.DateTimeField(null=True)
    to_mail = ArrayField(models.BigIntegerField(), default=list)
    uncovered = ArrayField(models.CharField(max_length=20), default=list)
    taken_by = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    eased_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    to_raise = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["timeline", "metric", "nth", "share"], name="one_alarm_per_clock_and_share"
            ),
            models.UniqueConstraint(fields=["id", "organization"], name="alarm_with_organization"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(told__isnull=True), name="alarm_untold"),
            models.Index(fields=["id"], condition=~models.Q(to_mail=[]), name="alarm_to_mail"),
            models.Index(fields=["id"], condition=models.Q(to_raise=True), name="alarm_to_raise"),
            GinIndex(fields=["told"], name="alarm_by_told"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.share} %"


class Easing(models.Model):
    """A warning's due moved at `at`: away, so that nobody need act before `until`; or (None) near again.

    `what` moved it is a cause of `core.clocks`; `reason` what a person wrote beside it. Never changed, never deleted.
    """

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="easings")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    what = models.CharField(max_length=30)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"eased until {self.until}" if self.until else "stands again"


class RotaGaps(models.Model):
    """How many gaps the rota of the next seven days has. One row, a hint: the proof of coverage is worked out anew."""

    gaps = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.gaps} gaps"
