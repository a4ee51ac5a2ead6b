"""DuckDB behind the seam."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.core.errors import EngineError
from lineofsight.engines.base import Field, Selection, SourceTable
from lineofsight.engines.duckdb.connection import connect, identifier, literal, lock
from lineofsight.engines.duckdb.select import audit, canonical
from lineofsight.engines.duckdb.tables import engine_message, load_feed, load_sql
from lineofsight.project.crosscheck import sql_tables_in_order
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed, locate_feeds

_BATCH_ROWS = 1 << 20


class DuckDBEngine:
    """Reads a project's tables with an embedded DuckDB, which sees nothing but these and the working folder.

    Args:
        loaded: The project.
        working: Folder for stored episodes and spilled data; it is made when missing.
        read: Whether to read the declared tables; stored episodes need none.

    Raises:
        DataError: A declared table cannot be read.
        EngineError: A limit is not understood.
    """

    def __init__(self, loaded: LoadedProject, working: Path, *, read: bool = True) -> None:
        self._loaded = loaded
        self._spill = working / f"spill-{os.getpid()}"
        working.mkdir(parents=True, exist_ok=True)
        self._connection = connect(loaded.project.engine.duckdb, self._spill)
        self._ibis = ibis.duckdb.from_connection(self._connection)
        self._feeds: dict[str, Feed] = {}
        self._views = 0
        try:
            if read:
                self._feeds = {feed.name: feed for feed in locate_feeds(loaded)}
            for feed in self._feeds.values():
                load_feed(self._connection, loaded, feed)
            lock(self._connection, [file for feed in self._feeds.values() for file in feed.files], working)
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
        return {
            row[0]: row[1] for row in self._connection.execute(f"DESCRIBE {identifier(table)}").fetchall()
        }

    def source(self, table: str) -> SourceTable:
        """Rows, types and filled counts of a declared table."""
        types = self.columns(table)
        counts = ", ".join(["count(*)", *(f"count({identifier(name)})" for name in types)])
        rows, *filled = self._connection.execute(f"SELECT {counts} FROM {identifier(table)}").fetchall()[0]
        feed = self._feeds.get(table)
        origin = "sql" if feed is None else ", ".join(str(file) for file in feed.files[:3])
        more = "" if feed is None or len(feed.files) <= 3 else f" and {len(feed.files) - 3} more"
        return SourceTable(table, origin + more, rows, types, dict(zip(types, filled, strict=True)))

    def select(self, table: str, fields: Sequence[Field], where: Field | None = None) -> Selection:
        """Evaluates expressions on the rows of a table and checks what they hold."""
        columns = canonical(self._connection, self._loaded, table, fields)
        condition = (
            canonical(self._connection, self._loaded, table, [where])[0] if where is not None else None
        )
        rows, audits = audit(self._connection, self._loaded, table, columns, condition)
        listed = ", ".join(f"{column.sql} AS {identifier(column.field.alias)}" for column in columns)
        kept = f" WHERE {condition.sql}" if condition is not None else ""
        self._views += 1
        view = f"selection_{self._views}"
        self._connection.execute(f"CREATE TEMP VIEW {view} AS SELECT {listed} FROM {identifier(table)}{kept}")
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
        partial = path.with_suffix(f".partial-{os.getpid()}")
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
        self._connection.execute(f"CREATE TEMP VIEW {view} AS SELECT * FROM read_parquet({literal(path)})")
        return self._ibis.table(view, database=("temp", "main"))

    def batches(self, path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of a stored file in their order."""
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=_BATCH_ROWS, columns=list(columns))

    def close(self) -> None:
        """Gives back memory and temporary files."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _sql(self, expression: ir.Table) -> str:
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql)
        except duckdb.OutOfMemoryException as error:
            raise EngineError(
                f"the engine ran out of memory: {engine_message(error)}\n"
                "  → raise 'engine: {duckdb: {memory: …}}', free some disk for spilling, or narrow the data with 'where'"
            ) from error
        except duckdb.IOException as error:
            raise EngineError(
                f"the engine could not write or read a file: {engine_message(error)}\n  → is the disk full?"
            ) from error
        except duckdb.Error as error:
            raise EngineError(f"the engine failed: {engine_message(error)}") from error
