"""Statements that are written once, for the few places that are asked thousands of times a second:
there Django takes longer to write a statement than the database to answer it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.sql import UpdateQuery


class Given(Expression):
    """In a prepared query, the value number `place` of those that each call gives."""

    def __init__(self, place: int, field: models.Field):
        super().__init__(output_field=field)
        self.place = place

    def as_sql(self, compiler, connection) -> tuple[str, list["Given"]]:
        """A placeholder, and this in place of its parameter."""
        return "%s", [self]

    def bound(self, values: Sequence[Any]) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_save(values[self.place], connection)


class Written(Expression):
    """In a prepared query, a word that stands in the statement itself.

    For what decides whether an index with a condition fits: SQLite plans a statement anew at every
    run when a parameter does.
    """

    def __init__(self, word: str):
        super().__init__(output_field=models.CharField())
        if not word.isidentifier():
            raise ValueError(f"not a word: {word!r}")
        self.word = word

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        return f"'{self.word}'", []


class Prepared:
    """A query whose SQL is kept; `make` gives it, with `Given` where a value is to come.

    For the default database. `make` is called at the first use, never while modules are read.
    """

    def __init__(self, make: Callable[[], models.QuerySet]):
        self._make = make
        self._sql = ""
        self._parameters: Sequence[Any] = ()

    def _write(self) -> None:
        compiler = self._query().get_compiler(connection=connection)
        # The SQL last: another thread that sees it finds the rest there too.
        sql, self._parameters = compiler.as_sql()
        self._keep(compiler)
        self._sql = self._finished(sql)

    def _query(self):
        return self._make().query

    def _keep(self, compiler) -> None:
        """What else a run needs of the compiler."""

    def _finished(self, sql: str) -> str:
        """`sql` with what Django has no words for."""
        return sql

    def _run(self, cursor, values: Sequence[Any]) -> None:
        if not self._sql:
            self._write()
        cursor.execute(
            self._sql,
            [part.bound(values) if isinstance(part, Given) else part for part in self._parameters],
        )


class PreparedRows(Prepared):
    """The rows, as tuples, of a query that is a `values_list`."""

    def _keep(self, compiler) -> None:
        found = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self._converters = list(found.items())

    def __call__(self, *values: Any) -> list[tuple]:
        """All rows for `values`."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            rows = cursor.fetchall()
        return [self._converted(row) for row in rows] if self._converters else rows

    def one(self, *values: Any) -> tuple | None:
        """The first row for `values`, None where there is none."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            row = cursor.fetchone()
        return row if row is None else self._converted(row)

    def _converted(self, row: tuple) -> tuple:
        found = list(row)
        for place, (converters, expression) in self._converters:
            for convert in converters:
                found[place] = convert(found[place], expression, connection)
        return tuple(found)


class SharedRows(PreparedRows):
    """Rows that nobody changes until this transaction ends; any number of readers share them.

    SQLite has one writer at a time, who keeps others out anyway.
    """

    def _finished(self, sql: str) -> str:
        return f"{sql} FOR SHARE" if connection.vendor == "postgresql" else sql


class PreparedUpdate(Prepared):
    """An UPDATE of the rows of a query; `changes` are names of fields with what they become."""

    def __init__(self, make: Callable[[], models.QuerySet], **changes: Given):
        super().__init__(make)
        self._changes = changes

    def _query(self):
        query = super()._query().chain(UpdateQuery)
        query.add_update_values(self._changes)
        return query

    def __call__(self, *values: Any) -> int:
        """How many rows were changed."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            return cursor.rowcount
