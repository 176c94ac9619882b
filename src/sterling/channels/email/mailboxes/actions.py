"""What administrators do with mailboxes. Secrets are sealed here and leave no trace in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from sterling.accounts import queries
from sterling.base import audit, live
from sterling.base.sealing import seal
from sterling.channels.email.mailboxes import drafts
from sterling.channels.email.mailboxes.models import (
    FetchedMail,
    FetchState,
    Kind,
    Mailbox,
    MailboxAddress,
    MailboxState,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.channels.email.mailboxes.drafts import Draft

PURPOSE = "mailbox"
SECRETS = ("password", "client_secret", "refresh_token")
_PLAIN = (
    "kind", "language", "silent_after_hours", "size_limit", "file_limit", "security", "sign_in", "sign_in_expires",
    "afterwards", "takes_existing",
)  # fmt: skip
_STRIPPED = ("name", "host", "user", "token_url", "client_id", "scope", "folder", "move_to")


@transaction.atomic
def add_mailbox(*, draft: Draft, at: datetime, by: Actor) -> Mailbox:
    """A new mailbox, taken into service at once. Invalid names the fields at fault."""
    addresses = drafts.check(draft, None)
    mailbox = Mailbox(created_at=at, watched_since=at)
    _fill(mailbox, draft)
    mailbox.save()
    _address(mailbox, addresses)
    if mailbox.kind == Kind.IMAP:
        MailboxState.objects.create(mailbox=mailbox)
    _note("mailbox added", mailbox, addresses, at, by)
    return mailbox


@transaction.atomic
def change_mailbox(*, mailbox_id: int, draft: Draft, at: datetime, by: Actor) -> Mailbox:
    """The mailbox as `draft` says; whoever fetches it begins anew. Invalid names the fields at fault."""
    mailbox = Mailbox.objects.select_for_update().get(pk=mailbox_id)
    addresses = drafts.check(draft, mailbox)
    _fill(mailbox, draft)
    mailbox.version += 1
    mailbox.save()
    _address(mailbox, addresses)
    _fresh(mailbox)
    _note("mailbox changed", mailbox, addresses, at, by)
    return mailbox


def as_drafted(draft: Draft, existing: Mailbox | None) -> Mailbox:
    """A mailbox as the draft says, saved nowhere: to be tried. Invalid names the fields at fault."""
    drafts.check(draft, existing)
    mailbox = Mailbox()
    if existing is not None:
        for field in SECRETS:
            setattr(mailbox, field, getattr(existing, field))
        mailbox.pk = existing.pk
    _fill(mailbox, draft)
    return mailbox


@transaction.atomic
def pause_mailbox(*, mailbox_id: int, paused: bool, at: datetime, by: Actor) -> Mailbox:
    """Take a mailbox out of service, or back. Its senders are asked to try again; what is fetched waits there."""
    mailbox = Mailbox.objects.select_for_update().get(pk=mailbox_id)
    if mailbox.is_enabled == (not paused):
        return mailbox
    mailbox.is_enabled = not paused
    mailbox.version += 1
    if not paused:
        mailbox.watched_since = at
    mailbox.save()
    _fresh(mailbox)
    _note("mailbox paused" if paused else "mailbox resumed", mailbox, [], at, by)
    return mailbox


@transaction.atomic
def try_again(*, mailbox_id: int, at: datetime, by: Actor) -> int:
    """Messages that were passed over are asked for once more. How many."""
    again = FetchedMail.objects.filter(cursor__mailbox=mailbox_id, state=FetchState.SKIPPED).update(
        state=FetchState.FAILING, attempts=0, next_try_at=at
    )
    mailbox = Mailbox.objects.get(pk=mailbox_id)
    _note("mailbox tries again", mailbox, [], at, by)
    return again


def _fill(mailbox: Mailbox, draft: Draft) -> None:
    for field in _PLAIN:
        setattr(mailbox, field, getattr(draft, field))
    for field in _STRIPPED:
        setattr(mailbox, field, getattr(draft, field).strip())
    for field in SECRETS:
        if value := getattr(draft, field):
            setattr(mailbox, field, seal(value, PURPOSE))
    mailbox.port = draft.port_or_usual() if draft.kind == Kind.IMAP else None
    mailbox.region = queries.region(draft.region) if draft.region else None
    mailbox.refused_types = [kind.strip().lower().lstrip(".") for kind in draft.refused_types]


def _address(mailbox: Mailbox, addresses: list[str]) -> None:
    mailbox.addresses.all().delete()
    MailboxAddress.objects.bulk_create(
        MailboxAddress(mailbox=mailbox, email=email, position=nth) for nth, email in enumerate(addresses)
    )


def _fresh(mailbox: Mailbox) -> None:
    """What was the matter may be over: the next look tells."""
    if mailbox.kind == Kind.IMAP:
        MailboxState.objects.update_or_create(
            mailbox=mailbox,
            defaults={"trouble": "", "error": "", "failures": 0, "failing_since": None, "next_try_at": None},
        )


def _note(verb: str, mailbox: Mailbox, addresses: list[str], at: datetime, by: Actor) -> None:
    told: dict[str, Any] = {"name": mailbox.name, "kind": mailbox.kind, "version": mailbox.version}
    if addresses:
        told["addresses"] = addresses
    audit.record(at=at, actor=by, verb=verb, object_kind="mailbox", object_id=mailbox.pk, data=told)
    live.poke("mailboxes")
