"""The columns of a file that are text for its reader: those that are dates become dates, and what is unclear is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lineofsight.engines.written.dates import (
    DateReading,
    UnclearDates,
    date_sql,
    is_date_like,
    is_plain,
    read_dates,
)
from lineofsight.engines.written.numbers import (
    NumberFormat,
    NumberReading,
    UnclearNumbers,
    is_number_like,
    number_sql,
    read_numbers,
)
from lineofsight.engines.written.shapes import Dialect, Query, Shape, shapes_of, with_parts
from lineofsight.project.formats import DateFormat, parsed_format
from lineofsight.project.tables import Table

_MOST_ASKED = 60


@dataclass(frozen=True, slots=True)
class Written:
    """What the texts of a file's columns are.

    Attributes:
        converted: SQL of those that become dates or numbers, by column.
        unclear: What is not clear of others, which stay text.
        forms: How those of `converted` are written that no cast reads.
    """

    converted: Mapping[str, str]
    unclear: Mapping[str, UnclearDates | UnclearNumbers]
    forms: Mapping[str, str] = field(default_factory=dict)


def written_columns(
    query: Query,
    dialect: Dialect,
    source: str,
    texts: Sequence[str],
    table: Table,
    quoted: Mapping[str, str],
    *,
    numbers: bool = True,
) -> Written:
    """What the text columns of a table are.

    Args:
        query: Runs SQL and gives its rows.
        dialect: Of the engine.
        source: What stands after FROM.
        texts: The columns whose type is text.
        table: What the project file says of them.
        quoted: SQL of each column.
        numbers: Whether numbers are looked for as well.
    """
    texts = [name for name in texts if table.kind_of(name) != "text"]
    if not texts:
        return Written({}, {})
    converted: dict[str, str] = {}
    unclear: dict[str, UnclearDates | UnclearNumbers] = {}
    forms: dict[str, str] = {}
    for name, ends in _ends(query, source, texts, quoted).items():
        text = quoted[name]
        format_ = date_format(table, name)
        if format_ is not None and (sql := _fitting(query, dialect, source, text, format_)) is not None:
            converted[name] = sql
            continue
        if ends is None or (format_ is not None and table.names_dates(name)):
            continue
        if all(map(is_date_like, ends)):
            found = dates_of(query, dialect, text, source)
            if isinstance(found, UnclearDates):
                if found.why != "none":
                    unclear[name] = found
            elif (sql := _converted(query, dialect, source, text, found)) is not None:
                converted[name] = sql
                if found.format is not None:
                    forms[name] = f"{found.kind} {found.form}"
        elif numbers and all(map(is_number_like, ends)):
            declared = number_format(table, name)
            numeral = read_numbers(shapes_of(query, dialect, text, source), declared)
            if isinstance(numeral, UnclearNumbers):
                if numeral.why in ("thousands", "signs", "currency"):
                    unclear[name] = numeral
            elif declared is not None and numeral.format is not None:
                sql = number_sql(dialect, text, numeral)
                if not _misfits(query, source, text, sql):
                    converted[name] = sql
    return Written(converted, unclear, forms)


def dates_of(
    query: Query, dialect: Dialect, text: str, source: str, condition: str = ""
) -> DateReading | UnclearDates:
    """What the texts of an expression mean as dates; the arguments are those of `shapes_of`."""
    shapes = shapes_of(query, dialect, text, source, condition)
    return read_dates(_parted(query, dialect, text, source, shapes, condition))


def _parted(
    query: Query, dialect: Dialect, text: str, source: str, shapes: list[Shape], condition: str
) -> list[Shape]:
    few = len(shapes) <= _MOST_ASKED
    if is_plain(shapes) or not few or not any(is_date_like(each.example) for each in shapes):
        return shapes
    return with_parts(query, dialect, text, source, shapes, condition)


def date_format(table: Table, column: str) -> DateFormat | None:
    """The format that the project file declares for a column."""
    declared = table.dates_of(column)
    return None if declared is None else parsed_format(declared)


def number_format(table: Table, column: str) -> NumberFormat | None:
    """The signs that the project file declares for a column's numbers."""
    decimal, thousands = table.signs_of(column)
    if decimal is None and thousands in (None, " ", "'"):
        return None
    if decimal is None:
        decimal = "," if thousands == "." else "."
    return NumberFormat(decimal, thousands or ("," if decimal == "." else "."))


def _ends(
    query: Query, source: str, texts: Sequence[str], quoted: Mapping[str, str]
) -> dict[str, tuple[str, str] | None]:
    """The least and the largest text of each column, which tell most that are neither dates nor numbers."""
    listed = ", ".join(f"min({quoted[name]}), max({quoted[name]})" for name in texts)
    found = query(f"SELECT {listed} FROM {source}")[0]
    pairs = zip(found[::2], found[1::2], strict=True)
    return {
        name: None if least is None else (str(least), str(largest))
        for name, (least, largest) in zip(texts, pairs, strict=True)
    }


def _misfits(query: Query, source: str, text: str, sql: str) -> bool:
    return bool(query(f"SELECT 1 FROM {source} WHERE {text} IS NOT NULL AND ({sql}) IS NULL LIMIT 1"))


def _fitting(query: Query, dialect: Dialect, source: str, text: str, format_: DateFormat) -> str | None:
    """SQL that reads the column by a declared format, if it reads all of it."""
    sql = declared_date_sql(dialect, text, format_)
    return None if _misfits(query, source, text, sql) else sql


def declared_date_sql(dialect: Dialect, text: str, format_: DateFormat) -> str:
    """SQL that reads a text by a declared format, as a date where that has no time of day."""
    sql = date_sql(dialect, text, format_, zoned=format_.zoned)
    return sql if format_.timed else f"CAST({sql} AS DATE)"


def _converted(query: Query, dialect: Dialect, source: str, text: str, reading: DateReading) -> str | None:
    if reading.format is None:
        kinds = {"date": "DATE", "naive": dialect.naive, "zoned": dialect.zoned, "clock": dialect.clock}
        type_ = kinds[reading.kind]
        if type_ is None:
            return None
        sql = f"TRY_CAST({text} AS {type_})"
    else:
        sql = date_sql(dialect, text, reading.format, zoned=reading.zoned)
        sql = f"CAST({sql} AS DATE)" if reading.kind == "date" else sql
    return None if _misfits(query, source, text, sql) else sql


def is_plain_number(reading: NumberReading) -> bool:
    """Whether a cast reads the numbers."""
    return reading.format is None and not reading.labelled
