"""The form of a mailbox: what was typed becomes a draft; what cannot is said beside its field, all typed kept.

A secret that was typed comes back sealed, so that it need not be typed twice and is never shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sterling.accounts import queries as people
from sterling.base.errors import FieldError, Invalid
from sterling.base.sealing import Unopenable, seal, unseal
from sterling.channels.email.limits import MEGABYTE
from sterling.channels.email.mailboxes import drafts
from sterling.channels.email.mailboxes.actions import SECRETS
from sterling.channels.email.mailboxes.drafts import Draft
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sterling.channels.email.mailboxes.models import Mailbox

PURPOSE = "mailbox form"
_TEXT = (
    "name", "kind", "region", "language", "host", "security", "user", "sign_in", "token_url", "client_id", "scope",
    "folder", "afterwards", "move_to",
)  # fmt: skip
_NUMBER = Text("Write a whole number.", "请填写整数。")
_SIZE = Text("Write a number of MB, such as 10.", "请填写 MB 数，例如 10。")
_DATE = Text("Write a date such as 2026-03-31.", "请填写日期，例如 2026-03-31。")


@dataclass(frozen=True, slots=True)
class Typed:
    """What is in the form: `values` as text by field, `kept` the sealed secrets, `errors` by field."""

    values: dict[str, str]
    kept: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)


def blank() -> Typed:
    start = Draft()
    values = {name: str(getattr(start, name)) for name in _TEXT}
    return Typed(values | {"addresses": "", "refused_types": "", "kind": "imap"})


def of(mailbox: Mailbox) -> Typed:
    """The form of a stored mailbox; its secrets stay where they are."""
    values = {name: str(getattr(mailbox, name) or "") for name in _TEXT}
    values |= {
        "region": mailbox.region_id or "",
        "addresses": "\n".join(row.email for row in mailbox.addresses.all()),
        "refused_types": ", ".join(mailbox.refused_types),
        "port": str(mailbox.port or ""),
        "silent_after_hours": str(mailbox.silent_after_hours or ""),
        "size_limit": _in_megabytes(mailbox.size_limit),
        "file_limit": _in_megabytes(mailbox.file_limit),
        "sign_in_expires": mailbox.sign_in_expires.isoformat() if mailbox.sign_in_expires else "",
        "takes_existing": "on" if mailbox.takes_existing else "",
    }
    return Typed(values)


def read(posted: Mapping[str, Any]) -> tuple[Typed, Draft]:
    """What was typed, and the draft that it means. Where a number is none, the draft has none and `errors` says so."""
    values = {name: str(posted.get(name, "")).replace("\x00", "") for name in _TEXT}
    errors: dict[str, Text] = {}
    more = ("addresses", "refused_types", "port", "silent_after_hours", "size_limit", "file_limit")
    values |= {name: str(posted.get(name, "")).replace("\x00", "") for name in (*more, "sign_in_expires")}
    values["takes_existing"] = "on" if posted.get("takes_existing") else ""
    secrets = {name: _secret(posted, name) for name in SECRETS}
    draft = Draft(
        **{name: values[name].strip() for name in _TEXT},
        addresses=tuple(re.split(r"[\s,;，；]+", values["addresses"].strip())),
        refused_types=tuple(part for part in re.split(r"[\s,;，；]+", values["refused_types"]) if part),
        port=_number(values, "port", errors),
        silent_after_hours=_number(values, "silent_after_hours", errors),
        size_limit=_bytes(values, "size_limit", errors),
        file_limit=_bytes(values, "file_limit", errors),
        sign_in_expires=_date(values, errors),
        takes_existing=bool(values["takes_existing"]),
        **secrets,
    )
    return Typed(values, {name: seal(value, PURPOSE) for name, value in secrets.items()}, errors), draft


def with_errors(typed: Typed, refused: Invalid) -> Typed:
    said: dict[str, Text] = {}
    for error in refused.errors:
        said.setdefault(error.field, error.text)
    return Typed(typed.values, typed.kept, said | typed.errors)


def refuse_unread(typed: Typed, draft: Draft, existing: Mailbox | None) -> None:
    """Invalid: something that should be a number or a date is none; says what else is wrong, too."""
    if not typed.errors:
        return
    errors = [FieldError(name, text) for name, text in typed.errors.items()]
    try:
        drafts.check(draft, existing)
    except Invalid as refused:
        errors += refused.errors
    raise Invalid(*errors)


def _secret(posted: Mapping[str, Any], name: str) -> str:
    typed = str(posted.get(name, "")).replace("\x00", "")
    if typed:
        return typed
    try:
        return unseal(str(posted.get(f"kept_{name}", "")), PURPOSE)
    except Unopenable:
        return ""


def _number(values: dict[str, str], name: str, errors: dict[str, Text]) -> int | None:
    written = values[name].strip()
    if written and not re.fullmatch(r"\d{1,9}", written, re.ASCII):
        errors[name] = _NUMBER
        return None
    return int(written) if written else None


def _bytes(values: dict[str, str], name: str, errors: dict[str, Text]) -> int | None:
    written = values[name].strip()
    if written and not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", written, re.ASCII):
        errors[name] = _SIZE
        return None
    return round(float(written) * MEGABYTE) if written else None


def _date(values: dict[str, str], errors: dict[str, Text]) -> date | None:
    written = values["sign_in_expires"].strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        errors["sign_in_expires"] = _DATE
        return None


def _in_megabytes(size: int | None) -> str:
    return f"{size / MEGABYTE:.3f}".rstrip("0").rstrip(".") if size else ""


def region_choices() -> list[tuple[str, Text]]:
    first = ("", Text("The default region", "默认区域"))
    return [first, *((region.pk, region.name) for region in people.regions())]
