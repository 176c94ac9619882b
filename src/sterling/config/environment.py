"""Reading the environment loudly: a bad value stops the start and names the variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env_bool(name: str, default: bool, source: Mapping[str, str] = os.environ) -> bool:
    value = source.get(name)
    if value is None:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name}: say true or false, not {value!r}")


def database(url: str) -> dict[str, Any]:
    """Django's settings for a `postgresql://user:pass@host:port/name?host=/socket/dir` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL: must begin with postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL: names no database; end it with /name")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    port = options.pop("port", None) or str(parts.port or "")
    user = options.pop("user", None) or unquote(parts.username or "")
    return {
        "ENGINE": "sterling.base.engine",
        "NAME": name,
        "HOST": host,
        "PORT": port,
        "USER": user,
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }


def dkim_key(path: str, selector: str) -> tuple[bytes, str]:
    """The private key in the file at `path`, and the selector under which its public half is published."""
    if bool(path) != bool(selector):
        raise ImproperlyConfigured("STERLING_DKIM_KEY and STERLING_DKIM_SELECTOR: set both, or neither")
    if not path:
        return b"", ""
    try:
        key = Path(path).read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(f"STERLING_DKIM_KEY: {path}: {error.strerror}") from error
    if b"PRIVATE KEY" not in key:
        raise ImproperlyConfigured(f"STERLING_DKIM_KEY: {path} holds no private key in PEM form")
    return key, selector
