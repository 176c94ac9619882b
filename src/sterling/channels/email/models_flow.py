"""What the mail room knows about addresses, and what waits there for a decision."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Region
from sterling.base.fields import TextField


class HeldState(models.TextChoices):
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


class HeldMail(models.Model):
    """A stranger's answer to a ticket of others. It starts no clock and nobody but staff sees it, until decided."""

    mail = models.OneToOneField("email.InboundMail", on_delete=models.PROTECT, related_name="held")
    organization_id = models.BigIntegerField()
    ticket_id = models.BigIntegerField(db_index=True)
    sender = models.EmailField(max_length=320)
    sender_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    led_by = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=HeldState.choices, default=HeldState.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"held {self.pk}"


class Treat(models.TextChoices):
    PERSON = "person"
    MACHINE = "machine"


class SenderRule(models.Model):
    """How mail from one address is taken, whatever its header says of itself."""

    address = models.EmailField(max_length=320, unique=True)
    treat = models.CharField(max_length=10, choices=Treat.choices)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.address}: {self.treat}"


class Undeliverable(models.Model):
    """An address that mail came back from, until a mail from it comes or somebody clears it."""

    address = models.EmailField(max_length=320, unique=True)
    reason = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.address


class MailRules(models.Model):
    """The one row of limits that a vendor may change."""

    answers_per_hour = models.PositiveSmallIntegerField(default=3)
    reopenings_per_hour = models.PositiveSmallIntegerField(default=10)
    undo_seconds = models.PositiveSmallIntegerField(default=10)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_mail_rules")]

    def __str__(self) -> str:
        return "mail rules"


class RegionSender(models.Model):
    """Whom mail of a region comes from, and what stands under it."""

    region = models.OneToOneField(Region, on_delete=models.CASCADE, primary_key=True)
    name = TextField()
    address = models.EmailField(max_length=254, blank=True)
    signature = TextField()

    def __str__(self) -> str:
        return f"sender of {self.region_id}"
