"""Which rows of a declared table are read: all of them, or those of one of its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from lineofsight.engines.duckdb.connection import declared, identifier
from lineofsight.engines.duplicates import Dialect


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a declared table.

    Attributes:
        table: Its name.
        sql: What stands after FROM; expressions find the columns in it under the table's name.
    """

    table: str
    sql: str

    @classmethod
    def of(cls, table: str) -> Rows:
        """All rows."""
        return cls(table, declared(table))


def filled_rows(
    connection: duckdb.DuckDBPyConnection, source: str, columns: Iterable[str]
) -> tuple[int, dict[str, int]]:
    """How many rows a source has, and how many of each column are not empty."""
    names = list(columns)
    counts = ", ".join(["count(*)", *(f"count({identifier(name)})" for name in names)])
    rows, *filled = connection.execute(f"SELECT {counts} FROM {source}").fetchall()[0]
    return rows, dict(zip(names, filled, strict=True))


DIALECT = Dialect(
    hashed=lambda names: f"hash({', '.join(identifier(name) for name in names)})",
    microseconds=lambda instant: f"epoch_us({instant})",
    quoted=identifier,
)
