"""The catalog's versions and the contracts that pin them."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Organization


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
    """An organization holds a plan from `starts_at` (incl.) to `ends_at` (excl.); a later one supersedes."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="contracts")
    plan = models.CharField(max_length=40)
    catalog_version = models.ForeignKey(CatalogVersion, on_delete=models.PROTECT)
    starts = models.DateField()
    ends = models.DateField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
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


class ContractChange(models.Model):
    """A plan changed in mid-term: from which instant the contract holds which plan. Append-only."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="changes")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    at = models.DateTimeField()
    plan_from = models.CharField(max_length=40)
    plan_to = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.plan_from} to {self.plan_to}"
