"""The customer's own engineers: for each region one primary, and backups in order."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models.organizations import Organization
from sterling.accounts.models.regions import Region
from sterling.accounts.models.staff import Agent


class Primary(models.Model):
    """`place` 0 is the primary engineer, 1 the first backup, and so on."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="primaries")
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="primary_for")
    place = models.PositiveSmallIntegerField()
    named_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "region", "place"], name="one_engineer_for_each_place"
            ),
            models.UniqueConstraint(
                fields=["organization", "region", "agent"], name="one_place_for_each_engineer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} for {self.organization_id} in {self.region_id}"
