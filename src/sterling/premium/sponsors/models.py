"""The executive sponsor of a customer, what was said with them, what was promised there, when they meet again."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Agent, Contact, Organization
from sterling.core.text import Text
from sterling.tickets.models import Ticket


class Cadence(models.TextChoices):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class Sponsorship(models.Model):
    """Who sponsors a customer, and whom they speak with there. `since`: when this leader was named."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="sponsorship")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="sponsorships")
    counterpart = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    cadence = models.CharField(max_length=10, choices=Cadence.choices, default=Cadence.QUARTER)
    since = models.DateTimeField()
    set_by = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="sponsorship_with_organization")
        ]

    def __str__(self) -> str:
        return f"{self.agent} for {self.organization_id}"


class TouchpointKind(models.TextChoices):
    CALL = "call"
    MEETING = "meeting"
    REVIEW = "review"
    ESCALATION = "escalation"
    MAIL = "mail"


KINDS = {
    TouchpointKind.CALL: Text("Call", "通话"),
    TouchpointKind.MEETING: Text("Meeting", "会面"),
    TouchpointKind.REVIEW: Text("Yearly review", "年度回顾"),
    TouchpointKind.ESCALATION: Text("In an escalation", "升级处理"),
    TouchpointKind.MAIL: Text("Letters", "书信往来"),
}


class Touchpoint(models.Model):
    """One contact with the customer. `shared`: the customer reads it in the portal, without the notes' author's own."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="touchpoints")
    kind = models.CharField(max_length=12, choices=TouchpointKind.choices)
    at = models.DateTimeField()
    people = models.CharField(max_length=500)
    notes = models.TextField(blank=True)
    shared = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="touchpoint_with_organization")
        ]
        indexes = [models.Index(fields=["organization", "-at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"

    @property
    def name(self) -> Text:
        return KINDS[TouchpointKind(self.kind)]


class CommitmentState(models.TextChoices):
    OPEN = "open"
    KEPT = "kept"
    DROPPED = "dropped"


class Commitment(models.Model):
    """What somebody promised in a touchpoint, and by when."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="commitments")
    what = models.CharField(max_length=500)
    who = models.CharField(max_length=200)
    due = models.DateField()
    state = models.CharField(max_length=8, choices=CommitmentState.choices, default=CommitmentState.OPEN)
    state_at = models.DateTimeField(null=True)
    state_by = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "due"], condition=models.Q(state="open"), name="open_commitment"
            )
        ]

    def __str__(self) -> str:
        return self.what


class Meeting(models.Model):
    """The next contact as it stands in both calendars: one a customer. `sequence` rises with each change.

    `mailed`: the sequence that both were sent last, -1 before the first. `held`: a touchpoint was noted since.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sponsor_meetings")
    uid = models.CharField(max_length=200, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    mailed = models.IntegerField(default=-1)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    agenda = models.CharField(max_length=1000, blank=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    counterpart = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    held = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(cancelled_at__isnull=True, held=False),
                name="one_sponsor_meeting_ahead",
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(mailed__lt=models.F("sequence")),
                name="sponsor_meeting_to_mail",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class SponsorNotice(models.Model):
    """What a sponsor must hear of, once: `key` names it. In the desk from `at`, by mail at `mailed_at`."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="sponsor_notices")
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="+")
    said = models.JSONField()
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(mailed_at__isnull=True), name="sponsor_notice_to_mail"
            ),
            models.Index(fields=["organization", "-id"]),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def text(self) -> Text:
        return Text(self.said["en"], self.said["zh"])
