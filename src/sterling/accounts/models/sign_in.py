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
    press = models.BooleanField(default=False)
    """Meant to be sent on: opening it asks for one press, for scanners open what they find in mail."""

    def __str__(self) -> str:
        return f"link for {self.user_id}"


class SignInCode(models.Model):
    """Somebody asked at the sign-in page to be let in as `email`, which may be nobody's.

    `digest` is of the secret that the asking browser holds. The six digits are stored nowhere: they follow from
    the row and the installation's key. `next_attempt_at`: when the mail with them is to be tried; null is never.
    """

    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=10)
    peer = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["email", "created_at"], name="codes_of_an_address"),
            models.Index(fields=["peer", "created_at"], name="codes_of_a_peer"),
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="code_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


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
