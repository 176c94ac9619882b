"""Checking what people type about people. Each refusal names the field and what to do."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name, validate_email

from sterling.base.errors import Invalid
from sterling.core.addresses import in_letters, one_form
from sterling.core.calendars import Calendar

if TYPE_CHECKING:
    from collections.abc import Iterable

# Providers whose addresses say nothing about an employer.
PUBLIC_DOMAINS = frozenset(
    """126.com 139.com 163.com aliyun.com aol.com fastmail.com foxmail.com gmail.com gmx.at gmx.de gmx.net
    googlemail.com hey.com hotmail.com icloud.com live.com mac.com mail.com mail.ru me.com msn.com outlook.com
    proton.me protonmail.com qq.com sina.cn sina.com sohu.com t-online.de tutanota.com vip.163.com vip.qq.com
    web.de yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yandex.com yandex.ru yeah.net zoho.com""".split()  # noqa: SIM905 - reads better
)


def email_address(value: str, field: str = "email") -> str:
    cleaned = value.strip().lower()
    try:
        validate_email(cleaned)
    except ValidationError:
        raise Invalid.field(
            field, "Write an address such as ana@example.com.", "请填写邮箱地址，例如 ana@example.com。"
        ) from None
    return cleaned


def persons_address(value: str, field: str = "email") -> str:
    """The same for whoever writes to us: before the @ there may be letters of any script (RFC 6531)."""
    cleaned = value.strip().lower()
    local, at, domain = cleaned.rpartition("@")
    standing_in = "".join("a" if _is_foreign_letter(one) else one for one in local)
    email_address(f"{standing_in}{at}{domain}", field)
    return one_form(cleaned)


def _is_foreign_letter(one: str) -> bool:
    return not one.isascii() and unicodedata.category(one)[0] in "LMN"


def domain_name(value: str, field: str = "domains") -> str:
    cleaned = value.strip().lower().lstrip("@")
    try:
        validate_domain_name(cleaned)
    except ValidationError:
        raise Invalid.field(
            field,
            f"{value!r} is not a domain such as example.com.",
            f"“{value}”不是有效的域名，例如 example.com。",
        ) from None
    if cleaned in PUBLIC_DOMAINS:
        raise Invalid.field(
            field,
            f"{cleaned} is a public mail provider; its addresses do not tell who belongs to the organization.",
            f"{cleaned} 是公共邮箱，无法据此判断发件人属于哪个组织。",
        )
    return in_letters(cleaned)


def zone_name(value: str, field: str = "timezone") -> str:
    try:
        Calendar.from_dict({"always": True, "tz": value})
    except ValueError:
        raise Invalid.field(
            field, "Name a zone such as Europe/Berlin.", "请填写时区名称，例如 Asia/Shanghai。"
        ) from None
    return value


def language_code(value: str, field: str = "language") -> str:
    if value not in {"", "en", "zh"}:
        raise Invalid.field(field, "The languages are en and zh.", "语言可选 en 或 zh。")
    return value


def not_blank(value: str, field: str, *, most: int = 200) -> str:
    cleaned = " ".join(value.replace("\x00", "").split())
    if not cleaned:
        raise Invalid.field(field, "This must not be empty.", "此项不能为空。")
    if len(cleaned) > most:
        raise Invalid.field(field, f"At most {most} characters.", f"最多 {most} 个字符。")
    return cleaned


MOST_SKILLS = 30
MOST_LANGUAGES = 20
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")


def languages(values: Iterable[str], field: str = "languages") -> list[str]:
    """Codes in small letters, each once, in the order given."""
    cleaned = list(dict.fromkeys(value.strip().lower() for value in values))
    known = all(len(one) <= 10 and _LANGUAGE.fullmatch(one) for one in cleaned)  # noqa: PLR2004 - the column's
    if len(cleaned) > MOST_LANGUAGES or not known:
        raise Invalid.field(
            field,
            f"Codes such as en, zh or de, at most {MOST_LANGUAGES}.",
            f"请填写语言代码，例如 en、zh、de，最多 {MOST_LANGUAGES} 个。",
        )
    return cleaned


def skills(values: Iterable[str], field: str = "skills") -> list[str]:
    """Small letters, each once, in the order given."""
    cleaned = list(dict.fromkeys(" ".join(value.replace("\x00", "").lower().split()) for value in values))
    if len(cleaned) > MOST_SKILLS or any(not 0 < len(one) <= 40 for one in cleaned):  # noqa: PLR2004 - the column's
        raise Invalid.field(
            field,
            f"At most {MOST_SKILLS} skills of 1 to 40 letters each.",
            f"最多 {MOST_SKILLS} 项技能，每项 1 至 40 个字符。",
        )
    return cleaned
