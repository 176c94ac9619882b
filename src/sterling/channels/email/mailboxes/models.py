"""A mailbox, how it fares, and how far it has been fetched."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from sterling.accounts.models import Region


class Kind(models.TextChoices):
    LISTENER = "listener"
    IMAP = "imap"


class Security(models.TextChoices):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SignIn(models.TextChoices):
    PASSWORD = "password"  # noqa: S105 - a kind, no secret
    OAUTH2 = "oauth2"


class Afterwards(models.TextChoices):
    """What happens on the server to a mail that is safely here."""

    KEEP = "keep"
    MOVE = "move"
    DELETE = "delete"


class Trouble(models.TextChoices):
    """Why a mailbox cannot be fetched, or why somebody should look at it."""

    SIGN_IN = "sign_in"
    TOKEN = "token"  # noqa: S105 - a kind, no secret
    UNREACHABLE = "unreachable"
    FOLDER = "folder"
    SERVER = "server"
    SECRET = "secret"  # noqa: S105 - a kind, no secret
    SILENT = "silent"
    EXPIRING = "expiring"
    NOT_FETCHED = "not_fetched"


class Mailbox(models.Model):
    """Where mail comes in. Secrets are sealed and never shown again."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=2, blank=True)
    is_enabled = models.BooleanField(default=True)
    silent_after_hours = models.PositiveIntegerField(null=True)
    size_limit = models.PositiveBigIntegerField(null=True)
    file_limit = models.PositiveBigIntegerField(null=True)
    refused_types = models.JSONField(default=list)

    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(null=True)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    user = models.CharField(max_length=254, blank=True)
    sign_in = models.CharField(max_length=10, choices=SignIn.choices, default=SignIn.PASSWORD)
    password = models.TextField(blank=True)
    token_url = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=300, blank=True)
    client_secret = models.TextField(blank=True)
    refresh_token = models.TextField(blank=True)
    scope = models.CharField(max_length=500, blank=True)
    sign_in_expires = models.DateField(null=True)
    folder = models.CharField(max_length=200, default="INBOX")
    afterwards = models.CharField(max_length=10, choices=Afterwards.choices, default=Afterwards.KEEP)
    move_to = models.CharField(max_length=200, blank=True)
    takes_existing = models.BooleanField(default=False)

    watched_since = models.DateTimeField()
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="imap") | (~models.Q(host="") & ~models.Q(user="")),
                name="imap_names_its_server",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """What the numbers of messages belong to; another source counts anew."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


class MailboxAddress(models.Model):
    """An address whose mail goes to this mailbox. No two mailboxes share one."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="addresses")
    email = models.CharField(max_length=254)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_mailbox_per_address"),
        ]

    def __str__(self) -> str:
        return self.email


class MailboxState(models.Model):
    """How an IMAP mailbox fares, written by whoever fetches it; the lease says who that is."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="state")
    lease_owner = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True)
    error = models.CharField(max_length=500, blank=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    lag_seconds = models.FloatField(null=True)
    fetched = models.PositiveBigIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    is_idle = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"state of {self.mailbox_id}"


class MailboxCursor(models.Model):
    """How far a folder has been taken, under one numbering of its messages (UIDVALIDITY)."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="cursors")
    source = models.CharField(max_length=800)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField(default=0)
    since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "source", "uid_validity"], name="one_cursor_per_numbering"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}/{self.uid_validity} up to {self.last_uid}"


class FetchState(models.TextChoices):
    STORED = "stored"
    SETTLED = "settled"
    FAILING = "failing"
    SKIPPED = "skipped"


class FetchedMail(models.Model):
    """One message of a folder: stored here, and then settled there. Or why it could not be taken."""

    cursor = models.ForeignKey(MailboxCursor, on_delete=models.CASCADE, related_name="fetched")
    uid = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=FetchState.choices)
    digest = models.CharField(max_length=64, blank=True)
    dated = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    inbound_id = models.BigIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cursor", "uid"], name="one_row_per_fetched_uid")]
        indexes = [
            models.Index(
                fields=["cursor", "state"],
                condition=~models.Q(state="settled"),
                name="fetched_not_settled",
            ),
            models.Index(fields=["digest"], name="fetched_by_digest"),
        ]

    def __str__(self) -> str:
        return f"uid {self.uid}"


class MailboxIncident(models.Model):
    """Something about a mailbox that an administrator has to hear of, once. It closes by itself."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="incidents")
    trouble = models.CharField(max_length=12, choices=Trouble.choices)
    detail = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "trouble"],
                condition=models.Q(closed_at=None),
                name="one_open_incident_per_trouble",
            )
        ]
        indexes = [models.Index(fields=["mailbox", "trouble", "-opened_at"], name="incidents_latest_first")]

    def __str__(self) -> str:
        return f"{self.trouble} of {self.mailbox_id}"
