"""Somebody must hear of a ticket, whatever its clocks say: an escalation up the ladder, rung by rung."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sterling.accounts.models import Agent, Organization
from sterling.tickets.models.tickets import Ticket


class EscalationKind(models.TextChoices):
    """Who wanted it. `informed`: nobody; it is told, and asks for nothing."""

    CUSTOMER = "customer"
    ENGINEER = "engineer"
    INFORMED = "informed"


class Rung(models.TextChoices):
    """Who hears. `sponsor` rows are there for the room of the sponsors to claim; until then the duty manager hears."""

    PRIMARY = "primary"
    LEAD = "lead"
    DUTY_MANAGER = "duty_manager"
    SPONSOR = "sponsor"


class Escalation(models.Model):
    """One rung that was told. `follows`: nobody took that one in time, so this one hears, once.

    `told`: the agents whom the rung led to; `is_covered`: somebody of it was on duty; `to_mail`: whose mail has still to
    be written; `climb_at`: when the next rung hears unless somebody has taken it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="escalations")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=EscalationKind.choices)
    rung = models.CharField(max_length=20, choices=Rung.choices)
    reason = models.CharField(max_length=2000)
    by_kind = models.CharField(max_length=10)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200, blank=True)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="climbed_to")
    told = ArrayField(models.BigIntegerField(), default=list)
    is_covered = models.BooleanField(default=True)
    to_mail = ArrayField(models.BigIntegerField(), default=list)
    climb_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="escalation_with_organization")
        ]
        indexes = [
            models.Index(fields=["ticket", "id"]),
            models.Index(fields=["id"], condition=~Q(to_mail=[]), name="escalation_to_mail"),
            models.Index(
                fields=["climb_at"], condition=Q(climb_at__isnull=False), name="escalation_to_climb"
            ),
            models.Index(fields=["at"], condition=Q(taken_at__isnull=True), name="escalation_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.rung}"
