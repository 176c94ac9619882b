"""Tickets on their way from one shift to the next: given with a summary, accepted by name, or heard of higher up."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sterling.accounts.models import Agent, Organization, Region
from sterling.tickets.models.tickets import Ticket


class Handover(models.Model):
    """Given by one engineer to a region or to a person, at the end of a shift; `until` the next one ends.

    `look_at`: when a worker must see whether it was accepted (a hint; None: nothing can come any more).
    """

    giver = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="handovers")
    to_region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    to_agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    shift_ends = models.DateTimeField()
    until = models.DateTimeField()
    accept_by = models.DateTimeField()
    given_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_region__isnull=False, to_agent__isnull=True)
                | models.Q(to_region__isnull=True, to_agent__isnull=False),
                name="handover_to_a_region_or_a_person",
            )
        ]
        indexes = [
            models.Index(
                fields=["look_at"], condition=models.Q(look_at__isnull=False), name="handover_by_look"
            )
        ]

    def __str__(self) -> str:
        return f"handover {self.pk}"


class HandoverItem(models.Model):
    """One ticket of it. `owner` keeps the ticket until it is accepted; a ticket is in one open handover at most."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="items")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="handover_items")
    owner = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    happened = models.TextField()
    next_action = models.TextField()
    risks = models.TextField(blank=True)
    next_due = models.DateTimeField(null=True)
    next_metric = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(is_open=True), name="one_open_handover_of_a_ticket"
            ),
            models.UniqueConstraint(fields=["handover", "ticket"], name="a_ticket_once_in_a_handover"),
            models.UniqueConstraint(fields=["id", "organization"], name="handover_item_with_organization"),
        ]

    def __str__(self) -> str:
        return f"handover of ticket {self.ticket_id}"


class Verb(models.TextChoices):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"  # another one got the ticket meanwhile
    ENDED = "ended"  # the ticket was closed or merged


class HandoverAnswer(models.Model):
    """What became of one ticket of it, by whom and when. Append-only: an answer stands."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    item = models.OneToOneField(HandoverItem, on_delete=models.PROTECT, related_name="answer")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.verb} by {self.name}"


class HandoverAlarm(models.Model):
    """That a handover was not accepted at `at`, or that a part of it was declined (`nth`: which answer).

    `told` heard of it; to those of `to_mail` a mail has still to be written. `uncovered`: nobody was on duty.
    """

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="alarms")
    step = models.CharField(max_length=20)
    nth = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    raised_at = models.DateTimeField()
    told = ArrayField(models.BigIntegerField(), default=list)
    to_mail = ArrayField(models.BigIntegerField(), default=list)
    uncovered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "step", "nth"], name="one_alarm_per_handover_and_step"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=~models.Q(to_mail=[]), name="handover_alarm_to_mail")
        ]

    def __str__(self) -> str:
        return f"{self.step} of handover {self.handover_id}"
