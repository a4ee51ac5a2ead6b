"""The errors for values that are not what their role says, in the same words on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineofsight.engines.base import Field, FieldAudit
from lineofsight.engines.column import Column
from lineofsight.engines.written.dates import UnclearDates
from lineofsight.engines.written.numbers import UnclearNumbers
from lineofsight.engines.written.problems import column_name, date_hint, number_hint, standing
from lineofsight.error_codes import DataCode
from lineofsight.errors import did_you_mean
from lineofsight.project.load import LoadedProject

MOST_TEXTS = 13
"""How many different texts that are no numbers are asked for: those that an error lists, and one."""

LARGEST = 1e60
"""What the largest magnitude of a column may be, and its inverse: sums of fourth powers have to be doubles (1.8e308)."""


def unfit(
    loaded: LoadedProject,
    table: str,
    column: Column,
    count: int,
    given: int,
    examples: tuple[str, str],
    texts: Sequence[str],
) -> Exception:
    """Values that cannot become a number or an instant: how many of those given, and some of them.

    Args:
        loaded: The project.
        table: Where they are.
        column: What they were to become.
        count: How many there are.
        given: Of how many.
        examples: Some of them, with their rows where an engine numbers these; and the first alone.
        texts: The different ones, at least the first.
    """
    number, field = column.kind == "number", column.field
    code = DataCode.NOT_A_NUMBER if number else DataCode.NOT_A_TIME
    listed, first = examples
    place = standing(loaded, table, column_name(field.sql), first)
    if number:
        problem = column.problem if not isinstance(column.problem, UnclearDates) else None
        hint = number_hint(
            loaded,
            table,
            field.sql,
            problem or UnclearNumbers("words", count, given, first),
            field.where,
            texts,
        )
    else:
        told = column.problem if isinstance(column.problem, UnclearDates) else None
        hint = date_hint(loaded, table, field.sql, told or UnclearDates("none", count, given, first))
    return loaded.error(
        code,
        f"{count:,} of {given:,} values of '{field.sql}' in table '{table}' are no"
        f" {'numbers' if number else 'dates or times'}: {listed}{place}",
        *field.where,
        hint=hint,
    )


def refuse_columns_not_there(loaded: LoadedProject, table: str, known: Sequence[str]) -> None:
    """Refuses what is said of the values of a column that a table does not have.

    Raises:
        DataError: There is such a column.
    """
    lowered = {name.lower() for name in known}
    said = loaded.project.tables[table]
    for key in ("dates", "decimal", "thousands", "columns"):
        declared = getattr(said, key)
        for name in declared if isinstance(declared, Mapping) else ():
            if name.lower() not in lowered:
                raise loaded.error(
                    DataCode.COLUMN_NOT_FOUND,
                    f"table '{table}' has no column '{name}'",
                    *("tables", table, key),
                    hint=did_you_mean(name, known),
                )


def infinite(loaded: LoadedProject, table: str, column: Column, count: int, rows: str = "") -> Exception:
    """Infinite numbers, and instants that no calendar has: how many, and in which rows where an engine numbers them."""
    one = count == 1
    values = f"{count:,} value{'s' * (not one)} of '{column.field.sql}' in table '{table}'"
    if column.kind == "number":
        code = DataCode.INFINITE
        message = f"{values} {'is' if one else 'are'} infinite{rows}"
        hint = "look for a division by zero: write x / nullif(y, 0), which is missing where y is 0"
    else:
        code = DataCode.BEYOND_CALENDAR
        message = f"{values} {'lies' if one else 'lie'} before the year 1 or after the year 9999{rows}"
        hint = "mend the data, or write nullif(x, 'infinity'), which is missing where x never comes"
    return loaded.error(code, message, *column.field.where, hint=hint)


def failing(loaded: LoadedProject, table: str, column: Column, said: str) -> Exception:
    """An expression that an engine cannot compute of some row, and what the engine says of it."""
    return loaded.error(
        DataCode.EXPRESSION_FAILS,
        f"'{column.field.sql}' fails on table '{table}': {said}",
        *column.field.where,
        hint="mend the data, or write try_cast(… as …) or try_strptime(…), which are missing where a value does not fit",
    )


def refuse_extreme(
    loaded: LoadedProject, table: str, fields: Sequence[Field], audits: Mapping[str, FieldAudit]
) -> None:
    """Refuses numbers whose squares, or the squares of these, are no doubles: they would seem to be all the same.

    Raises:
        DataError: The largest magnitude of a column is beyond `LARGEST`, or below its inverse and not 0.
    """
    for field in fields:
        found = audits[field.alias]
        if found.kind != "number" or not found.max_abs or 1 / LARGEST <= found.max_abs <= LARGEST:
            continue
        raise loaded.error(
            DataCode.TOO_EXTREME,
            f"the largest magnitude of '{field.sql}' in table '{table}' is {found.max_abs:.3g}: it has to lie between"
            f" {1 / LARGEST:g} and {LARGEST:g}, for squares of squares are computed",
            *field.where,
            hint=f"write it in {'larger' if found.max_abs > 1 else 'smaller'} units, or mend the data",
        )


def mixed_zones(
    loaded: LoadedProject, column: str, counted: tuple[int, int, str], *place: str | int
) -> Exception:
    """The error for a column of times of which some have a zone; counted are those without, all, and an example."""
    naive, filled, example = counted
    return loaded.error(
        DataCode.MIXED_ZONES,
        f"{column} mixes times with and without a time zone: {naive:,} of {filled:,} have none, as '{example}'",
        *place,
        hint="write every time of a column with its zone, or every one without",
    )
