"""What a table of a run is made of: public, kept in each run, documented in `docs/reference/run.md`.

Percentage points are 0–100; shares are 0–1. Intervals are `low` to `high` at the project's confidence (95 %).
A quantity that cannot be estimated is null and has its `reason`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lineofsight.units import UnitKind

SCHEMA_VERSION = 2

Kind = Literal["string", "float", "int", "timestamp", "names", "reason", "reasons"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `kind` is its type, `doc` its meaning with unit, `nullable` whether it may be empty.

    'names' is a list of strings, 'reason' a statement (`lineofsight.reasons`), 'reasons' a list of them.
    """

    name: str
    kind: Kind
    doc: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table: what a row is, and its columns in order."""

    name: str
    doc: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)


def required(name: str, kind: Kind, doc: str) -> Column:
    """A column that is never empty."""
    return Column(name, kind, doc)


def nullable(name: str, kind: Kind, doc: str) -> Column:
    """A column that may be empty."""
    return Column(name, kind, doc, nullable=True)


def unit_columns(name: str, doc: str, *, or_empty: bool = False) -> tuple[Column, Column]:
    """A column with a unit, and the one that tells its kind."""
    kinds = ", ".join(f"'{kind}'" for kind in UnitKind)
    return (
        Column(name, "string", doc, nullable=or_empty),
        Column(f"{name}_kind", "string", f"kind of `{name}`: one of {kinds}", nullable=or_empty),
    )


SEGMENT = nullable("segment", "string", "segment as 'attribute = level'; null for everyone")
INTERVAL = (
    nullable("low", "float", "lower end of the interval, in `unit`"),
    nullable("high", "float", "upper end of the interval, in `unit`"),
)
