"""Spark's errors in the product's words, and which expression of the project file it is that a query fails on."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.engines.column import Column, is_column
from lineofsight.engines.damage import PATIENCE
from lineofsight.engines.refusals import failing
from lineofsight.error_codes import DataCode, EngineCode
from lineofsight.errors import EngineError
from lineofsight.project.load import LoadedProject

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def message_of(error: BaseException) -> str:
    """The first line of Spark's message, without its class and the plan."""
    said = str(getattr(error, "java_exception", error))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return first.split(" SQLSTATE")[0].split("] ", 1)[-1] if first.startswith("[") else first


@contextlib.contextmanager
def as_data_error(
    loaded: LoadedProject, code: DataCode, what: str, *place: str | int, hint: str | None = None
) -> Iterator[None]:
    """What Spark refuses inside becomes a `DataError` at `place`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise loaded.error(code, f"{what}: {message_of(error)}", *place, hint=hint) from error


@contextlib.contextmanager
def as_engine_error() -> Iterator[None]:
    """What fails inside, on checked data, is the engine's failure."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        hint = (
            "look at the driver's and the workers' logs; 'engine: {spark: {config: …}}' sets Spark's options"
        )
        raise EngineError(EngineCode.SPARK_FAILED, f"Spark failed: {message_of(error)}", hint=hint) from error


def may_be_of_files(error: BaseException | None) -> bool:
    """Whether a damaged file may be behind what Spark said."""
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, ParseException, PySparkException

    return isinstance(error, (PySparkException, Py4JError)) and not isinstance(
        error, (AnalysisException, ParseException)
    )


def look_through(files: Iterable[Path]) -> tuple[Path, str] | None:
    """The first Parquet file that lies here of which not every value can be read, and what Arrow says of it."""
    until = time.monotonic() + PATIENCE
    for path in files:
        try:
            with pq.ParquetFile(path) as file:
                for _ in file.iter_batches():
                    if time.monotonic() > until:
                        return None
        except (OSError, pa.ArrowException) as error:
            return path, str(error).splitlines()[0]
    return None


@dataclass(frozen=True, slots=True)
class ComputedColumns:
    """The canonical columns that are computed of a table, in which view it lies, and the condition that keeps rows."""

    table: str
    view: str
    columns: Sequence[Column]
    where: Column | None


@contextlib.contextmanager
def as_expression_error(
    session: SparkSession, loaded: LoadedProject, every: Sequence[ComputedColumns]
) -> Iterator[None]:
    """Of a query that fails on a value, the expression becomes the error that fails by itself, if one does.

    Spark computes them all at once, and does not tell which. They are tried one by one only after that.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        for asked in every:
            found = _failing(session, loaded, asked)
            if found is not None:
                raise found from error
        raise


def _failing(session: SparkSession, loaded: LoadedProject, asked: ComputedColumns) -> Exception | None:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    condition, tried = "", []
    if asked.where is not None:
        condition = f" WHERE {asked.where.sql}"
        tried.append((asked.where, f"SELECT count(*) FROM {asked.view}{condition}"))
    # A hash has to be computed, where a count may be known without a look at the values.
    tried += [(c, f"SELECT bit_xor(xxhash64({c.sql})) FROM {asked.view}{condition}") for c in asked.columns]
    for column, query in tried:
        if is_column(column.field.sql):
            continue
        try:
            session.sql(query).collect()
        except (PySparkException, Py4JError) as error:
            return failing(loaded, asked.table, column, message_of(error))
    return None
