"""Rows that belong to no room above: stored bytes, heartbeats, the audit of settings."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """Bytes behind Django's storage interface: raw mail, attachments."""

    name = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField()
    data = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """That a process of the product served a moment ago."""

    name = models.CharField(max_length=40, primary_key=True)
    pid = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Secret(models.Model):
    """Keys that every process of one installation shares, made once."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SentForm(models.Model):
    """A form that did its work, by a digest of it, with the answer for its repetition."""

    form = models.CharField(max_length=64, primary_key=True)
    status = models.PositiveSmallIntegerField()
    told = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.form


class AuditEntry(models.Model):
    """Who changed what in settings, plans, people and entitlements. Append-only."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    organization_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_id", "at"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_id}"
