"""Statements that are written once, for the few places that are asked thousands of times a second:
there Django takes longer to write a statement than the database to answer it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
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

    def __call__(self, *values: Any) -> list:
        """All rows for `values`."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            rows = cursor.fetchall()
        return [self._converted(row) for row in rows]

    def one(self, *values: Any) -> Any | None:
        """The first row for `values`, None where there is none."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            row = cursor.fetchone()
        return row if row is None else self._converted(row)

    def _converted(self, row: tuple) -> Any:
        """What is made of a row."""
        if not self._converters:
            return row
        found = list(row)
        for place, (converters, expression) in self._converters:
            for convert in converters:
                found[place] = convert(found[place], expression, connection)
        return tuple(found)


class PreparedObjects(PreparedRows):
    """The objects of a query without annotations, with what it joins by `select_related`."""

    def _keep(self, compiler) -> None:
        super()._keep(compiler)
        info = compiler.klass_info
        self._model = info["model"]
        self._columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        self._names = [part[0].target.attname for part in compiler.select[self._columns]]
        self._joined = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)

    def _converted(self, row: tuple) -> Any:
        row = super()._converted(row)
        found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._columns])
        for joined in self._joined:
            joined.populate(row, found)
        return found


def keep_related(owner: models.Model, name: str, rows: list) -> None:
    """Let the relation `name` of `owner` hold `rows`, as after `prefetch_related`."""
    found = getattr(owner, name).get_queryset()
    found._result_cache, found._prefetch_done = rows, True
    field = owner._meta.get_field(name).field
    for row in rows:
        setattr(row, field.name, owner)
    # Where Django's own prefetch puts them.
    kept = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    kept[field.remote_field.cache_name] = found


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
