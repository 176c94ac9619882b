"""What was said, by whom, on which channel, and whether it has reached the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sterling.accounts.models import Organization
from sterling.tickets.models.tickets import Ticket

if TYPE_CHECKING:
    from collections.abc import Sequence


class MessageKind(models.TextChoices):
    CUSTOMER = "customer"
    REPLY = "reply"
    NOTE = "note"
    AUTO = "auto"


class Delivery(models.TextChoices):
    """Where an outgoing message stands. A committed `queued` row is the outbox."""

    NONE = "none"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class Message(models.Model):
    """One communication. `message_id` is the mail header's, without brackets; ours is set before sending."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    channel = models.CharField(max_length=10)
    author_kind = models.CharField(max_length=10)
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_email = models.CharField(max_length=254, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=500, blank=True)
    references = ArrayField(models.CharField(max_length=500), default=list)
    to = ArrayField(models.CharField(max_length=320), default=list)
    cc = ArrayField(models.CharField(max_length=320), default=list)
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.NONE)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivery_error = models.CharField(max_length=500, blank=True)
    waiting_for = ArrayField(models.CharField(max_length=320), default=list)
    """Once the server took it for the others: those for whom it asked to come again. Empty: for all, or for none."""
    refused = models.CharField(max_length=500, blank=True)
    """While it waits for those: what was said of others who will not get it."""
    reply_needed = models.BooleanField(default=True)
    # Known where a page has read them together; not on disk.
    files: Sequence[Attachment] = ()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"]),
            models.Index(
                fields=["message_id"], condition=~models.Q(message_id=""), name="message_by_message_id"
            ),
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(delivery="queued"), name="message_outbox"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="message_with_organization")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attachment(models.Model):
    """A file of a message; the bytes are behind the storage interface."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)
    file = models.FileField(max_length=255)

    def __str__(self) -> str:
        return self.name
