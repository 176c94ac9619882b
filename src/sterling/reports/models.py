"""A report as it was made: the figures of an organization's period, and the words that people added."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sterling.accounts.models import Organization
from sterling.core.quarters import Days


class State(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"


class Report(models.Model):
    """From `first` to `last`, both included, days of the organization's region; `until`: the log was read so far.

    `figures` never change; `summary`, `asks`, `aim` (percent) and `causes` (by the key of a miss) are people's, until
    it is published. `key` names what may be there only once: the report that each quarter makes by itself.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="reports")
    first = models.DateField()
    last = models.DateField()
    until = models.DateTimeField()
    language = models.CharField(max_length=10)
    plan = models.CharField(max_length=40)
    catalog_versions = ArrayField(models.PositiveIntegerField())
    figures = models.JSONField()
    summary = models.TextField(blank=True)
    asks = models.TextField(blank=True)
    aim = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    causes = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - null is not unique, "" is
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organization", "last"])]
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="report_with_organization"),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="report_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", published_at__isnull=True)
                | models.Q(state="published", published_at__isnull=False),
                name="report_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.first} to {self.last}"

    @property
    def days(self) -> Days:
        return Days(self.first, self.last)

    @property
    def is_quarter(self) -> bool:
        return self.days.quarter is not None

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT
