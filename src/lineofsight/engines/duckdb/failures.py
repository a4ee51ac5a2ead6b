"""The engine's errors in the product's words, and which expression of the project file it is that a query fails on."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lineofsight.engines.column import Column, is_column
from lineofsight.engines.damage import PATIENCE
from lineofsight.engines.duckdb.connection import file_list
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.engines.refusals import failing
from lineofsight.error_codes import DataCode, EngineCode
from lineofsight.errors import EngineError
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed


def message_of(error: Exception) -> str:
    """The engine's message without its picture of the query."""
    lines = str(error).split("\n\nLINE ")[0].splitlines()
    return " ".join(line.strip() for line in lines if line.strip()) or type(error).__name__


def out_of_memory(error: duckdb.OutOfMemoryException) -> EngineError:
    """The error for a limit of memory or of disk to spill to that was reached."""
    return EngineError(
        EngineCode.OUT_OF_MEMORY,
        f"the engine ran out of memory: {message_of(error)}",
        hint="raise 'engine: {duckdb: {memory: …}}', let it spill more with 'limits: {spill: …}' and free disk, or narrow the data with 'where'",
    )


def reaches_outside(loaded: LoadedProject, feed: Feed, said: str) -> Exception:
    """The error for a view inside a database file that reads something else than this file."""
    return loaded.error(
        DataCode.VIEW_READS_OUTSIDE,
        f"'{feed.table}' of '{feed.files[0].name}' reads something else than this file: {said}",
        *("tables", feed.name, "table"),
        hint="in the program that made the file, write what the view gives into a table, and name that",
    )


@contextlib.contextmanager
def as_data_error(
    loaded: LoadedProject, code: DataCode, what: str, *place: str | int, hint: str | None = None
) -> Iterator[None]:
    """What the engine refuses inside becomes a `DataError` at `place`; want of memory an `EngineError`."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise out_of_memory(error) from error
    except duckdb.Error as error:
        if hint is None and isinstance(error, duckdb.ParserException):
            hint = 'a column whose name is a word of SQL is written in double quotes: "order"'
        raise loaded.error(code, f"{what}: {message_of(error)}", *place, hint=hint) from error


@contextlib.contextmanager
def as_engine_error() -> Iterator[None]:
    """What fails inside, on checked data, is the engine's failure."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise out_of_memory(error) from error
    except duckdb.IOException as error:
        if os.strerror(errno.ENOSPC) in str(error):
            raise EngineError(
                EngineCode.DISK_FULL,
                "the disk of the project's folder is full: nothing more could be stored in '.lineofsight'",
                hint="free some space and run again",
            ) from error
        raise EngineError(
            EngineCode.FILE_FAILED,
            f"the engine could not write or read a file: {message_of(error)}",
            hint="is the disk full?",
        ) from error
    except duckdb.Error as error:
        raise EngineError(
            EngineCode.ENGINE_FAILED,
            f"the engine failed: {message_of(error)}",
            hint="it is a fault of Lineofsight: please report it with this text",
        ) from error


_OF_THE_QUERY = (
    *(duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException),
    *(duckdb.ConversionException, duckdb.OutOfMemoryException, duckdb.InterruptException),
)
"""Failures that no file is behind."""


def may_be_of_files(error: BaseException | None) -> bool:
    """Whether a damaged file may be behind what the engine said."""
    return isinstance(error, duckdb.Error) and not isinstance(error, _OF_THE_QUERY)


def look_through(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> tuple[Path, str] | None:
    """The first Parquet file of which not every value can be read, and what the engine says of it."""
    late = threading.Timer(PATIENCE, connection.interrupt)
    late.start()
    try:
        for file in files:
            try:
                connection.execute(
                    f"SELECT bit_xor(hash(t)) FROM read_parquet({file_list([file])}) t"
                ).fetchall()
            except (duckdb.InterruptException, duckdb.OutOfMemoryException, duckdb.FatalException):
                return None
            except duckdb.Error as error:
                return file, message_of(error)
    finally:
        late.cancel()
        late.join()
    return None


@dataclass(frozen=True, slots=True)
class ComputedColumns:
    """The canonical columns that are computed of some rows, and the condition that keeps these."""

    rows: Rows
    columns: Sequence[Column]
    where: Column | None


@contextlib.contextmanager
def as_expression_error(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, every: Sequence[ComputedColumns]
) -> Iterator[None]:
    """Of a query that fails on a value, the expression becomes the error that fails by itself, if one does.

    An engine computes them all at once, and does not tell which. They are tried one by one only after that.
    """
    try:
        yield
    except (duckdb.DataError, duckdb.ProgrammingError) as error:
        for asked in every:
            found = _failing(connection, loaded, asked)
            if found is not None:
                raise found from error
        raise


def _failing(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, asked: ComputedColumns
) -> Exception | None:
    source, condition, tried = asked.rows.sql, "", []
    if asked.where is not None:
        condition = f" WHERE {asked.where.sql}"
        tried.append((asked.where, f"SELECT count(*) FROM {source}{condition}"))
    # A hash has to be computed, where a count may be known without a look at the values.
    tried += [(c, f"SELECT bit_xor(hash({c.sql})) FROM {source}{condition}") for c in asked.columns]
    for column, query in tried:
        if is_column(column.field.sql):
            continue
        try:
            connection.execute(query).fetchall()
        except (duckdb.DataError, duckdb.ProgrammingError) as error:
            return failing(loaded, asked.rows.table, column, message_of(error))
    return None
