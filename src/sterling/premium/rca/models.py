"""A ticket's root-cause analysis: how it stands, what is written, its corrective actions, its editions."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Agent, Organization
from sterling.core.rca import ActionKind, ActionState, Because, Edition, State
from sterling.sla.models import CalendarRevision, Timeline
from sterling.tickets.models import Ticket


class Rca(models.Model):
    """One for a ticket. That it is owed, since when and by when follows from the ticket's log.

    Hints, rebuilt from the log: `because`, `owed_since`, `starts_at`, the dues, `revision` (of the calendar that they
    were counted on), `goes_on` (the log a merged ticket goes on in), `seen_seq` and `seen_on` (how far both logs were
    read), `alarm_at` (when somebody must look whether it rings).
    `author` sent it to review towards the edition `towards`; `note` is what the reviewer sent it back with.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="analyses")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="analysis")
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in State], default=State.OPEN.value
    )
    owner = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="analyses")
    author = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+")
    towards = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in Edition], default=Edition.PRELIMINARY.value
    )
    because = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Because])
    owed_since = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=12, blank=True)
    preliminary_due = models.DateTimeField(null=True)
    final_due = models.DateTimeField(null=True)
    preliminary_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    revision = models.ForeignKey(CalendarRevision, on_delete=models.PROTECT, null=True, related_name="+")
    goes_on = models.ForeignKey(Timeline, on_delete=models.PROTECT, null=True, related_name="+")
    seen_seq = models.PositiveIntegerField(default=0)
    seen_on = models.PositiveIntegerField(default=0)
    alarm_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id", "organization"], name="rca_with_organization")]
        indexes = [
            models.Index(
                fields=["alarm_at"], condition=models.Q(alarm_at__isnull=False), name="rca_by_alarm"
            ),
            models.Index(fields=["organization", "id"], name="rca_by_organization"),
        ]

    def __str__(self) -> str:
        return f"analysis of {self.ticket_id}"


class Part(models.Model):
    """What stands in one part now. `version` counts the savings: whoever saves says which one they know."""

    rca = models.ForeignKey(Rca, on_delete=models.PROTECT, related_name="parts")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    name = models.CharField(max_length=30)
    value = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rca", "name"], name="one_part_per_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Writing(models.Model):
    """Everything that was ever saved of a part, so that nothing typed is lost. Append-only.

    `version` is the one that it became; None: somebody else had saved meanwhile, and it was set aside.
    """

    rca = models.ForeignKey(Rca, on_delete=models.PROTECT, related_name="writings")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    name = models.CharField(max_length=30)
    version = models.PositiveIntegerField(null=True)
    value = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rca", "name", "version"], name="one_writing_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.name} by {self.by}"


class Action(models.Model):
    """What is done so that it does not happen again: who, until when, how it was seen to work."""

    rca = models.ForeignKey(Rca, on_delete=models.PROTECT, related_name="actions")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    text = models.CharField(max_length=1000)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ActionKind])
    owner = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+")
    due = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in ActionState], default=ActionState.OPEN.value
    )
    verification = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["rca", "id"], name="rca_actions")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_settled(self) -> bool:
        """Done and seen to work, or dropped with a reason in its place."""
        return ActionState(self.state).is_settled and bool(self.verification)


class Published(models.Model):
    """One edition as it was published: the page and the paper say the same for good. Append-only."""

    rca = models.ForeignKey(Rca, on_delete=models.PROTECT, related_name="editions")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    edition = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Edition])
    content = models.JSONField()
    at = models.DateTimeField()
    author = models.CharField(max_length=200)
    reviewer = models.CharField(max_length=200)
    names_checked = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rca", "number"], name="one_edition_per_number")]

    def __str__(self) -> str:
        return f"edition {self.number}"
