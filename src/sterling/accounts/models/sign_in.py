"""Ways in: one-time links for people, tokens for programs. Only digests are kept."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sterling.accounts.models.staff import User


class SignInLink(models.Model):
    """Opens one session, once, for a quarter of an hour."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link for {self.user_id}"


class ApiToken(models.Model):
    """A bearer token: a long random secret, kept as one fast hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
