"""Mailboxes: where mail comes in, and how each one fares. For administrators. Secrets go in and never come out."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.api.etags import require_match, tag
from sterling.api.paging import whole
from sterling.api.request import ApiRequest
from sterling.api.shapes import Address, In, Instant, Out, Page, Ref, Short, Words, at
from sterling.channels.email.mailboxes import actions, probing, queries
from sterling.channels.email.mailboxes.drafts import Draft
from sterling.channels.email.mailboxes.models import Mailbox
from sterling.channels.email.mailboxes.queries import Health

router = Router(tags=["Mailboxes"])
Host = Annotated[str, Field(max_length=253)]
Secret = Annotated[
    str, Field(max_length=10_000, description="Stored sealed; empty keeps the one that is there.")
]


class MailboxIn(In):
    name: Annotated[str, Field(max_length=100)]
    addresses: list[Address] = Field(max_length=50)
    kind: Short = Field("listener", description="listener or imap.")
    region: Ref = Field("", description="Of unknown senders.")
    language: Short = Field("", description="Of unknown senders: en or zh.")
    silent_after_hours: int | None = None
    size_limit: int | None = Field(None, description="Bytes a mail.")
    file_limit: int | None = Field(None, description="Bytes a file.")
    refused_types: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=200)
    host: Host = ""
    port: int | None = None
    security: Short = Field("tls", description="tls, starttls or none.")
    user: Annotated[str, Field(max_length=254)] = ""
    sign_in: Short = Field("password", description="password or oauth2.")
    password: Secret = ""
    token_url: Annotated[str, Field(max_length=500)] = ""
    client_id: Annotated[str, Field(max_length=300)] = ""
    client_secret: Secret = ""
    refresh_token: Secret = ""
    scope: Annotated[str, Field(max_length=500)] = ""
    sign_in_expires: date | None = None
    folder: Annotated[str, Field(max_length=200)] = "INBOX"
    afterwards: Short = Field("keep", description="keep (marked as seen), move or delete.")
    move_to: Annotated[str, Field(max_length=200)] = ""
    takes_existing: bool = False


class MailboxChange(In):
    """What is left out stays."""

    name: Annotated[str, Field(max_length=100)] | None = None
    addresses: list[Address] | None = Field(None, max_length=50)
    region: Ref | None = None
    language: Short | None = None
    silent_after_hours: int | None = None
    size_limit: int | None = None
    file_limit: int | None = None
    refused_types: list[Annotated[str, Field(max_length=100)]] | None = Field(None, max_length=200)
    host: Host | None = None
    port: int | None = None
    security: Short | None = None
    user: Annotated[str, Field(max_length=254)] | None = None
    sign_in: Short | None = None
    password: Secret | None = None
    token_url: Annotated[str, Field(max_length=500)] | None = None
    client_id: Annotated[str, Field(max_length=300)] | None = None
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    scope: Annotated[str, Field(max_length=500)] | None = None
    sign_in_expires: date | None = None
    folder: Annotated[str, Field(max_length=200)] | None = None
    afterwards: Short | None = None
    move_to: Annotated[str, Field(max_length=200)] | None = None
    paused: bool | None = None


class MailboxOut(Out):
    id: str
    name: str
    addresses: list[str]
    kind: str
    region: str | None
    language: str
    paused: bool
    silent_after_hours: int | None
    size_limit: int | None
    file_limit: int | None
    refused_types: list[str]
    host: str
    port: int | None
    security: str
    user: str
    sign_in: str
    sign_in_expires: date | None
    folder: str
    afterwards: str
    move_to: str
    state: str = Field(description="ok, failing, paused, or waiting: not looked at yet.")
    trouble: str | None
    error: str = Field(description="What the server said.")
    open_incidents: list[str]
    last_message_at: Instant | None
    last_success_at: Instant | None
    received: int
    not_taken: int


class TriedOut(Out):
    works: bool
    said: Words
    trouble: str | None


def mailbox_out(health: Health) -> dict[str, Any]:
    mailbox = health.mailbox
    same = (
        "name", "kind", "language", "silent_after_hours", "size_limit", "file_limit", "refused_types", "host", "port",
        "security", "user", "sign_in", "sign_in_expires", "folder", "afterwards", "move_to",
    )  # fmt: skip
    return {
        **{field: getattr(mailbox, field) for field in same},
        "id": str(mailbox.pk),
        "addresses": [row.email for row in mailbox.addresses.all()],
        "region": mailbox.region_id,
        "paused": not mailbox.is_enabled,
        "state": health.state,
        "trouble": health.trouble,
        "error": health.error,
        "open_incidents": [incident.trouble for incident in health.incidents],
        "last_message_at": at(health.last_message_at),
        "last_success_at": at(health.of_imap.last_success_at if health.of_imap else None),
        "received": health.received,
        "not_taken": health.skipped,
    }


def _shown(request: ApiRequest, response: HttpResponse, pk: int) -> dict[str, Any]:
    found = queries.mailbox_for(request.viewer, pk)
    tag(response, found.version)
    return mailbox_out(queries.health_of([found])[0])


@router.get("/mailboxes", response=Page[MailboxOut])
def list_mailboxes(request: ApiRequest) -> dict[str, Any]:
    """Every mailbox and how it fares. For administrators."""
    found = queries.health_of(list(queries.mailboxes_for(request.viewer)))
    return whole([mailbox_out(health) for health in found])


@router.post("/mailboxes", response={201: MailboxOut})
def add_mailbox(request: ApiRequest, response: HttpResponse, body: MailboxIn) -> dict[str, Any]:
    """A new mailbox, in service at once. For administrators."""
    access.with_role(request.viewer, Role.ADMIN)
    made = actions.add_mailbox(draft=_draft(body.model_dump()), at=request.at, by=request.viewer.actor)
    return _shown(request, response, made.pk)


@router.get("/mailboxes/{mailbox_id}", response=MailboxOut)
def show_mailbox(request: ApiRequest, response: HttpResponse, mailbox_id: str) -> dict[str, Any]:
    """One mailbox and how it fares. For administrators."""
    return _shown(request, response, queries.mailbox_for(request.viewer, mailbox_id).pk)


@router.patch("/mailboxes/{mailbox_id}", response=MailboxOut)
def change_mailbox(
    request: ApiRequest, response: HttpResponse, mailbox_id: str, body: MailboxChange
) -> dict[str, Any]:
    """Change a mailbox, pause it (`paused`: true) or take it back into service. For administrators."""
    mailbox = queries.mailbox_for(request.viewer, mailbox_id)
    require_match(request, mailbox.version)
    changed = body.model_dump(exclude_unset=True)
    paused = changed.pop("paused", None)
    by = request.viewer.actor
    if changed:
        draft = _draft(
            _as_stored(mailbox) | {key: value for key, value in changed.items() if _means(key, value)}
        )
        actions.change_mailbox(mailbox_id=mailbox.pk, draft=draft, at=request.at, by=by)
    if paused is not None:
        actions.pause_mailbox(mailbox_id=mailbox.pk, paused=paused, at=request.at, by=by)
    return _shown(request, response, mailbox.pk)


@router.post("/mailboxes/{mailbox_id}/test", response=TriedOut)
def try_mailbox(request: ApiRequest, mailbox_id: str) -> dict[str, Any]:
    """Sign in and open the folder, fetching nothing. For administrators."""
    tried = probing.probe(queries.mailbox_for(request.viewer, mailbox_id), request.at)
    return {"works": tried.works, "said": tried.said.as_dict(), "trouble": tried.trouble}


def _means(field: str, value: Any) -> bool:
    """Null takes a limit or a date away; for everything else it says nothing."""
    return value is not None or field in {
        "silent_after_hours",
        "size_limit",
        "file_limit",
        "port",
        "sign_in_expires",
    }


def _draft(given: dict[str, Any]) -> Draft:
    lists = {name: tuple(given[name]) for name in ("addresses", "refused_types")}
    return Draft(**(given | lists))


def _as_stored(mailbox: Mailbox) -> dict[str, Any]:
    """The draft that would leave the mailbox as it is; empty secrets keep theirs."""
    secret = set(actions.SECRETS)
    same = {
        field.name: getattr(mailbox, field.name)
        for field in fields(Draft)
        if field.name not in secret | {"addresses", "region"}
    }
    return same | {
        "addresses": [row.email for row in mailbox.addresses.all()],
        "region": mailbox.region_id or "",
    }
