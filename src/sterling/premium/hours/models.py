"""The ledger, the service plan that draws name, and the draws themselves."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Organization
from sterling.plans.models import Contract


class ServicePlan(models.Model):
    """What the hours are for, as a version: offered by the vendor, agreed once the customer said so too.

    A new one supersedes the old once it is agreed. `mailed_at`: the customer's managers were told of the offer.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="service_plans")
    number = models.PositiveIntegerField()
    silence_days = models.PositiveSmallIntegerField(default=5)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    offered_at = models.DateTimeField(null=True)
    offered_by = models.CharField(max_length=200, blank=True)
    mailed_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="one_service_plan_per_number"),
            models.UniqueConstraint(fields=["id", "organization"], name="service_plan_with_organization"),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True) | models.Q(offered_at__isnull=False),
                name="agreed_by_both_sides",
            ),
        ]

    def __str__(self) -> str:
        return f"service plan {self.number}"


class ServicePlanItem(models.Model):
    """One piece of work with the time that it is expected to take. `key` is the vendor's own name for it."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="items")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    expected = models.DurationField()
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="one_item_per_key")]

    def __str__(self) -> str:
        return self.title


class DrawState(models.TextChoices):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Draw(models.Model):
    """Hours that were worked or will be: asked of the customer, who agrees, declines or lets `silence_at` pass."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="draws")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="draws")
    term_begins = models.DateField()
    item_key = models.CharField(max_length=60)
    item_title = models.CharField(max_length=300)
    amount = models.DurationField()
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=DrawState.choices, default=DrawState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    silence_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id", "organization"], name="draw_with_organization")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(mailed_at__isnull=True), name="draw_to_mail"),
            models.Index(fields=["silence_at"], condition=models.Q(state="asked"), name="draw_by_silence"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.item_title}"


class LedgerEntry(models.Model):
    """One line of the ledger. Append-only; `key` names what may be there only once (a term's grant, its lapse)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="ledger")
    term_begins = models.DateField()
    term_ends = models.DateField()
    kind = models.CharField(max_length=10)
    amount = models.DurationField()
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, null=True, related_name="entries")
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - null is not unique, "" is

    class Meta:
        indexes = [models.Index(fields=["organization", "contract", "term_begins", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class HoursNotice(models.Model):
    """That what is left of a term lapses in so many days: raised once for a term and a number of days."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="hours_notices")
    term_begins = models.DateField()
    term_ends = models.DateField()
    days = models.PositiveSmallIntegerField()
    left = models.DurationField()
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "term_begins", "days"], name="one_hours_notice_per_term_and_days"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(mailed_at__isnull=True), name="hours_notice_to_mail"
            )
        ]

    def __str__(self) -> str:
        return f"{self.left} lapse on {self.term_ends}"
