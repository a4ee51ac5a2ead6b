"""Which rows of a declared table are read: all of them, or those of one of its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from lineofsight.engines.duckdb.connection import declared, identifier, literal
from lineofsight.engines.duplicates import Dialect
from lineofsight.engines.written import shapes
from lineofsight.engines.written.problems import Unclear


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a declared table.

    Attributes:
        table: Its name.
        sql: What stands after FROM; expressions find the columns in it under the table's name.
        unclear: What is not clear of columns, by their names in lower case.
    """

    table: str
    sql: str
    unclear: Mapping[str, Unclear] = field(default_factory=dict)

    @classmethod
    def of(cls, table: str, unclear: Mapping[str, Unclear] | None = None) -> Rows:
        """All rows."""
        return cls(table, declared(table), unclear or {})


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

#: How texts are looked at.
TEXTS = shapes.Dialect(
    matches=lambda text, pattern: f"regexp_matches({text}, {literal(pattern)})",
    extract=lambda text, pattern, group: f"regexp_extract({text}, {literal(pattern)}, {group})",
    replace=lambda text, pattern, by: f"regexp_replace({text}, {literal(pattern)}, {literal(by)}, 'g')",
    distinct=lambda text: f"list(DISTINCT {text})",
    naive="TIMESTAMP",
    zoned="TIMESTAMPTZ",
    text="VARCHAR",
    literal=literal,
    clock="TIME",
)
