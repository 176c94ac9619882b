"""Whoever signs in is a User; support staff have an Agent row as well."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from sterling.accounts.models.regions import Region


class Role(models.TextChoices):
    ADMIN = "admin"
    LEAD = "lead"
    AGENT = "agent"


class User(AbstractBaseUser):
    """A sign-in. There are no passwords yet: links and codes by mail open the session."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    session_epoch = models.PositiveIntegerField(default=1)
    """Sessions of an earlier one are over: signing out everywhere raises it."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_address")]

    def __str__(self) -> str:
        return self.name or self.email


class Agent(models.Model):
    """Support staff ("engineer" on the pages)."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="agent")
    role = models.CharField(max_length=10, choices=Role.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True)
    tier = models.PositiveSmallIntegerField(default=1)
    languages = ArrayField(models.CharField(max_length=10), default=list)
    skills = ArrayField(models.CharField(max_length=40), default=list)
    capacity = models.PositiveSmallIntegerField(null=True)
    """So many open tickets are enough; routing goes over it only where a reply is due. None: no limit."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.user)

    @property
    def name(self) -> str:
        return str(self.user)

    @property
    def zone(self) -> str:
        """The zone of their shifts and of times said to them: their own, else their region's."""
        return self.user.timezone or (self.region.timezone if self.region else "UTC")
