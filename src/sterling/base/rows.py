"""Rows written with plain SQL where the ORM's own writing would cost more than the database's.

Values are prepared by the model's fields, so that what is stored is what `save` and `bulk_create` store.
One statement a call; the model's `save` is not called and sends no signals, and ours have neither.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Field, Model


def new_keys(*sequences: str) -> list[int]:
    """The next value of each sequence, in one statement: keys of rows that are written later."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(['nextval(%s)'] * len(sequences))}", sequences)
        return [int(value) for value in cursor.fetchone()]


def key_of(model: type[Model]) -> str:
    """The name of the sequence that hands out a model's keys."""
    return f"{model._meta.db_table}_id_seq"  # noqa: SLF001 - Django's public, underlined name


def is_new(row: Model) -> bool:
    """Whether it was made here and is not on disk yet."""
    return row._state.adding  # noqa: SLF001


def insert(rows: Sequence[Model], *, replace: tuple[str, ...] = (), where: tuple[str, ...] = ()) -> None:
    """New rows of one model, all with keys or all without (they have theirs afterwards).

    `replace`, `where`: where a row with the same `where` is there already, its `replace` fields change instead.
    """
    if not rows:
        return
    keyed = rows[0].pk is not None
    head, one, tail, fields = _insertion(type(rows[0]), keyed, replace, where)
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(head + ", ".join([one] * len(rows)) + tail, values)
        if not keyed:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    for row in rows:
        row._state.adding = False  # noqa: SLF001 - as `save` leaves it
        row._state.db = connection.alias  # noqa: SLF001


def update(row: Model, *names: str) -> None:
    """Write these fields of a row that is there; every field but the key when none is named."""
    sql, fields, key = _updating(type(row), names)
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, key.get_db_prep_save(row.pk, connection)])


@lru_cache(maxsize=256)
def _insertion(
    model: type[Model], keyed: bool, replace: tuple[str, ...], where: tuple[str, ...]
) -> tuple[str, str, str, list[Field[Any, Any]]]:
    meta = model._meta  # noqa: SLF001
    fields = [field for field in meta.concrete_fields if keyed or not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    tail = ""
    if where:
        met = ", ".join(f'"{meta.get_field(name).column}"' for name in where)  # type: ignore[union-attr]  # all have columns
        sets = ", ".join(
            f'"{column}" = EXCLUDED."{column}"'
            for column in (meta.get_field(name).column for name in replace)  # type: ignore[union-attr]
        )
        tail = f" ON CONFLICT ({met}) DO UPDATE SET {sets}"
    if not keyed:
        assert meta.pk is not None
        tail += f' RETURNING "{meta.pk.column}"'
    head = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES '  # noqa: S608 - names of our own tables
    return head, f"({', '.join(['%s'] * len(fields))})", tail, fields


@lru_cache(maxsize=256)
def _updating(
    model: type[Model], names: tuple[str, ...]
) -> tuple[str, list[Field[Any, Any]], Field[Any, Any]]:
    meta = model._meta  # noqa: SLF001
    key = meta.pk
    assert key is not None
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    if names:
        fields = [field for field in fields if field.name in names or field.attname in names]
        assert len(fields) == len(names), f"{model.__name__} has no such fields: {names}"
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{meta.db_table}" SET {sets} WHERE "{key.column}" = %s', fields, key  # noqa: S608 - names of our own tables
