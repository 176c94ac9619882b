"""Places and values of a catalog as people say them: `Gold, High, reply`; `3 h`."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from sterling.base.formats import full_day
from sterling.core.catalog.cells import read_target, read_update
from sterling.core.catalog.entitlements import UNLIMITED
from sterling.core.catalog.fields import Field
from sterling.core.catalog.words import target_words, update_words
from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.core.catalog import Catalog

_FIELDS = {
    "response": Text("reply", "回复"),
    "next_response": Text("later replies", "后续回复"),
    "update": Text("update", "通报"),
    "hours": Text("hours", "服务时间"),
    "workaround": Text("workaround", "变通"),
    "resolution": Text("resolution", "解决"),
    "intended": Text("intended", "有意为之"),
    "name": Text("name", "名称"),
    "mark": Text("mark", "标记"),
    "price": Text("price", "价格"),
    "definition": Text("definition", "定义"),
    "rank": Text("rank", "等级"),
    "channels": Text("channels", "渠道"),
    "calendars": Text("calendars", "服务时间表"),
    "warnings": Text("warnings", "预警"),
    "ladder": Text("ladder", "升级阶梯"),
    "up_a_tier": Text("up a tier", "升级一级"),
    "starts": Text("in force from", "生效日"),
    "en": Text("English", "英文"),
    "zh": Text("Chinese", "中文"),
}
_TARGETS = frozenset({"response", "next_response", "workaround", "resolution"})
_SHORT = 120


def place_words(path: str, catalog: Catalog) -> Text:
    """A path in the reader's words; what nobody named stays as it is written."""
    parts = [
        part for part in path.split(".") if part not in {"plans", "targets", "entitlements", "priorities"}
    ]
    words = [_word(part, catalog) for part in parts]
    return Text(", ".join(word.en for word in words), "，".join(word.zh for word in words))


def _word(part: str, catalog: Catalog) -> Text:
    if part in catalog.plans:
        return catalog.plans[part].name
    if part in catalog.priorities:
        return catalog.priorities[part].name
    if part in catalog.entitlements:
        return catalog.entitlements[part].name
    return _FIELDS.get(part, Text(part, part))


def value_text(path: str, value: Any, catalog: Catalog) -> Text:
    """What stood or stands at a place. A dash for nothing."""
    last = path.rsplit(".", maxsplit=1)[-1]
    if path.startswith("plans.") and last in _TARGETS:
        return target_words(read_target(Field(value, path)))
    if path.startswith("plans.") and last == "update":
        return update_words(read_update(Field(value, path)))
    if path == "starts" and isinstance(value, str):
        return full_day(date.fromisoformat(value))
    if last == "hours" and value in {"always", "local", *catalog.calendars}:
        return catalog.hours(value).name
    return _plain(value)


def _plain(value: Any) -> Text:
    if value is None or value is False:
        return Text("–", "–")
    if value is True:
        return Text("yes", "有")
    if value == UNLIMITED:
        return Text("unlimited", "不限")
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        written = f"{value:,}"
    cut = written if len(written) <= _SHORT else written[: _SHORT - 1] + "…"
    return Text(cut, cut)
