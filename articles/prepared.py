"""Queries that every page asks: Django works out their SQL once per process, and only their values differ.

Working it out costs ten times what a database needs for a row by its key, and a signed-in page asks for three such rows
before it has begun.

    _PERSON = Prepared(lambda: User.objects.filter(pk=Slot("pk", User._meta.pk)))
    _PERSON.one(pk=7)       a User, or None
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Field, QuerySet, Value
from django.db.models.query import ModelIterable

Row = TypeVar("Row")


class Slot(Value):
    """The place of a value in a prepared query; `field` says of which kind the value is."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Itself as the only parameter: `Prepared` puts a value there."""
        return "%s", [self]


class _Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]  # slots, among values that stay
    converters: dict[int, Any]  # column → (functions, expression), as Django's compiler gives them
    names: list[str]  # of the columns, as the model's attributes are called


class Prepared(Generic[Row]):
    """The first row of a queryset in which slots stand for values: an object, or a tuple of `values_list()`.

    `build` makes the queryset; it is called when the first value is asked for, because models may not be loaded before.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self._build = build
        self._statements: dict[str, _Statement] = {}  # by the kind of database

    def one(self, **values: Any) -> Row | None:
        """The first row for these values of the slots, or None. One query. Raises KeyError for a slot without value."""
        statement = self._statements.get(connection.vendor) or self._prepare()
        params = [_ready(one, values) if isinstance(one, Slot) else one for one in statement.params]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, params)
            found = cursor.fetchone()
        return None if found is None else self._made(statement, list(found))

    def _made(self, statement: _Statement, row: list[Any]) -> Any:
        for at, (functions, expression) in statement.converters.items():
            for convert in functions:
                row[at] = convert(row[at], expression, connection)
        return self._model.from_db(connection.alias, statement.names, row) if self._whole else tuple(row)

    def _prepare(self) -> _Statement:
        found = self._build()[:1]
        self._model = found.model
        self._whole = issubclass(found._iterable_class, ModelIterable)
        compiler = found.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = [column[0] for column in compiler.select]
        names = [column.target.attname for column in columns] if self._whole else []
        statement = _Statement(sql, tuple(params), compiler.get_converters(columns), names)
        self._statements[connection.vendor] = statement
        return statement


def _ready(slot: Slot, values: dict[str, Any]) -> Any:
    return slot.output_field.get_db_prep_value(values[slot.value], connection=connection)
