"""A canonical column: what an expression of the project file becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lineofsight.engines.base import Field
from lineofsight.engines.written.problems import Unclear
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject

EMPTY = '"NULL"'  # the type of a column that holds nothing at all
_NAME = re.compile(r'\s*(?:[^\W\d]\w*|"(?:[^"]|"")+")\s*')


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical column.

    Attributes:
        field: The expression and its role.
        kind: 'key', 'instant', 'number', 'flag' or 'text'.
        sql: Computes it; a number may still be NaN, which `without_nan` makes missing.
        raw: The value as it stands in the data.
        unfit: Tells the rows whose value cannot become it; None where every value can.
        zoned: Whether instants came with a time zone; None where that is no question.
        binary: Whether a number is true or false, so 1 or 0.
        integer: Whether it is a whole number by its type, so never NaN.
        problem: What is not understood of texts; None where those that are `unfit` stand alone.
        local: Whether all texts together told how each is read.
    """

    field: Field
    kind: str
    sql: str
    raw: str
    unfit: str | None = None
    zoned: bool | None = None
    binary: bool = False
    integer: bool = False
    problem: Unclear | None = None
    local: bool = False


def without_nan(column: Column) -> str:
    """SQL of a number that is missing where it is NaN, which less itself is not 0 (nor would an infinity be: it is refused).

    Not by `isnan`: DuckDB takes it for false wherever the statistics of a Parquet file, which leave NaN out, name two ends.
    """
    return f"CASE WHEN {column.sql} - {column.sql} = 0 THEN {column.sql} END"


def wrong_type(loaded: LoadedProject, table: str, field: Field, type_: str, wanted: str) -> Exception:
    """The error for an expression whose type does not fit its role."""
    found = "empty" if type_ == EMPTY else type_
    return loaded.error(
        DataCode.WRONG_TYPE,
        f"'{field.sql}' on table '{table}' is {found}, but {wanted} is needed here",
        *field.where,
        hint="convert it in the expression, or choose another column",
    )


def is_column(expression: str) -> bool:
    """Whether an expression is a column's name, perhaps in double quotes."""
    return _NAME.fullmatch(expression) is not None
