"""Reading JSON strictly: a value with the path that leads to it, so that every refusal names its field."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from sterling.core.durations import parse_duration
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 40

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

Number = int | float


@dataclass(frozen=True, slots=True)
class Field:
    """One JSON value and its path. Reading methods give the typed value or raise ValueError `path: why`."""

    value: Any
    path: str = ""

    def refuse(self, why: str) -> ValueError:
        return ValueError(f"{self.path or 'catalog'}: {why}")

    def wanted(self, what: str) -> ValueError:
        shown = repr(self.value)
        return self.refuse(f"must be {what}, not {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}")

    def at(self, key: str | int, value: Any) -> Field:
        if isinstance(key, int):
            return Field(value, f"{self.path}[{key}]")
        return Field(value, f"{self.path}.{key}" if self.path else key)

    def members(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, Field]:
        """The members of an object with known names: all `required` are there, nothing unknown is."""
        if not isinstance(self.value, dict):
            raise self.wanted("an object")
        for name in required:
            if name not in self.value:
                raise self.at(name, None).refuse("is missing")
        known = (*required, *optional)
        for name, value in self.value.items():
            if name not in known:
                raise self.at(str(name), value).refuse(f"is not known here (known: {', '.join(known)})")
        return {name: self.at(name, value) for name, value in self.value.items()}

    def entries(self) -> Iterator[tuple[str, Field]]:
        """The members of an object whose names are ids of the vendor's choice."""
        if not isinstance(self.value, dict):
            raise self.wanted("an object")
        for name, value in self.value.items():
            field = self.at(str(name), value)
            if not isinstance(name, str) or not _ID.fullmatch(name):
                raise field.refuse("must be named by a letter followed by letters, digits, '_', '.' or '-'")
            yield name, field

    def items(self) -> list[Field]:
        if not isinstance(self.value, list):
            raise self.wanted("a list")
        return [self.at(index, value) for index, value in enumerate(self.value)]

    def each(self, read: Callable[[Field], T]) -> tuple[T, ...]:
        """A list whose values are all different, each read by `read`."""
        values: list[T] = []
        for field in self.items():
            value = read(field)
            if value in values:
                raise field.refuse("is there twice")
            values.append(value)
        return tuple(values)

    def string(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wanted("a text that is not empty")
        return self.value

    def id(self) -> str:
        if not isinstance(self.value, str) or not _ID.fullmatch(self.value):
            raise self.wanted("an id: a letter followed by letters, digits, '_', '.' or '-'")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wanted("true or false")
        return self.value

    def whole(self, least: int = 0) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self.wanted(f"a whole number of at least {least}")
        return self.value

    def number(self) -> Number:
        """A finite number, 0 or more, as JSON wrote it."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wanted("a number")
        if not math.isfinite(self.value) or self.value < 0:
            raise self.wanted("a number of at least 0")
        return self.value

    def text(self) -> Text:
        """{"en", "zh"}; a missing language reads as empty and is for `check` to report."""
        members = self.members(optional=("en", "zh"))
        for member in members.values():
            if not isinstance(member.value, str):
                raise member.wanted("a text")
        return Text(*(members[name].value if name in members else "" for name in ("en", "zh")))

    def duration(self) -> timedelta:
        """An ISO 8601 duration of hours, minutes, seconds, more than nothing."""
        if not isinstance(self.value, str):
            raise self.wanted("an ISO 8601 duration like PT4H")
        try:
            duration = parse_duration(self.value)
        except ValueError as error:
            raise self.refuse(str(error)) from None
        if not duration:
            raise self.refuse("must be longer than nothing")
        return duration

    def choice(self, kind: type[E]) -> E:
        if self.value not in list(kind):
            raise self.wanted("one of " + ", ".join(kind))
        return kind(self.value)

    def day(self) -> date:
        if not isinstance(self.value, str) or not _DATE.fullmatch(self.value):
            raise self.wanted("a date like 2026-01-31")
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            raise self.wanted("a date of the calendar") from None
