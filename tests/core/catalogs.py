"""Catalogs for tests: the shipped document to edit, and two vendors of other shapes."""

from __future__ import annotations

from typing import Any

from sterling.core.catalog import Catalog, Finding, check, shipped


def document() -> dict[str, Any]:
    """A fresh copy of the shipped catalog's document."""
    return shipped().to_dict()


def findings(doc: dict[str, Any]) -> list[Finding]:
    return check(Catalog.from_dict(doc))


def target(doc: dict[str, Any], plan: str, priority: str) -> dict[str, Any]:
    cell: dict[str, Any] = doc["plans"][plan]["targets"][priority]
    return cell


def _text(word: str) -> dict[str, str]:
    return {"en": word, "zh": f"{word}(中)"}


def _priority(name: str, rank: int) -> dict[str, Any]:
    return {"id": name, "rank": rank, "name": _text(name), "definition": _text(f"about {name}")}


def five_severities() -> dict[str, Any]:
    """24x7 for the first severity only, next business day, best effort, contacts by size, two currencies.

    Beside the shipped entitlements a deliverable with a cadence and a named role of its own.
    """

    def cell(response: Any, update: Any, hours: str = "local", **more: Any) -> dict[str, Any]:
        return {"response": response, "update": update, "hours": hours} | more

    def every(duration: str) -> dict[str, str]:
        return {"rule": "interval", "every": duration}

    next_day, daily = {"business_days": 1}, {"rule": "business_day"}
    return {
        "version": 7,
        "starts": "2027-01-01",
        "ends": "2028-01-01",
        "priorities": [_priority(f"S{number}", 6 - number) for number in range(1, 6)],
        "plans": {
            "basic": {
                "name": _text("Basic"),
                "mark": _text("Ba"),
                "rank": 10,
                "targets": {
                    "S1": cell("PT8H", daily),
                    "S2": cell(next_day, daily),
                    "S3": cell({"business_days": 2}, None),
                    "S4": cell({"business_days": 5}, None),
                    "S5": cell(None, None),
                },
                "entitlements": {
                    "premium_contacts": {"per": "sites", "steps": [{"up_to": 3, "limit": 2}, {"limit": 4}]}
                },
                "channels": ["portal", "email"],
                "price": {"EUR": {"any": 990.5}, "CNY": {"any": 7800}},
            },
            "business": {
                "name": _text("Business"),
                "mark": _text("Bu"),
                "rank": 20,
                "targets": {
                    "S1": cell(
                        "PT30M", every("PT1H"), "always", workaround="PT4H", resolution={"business_days": 2}
                    ),
                    "S2": cell("PT2H", every("PT4H")),
                    "S3": cell("PT8H", daily),
                    "S4": cell(next_day, {"rule": "status_change"}),
                    "S5": cell({"business_days": 3}, None),
                },
                "entitlements": {
                    "premium_contacts": {"per": "sites", "steps": [{"up_to": 10, "limit": 5}, {"limit": 12}]},
                    "always_on": True,
                    "phone": "dedicated",
                    "ps_hours": "unlimited",
                    "health_check": True,
                    "account_manager": True,
                },
                "price": {"EUR": {"any": 4990}, "CNY": {"any": 39000}},
                "credits": [{"misses": 4, "per": "quarter", "percent": 5, "claim_days": 30}],
            },
        },
        "entitlements": {
            "premium_contacts": {
                "kind": "cap",
                "name": _text("Callers"),
                "unit": _text("callers"),
                "others": "refuse",
            },
            "health_check": {
                "kind": "deliverable",
                "name": _text("Health check"),
                "cadence": "half_year",
                "due": {"written": {"business_days": 10}},
            },
            "account_manager": {
                "kind": "role",
                "name": _text("Account manager"),
                "bypassed_by": ["S1", "S2"],
            },
        },
        "warnings": [80, 100],
        "ladder": [
            {"share": 80, "to": ["assignee"], "priorities": ["S1"]},
            {"share": 100, "to": ["duty_manager"]},
        ],
    }


def two_priorities() -> dict[str, Any]:
    """One plan, two priorities, nothing but what a catalog file must have."""
    return {
        "priorities": [
            {"id": "P1", "rank": 2, "name": _text("P1")},
            {"id": "P2", "rank": 1, "name": _text("P2")},
        ],
        "plans": {
            "all": {
                "name": _text("Everyone"),
                "rank": 0,
                "targets": {
                    "P1": {"response": "PT15M", "update": None, "hours": "always"},
                    "P2": {"response": None, "update": None, "hours": "local"},
                },
            }
        },
    }
