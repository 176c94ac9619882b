"""What the API remembers so that a repeated POST does nothing twice."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import ApiToken


class IdempotencyKey(models.Model):
    """The answer to a POST, kept for its repetition with the same key."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key
