"""Who is copied, what waits to go out, and the words that go out by themselves."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Agent, Organization
from sterling.base.fields import TextField
from sterling.tickets.models.messages import Message
from sterling.tickets.models.tickets import Ticket


class Follower(models.Model):
    """Somebody besides the requester who gets a copy of every public reply, since `added_at` until `left_at`."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="followers")
    email = models.EmailField(max_length=320)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200, blank=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "email"], name="one_follower_per_address"),
        ]

    def __str__(self) -> str:
        return self.email


class ScheduledState(models.TextChoices):
    WAITING = "waiting"
    RELEASED = "released"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class Scheduled(models.Model):
    """A reply that is written and not yet said. At `release_at` it becomes a Message; until then it counts for nothing.

    `undo`: the few seconds after Send, in which it can be taken back.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="scheduled")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    text = models.TextField()
    status = models.CharField(max_length=10, blank=True)
    channel = models.CharField(max_length=10)
    undo = models.BooleanField(default=False)
    release_at = models.DateTimeField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ScheduledState.choices, default=ScheduledState.WAITING)
    reason = TextField(null=True)
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, related_name="scheduled")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="scheduled_with_organization")
        ]
        indexes = [
            models.Index(
                fields=["release_at"], condition=models.Q(state="waiting"), name="scheduled_to_release"
            ),
            models.Index(fields=["ticket", "state"]),
        ]

    def __str__(self) -> str:
        return f"scheduled {self.pk}"


class ScheduledFile(models.Model):
    """A file of a scheduled reply; the message takes it over as it is."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    scheduled = models.ForeignKey(Scheduled, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    file = models.FileField(max_length=255)

    def __str__(self) -> str:
        return self.name


class Wording(models.Model):
    """What the product says by itself, where a vendor has put it in words of their own."""

    name = models.CharField(primary_key=True, max_length=40)
    text = TextField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
