"""When staff work: regular shifts, and absences that take time out of them. What they mean is in `core.shifts`."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models.staff import Agent


class Shift(models.Model):
    """Hours of one engineer in their own zone, for what starts on the local dates in [starts, ends).

    `hours` is a calendar of the promise's section 1 without `tz`: weekly, holidays, exceptions.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="shifts")
    hours = models.JSONField()
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="shift_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"shift of {self.agent_id}"


class Absence(models.Model):
    """From `starts` until `ends` the engineer is not there, whatever the shifts say."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="absences")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="absence_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["ends"], name="absence_by_end")]

    def __str__(self) -> str:
        return f"absence of {self.agent_id}"
