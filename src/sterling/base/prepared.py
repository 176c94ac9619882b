"""A query of the ORM whose SQL is made once per process and asked again with other values.

Django builds and compiles a queryset anew each time, which for a join of several tables takes longer than the
database needs to answer. What is asked on every mail, request and action is therefore kept compiled, and the database
keeps its plan (`base/bound`). The queryset is written as ever, in a function of its values.
"""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

from sterling.base import bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)
# What stands for a value while the SQL is made: nothing that a query would name of itself.
MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda nth: 4_611_686_018_427_000_000 + nth,
    str: lambda nth: f"\ue000value-{nth}\ue000",
    datetime: lambda nth: datetime(1, 1, 1, microsecond=nth + 1, tzinfo=UTC),
    list: lambda nth: [f"\ue000value-{nth}\ue000"],
}


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """`address__among=[…]`: one of a list that is one value of the SQL, however long it is."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (value,)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, values = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*values, *more)


class Prepared(Generic[Row]):
    """`Prepared(lambda number: Ticket.objects.filter(number=number), int)`, then called with a number.

    The values' types in order: int, str, datetime, list. Each must reach the SQL as it is; a list does by
    `__among` alone. No prefetches.
    """

    def __init__(self, made: Callable[..., models.QuerySet[Row]], *kinds: type) -> None:
        self._made = made
        self._kinds = kinds
        self._compiled: _Compiled | None = None

    def all(self, *values: Any) -> list[Row]:
        """The rows for these values, in one query."""
        if (self, values) in getattr(_here, "empty", ()):
            return []
        return self.compiled().rows(values)

    def compiled(self) -> _Compiled:
        if self._compiled is None:
            self._compiled = _Compiled(self._made, self._kinds)
        return self._compiled

    def first(self, *values: Any) -> Row | None:
        """The first row; the query names its own limit."""
        return next(iter(self.all(*values)), None)


_here = threading.local()
Asked = tuple[Prepared[Any], tuple[Any, ...]]


@contextmanager
def looking_for(*seldom: Asked) -> Iterator[None]:
    """One query tells which of these find nothing, and while inside those are not asked in this thread.

    For a page of many things of which most are mostly not there.
    """
    statements = [query.compiled() for query, _ in seldom]
    given = [
        value for one, (_, values) in zip(statements, seldom, strict=True) for value in one.given(values)
    ]
    with bound.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'EXISTS ({one.sql})' for one in statements)}", given)
        found = cursor.fetchone() or ()
    before = getattr(_here, "empty", ())
    _here.empty = [asked for asked, is_there in zip(seldom, found, strict=True) if not is_there]
    try:
        yield
    finally:
        _here.empty = before


class Columns:
    """The same for columns: `Columns(lambda number: Ticket.objects.filter(number=number).values_list("status"), int)`."""

    def __init__(self, made: Callable[..., models.QuerySet[Any, Any]], *kinds: type) -> None:
        self._made = made
        self._kinds = kinds
        self._compiled: _Statement | None = None

    def all(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, in one query."""
        if self._compiled is None:
            self._compiled = _Statement(self._made, self._kinds)
        return self._compiled.tuples(values)


class _Statement:
    def __init__(self, made: Callable[..., models.QuerySet[Any, Any]], kinds: tuple[type, ...]) -> None:
        marks = [MARKS[kind](nth) for nth, kind in enumerate(kinds)]
        self.compiler: SQLCompiler = made(*marks).query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, params = self.compiler.as_sql()
        self.places = [marks.index(param) for param in params if param in marks]
        missing = set(range(len(kinds))) - set(self.places)
        if missing:
            raise ValueError(f"value {min(missing) + 1} does not reach the SQL as it is: {self.sql}")
        # What is the same each time stands in the text, where the planner sees it: partial indexes ask for that.
        self.sql = _filled(self.sql, [("%s" if param in marks else _literal(param)) for param in params])
        self.whole = [kind is int for kind in kinds]
        self.converters = self.compiler.get_converters([column[0] for column in self.compiler.select])

    def tuples(self, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with bound.cursor() as cursor:
            cursor.execute(self.sql, self.given(values))
            found: Any = cursor.fetchall()
        if self.converters:
            found = [tuple(row) for row in self.compiler.apply_converters(found, self.converters)]
        return found  # type: ignore[no-any-return]  # a cursor's rows

    def given(self, values: tuple[Any, ...]) -> list[Any]:
        """The values as the SQL has places for them."""
        made = [
            bound.whole(value) if is_whole else value
            for value, is_whole in zip(values, self.whole, strict=True)
        ]
        return [made[place] for place in self.places]


def _literal(value: Any) -> str:
    """As Django writes a value into the text."""
    return str(connection.ops.compose_sql("%s", [value])).replace("%", "%%")  # type: ignore[attr-defined]  # PostgreSQL's


def _filled(sql: str, parts: list[str]) -> str:
    """The SQL with these for its placeholders, in order."""
    waiting = iter(parts)
    return re.sub("%[s%]", lambda found: next(waiting) if found[0] == "%s" else found[0], sql)


class _Compiled(_Statement):
    def __init__(self, made: Callable[..., models.QuerySet[Any]], kinds: tuple[type, ...]) -> None:
        super().__init__(made, kinds)
        info: Any = self.compiler.klass_info
        chosen = info["select_fields"]
        self.model: type[models.Model] = info["model"]
        self.part = slice(chosen[0], chosen[-1] + 1)
        self.names = [column[0].target.attname for column in self.compiler.select[self.part]]
        self.related = get_related_populators(info, self.compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs are ahead

    def rows(self, values: tuple[Any, ...]) -> list[Any]:
        made = []
        for row in self.tuples(values):
            one = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.part])
            for related in self.related:
                related.populate(row, one)
            made.append(one)
        return made
