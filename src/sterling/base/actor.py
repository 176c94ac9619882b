"""Who does something: every event and every audit entry has one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    CONTACT = "contact"
    AGENT = "agent"
    TOKEN = "token"  # noqa: S105 - a kind, no secret
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the contact's, the user's or the token's row; the system has none."""

    kind: ActorKind
    id: int | None = None
    name: str = ""


SYSTEM = Actor(ActorKind.SYSTEM, None, "Sterling")
