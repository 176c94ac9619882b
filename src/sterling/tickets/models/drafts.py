"""What an engineer has typed and not sent."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sterling.accounts.models import Agent, Organization
from sterling.tickets.models.tickets import Ticket


class DraftMode(models.TextChoices):
    REPLY = "reply"
    NOTE = "note"


class Draft(models.Model):
    """One for each engineer, ticket and mode. `files` are names alone: a browser hands over bytes only on sending.

    `version` counts the savings; `other` is the text that another window had saved and this one did not know.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="drafts")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="drafts")
    mode = models.CharField(max_length=10, choices=DraftMode.choices)
    body = models.TextField()
    status = models.CharField(max_length=10, blank=True)
    files = ArrayField(models.CharField(max_length=255), default=list)
    other = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent", "mode"], name="one_draft_per_mode")]

    def __str__(self) -> str:
        return f"draft of a {self.mode} {self.pk}"
