"""Model fields that several rooms share."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from sterling.core.text import Text


class TextField(models.JSONField):
    """A `Text` kept as `{"en": ..., "zh": ...}`."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Text | None:
        loaded = super().from_db_value(value, expression, connection)
        return None if loaded is None else Text(loaded["en"], loaded["zh"])

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, Text):
            value = value.as_dict()
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Text | None:
        if value is None or isinstance(value, Text):
            return value
        if isinstance(value, dict) and set(value) == {"en", "zh"}:
            return Text(value["en"], value["zh"])
        raise ValidationError("a text needs en and zh")
