"""The shipped catalog's data files, read once."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def _read(name: str) -> str:
    return (resources.files("sterling.core") / "data" / "catalog" / name).read_text(encoding="utf-8")


def _load(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_read(name))
    return document


def shared_terms() -> dict[str, Any]:
    """Entitlements, warnings, ladder and pricing as shipped. A fresh copy at each call."""
    return _load("terms.json")


def default_document() -> dict[str, Any]:
    """Priorities, plans and readings of the default profile. A fresh copy at each call."""
    return _load("plans.json")


def literal_document() -> dict[str, Any]:
    """The default with the second reading of the hours laid over it: some plans' cells on other hours."""
    document, overlay = default_document(), _load("literal.json")
    document["readings"][overlay["reading"]] = overlay["text"]
    for plan in overlay["plans"]:
        for cell in document["plans"][plan]["targets"].values():
            cell["hours"] = overlay["hours"]
    return document
