"""The zones that one can choose, each named by a city."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sterling.base.formats import zone_name
from sterling.core.text import Text

PARTS = {
    "Africa": Text("Africa", "非洲"),
    "America": Text("America", "美洲"),
    "Antarctica": Text("Antarctica", "南极洲"),
    "Asia": Text("Asia", "亚洲"),
    "Atlantic": Text("Atlantic", "大西洋"),
    "Australia": Text("Australia", "澳大利亚"),
    "Europe": Text("Europe", "欧洲"),
    "Indian": Text("Indian Ocean", "印度洋"),
    "Pacific": Text("Pacific", "太平洋"),
}


@cache
def zones() -> list[tuple[Text, list[tuple[str, Text]]]]:
    """By part of the world: key and name."""
    found: dict[str, list[tuple[str, Text]]] = {part: [] for part in PARTS}
    for key in sorted(available_timezones()):
        part = key.partition("/")[0]
        if "/" in key and part in found:
            found[part].append((key, zone_name(ZoneInfo(key))))
    return [(PARTS[part], keys) for part, keys in found.items() if keys]
