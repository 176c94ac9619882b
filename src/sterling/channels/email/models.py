"""Mail as it came in, kept whole; what left is kept whole too."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Agent
from sterling.channels.email.mailboxes.models import (
    FetchedMail,
    Mailbox,
    MailboxAddress,
    MailboxCursor,
    MailboxIncident,
    MailboxState,
)
from sterling.channels.email.models_flow import (
    HeldMail,
    HeldState,
    MailRules,
    RegionSender,
    SenderRule,
    Treat,
    Undeliverable,
)

__all__ = [
    "FetchedMail",
    "HeldMail",
    "HeldState",
    "InboundMail",
    "InboundState",
    "MailRules",
    "Mailbox",
    "MailboxAddress",
    "MailboxCursor",
    "MailboxIncident",
    "MailboxState",
    "OutgoingMail",
    "RegionSender",
    "SenderNotice",
    "SenderRule",
    "StaffMail",
    "StaffMailState",
    "Treat",
    "Undeliverable",
]


class InboundState(models.TextChoices):
    RECEIVED = "received"
    DONE = "done"
    QUARANTINED = "quarantined"


class InboundMail(models.Model):
    """A raw message that was answered with 250. Reading it is a job that may be repeated."""

    mailbox = models.CharField(max_length=254)
    through = models.ForeignKey(Mailbox, null=True, on_delete=models.SET_NULL)
    message_id = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64, blank=True)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    peer = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField()
    raw = models.FileField(max_length=255)
    is_whole = models.BooleanField(default=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=InboundState.choices, default=InboundState.RECEIVED)
    outcome = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    processed_at = models.DateTimeField(null=True)
    organization_id = models.BigIntegerField(null=True)
    ticket_id = models.BigIntegerField(null=True)
    ticket_message_id = models.BigIntegerField(null=True)
    is_partial = models.BooleanField(default=False)
    """It has more parts than are read: the others are in the raw mail alone."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "message_id", "digest"],
                condition=~models.Q(message_id=""),
                name="one_intake_per_message",
            )
        ]
        indexes = [
            models.Index(fields=["digest"], condition=models.Q(message_id=""), name="inbound_nameless"),
            models.Index(
                fields=["message_id"], condition=~models.Q(message_id=""), name="inbound_by_message_id"
            ),
            models.Index(fields=["through", "-received_at"], name="inbound_latest_through"),
            models.Index(
                fields=["received_at"], condition=models.Q(state="received"), name="inbound_to_read"
            ),
            models.Index(
                fields=["received_at"], condition=models.Q(state="quarantined"), name="inbound_quarantine"
            ),
            models.Index(fields=["ticket_id"], condition=models.Q(is_partial=True), name="inbound_partial"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class OutgoingMail(models.Model):
    """The raw message that was offered to the mail server for a committed Message."""

    message_id = models.BigIntegerField(unique=True)
    organization_id = models.BigIntegerField()
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    raw = models.BinaryField()
    composed_at = models.DateTimeField()
    response = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"outgoing {self.message_id}"


class StaffMailState(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Letter(models.Model):
    """A mail of the product's own, about no promise: written whole, then sent from here."""

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=StaffMailState.choices, default=StaffMailState.QUEUED)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"to {self.to}"


class StaffMail(Letter):
    """A mail to one of the staff: about alarms, or about a mailbox."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    of_alarms = models.BooleanField(default=False)
    """A batch of alarms: these alone are held apart from each other."""

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="queued"), name="staff_mail_to_send"
            ),
            models.Index(fields=["created_at"], name="staff_mail_by_time"),
        ]


class PremiumLetter(Letter):
    """A mail to somebody about what their plan brings. `about` names occasion and person: there is one of it.

    `calendar`: an invitation that goes along.
    """

    about = models.CharField(max_length=200, unique=True)
    calendar = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="queued"), name="premium_letter_to_send"
            )
        ]


class SenderNotice(Letter):
    """What the sender of a mail hears when it, or a part of it, could not be taken. One a mail."""

    inbound = models.OneToOneField(InboundMail, on_delete=models.CASCADE)
    in_reply_to = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="queued"), name="sender_notice_to_send"
            ),
            models.Index(fields=["to", "created_at"], name="sender_notice_by_address"),
        ]
