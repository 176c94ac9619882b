"""Customers: organizations and the contacts in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower

from sterling.accounts.models.regions import Region
from sterling.accounts.models.staff import User
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime

BY_HAND, BY_MANAGER = "by hand", "named by the customer's manager"
HOW = {BY_HAND: Text(BY_HAND, "人工核实"), BY_MANAGER: Text(BY_MANAGER, "由客户的管理员指定")}


class Organization(models.Model):
    """A customer company. A stranger's address gets a provisional one of its own."""

    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    segment = models.CharField(max_length=40, default="commercial")
    language = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=60, blank=True)
    is_provisional = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Domain(models.Model):
    """Mail from this domain joins the organization, flagged until confirmed."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="one_organization_per_domain")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person of an organization.

    `confirmed_at`: an agent or the customer's own manager vouched that the person belongs there; only then
    are colleagues' tickets visible. `verified_at`: a premium contact, named and checked, served so from
    `premium_from` on and before `premium_until` where these are set. `is_manager`: names the premium contacts.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=40, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True)
    language = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=60, blank=True)
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, related_name="contact")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=200, blank=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=200, blank=True)
    verified_how = models.CharField(max_length=200, blank=True)
    premium_from = models.DateTimeField(null=True)
    premium_until = models.DateTimeField(null=True)
    is_manager = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_contact_per_address"),
            models.UniqueConstraint(fields=["id", "organization"], name="contact_with_organization"),
            models.CheckConstraint(
                condition=models.Q(is_manager=False) | models.Q(confirmed_at__isnull=False),
                name="managers_are_confirmed",
            ),
            models.CheckConstraint(
                condition=models.Q(premium_until__gt=models.F("premium_from")),
                name="premium_until_after_from",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_premium(self) -> bool:
        return self.verified_at is not None

    def is_premium_at(self, at: datetime) -> bool:
        """Named, and `at` lies within the dates of it."""
        begun = self.premium_from is None or self.premium_from <= at
        return self.is_premium and begun and (self.premium_until is None or at < self.premium_until)

    @property
    def how(self) -> Text:
        """How the contact was verified, for people to read."""
        return HOW.get(self.verified_how, Text(self.verified_how, self.verified_how))
