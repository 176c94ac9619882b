"""Support regions. Their calendars are dated revisions and live in the room of the promises."""

from __future__ import annotations

from django.db import models

from sterling.base.fields import TextField


class Region(models.Model):
    """A part of the world with its own hours, holidays and staff."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = TextField()
    timezone = models.CharField(max_length=60)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_region"
            )
        ]

    def __str__(self) -> str:
        return self.id
