"""The catalog's versions and the contracts that pin them."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Organization
from sterling.core.contracts import Term


class CatalogVersion(models.Model):
    """One immutable version of the catalog; the newest whose `in_force_from` has passed is in force."""

    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    in_force_from = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"catalog {self.number}"


class CatalogWithdrawal(models.Model):
    """That a version which had not come into force yet never will. Append-only, as versions are."""

    catalog_version = models.OneToOneField(
        CatalogVersion, on_delete=models.PROTECT, related_name="withdrawal"
    )
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.catalog_version} withdrawn"


class CatalogDraft(models.Model):
    """The next version while people work on it: at most one is open. `starts`: the day it is to come into force."""

    base = models.ForeignKey(CatalogVersion, on_delete=models.PROTECT, related_name="drafts")
    document = models.JSONField()
    starts = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    published_as = models.OneToOneField(
        CatalogVersion, on_delete=models.PROTECT, null=True, related_name="draft"
    )

    class Meta:
        constraints = [
            # One row of nothing but open drafts: a second one has nowhere to stand.
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(closed_at__isnull=True), name="one_open_catalog_draft"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} of {self.base}"


class CatalogEdit(models.Model):
    """Who changed which place of a draft from what to what. Append-only."""

    draft = models.ForeignKey(CatalogDraft, on_delete=models.PROTECT, related_name="edits")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.path} by {self.by}"


class Contract(models.Model):
    """An organization holds a plan from `starts_at` (incl.) to `ends_at` (excl.); a later one supersedes.

    `size`: how many of what the catalog's caps count by (subscriptions); 0 where it counts by nothing.
    `ends` is the day it ends by its words, `ends_at` the instant at which the plan is served no more: after the
    days of grace. `price` is a price term's, before tax, in `currency`; None where the catalog has none.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="contracts")
    plan = models.CharField(max_length=40)
    catalog_version = models.ForeignKey(CatalogVersion, on_delete=models.PROTECT)
    segment = models.CharField(max_length=40, default="commercial")
    currency = models.CharField(max_length=3, default="USD")
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    starts = models.DateField()
    ends = models.DateField(null=True)
    grace_days = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0, db_default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    renewal_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="renewed_by")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="contract_with_organization"),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="contract_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["organization", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.plan} from {self.starts}"

    @property
    def term(self) -> Term:
        return Term(self.starts, self.ends, self.grace_days)


class ContractChange(models.Model):
    """A plan changed in mid-term: from which instant the contract holds which plan. Append-only.

    `price_delta` and `hours_delta_minutes`: what the change adds to the running term, pro rata to the day.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="changes")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    at = models.DateTimeField()
    by = models.CharField(max_length=200, blank=True)
    plan_from = models.CharField(max_length=40)
    plan_to = models.CharField(max_length=40)
    price_delta = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    hours_delta_minutes = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.plan_from} to {self.plan_to}"


class ContractNotice(models.Model):
    """That a contract ends in so many days: raised once for a contract and a number of days."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="notices")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "days"], name="one_notice_per_contract_and_days")
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(mailed_at__isnull=True), name="contract_notice_to_mail"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.days} days"


class SegmentProof(models.Model):
    """What shows that an organization belongs to a segment (a school's letter): on file, with who looked at it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="proofs")
    segment = models.CharField(max_length=40)
    note = models.CharField(max_length=500)
    name = models.CharField(max_length=255, blank=True)
    file = models.FileField(max_length=255, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.segment}: {self.note}"


class Quote(models.Model):
    """A price that was offered: the page and the paper say the same later on. Append-only.

    `organization` None: for somebody who is no customer yet.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="quotes")
    addressee = models.CharField(max_length=200, blank=True)
    plan = models.CharField(max_length=40)
    segment = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    catalog_version = models.ForeignKey(CatalogVersion, on_delete=models.PROTECT)
    valid_until = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"quote {self.pk}"
