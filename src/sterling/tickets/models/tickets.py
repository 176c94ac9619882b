"""The ticket: what it is about and who works on it. What is owed and when stands in its timeline."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sterling.accounts.models import Agent, Contact, Organization
from sterling.sla.models import Timeline


class Ticket(models.Model):
    """`status`, `priority` and `plan` mirror the log's last word, for lists and filters."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="tickets")
    number = models.PositiveBigIntegerField(unique=True)
    timeline = models.OneToOneField(Timeline, on_delete=models.PROTECT)
    requester = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="tickets")
    subject = models.CharField(max_length=500)
    channel = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    priority = models.CharField(max_length=40)
    priority_confirmed_at = models.DateTimeField(null=True)
    plan = models.CharField(max_length=40)
    tier = models.PositiveSmallIntegerField(default=1)
    assignee = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="tickets")
    skills = ArrayField(models.CharField(max_length=40), default=list)
    """What its engineer should know; routing looks for it."""
    route_at = models.DateTimeField(null=True)
    """When routing looks again: somebody comes on shift. A hint."""
    triage = models.CharField(max_length=60, blank=True)
    workaround_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    follow_up_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="follow_ups")
    may_belong_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)
    # Known of a ticket that has just been opened here; not on disk.
    first_message_key: int | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="ticket_with_organization")
        ]
        indexes = [
            models.Index(fields=["organization", "status"]),
            models.Index(fields=["assignee", "status"]),
            models.Index(fields=["requester"]),
            models.Index(
                fields=["route_at"], condition=models.Q(route_at__isnull=False), name="ticket_to_route"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
