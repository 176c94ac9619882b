"""Rows written with plain SQL where the ORM's own writing would cost more than the database's.

Values are prepared by the model's fields, so that what is stored is what `save` and `bulk_create` store.
One statement a call; the model's `save` is not called and sends no signals, and ours have neither. Inside of
`gathering` what is written waits, and then takes one statement for each kind of row.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    EmailField,
    ForeignKey,
    IntegerField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    SmallIntegerField,
    TextField,
)

from sterling.base import bound
from sterling.base.asked import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.db.models import Field, Model


P = ParamSpec("P")
T = TypeVar("T")
Names = tuple[str, ...]


@dataclass(slots=True)
class Gathered:
    """Rows that wait to be written together, in the order in which their kinds came."""

    inserts: dict[tuple[type[Model], bool, Names, Names], list[Model]] = field(default_factory=dict)
    updates: dict[tuple[type[Model], Names], list[Model]] = field(default_factory=dict)
    pokes: dict[str, None] = field(default_factory=dict)

    def write(self, then: str = "SELECT 1", more: Sequence[Any] = ()) -> None:
        """Everything, and the query `then` with its values, in one statement. Rows learn no keys by it."""
        made = [
            _inserting(some, replace, where) for (_, _, replace, where), some in self.inserts.items() if some
        ]
        made += [_updating_all(some, names) for (_, names), some in self.updates.items()]
        parts = [f"part{nth} AS ({sql})" for nth, (sql, _) in enumerate(made)]
        values = [value for _, some in made for value in some]
        open_one, given = bound.fitting([*values, *more])
        with open_one as cursor:
            cursor.execute((f"WITH {', '.join(parts)} " if parts else "") + then, given)
        for some in self.inserts.values():
            _are_written(some)
        self.inserts.clear()
        self.updates.clear()
        self.pokes.clear()


_here = threading.local()


def gathered() -> Gathered | None:
    """What this thread gathers, if it does."""
    return getattr(_here, "gathered", None)


@contextmanager
def gathering(into: Gathered) -> Iterator[None]:
    """While inside, what this thread inserts and updates waits in `into` until its `write`.

    Queries do not see what waits.
    """
    assert gathered() is None
    _here.gathered = into
    try:
        yield
    finally:
        _here.gathered = None


def atomic(act: Callable[P, T]) -> Callable[P, T]:
    """All of it or nothing; among what is gathered without a savepoint of its own, since all of that goes together."""

    @wraps(act)
    def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic(savepoint=gathered() is None):
            return act(*args, **kwargs)

    return whole


def keys(*sequences: str) -> Question:
    """The next value of each sequence: keys of rows that are written later."""
    return Question(f"SELECT ARRAY[{', '.join(['nextval(%s)'] * len(sequences))}]", sequences)


def many_keys(times: int, *sequences: str) -> list[list[int]]:
    """The same several times over, in one statement."""
    with bound.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(['nextval(%s)'] * len(sequences))} FROM generate_series(1, %s)",  # noqa: S608 - no name is in it
            [*sequences, times],
        )
        return [[int(value) for value in row] for row in cursor.fetchall()]


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
    waiting = gathered()
    if waiting is None:
        _insert(rows, replace, where)
    else:
        kind = (type(rows[0]), rows[0].pk is not None, replace, where)
        waiting.inserts.setdefault(kind, []).extend(rows)


def _insert(rows: Sequence[Model], replace: Names, where: Names) -> None:
    sql, values = _inserting(rows, replace, where)
    open_one, given = bound.fitting(values)
    with open_one as cursor:
        cursor.execute(sql, given)
        if rows[0].pk is None:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    _are_written(rows)


def _inserting(rows: Sequence[Model], replace: Names, where: Names) -> tuple[str, list[Any]]:
    head, one, tail, fields = _insertion(type(rows[0]), rows[0].pk is not None, replace, where)
    return head + ", ".join([one] * len(rows)) + tail, _values(rows, fields, is_new=True)


def _values(rows: Sequence[Model], fields: Sequence[Field[Any, Any]], *, is_new: bool) -> list[Any]:
    """As `save` prepares them. What is of its column's own type already needs no preparing: it is most of them."""
    into, made = connections[DEFAULT_DB_ALIAS], []
    known = [(one, one.attname, _kind(one)) for one in fields]
    for row in rows:
        own = row.__dict__
        for one, name, kind in known:
            value = own.get(name, one)  # the field itself is no value: then it was not loaded
            if (
                kind is None
                or not (value is None or type(value) is kind)
                or (kind is datetime and _is_bare(value))
            ):
                value = one.get_db_prep_save(one.pre_save(row, is_new), into)
            made.append(value)
    return made


_AS_THEY_ARE: dict[type, type] = {
    BigAutoField: int,
    BigIntegerField: int,
    BooleanField: bool,
    CharField: str,
    DateTimeField: datetime,
    EmailField: str,
    IntegerField: int,
    PositiveIntegerField: int,
    PositiveSmallIntegerField: int,
    SmallIntegerField: int,
    TextField: str,
}
"""Fields whose values of this very type are stored untouched, and so is none."""


@lru_cache(maxsize=1024)
def _kind(one: Any) -> type | None:
    """The type of values that need no preparing; a key has that of what it points to."""
    while isinstance(one, ForeignKey):
        one = one.target_field
    if isinstance(one, DateTimeField) and (one.auto_now or one.auto_now_add):
        return None  # it sets its instant itself
    return _AS_THEY_ARE.get(type(one))


def _is_bare(value: Any) -> bool:
    """Whether the field has to doubt the instant for want of a zone."""
    return value is not None and value.tzinfo is None


def _are_written(rows: Sequence[Model]) -> None:
    for row in rows:
        row._state.adding = False  # noqa: SLF001 - as `save` leaves it
        row._state.db = connection.alias  # noqa: SLF001


def parts(row: Model) -> tuple[str, str, list[Any]]:
    """Of a new row without a key: `"table" (columns)`, its placeholders and its values, for a statement of one's own."""
    head, one, _, fields = _insertion(type(row), False, (), ())
    values = _values([row], fields, is_new=True)
    return head.removeprefix("INSERT INTO ").removesuffix(" VALUES "), one.strip("()"), values


def update(row: Model, *names: str) -> None:
    """Write these fields of a row that is there; every field but the key when none is named."""
    waiting = gathered()
    if waiting is not None:
        waiting.updates.setdefault((type(row), names), []).append(row)
        return
    sql, fields, key = _updating(type(row), names)
    values = _values([row], fields, is_new=False)
    open_one, given = bound.fitting([*values, key.get_db_prep_save(row.pk, connection)])
    with open_one as cursor:
        cursor.execute(sql, given)


def _updating_all(rows: Sequence[Model], names: Names) -> tuple[str, list[Any]]:
    """One statement for all of them, and its values."""
    _, fields, key = _updating(type(rows[0]), names)
    columns = [key, *fields]
    values = _values(rows, columns, is_new=False)
    line = ", ".join(
        f"%s::{one.rel_db_type(connection) if one is key else one.db_type(connection)}" for one in columns
    )
    sets = ", ".join(f'"{one.column}" = new."{one.column}"' for one in fields)
    given = ", ".join(f'"{one.column}"' for one in columns)
    table = type(rows[0])._meta.db_table  # noqa: SLF001 - Django's public, underlined name
    sql = (
        f'UPDATE "{table}" SET {sets} FROM (VALUES {", ".join([f"({line})"] * len(rows))}) AS new({given})'  # noqa: S608 - names of our own tables
        f' WHERE "{table}"."{key.column}" = new."{key.column}"'
    )
    return sql, values


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
