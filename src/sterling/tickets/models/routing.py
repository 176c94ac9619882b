"""Who a ticket was given to and why: one row for each time that this was decided. Never changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sterling.accounts.models import Agent, Organization
from sterling.base.fields import TextField
from sterling.tickets.models.tickets import Ticket


class Occasion(models.TextChoices):
    """What it was decided at."""

    OPENED = "opened"
    REOPENED = "reopened"
    URGENT = "urgent"
    ESCALATED = "escalated"
    ABSENT = "absent"
    SHIFT = "shift"
    ASKED = "asked"


class RoutingDecision(models.Model):
    """`agent` None: it waits in the pool of `tier`. `is_assigned`: it was given to them, not only suggested.

    `primary`: the customer's primary engineer for the region then, where the plan has one. `passed`: who was passed
    over, each with the reason; `rest` counts the others. `facts`: what was asked of an engineer; `digest`: of
    everything that the decision rests on. `asked`: the reason that a person typed.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="routing")
    at = models.DateTimeField()
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="routed")
    agent_tier = models.PositiveSmallIntegerField(null=True)
    tier = models.PositiveSmallIntegerField()
    is_assigned = models.BooleanField(default=False)
    code = models.CharField(max_length=20)
    reason = TextField()
    primary = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    informed = ArrayField(models.BigIntegerField(), default=list)
    passed = models.JSONField(default=list)
    rest = models.JSONField(default=dict)
    next_name = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    asked = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"]),
            models.Index(fields=["agent", "-at"], name="routing_by_agent"),
            models.Index(
                fields=["organization", "at"],
                condition=models.Q(primary__isnull=False, occasion="opened"),
                name="routing_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.agent_id}"


class RoutingRules(models.Model):
    """The installation's one row: does routing give tickets to engineers, or only suggest somebody to the pool?"""

    assigns = models.BooleanField(default=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_set_of_routing_rules")]

    def __str__(self) -> str:
        return "assigns" if self.assigns else "suggests"
