"""Spark behind the seam."""

from __future__ import annotations

import contextlib
import math
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import ibis
import ibis.expr.types as ir

from lineofsight.engines.aggregate import Aggregates, AggregationPlan
from lineofsight.engines.base import Field, MaterializedRows, Selection, SourceTable
from lineofsight.engines.column import without_nan
from lineofsight.engines.damage import telling_damage
from lineofsight.engines.duplicates import Dialect, Duplicates, count_duplicates
from lineofsight.engines.jobs import MapReduce
from lineofsight.engines.private import private_folder
from lineofsight.engines.refusals import refuse_extreme
from lineofsight.engines.spark.aggregate import aggregate, map_reduce
from lineofsight.engines.spark.audit import audit
from lineofsight.engines.spark.canonical import canonical
from lineofsight.engines.spark.compile import ibis_schema, spark_sql
from lineofsight.engines.spark.failures import (
    ComputedColumns,
    as_engine_error,
    as_expression_error,
    look_through,
    may_be_of_files,
)
from lineofsight.engines.spark.session import opened, send_package
from lineofsight.engines.spark.tables import Tables, existing, new
from lineofsight.project.load import LoadedProject
from lineofsight.project.settings import SparkSettings
from lineofsight.sources import Feed, locate_feeds

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_MOST_BUCKETS = 512
T = TypeVar("T")


def _hashed(names: Sequence[str]) -> str:
    """A null leaves Spark's hash as it is, so that one beside a value could stand on either side of it."""
    return f"xxhash64({', '.join(f'`{name}`, isnull(`{name}`)' for name in names)})"


_DIALECT = Dialect(
    _hashed,
    microseconds=lambda instant: f"unix_micros(CAST({instant} AS TIMESTAMP))",
    quoted=lambda name: f"`{name}`",
)


class SparkEngine:
    """Reads a project's tables with Spark; what is kept on the way lies in a folder that all its workers see.

    Args:
        loaded: The project.
        working: Where that folder is made, unless `scratch` names another place; it is gone after `close`.
        read: Whether to read the declared tables; stored episodes need none.
        session: The caller's session; without one, that of this process, or a new one that `close` stops.
        tables: DataFrames of that session which stand in for declared tables.

    Raises:
        DataError: A declared table cannot be read.
        EngineError: Spark cannot be started.
    """

    def __init__(
        self,
        loaded: LoadedProject,
        working: Path,
        *,
        read: bool = True,
        session: SparkSession | None = None,
        tables: Mapping[str, DataFrame] | None = None,
    ) -> None:
        self._loaded = loaded
        self._open = contextlib.ExitStack()
        self._session = self._open.enter_context(
            opened(loaded.project.engine.spark or SparkSettings(), session)
        )
        self._private = private_folder(working, self._open)
        self._given = frozenset(tables or {})
        self._tables = Tables(self._session, loaded, tables or {}, self._private)
        self._open.callback(self._tables.drop)
        self._feeds: dict[str, Feed] = {}
        self._computed: list[ComputedColumns] = []
        self._views = 0
        try:
            send_package(self._session, self._private)
            if read:
                self._feeds = {
                    feed.name: feed for feed in locate_feeds(loaded) if feed.name not in self._given
                }
                with self._reading():
                    self._tables.read(self._feeds)
        except BaseException:
            self.close()
            raise

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a declared table with their types."""
        schema = self._session.table(self._tables.name(table)).schema
        return {field.name: field.dataType.simpleString().upper() for field in schema}

    def headers(self, table: str) -> Mapping[str, str]:
        """Of columns that are called otherwise in the files than in SQL: the former."""
        return self._tables.headers(table)

    def source(self, table: str, *, copies: bool = False) -> SourceTable:
        """Rows, types and filled counts of a declared table; on request its copies."""
        types = self.columns(table)
        counts = ", ".join(["count(*)", *(f"count(`{name}`)" for name in types)])
        rows, *filled = self._collect(f"SELECT {counts} FROM {self._tables.name(table)}")[0]
        feed = self._feeds.get(table)
        files = (
            [] if feed is None else [os.path.relpath(file, self._loaded.folder) for file in feed.files[:3]]
        )
        declared = self._loaded.project.tables[table]
        named = ", ".join(files) or declared.catalog or ("sql" if declared.sql else ", ".join(declared.paths))
        origin = "DataFrame" if table in self._given else named
        more = "" if feed is None or len(feed.files) <= 3 else f" and {len(feed.files) - 3} more"
        found, filled_by_name = Duplicates(), dict(zip(types, filled, strict=True))
        if copies and not any("MAP<" in type_ for type_ in types.values()):
            found = count_duplicates(
                lambda query: self._collect(query)[0],
                *(self._tables.name(table), rows, types, filled_by_name, _DIALECT),
            )
        return SourceTable(table, origin + more, rows, types, filled_by_name, **asdict(found))

    def select(self, table: str, fields: Sequence[Field], where: Field | None = None) -> Selection:
        """Evaluates expressions on the rows of a table and checks what they hold."""
        view = self._tables.name(table)
        with self._reading():
            unclear = self._tables.unclear.get(table)
            condition = None
            if where is not None:
                condition = canonical(self._session, self._loaded, table, view, [where], None, unclear)[0]
            columns = canonical(self._session, self._loaded, table, view, fields, condition, unclear)
            rows, audits = audit(self._session, self._loaded, table, view, columns, condition)
        refuse_extreme(self._loaded, table, fields, audits)
        self._computed.append(ComputedColumns(table, view, columns, condition))
        computed = {
            c.field.alias: without_nan(c) if audits[c.field.alias].maybe_nan else c.sql for c in columns
        }
        listed = ", ".join(f"{sql} AS `{alias}`" for alias, sql in computed.items())
        kept = f" WHERE {condition.sql}" if condition is not None else ""
        with as_engine_error():
            return Selection(
                self._named(self._session.sql(f"SELECT {listed} FROM {view}{kept}")), rows, audits
            )

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Computes an expression once and writes it down; later ones read the result."""
        path = self._private / f"{name}-{secrets.token_hex(4)}"
        with self._computing():
            self._session.sql(spark_sql(expression)).write.parquet(new(path))
            return self._named(self._session.read.parquet(existing(path)))

    def materialized(self, expression: ir.Table, expected: int) -> AbstractContextManager[MaterializedRows]:
        """As it is: what Spark holds it writes down."""
        return contextlib.nullcontext(MaterializedRows(expression))

    def with_row_ids(self, name: str, expression: ir.Table, column: str) -> ir.Table:
        """Keeps an expression with a column that tells its rows apart."""
        from pyspark.sql import functions

        path = self._private / f"{name}-{secrets.token_hex(4)}"
        with self._computing():
            frame = self._session.sql(spark_sql(expression))
            frame.withColumn(column, functions.monotonically_increasing_id()).write.parquet(new(path))
            return self._named(self._session.read.parquet(existing(path)))

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""
        return [row.asDict() for row in self._collect(spark_sql(expression))]

    def store(self, expression: ir.Table, path: Path) -> None:
        """Writes the rows, all of a bucket in one file and in order, to a folder that appears whole or not at all."""
        from pyspark.sql import functions

        partial = self._private / "episodes.parquet"
        order = [key.name for key in expression.op().keys]
        with self._computing():
            rows = self._session.sql(spark_sql(_unordered(expression)))
            parts = int(self._session.conf.get("spark.sql.shuffle.partitions") or 1)
            width = math.ceil(_MOST_BUCKETS / parts)
            # Not `repartitionByRange`, which would compute all rows twice, once to see how they are spread.
            parted = rows.repartitionById(
                math.ceil(_MOST_BUCKETS / width), functions.expr(f"CAST(`{order[0]}` DIV {width} AS INT)")
            )
            parted.sortWithinPartitions(*[f"`{name}`" for name in order]).write.parquet(new(partial))
        if path.is_dir():
            shutil.rmtree(path)
        partial.rename(path)

    def stored(self, path: Path) -> ir.Table:
        """A stored folder as a table."""
        with as_engine_error():
            return self._named(self._session.read.parquet(existing(path)))

    def aggregate(self, path: Path, plan: AggregationPlan) -> Aggregates:
        """Aggregates a stored folder, each partition where it lies."""
        with as_engine_error():
            return aggregate(self._session.read.parquet(existing(path)), plan)

    def map_reduce(self, path: Path, job: MapReduce[T]) -> T:
        """Maps a job over each partition of a stored folder where it lies."""
        with as_engine_error():
            return map_reduce(self._session.read.parquet(existing(path)), job)

    def close(self) -> None:
        """Gives back memory and temporary files; stops a session that was started here."""
        self._open.close()

    def _named(self, frame: DataFrame) -> ir.Table:
        self._views += 1
        name = f"step_{self._views}"
        self._tables.view(name, frame)
        return ibis.table(ibis_schema(frame.schema), name=self._tables.name(name).strip("`"))

    def _reading(self) -> contextlib.AbstractContextManager[None]:
        return telling_damage(self._loaded, self._feeds.values(), may_be_of_files, look_through)

    @contextlib.contextmanager
    def _computing(self) -> Iterator[None]:
        with (
            self._reading(),
            as_engine_error(),
            as_expression_error(self._session, self._loaded, self._computed),
        ):
            yield

    def _collect(self, sql: str) -> list[Any]:
        with self._computing():
            return list(self._session.sql(sql).collect())


def _unordered(expression: ir.Table) -> ir.Table:
    return expression.op().parent.to_expr()
