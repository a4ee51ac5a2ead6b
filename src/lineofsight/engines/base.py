"""What an engine does: it reads tables, evaluates expressions, stores and aggregates; estimators never meet it.

The alignment of episodes is written once, in Ibis, over the canonical columns that `Engine.select` makes out of
the expressions of the project file. So only this seam knows an SQL dialect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import ibis.expr.types as ir

from lineofsight.engines.aggregate import Aggregates, AggregationPlan
from lineofsight.engines.jobs import MapReduce

T = TypeVar("T")

MOST_COMPARED = 2_000_000
"""Rows of a table beyond which copies are looked for among those of some instants only, if there are any instants."""

SAMPLED = 200_000
"""About how many rows these are: copies that matter are many, and so many rows show one in ten thousand."""

MOST_SAMPLED = 20_000_000
"""Rows of a table beyond which copies are not looked for at all: every column has to be read for it (0.2 s a million)."""

Role = Literal["key", "instant", "number", "flag", "text", "any"]


@dataclass(frozen=True, slots=True)
class Field:
    """An expression of the project file and what it is to become.

    Attributes:
        alias: Name of the canonical column.
        sql: The scalar expression, in the engine's dialect.
        role: `key` keeps its type; `instant` becomes a UTC time; `number` a double (NaN becomes missing);
            `flag` a boolean, where a missing one counts as false; `text` a string; `any` a number where it is
            numeric, else a string.
        where: Path of the expression in the project file, for errors.
        answers: Which number a text stands for; None where it is no answer.
    """

    alias: str
    sql: str
    role: Role
    where: tuple[str | int, ...]
    answers: Mapping[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class FieldAudit:
    """What a column holds.

    Attributes:
        maybe_nan: Whether a number may be NaN somewhere (counted as missing).
        max_abs: Largest magnitude of a number.
        min_abs: Smallest magnitude of a number that is not 0, among all rows or the first ones; None where none is seen.
        first: Earliest instant, UTC.
        last: Latest instant, UTC.
        kind: Type of the canonical column: 'number', 'text', 'instant', 'flag' or 'key'.
        zoned: Whether an instant came with a time zone; None for other roles.
        whole: Whether a number is known to be there in every row.
    """

    maybe_nan: bool
    max_abs: float | None
    min_abs: float | None
    first: dt.datetime | None
    last: dt.datetime | None
    kind: str
    zoned: bool | None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Canonical columns of one table, checked: `table` has one column per alias."""

    table: ir.Table
    rows: int
    audits: dict[str, FieldAudit]


@dataclass(frozen=True, slots=True)
class MaterializedRows:
    """Rows that several columns are made of, and which of their columns are known to hold a value in every row."""

    rows: ir.Table
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table as the engine reads it.

    Attributes:
        filled: Non-empty rows of each column.
        copies: Rows that repeat another in every column; None where nobody looked, and 0 where chance makes as many.
        alike: More rows that do so in every column but `ids`; None where nobody looked.
        ids: Columns in which every different row has a value of its own, or that say when it was written.
        compared: Rows that were looked at for copies: all, or those of some instants.
        older: Rows that are older versions of a record; None where there are none.
        record: The column that says which record.
        changed: The column that says when it was changed.
    """

    name: str
    origin: str
    rows: int
    types: dict[str, str]
    filled: dict[str, int]
    copies: int | None = None
    alike: int | None = None
    ids: Sequence[str] = ()
    compared: int = 0
    older: int | None = None
    record: str | None = None
    changed: str | None = None


class Reader(Protocol):
    """What is asked of stored episodes."""

    def stored(self, path: Path) -> ir.Table:
        """A stored file as a table."""

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""

    def aggregate(self, path: Path, plan: AggregationPlan) -> Aggregates:
        """Aggregates a stored file: the rows of a bucket in their order."""

    def map_reduce(self, path: Path, job: MapReduce[T]) -> T:
        """Maps a job over the parts of a stored file where they lie, and reduces what these give."""


class Engine(Reader, Protocol):
    """The seam between data and statistics."""

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a declared table with their types."""

    def headers(self, table: str) -> Mapping[str, str]:
        """Of columns that are called otherwise in the files than in SQL, which would take their names for the same: the former."""

    def source(self, table: str, *, copies: bool = False) -> SourceTable:
        """Rows, types and filled counts of a declared table; on request its copies, up to `MOST_SAMPLED` rows."""

    def select(self, table: str, fields: Sequence[Field], where: Field | None = None) -> Selection:
        """Evaluates expressions on the rows of a table and checks what they hold.

        Raises:
            DataError: An unknown column, text in a number, a date that does not parse, an infinity.
        """

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Computes an expression once; later ones read the result."""

    def materialized(self, expression: ir.Table, expected: int) -> AbstractContextManager[MaterializedRows]:
        """An expression that several columns are made of, held meanwhile where that is less work.

        Args:
            expression: What they are made of.
            expected: About how many rows it has.
        """

    def with_row_ids(self, name: str, expression: ir.Table, column: str) -> ir.Table:
        """Keeps an expression with one more column, whose whole numbers tell its rows apart."""

    def store(self, expression: ir.Table, path: Path) -> None:
        """Writes the rows, in the expression's order, to a Parquet file that appears whole or not at all."""

    def close(self) -> None:
        """Gives back memory and temporary files."""
