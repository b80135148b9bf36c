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
from django.db.models.query import ModelIterable, get_related_populators

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
    make: Callable[[list[Any]], Any]  # of the columns of a row what is given back


class Prepared(Generic[Row]):
    """A queryset in which slots stand for values: of objects, also with `select_related`, or of `values_list()` tuples.

    `build` makes the queryset; it is called when the first value is asked for, because models may not be loaded before.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self._build = build
        self._statements: dict[str, _Statement] = {}  # by the kind of database

    def one(self, **values: Any) -> Row | None:
        """The first row for these values of the slots, or None. One query. Raises KeyError for a slot without value."""
        return next(iter(self.all(**values)), None)

    def all(self, **values: Any) -> list[Row]:
        """All rows for these values of the slots. One query. Raises KeyError for a slot without value."""
        statement = self._statements.get(connection.vendor) or self._prepare()
        params = [_ready(one, values) if isinstance(one, Slot) else one for one in statement.params]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, params)
            found = [list(row) for row in cursor.fetchall()]
        for at, (functions, expression) in statement.converters.items():
            for row in found:
                for convert in functions:
                    row[at] = convert(row[at], expression, connection)
        return [statement.make(row) for row in found]

    def _prepare(self) -> _Statement:
        found = self._build()
        compiler = found.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        make = _maker(compiler) if issubclass(found._iterable_class, ModelIterable) else tuple
        statement = _Statement(sql, tuple(params), converters, make)
        self._statements[connection.vendor] = statement
        return statement


def _maker(compiler: Any) -> Callable[[list[Any]], Any]:
    """What makes an object of a row, with those that come along: as Django's ModelIterable does it."""
    info, alias = compiler.klass_info, compiler.connection.alias
    first, after = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:after]]
    populators = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]  # stubs of a newer Django

    def make(row: list[Any]) -> Any:
        made = info["model"].from_db(alias, names, row[first:after])
        for populator in populators:
            populator.populate(row, made)
        return made

    return make


def _ready(slot: Slot, values: dict[str, Any]) -> Any:
    return slot.output_field.get_db_prep_value(values[slot.value], connection=connection)
