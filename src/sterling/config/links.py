"""Whom a command means by an address, and links that sign them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts import queries
from sterling.accounts.actions import people
from sterling.base.actor import SYSTEM

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import User

FIRST_ADMINISTRATOR = "admin@sterling.example"


def administrator(*, at: datetime) -> User:
    """The first administrator, made if there is none."""
    known = queries.first_administrator()
    if known:
        return known.user
    made = people.create_agent(
        name="Administrator", email=FIRST_ADMINISTRATOR, role="admin", region=None, tier=3, at=at, by=SYSTEM
    )
    return made.user


def link_for(email: str, *, base: str, at: datetime, press: bool = False) -> str | None:
    """A one-time link, or None when nobody has the address. `press`: opening it asks for one press first."""
    user = people.user_named(email, at=at)
    return f"{base}/in/{people.make_link(user=user, at=at, press=press)}" if user else None
