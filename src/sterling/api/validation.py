"""What is wrong with a request's fields, in words of both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.base.errors import FieldError, Invalid
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

# pydantic's kind of error -> what to do about it. Places are filled from the error's context.
_WORDS: dict[str, Text] = {
    "missing": Text("This is required.", "此项必填。"),
    "extra_forbidden": Text(
        "There is no such field here; check its spelling or leave it out.", "没有这个字段，请检查拼写或删去。"
    ),
    "string_type": Text("Must be text.", "必须是文本。"),
    "string_too_long": Text("At most {max_length} characters.", "最多 {max_length} 个字符。"),
    "string_too_short": Text("At least {min_length} characters.", "至少 {min_length} 个字符。"),
    "bool_type": Text("Must be true or false.", "必须是 true 或 false。"),
    "bool_parsing": Text("Must be true or false.", "必须是 true 或 false。"),
    "int_type": Text("Must be a whole number.", "必须是整数。"),
    "int_parsing": Text("Must be a whole number.", "必须是整数。"),
    "int_parsing_size": Text("This number is too large.", "数字过大。"),
    "int_from_float": Text("Must be a whole number.", "必须是整数。"),
    "list_type": Text("Must be a list.", "必须是列表。"),
    "too_long": Text("At most {max_length} entries.", "最多 {max_length} 项。"),
    "dict_type": Text("Must be an object.", "必须是对象。"),
    "model_type": Text("Must be an object.", "必须是对象。"),
    "model_attributes_type": Text("Must be an object.", "必须是对象。"),
    "literal_error": Text("One of {expected}.", "可选：{expected}。"),
    "date_type": Text("Write a date such as 2026-03-31.", "请填写日期，例如 2026-03-31。"),
    "date_parsing": Text("Write a date such as 2026-03-31.", "请填写日期，例如 2026-03-31。"),
    "date_from_datetime_parsing": Text("Write a date such as 2026-03-31.", "请填写日期，例如 2026-03-31。"),
    "date_from_datetime_inexact": Text("Write a date without a time.", "请只填写日期，不带时间。"),
    "greater_than_equal": Text("At least {ge}.", "不小于 {ge}。"),
    "less_than_equal": Text("At most {le}.", "不大于 {le}。"),
}
_SOURCES = {"body", "query", "path", "header"}


def invalid(errors: Iterable[dict[str, Any]]) -> Invalid:
    """Findings of pydantic as one refusal; the field is a dotted path such as `attachments.0.data`."""
    return Invalid(*(FieldError(_field(error["loc"]), _words(error)) for error in errors))


def _field(loc: tuple[str | int, ...]) -> str:
    parts = list(loc)
    if parts and parts[0] in _SOURCES:
        parts = parts[1:]
    if parts and parts[0] == "body":
        parts = parts[1:]
    return ".".join(str(part) for part in parts) or "body"


def _words(error: dict[str, Any]) -> Text:
    found = _WORDS.get(error["type"])
    if found is None:
        return Text(f"{error['msg']}.", f"内容无效（{error['msg']}）。")
    return found.filled(**error.get("ctx", {}))
