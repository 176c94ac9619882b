"""What premium plans add and this version does not do yet. Nothing is left of it below an organization."""

from __future__ import annotations

from ninja import Router

router = Router()
ORGANIZATIONS: dict[str, str] = {}
"""Path below an organization -> the entitlement that it needs."""
