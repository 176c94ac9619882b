"""The audit of settings: one call, in the transaction of what it tells about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sterling.base.actor import Actor
from sterling.base.models import AuditEntry


def record(
    *,
    at: datetime,
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: object,
    organization_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry. `data` holds plain JSON, such as what was and what is now."""
    made = entry(
        at=at,
        actor=actor,
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        organization_id=organization_id,
        data=data,
    )
    made.save(force_insert=True)
    return made


def entry(
    *,
    at: datetime,
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: object,
    organization_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """The same, to be written with other rows by whoever asks."""
    return AuditEntry(
        at=at,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        verb=verb,
        object_kind=object_kind,
        object_id=str(object_id),
        organization_id=organization_id,
        data=data or {},
    )
