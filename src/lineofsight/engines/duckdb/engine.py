"""DuckDB behind the seam."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.engines.ahead import ahead
from lineofsight.engines.base import Field, Selection, SourceTable
from lineofsight.engines.duckdb.audit import audit
from lineofsight.engines.duckdb.canonical import canonical
from lineofsight.engines.duckdb.column import without_nan
from lineofsight.engines.duckdb.connection import connect, declared, identifier, literal, lock
from lineofsight.engines.duckdb.failures import as_engine_error
from lineofsight.engines.duckdb.tables import load_feed, load_sql
from lineofsight.project.crosscheck import sql_tables_in_order
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed, locate_feeds

_BATCH_ROWS = 1 << 17
_open: WeakSet[DuckDBEngine] = WeakSet()


class DuckDBEngine:
    """Reads a project's tables with an embedded DuckDB, which sees nothing but these and a folder of its own.

    Args:
        loaded: The project.
        working: Where that folder is made, for spilled and half-written data; it is gone after `close`.
        read: Whether to read the declared tables; stored episodes need none.

    Raises:
        DataError: A declared table cannot be read.
        EngineError: A limit is not understood.
    """

    def __init__(self, loaded: LoadedProject, working: Path, *, read: bool = True) -> None:
        self._loaded = loaded
        self._private = working.resolve() / f"spill-{secrets.token_hex(8)}-{os.getpid()}"
        self._private.mkdir(parents=True)
        try:
            self._connection = connect(loaded.project.engine.duckdb, self._private)
        except BaseException:
            shutil.rmtree(self._private, ignore_errors=True)
            raise
        _open.add(self)
        self._ibis = ibis.duckdb.from_connection(self._connection)
        self._feeds: dict[str, Feed] = {}
        self._views = 0
        try:
            if read:
                self._feeds = {feed.name: feed for feed in locate_feeds(loaded)}
            for feed in self._feeds.values():
                load_feed(self._connection, loaded, feed)
            lock(
                self._connection,
                [file for feed in self._feeds.values() for file in feed.files],
                self._private,
            )
            for name in sql_tables_in_order(loaded.project) if read else ():
                load_sql(self._connection, loaded, name, loaded.project.tables[name].sql or "")
        except BaseException:
            self.close()
            raise

    @property
    def dialect(self) -> str:
        """Name of the SQL dialect that expressions are written in."""
        return "duckdb"

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a declared table with their types."""
        return {row[0]: row[1] for row in self._connection.execute(f"DESCRIBE {declared(table)}").fetchall()}

    def source(self, table: str) -> SourceTable:
        """Rows, types and filled counts of a declared table."""
        types = self.columns(table)
        counts = ", ".join(["count(*)", *(f"count({identifier(name)})" for name in types)])
        rows, *filled = self._run(f"SELECT {counts} FROM {declared(table)}").fetchall()[0]
        feed = self._feeds.get(table)
        # Runs are shared: they tell where files lie beside the project, not on whose machine.
        files = (
            [] if feed is None else [os.path.relpath(file, self._loaded.folder) for file in feed.files[:3]]
        )
        origin = "sql" if feed is None else ", ".join(files)
        more = "" if feed is None or len(feed.files) <= 3 else f" and {len(feed.files) - 3} more"
        return SourceTable(table, origin + more, rows, types, dict(zip(types, filled, strict=True)))

    def select(self, table: str, fields: Sequence[Field], where: Field | None = None) -> Selection:
        """Evaluates expressions on the rows of a table and checks what they hold."""
        columns = canonical(self._connection, self._loaded, table, fields)
        condition = (
            canonical(self._connection, self._loaded, table, [where])[0] if where is not None else None
        )
        rows, audits = audit(self._connection, self._loaded, table, columns, condition)
        computed = {c.field.alias: without_nan(c) if audits[c.field.alias].nan else c.sql for c in columns}
        listed = ", ".join(f"{sql} AS {identifier(alias)}" for alias, sql in computed.items())
        kept = f" WHERE {condition.sql}" if condition is not None else ""
        self._views += 1
        view = f"selection_{self._views}"
        self._connection.execute(f"CREATE TEMP VIEW {view} AS SELECT {listed} FROM {declared(table)}{kept}")
        return Selection(self._ibis.table(view, database=("temp", "main")), rows, audits)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Computes an expression once; later ones read the result."""
        self._run(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS {self._sql(expression)}")
        return self._ibis.table(name, database=("temp", "main"))

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""
        cursor = self._run(self._sql(expression))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def store(self, expression: ir.Table, path: Path) -> None:
        """Writes the rows, in the expression's order, to a Parquet file that appears whole or not at all."""
        partial = self._private / "episodes.parquet"
        try:
            self._run(
                f"COPY ({self._sql(expression)}) TO {literal(partial)} (FORMAT parquet, COMPRESSION lz4_raw)"
            )
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)

    def stored(self, path: Path) -> ir.Table:
        """A stored file as a table."""
        self._views += 1
        view = f"stored_{self._views}"
        reachable = self._private / f"{view}.parquet"
        try:
            reachable.hardlink_to(path)
        except OSError:  # a file system without links
            shutil.copyfile(path, reachable)
        self._run(f"CREATE TEMP VIEW {view} AS SELECT * FROM read_parquet({literal(reachable)})")
        return self._ibis.table(view, database=("temp", "main"))

    def batches(self, path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of a stored file in their order."""
        with pq.ParquetFile(path) as file:
            yield from ahead(file.iter_batches(batch_size=_BATCH_ROWS, columns=list(columns)))

    def interrupt(self) -> None:
        """Stops the query that is being computed, if there is one; called from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Gives back memory and temporary files."""
        _open.discard(self)
        self._connection.close()
        shutil.rmtree(self._private, ignore_errors=True)

    def _sql(self, expression: ir.Table) -> str:
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        with as_engine_error():
            return self._connection.execute(sql)


def interrupt_queries() -> None:
    """Stops what every open engine is computing; called from another thread than theirs."""
    for engine in list(_open):
        engine.interrupt()
