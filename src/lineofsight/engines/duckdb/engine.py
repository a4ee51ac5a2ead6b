"""DuckDB behind the seam."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakSet

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from lineofsight.engines.aggregate import FIRST_ROWS, Aggregates, Aggregation, AggregationPlan, centres_of
from lineofsight.engines.base import Field, MaterializedRows, Selection, SourceTable
from lineofsight.engines.damage import telling_damage
from lineofsight.engines.duckdb.audit import checked
from lineofsight.engines.duckdb.canonical import typed
from lineofsight.engines.duckdb.connection import (
    connect,
    cores,
    declared,
    identifier,
    literal,
    lock,
    memory_limit,
)
from lineofsight.engines.duckdb.deadline import within
from lineofsight.engines.duckdb.failures import (
    ComputedColumns,
    as_engine_error,
    as_expression_error,
    look_through,
    may_be_of_files,
)
from lineofsight.engines.duckdb.incremental import ROWS, IncrementalTable, RowCache, incremental_names
from lineofsight.engines.duckdb.incremental.cache import link
from lineofsight.engines.duckdb.rows import DIALECT, Rows, filled_rows
from lineofsight.engines.duckdb.tables import load_feed, load_sql
from lineofsight.engines.duplicates import Duplicates, count_duplicates
from lineofsight.engines.jobs import MapReduce, parts_number, parts_of
from lineofsight.engines.private import private_folder
from lineofsight.engines.provenance import provenance
from lineofsight.engines.refusals import refuse_extreme
from lineofsight.engines.workers import Workers, one_blas_thread, system_allocator
from lineofsight.engines.written.problems import Unclear
from lineofsight.project.load import LoadedProject
from lineofsight.project.sql_order import sql_tables_in_order
from lineofsight.sources import Feed, FilesRead, locate_feeds

_MATERIALIZED = "materialized"
_ROWID = "rowid"  # what every table of DuckDB has, unless a column of its own is called so
_MOST_MATERIALIZED = 1 << 29  # bytes: half a gigabyte
_MOST_DIFFERENT = 1000  # values of a column that are worth a dictionary
T = TypeVar("T")
_open: WeakSet[DuckDBEngine] = WeakSet()


class DuckDBEngine:
    """Reads a project's tables with an embedded DuckDB, which sees nothing but these and a folder of its own.

    Args:
        loaded: The project.
        working: Where that folder is made, for spilled and half-written data; it is gone after `close`. Beside it
            the rows of tables that are read file by file are kept.
        read: Whether to read the declared tables; stored episodes need none.
        files: Is told which files are opened.

    Raises:
        DataError: A declared table cannot be read.
        EngineError: A limit is not understood.
    """

    def __init__(
        self, loaded: LoadedProject, working: Path, *, read: bool = True, files: FilesRead | None = None
    ) -> None:
        self._loaded, self._files = loaded, files or FilesRead()
        self._owned = contextlib.ExitStack()
        self._private = private_folder(working, self._owned)
        try:
            self._connection = connect(
                loaded.project.engine.duckdb, self._private, loaded.project.limits.spill
            )
        except BaseException:
            self._owned.close()
            raise
        self._workers = Workers(cores(self._connection) - 1)
        _open.add(self)
        self._ibis = ibis.duckdb.from_connection(self._connection)
        self._feeds: dict[str, Feed] = {}
        self._headers: dict[str, Mapping[str, str]] = {}
        self._incremental: dict[str, IncrementalTable] = {}
        self._unclear: dict[str, Mapping[str, Unclear]] = {}
        self._computed: list[ComputedColumns] = []
        self._views = 0
        try:
            if read:
                self._feeds = {feed.name: feed for feed in locate_feeds(loaded)}
            # Before anything is read: a view inside a declared database file is SQL that nobody has looked at.
            lock(
                self._connection,
                [file for feed in self._feeds.values() for file in feed.files],
                self._private,
            )
            with self._reading():
                self._load(RowCache(working.resolve() / ROWS, self._private, provenance("duckdb")))
                for name in sql_tables_in_order(loaded.project) if read else ():
                    sql = loaded.project.tables[name].sql or ""
                    with self._within(f"the SQL of table '{name}'"):
                        self._unclear[name] = load_sql(
                            self._connection, loaded, name, sql, self._every_header(), self._unclear
                        )
        except BaseException:
            self.close()
            raise

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a declared table with their types."""
        return {row[0]: row[1] for row in self._connection.execute(f"DESCRIBE {declared(table)}").fetchall()}

    def headers(self, table: str) -> Mapping[str, str]:
        """Of columns that are called otherwise in the files than in SQL: the former."""
        return self._headers.get(table, {})

    def unclear(self, table: str) -> Mapping[str, Unclear]:
        """What is not clear of columns that are text, by their names in lower case."""
        return self._unclear.get(table, {})

    def rows(self, sql: str) -> list[Any]:
        """The rows of a query on the declared tables by their names; none of a command."""
        with self._computing():
            return self._connection.execute(sql).fetchall()

    def source(self, table: str, *, copies: bool = False) -> SourceTable:
        """Rows, types and filled counts of a declared table; on request its copies, over all its files."""
        types = self.columns(table)
        parts, feed = self._incremental.get(table), self._feeds.get(table)
        if parts is not None:
            rows, filled = parts.rows, parts.filled
        else:
            with self._reading(), as_engine_error():
                rows, filled = filled_rows(self._connection, declared(table), types)
        origin = "sql" if feed is None else feed.beside(self._loaded.folder)
        found = Duplicates()
        if copies:
            with self._reading(), as_engine_error():
                among = declared(table) if parts is None else parts.compared()
                if among is not None:
                    found = count_duplicates(self._numbers, among, rows, types, filled, DIALECT)
        return SourceTable(table, origin, rows, types, filled, **asdict(found))

    def _numbers(self, query: str) -> Sequence[int]:
        return self._connection.execute(query).fetchall()[0]

    def select(self, table: str, fields: Sequence[Field], where: Field | None = None) -> Selection:
        """Evaluates expressions on the rows of a table and checks what they hold."""
        parts = self._incremental.get(table)
        with self._reading():
            found = None if parts is None else parts.select(fields, where)
            if found is None:
                if parts is not None:
                    self._read_whole(table)
                rows = Rows.of(table, self._unclear.get(table))
                with self._within(f"an expression on the table '{table}'"):
                    columns, condition = typed(self._connection, self._loaded, rows, fields, where)
                    found = checked(self._connection, self._loaded, rows, columns, condition)
                self._computed.append(ComputedColumns(rows, columns, condition))
        count, audits, query = found
        refuse_extreme(self._loaded, table, fields, audits)
        return Selection(self._view(query), count, audits)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Computes an expression once; later ones read the result."""
        self._run(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS {self._sql(expression)}")
        return self._ibis.table(name, database=("temp", "main"))

    @contextlib.contextmanager
    def materialized(self, expression: ir.Table, expected: int) -> Iterator[MaterializedRows]:
        """Held where they are few: groups are then not looked up in the cache that a join needs."""
        if expected * len(expression.columns) * 8 > min(
            _MOST_MATERIALIZED, memory_limit(self._connection) // 4
        ):
            yield MaterializedRows(expression)
            return
        try:
            kept = self.keep(_MATERIALIZED, expression)
            rows, filled = filled_rows(self._connection, f"temp.main.{_MATERIALIZED}", kept.columns)
            yield MaterializedRows(kept, frozenset(name for name, n in filled.items() if n == rows))
        finally:
            self._run(f"DROP TABLE IF EXISTS temp.main.{_MATERIALIZED}")

    def with_row_ids(self, name: str, expression: ir.Table, column: str) -> ir.Table:
        """Keeps an expression with a column that numbers its rows, up to 4.3 billion: joins carry four bytes each."""
        if _ROWID in map(str.lower, expression.columns):
            return self.keep(name, expression.mutate(**{column: ibis.row_number().cast("uint32")}))
        self.keep(name, expression)
        numbered = (
            f"CAST({_ROWID} AS UINTEGER) AS {identifier(column)}"  # counted on all cores, as it is stored
        )
        return self._view(f"SELECT *, {numbered} FROM temp.main.{identifier(name)}")

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""
        cursor = self._run(self._sql(expression))
        names = [column[0] for column in cursor.description]
        with self._computing():  # rows may be computed as they are fetched
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def store(self, expression: ir.Table, path: Path) -> None:
        """Writes the rows, in the expression's order, to a Parquet file that appears whole or not at all."""
        partial = self._private / "episodes.parquet"
        try:
            written = self._run(
                f"COPY ({self._sql(expression)}) TO {literal(partial)}"
                f" (FORMAT parquet, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT {_MOST_DIFFERENT})"
            ).fetchall()
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        self._workers.prepare(parts_number(written[0][0]))  # what is stored is aggregated next

    def stored(self, path: Path) -> ir.Table:
        """A stored file as a table."""
        reachable = self._private / f"stored_{self._views}.parquet"
        link(path, reachable)
        return self._view(f"SELECT * FROM read_parquet({literal(reachable)})")

    def aggregate(self, path: Path, plan: AggregationPlan) -> Aggregates:
        """Aggregates a stored file, part by part, in the order of its rows."""
        with pq.ParquetFile(path) as file:
            centres = centres_of(file.iter_batches(FIRST_ROWS, columns=plan.columns), plan)
        return self.map_reduce(path, Aggregation(plan, centres))

    def map_reduce(self, path: Path, job: MapReduce[T]) -> T:
        """Maps a job over the rows of a stored file, part by part; other processes take parts where there are cores."""
        with one_blas_thread(), system_allocator():
            return job.reduce(self._workers.map(path.resolve(), job, parts_of(path, job)))

    def interrupt(self) -> None:
        """Stops the query that is being computed, if there is one; called from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Gives back memory and temporary files."""
        _open.discard(self)
        self._workers.close()
        self._connection.close()
        self._owned.close()

    def _load(self, cache: RowCache) -> None:
        """Makes the tables declared with files readable."""
        one_by_one = incremental_names(self._loaded, list(self._feeds.values()))
        for name, feed in self._feeds.items():
            if name not in one_by_one:
                self._load_feed(feed)
                self._files.opened(name, feed.files)
                continue
            table = IncrementalTable(self._connection, self._loaded, feed, cache, self._files)
            self._incremental[name], self._headers[name] = table, table.headers
            if table.whole is not None:
                self._read_whole(name)

    def _every_header(self) -> dict[str, str]:
        return {column: name for headers in self._headers.values() for column, name in headers.items()}

    def _read_whole(self, table: str) -> None:
        """Reads a table from all its files, which do not fit together one by one."""
        feed, reason = self._feeds[table], self._incremental.pop(table).whole
        self._files.tell(f"reading all {len(feed.files):,} files of '{table}': {reason}")
        self._files.opened(table, feed.files)
        self._connection.execute(f"DROP VIEW IF EXISTS {declared(table)}")
        self._load_feed(feed)

    def _load_feed(self, feed: Feed) -> None:
        with self._within(f"reading the table '{feed.name}'"):
            columns = load_feed(self._connection, self._loaded, feed, self._private)
        self._headers[feed.name], self._unclear[feed.name] = columns.headers, columns.unclear

    def _within(self, what: str) -> contextlib.AbstractContextManager[None]:
        return within(self._connection, self._loaded.project.limits.sql, what)

    def _reading(self) -> contextlib.AbstractContextManager[None]:
        look = partial(look_through, self._connection)
        return telling_damage(self._loaded, self._feeds.values(), may_be_of_files, look)

    def _view(self, query: str) -> ir.Table:
        self._views += 1
        name = f"selection_{self._views}"
        self._run(f"CREATE TEMP VIEW {name} AS {query}")
        return self._ibis.table(name, database=("temp", "main"))

    def _sql(self, expression: ir.Table) -> str:
        return str(self._ibis.compile(expression))

    @contextlib.contextmanager
    def _computing(self) -> Iterator[None]:
        with (
            self._reading(),
            self._within("a query of the episodes"),
            as_engine_error(),
            as_expression_error(self._connection, self._loaded, self._computed),
        ):
            yield

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        with self._computing():
            return self._connection.execute(sql)


def interrupt_queries() -> None:
    """Stops what every open engine is computing; called from another thread than theirs."""
    for engine in list(_open):
        engine.interrupt()
