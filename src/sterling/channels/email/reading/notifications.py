"""Bounces that a sending service reports as JSON in the body of a mail (Amazon SES through SNS)."""

from __future__ import annotations

import json
from typing import Any

from sterling.channels.email.reading.charsets import storable
from sterling.channels.email.reading.values import Bounce

_LIMIT = 100_000
_LONGEST = 1_000


def read(text: str) -> Bounce | None:
    """The bounce in a notification body, or None."""
    sample = text[:_LIMIT]
    if '"notificationType"' not in sample and '"eventType"' not in sample:
        return None
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(sample[sample.index("{") :])
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "Bounce" not in {found.get("notificationType"), found.get("eventType")}:
        return None
    bounce = _dict(found.get("bounce"))
    listed = bounce.get("bouncedRecipients")
    recipients = [_dict(one) for one in listed] if isinstance(listed, list) else []
    return Bounce(
        tuple(_text(one["emailAddress"]) for one in recipients if one.get("emailAddress")),
        next((_text(one["status"]) for one in recipients if one.get("status")), ""),
        bounce.get("bounceType") != "Transient",
        _text(_dict(_dict(found.get("mail")).get("commonHeaders")).get("messageId") or "").strip("<>"),
    )


def _text(value: Any) -> str:
    return storable(str(value))[:_LONGEST]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
