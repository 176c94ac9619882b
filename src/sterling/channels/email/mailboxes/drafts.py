"""What somebody says a mailbox shall be, and everything that is wrong with it, field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from sterling.accounts import checks, queries
from sterling.base.errors import FieldError, Invalid
from sterling.channels.email.limits import megabytes
from sterling.channels.email.mailboxes.models import (
    Afterwards,
    Kind,
    Mailbox,
    MailboxAddress,
    Security,
    SignIn,
)
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
MOST_HOURS = 24 * 60
_HOST = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$")
_TYPE = re.compile(r"^[a-z0-9][a-z0-9.+/-]{0,99}$")
_REQUIRED = Text("This is required.", "此项必填。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mailbox as it shall be. Empty secrets keep those that are there; `port` None is the usual one."""

    name: str = ""
    addresses: tuple[str, ...] = ()
    kind: str = Kind.LISTENER
    region: str = ""
    language: str = ""
    silent_after_hours: int | None = None
    size_limit: int | None = None
    file_limit: int | None = None
    refused_types: tuple[str, ...] = ()
    host: str = ""
    port: int | None = None
    security: str = Security.TLS
    user: str = ""
    sign_in: str = SignIn.PASSWORD
    password: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    scope: str = ""
    sign_in_expires: date | None = None
    folder: str = "INBOX"
    afterwards: str = Afterwards.KEEP
    move_to: str = ""
    takes_existing: bool = False

    def port_or_usual(self) -> int:
        return self.port or PORTS[Security(self.security)]


def check(draft: Draft, existing: Mailbox | None) -> list[str]:
    """The addresses, cleaned. Invalid: names every field at fault."""
    errors: list[FieldError] = []
    addresses = _addresses(draft, existing, errors)
    if not draft.name.strip():
        errors.append(FieldError("name", _REQUIRED))
    if draft.region and queries.region(draft.region) is None:
        known = ", ".join(region.pk for region in queries.regions())
        errors.append(FieldError("region", Text(f"One of {known}.", f"可选：{known}。")))
    errors += _choices(draft)
    errors += _limits(draft)
    if draft.kind == Kind.IMAP:
        errors += _server(draft)
        errors += _sign_in(draft, existing)
    if errors:
        raise Invalid(*errors)
    return addresses


def _addresses(draft: Draft, existing: Mailbox | None, errors: list[FieldError]) -> list[str]:
    given = [one for one in (part.strip() for part in draft.addresses) if one]
    cleaned: list[str] = []
    for one in given:
        try:
            cleaned.append(checks.email_address(one, "addresses"))
        except Invalid:
            errors.append(
                FieldError(
                    "addresses",
                    Text(
                        f"{one!r} is not an address such as support@example.com.",
                        f"“{one}”不是有效的邮箱地址。",
                    ),
                )
            )
    if not given:
        errors.append(
            FieldError(
                "addresses",
                Text("At least one address whose mail comes here.", "请填写至少一个收信地址。"),
            )
        )
    taken = MailboxAddress.objects.filter(email__in=cleaned)
    if existing is not None:
        taken = taken.exclude(mailbox=existing)
    errors += [
        FieldError(
            "addresses",
            Text(
                f"{row.email} belongs to the mailbox {row.mailbox.name} already.",
                f"{row.email} 已属于邮箱“{row.mailbox.name}”。",
            ),
        )
        for row in taken.select_related("mailbox")
    ]
    return list(dict.fromkeys(cleaned))


def _choices(draft: Draft) -> Iterable[FieldError]:
    for field, value, known in (
        ("kind", draft.kind, Kind.values),
        ("security", draft.security, Security.values),
        ("sign_in", draft.sign_in, SignIn.values),
        ("afterwards", draft.afterwards, Afterwards.values),
        ("language", draft.language or "en", ["en", "zh"]),
    ):
        if value not in known:
            names = ", ".join(known)
            yield FieldError(field, Text(f"One of {names}.", f"可选：{names}。"))


def _limits(draft: Draft) -> Iterable[FieldError]:
    most = int(settings.MESSAGE_LIMIT)
    for field, value in (("size_limit", draft.size_limit), ("file_limit", draft.file_limit)):
        if value is not None and not 0 < value <= most:
            yield FieldError(
                field,
                Text(f"More than 0 and at most {megabytes(most)}.", f"须大于 0，最多 {megabytes(most)}。"),
            )
    if draft.silent_after_hours is not None and not 0 < draft.silent_after_hours <= MOST_HOURS:
        yield FieldError(
            "silent_after_hours", Text(f"From 1 to {MOST_HOURS} hours.", f"1 至 {MOST_HOURS} 小时。")
        )
    for kind in draft.refused_types:
        if not _TYPE.match(kind.strip().lower().lstrip(".")):
            yield FieldError(
                "refused_types",
                Text(
                    f"{kind!r}: write endings such as exe, or types such as application/zip.",
                    f"“{kind}”：请填写扩展名（如 exe）或类型（如 application/zip）。",
                ),
            )


def _server(draft: Draft) -> Iterable[FieldError]:
    if not draft.host.strip():
        yield FieldError("host", _REQUIRED)
    elif not _HOST.match(draft.host.strip()):
        yield FieldError(
            "host",
            Text("Write a name such as imap.example.com.", "请填写服务器名称，例如 imap.example.com。"),
        )
    if draft.port is not None and not 0 < draft.port < 2**16:
        yield FieldError("port", Text("From 1 to 65535.", "1 至 65535。"))
    if draft.security == Security.NONE and draft.host.strip() not in LOOPBACK:
        yield FieldError(
            "security",
            Text(
                "Without encryption only a server on this machine: choose TLS or STARTTLS.",
                "只有本机服务器可以不加密，请选择 TLS 或 STARTTLS。",
            ),
        )
    for field, value in (("user", draft.user), ("folder", draft.folder)):
        if not value.strip():
            yield FieldError(field, _REQUIRED)
    if draft.afterwards == Afterwards.MOVE:
        if not draft.move_to.strip():
            yield FieldError("move_to", Text("Name the folder to move to.", "请填写要移入的文件夹。"))
        elif draft.move_to.strip() == draft.folder.strip():
            yield FieldError(
                "move_to", Text("Name another folder than the one that is read.", "不能与读取的文件夹相同。")
            )


def _sign_in(draft: Draft, existing: Mailbox | None) -> Iterable[FieldError]:
    def missing(field: str, value: str) -> bool:
        return not value and not (existing is not None and getattr(existing, field))

    if draft.sign_in == SignIn.PASSWORD:
        if missing("password", draft.password):
            yield FieldError("password", _REQUIRED)
        return
    for field, value in (
        ("token_url", draft.token_url),
        ("client_id", draft.client_id),
        ("refresh_token", draft.refresh_token),
    ):
        if missing(field, value):
            yield FieldError(field, _REQUIRED)
    parts = urlsplit(draft.token_url)
    near = parts.scheme == "http" and parts.hostname in LOOPBACK
    if draft.token_url and not (parts.hostname and (parts.scheme == "https" or near)):
        yield FieldError(
            "token_url", Text("Write an address that begins with https://.", "请填写以 https:// 开头的地址。")
        )
