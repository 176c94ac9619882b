"""The body of a request: one JSON document that can be stored, or a refusal that says where it goes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import RequestDataTooBig

from sterling.api.problems import Malformed, NoLength, TooLarge
from sterling.base.errors import Invalid
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest


def read(request: HttpRequest) -> Any:
    """The parsed body; an empty one reads as an empty object. Malformed, NoLength, TooLarge, Invalid."""
    if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
        raise NoLength
    try:
        raw = request.body
    except RequestDataTooBig:
        raise TooLarge from None
    if not raw.strip():
        return {}
    try:
        document = json.loads(raw, parse_constant=_not_json)
    except UnicodeDecodeError:
        raise Malformed(Text("The body is not UTF-8.", "请求体不是 UTF-8 编码。")) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Malformed(
            Text(
                f"The body is not JSON: {error.msg} ({where}).",
                f"请求体不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列。",
            )
        ) from None
    except (ValueError, RecursionError):
        raise Malformed(
            Text("The body holds a number too long or nesting too deep.", "请求体中的数字过长或嵌套过深。")
        ) from None
    _storable(document)
    return document


def _not_json(name: str) -> NoReturn:
    raise ValueError(name)


def _storable(document: Any) -> None:
    """Text that a database cannot hold is refused before it gets there: NUL, halves of a surrogate pair."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            refuse_unstorable(value, ".".join(path) or "body")
        elif isinstance(value, dict | list):
            for name, inner in _entries(value):
                refuse_unstorable(name, ".".join(path) or "body")
                waiting.append(((*path, name), inner))


def _entries(value: dict[str, Any] | list[Any]) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(index), inner) for index, inner in enumerate(value))


def refuse_unstorable(value: str, field: str) -> None:
    if "\x00" in value:
        raise Invalid.field(field, "Holds a NUL character; leave it out.", "含有 NUL 字符，请删去。")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Invalid.field(
            field,
            "Holds half of a surrogate pair; write whole characters.",
            "含有不成对的代理码元，请写完整字符。",
        )
