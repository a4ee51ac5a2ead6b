"""Which expression of the project file it is that a query fails on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from lineofsight.engines.column import Column
from lineofsight.engines.duckdb.failures import message_of
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.engines.plain import is_column
from lineofsight.engines.refusals import failing
from lineofsight.project.load import LoadedProject


@dataclass(frozen=True, slots=True)
class Asked:
    """The canonical columns that are computed of some rows, and the condition that keeps these."""

    rows: Rows
    columns: Sequence[Column]
    where: Column | None


@contextlib.contextmanager
def blaming(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, every: Sequence[Asked]
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


def _failing(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, asked: Asked) -> Exception | None:
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
