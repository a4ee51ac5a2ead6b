"""Expressions of the project file become canonical columns: a key, an instant in UTC, a number, a flag or a text."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

import duckdb

from lineofsight.engines.base import Field
from lineofsight.engines.column import EMPTY, Column, wrong_type
from lineofsight.engines.duckdb.connection import is_one_query, literal
from lineofsight.engines.duckdb.failures import as_data_error
from lineofsight.engines.duckdb.rows import TEXTS, Rows
from lineofsight.engines.texts import TextColumns, answered_number, refuse_unclear
from lineofsight.error_codes import DataCode
from lineofsight.errors import did_you_mean
from lineofsight.project.load import LoadedProject
from lineofsight.project.sql_rules import referenced_columns

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_WIDE = ("HUGEINT", "UBIGINT", "UHUGEINT", "BIGNUM")
_BROKEN = ("FLOAT", "DOUBLE", "DECIMAL", "REAL")
_NUMERIC = (*_WHOLE, *_WIDE, *_BROKEN)
_NESTED = ("STRUCT", "MAP", "UNION")


def canonical(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    fields: Sequence[Field],
    where: Column | None = None,
) -> list[Column]:
    """Types every expression on the rows and says how it becomes its role.

    Args:
        connection: The engine's.
        loaded: The project.
        rows: Where the expressions find their columns.
        fields: The expressions.
        where: Which rows are used: what texts mean is told from these.

    Raises:
        DataError: A column does not exist, an expression cannot be evaluated, its type does not fit the role, or what its
            values mean is not clear.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {rows.sql}").fetchall()
    known = [row[0] for row in described]
    texts = [row[0].lower() for row in described if row[1] == "VARCHAR"]
    columns = []
    for field in fields:
        _check_columns(loaded, rows.table, field, known)
        refuse_unclear(loaded, rows.table, field, rows.unclear, texts)
        query = f"SELECT {_wrapped(field)} AS x FROM {rows.sql}"
        what = f"'{field.sql}' cannot be evaluated on table '{rows.table}'"
        with as_data_error(loaded, DataCode.EXPRESSION_FAILS, what, *field.where):
            one = is_one_query(connection, query)
            typed = connection.execute(f"DESCRIBE {query}").fetchall() if one else []
        if len(typed) != 1:
            raise loaded.error(DataCode.NOT_ONE_EXPRESSION, f"{what}: it is not one expression", *field.where)
        columns.append(_column(connection, loaded, rows, field, str(typed[0][1]), where))
    return columns


def typed(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    fields: Sequence[Field],
    where: Field | None,
) -> tuple[list[Column], Column | None]:
    """The canonical columns of the fields, and of the condition if there is one; raises as `canonical` does."""
    condition = None if where is None else canonical(connection, loaded, rows, [where])[0]
    return canonical(connection, loaded, rows, fields, condition), condition


def _wrapped(field: Field) -> str:
    return f"({field.sql}\n)"  # the line break ends a comment


def _check_columns(loaded: LoadedProject, table: str, field: Field, known: Sequence[str]) -> None:
    lowered = {name.lower() for name in known}
    for name in referenced_columns(field.sql):
        if name.lower() not in lowered:
            raise loaded.error(
                DataCode.COLUMN_NOT_FOUND,
                f"table '{table}' has no column '{name}'",
                *field.where,
                hint=did_you_mean(name, known),
            )


def _column(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    field: Field,
    type_: str,
    where: Column | None,
) -> Column:
    raw, base = _wrapped(field), type_.split("(")[0]
    if base in ("JSON", "ENUM"):
        raw = f"({raw} ->> '$')" if base == "JSON" else f"CAST({raw} AS VARCHAR)"
        type_ = base = "VARCHAR"
    if base.startswith(_NESTED) or type_.endswith("]"):
        raise wrong_type(loaded, rows.table, field, type_, "one value")
    match field.role:
        case "key":
            return Column(field, "key", _key(raw, base), raw)
        case "text":
            return Column(field, "text", f"CAST({raw} AS VARCHAR)", raw)
        case "any" if base not in _NUMERIC:
            return Column(field, "text", f"CAST({raw} AS VARCHAR)", raw)
        case "number" | "any":
            if base == "VARCHAR":
                texts = _texts(connection, loaded, rows, where)
                with _reading(loaded, rows, field):
                    return texts.number(field, raw, f"TRY_CAST({raw} AS DOUBLE)")
            return _number(loaded, rows.table, field, raw, type_)
        case "flag":
            return _flag(loaded, rows.table, field, raw, type_)
        case "instant":
            if type_ == "VARCHAR":
                texts = _texts(connection, loaded, rows, where)
                with _reading(loaded, rows, field):
                    return texts.instant(
                        field,
                        raw,
                        lambda local: _utc(loaded, local),
                        lambda zoned: f"({zoned} AT TIME ZONE 'UTC')",
                    )
            return instant(loaded, rows.table, field, raw, type_)


def _key(raw: str, base: str) -> str:
    """Whole numbers stay numbers and UUIDs stay UUIDs; all else is text, 7.0 as '7' and NaN as missing."""
    if base in (*_WHOLE, "UUID"):
        return raw
    text = f"CAST({raw} AS VARCHAR)"
    if base == "DECIMAL":
        return f"regexp_replace({text}, '\\.0*$', '')"
    if base in _BROKEN:
        number = f"TRY_CAST({raw} AS BIGINT)"
        return f"CASE WHEN {raw} = {number} THEN CAST({number} AS VARCHAR) ELSE nullif({text}, 'nan') END"
    return text


def _texts(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, rows: Rows, where: Column | None
) -> TextColumns:
    def query(sql: str) -> Sequence[Sequence[object]]:
        return connection.execute(sql).fetchall()

    condition = "" if where is None else f" WHERE ({where.sql})"
    return TextColumns(query, TEXTS, loaded, rows.table, rows.sql, condition)


def _reading(loaded: LoadedProject, rows: Rows, field: Field) -> AbstractContextManager[None]:
    return as_data_error(
        loaded, DataCode.EXPRESSION_FAILS, f"reading table '{rows.table}' fails", *field.where
    )


def _number(loaded: LoadedProject, table: str, field: Field, raw: str, type_: str) -> Column:
    base = type_.split("(")[0]
    if base not in (*_NUMERIC, "BOOLEAN", EMPTY):
        raise wrong_type(loaded, table, field, type_, "a number")
    if field.answers:
        return Column(field, "number", answered_number(field, raw, boolean=base == "BOOLEAN"), raw)
    double = f"CAST({raw} AS DOUBLE)"
    binary, integer = base == "BOOLEAN", base in (*_WHOLE, *_WIDE)
    return Column(field, "number", double, raw, binary=binary, integer=integer)


def _flag(loaded: LoadedProject, table: str, field: Field, raw: str, type_: str) -> Column:
    base = type_.split("(")[0]
    if base in ("BOOLEAN", EMPTY):
        return Column(field, "flag", f"CAST({raw} AS BOOLEAN)", raw)
    if base in _NUMERIC:
        number = f"CAST({raw} AS DOUBLE)"
        known = f"(isfinite({number}) OR isinf({number}))"  # not `NOT isnan`: see `without_nan`
        return Column(field, "flag", f"{number} <> 0 AND {known}", raw)
    raise wrong_type(loaded, table, field, type_, "true or false")


def instant(loaded: LoadedProject, table: str, field: Field, raw: str, type_: str) -> Column:
    """The canonical instant of an expression of this type, in UTC.

    Raises:
        DataError: The type is no date or time.
    """
    if type_ == EMPTY:
        return Column(field, "instant", f"CAST({raw} AS TIMESTAMP)", raw)
    if type_.startswith("TIMESTAMPTZ") or type_.endswith("WITH TIME ZONE"):
        utc = f"(CAST({raw} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
        return Column(field, "instant", utc, raw, zoned=True)
    if type_.startswith("TIMESTAMP") or type_ == "DATE":
        return Column(field, "instant", _utc(loaded, f"CAST({raw} AS TIMESTAMP)"), raw, zoned=False)
    raise wrong_type(loaded, table, field, type_, "a date or time")


def _utc(loaded: LoadedProject, local: str) -> str:
    """A local time in UTC. Of a time that the clock shows twice the first is meant, where DuckDB takes the second.

    The first is what the offset of the day before makes of it, if the clock then shows this time. Between the two
    kinds of times we go by microseconds, which is twice as fast as by `AT TIME ZONE 'UTC'` but does not know infinity.
    """
    if loaded.project.timezone is None:
        return local
    zone, day = literal(loaded.project.timezone), "INTERVAL 24 HOURS"
    as_before = f"(make_timestamp(epoch_us(({local} - {day}) AT TIME ZONE {zone})) + {day})"
    shown = f"make_timestamptz(epoch_us({as_before})) AT TIME ZONE {zone}"
    as_then = f"make_timestamp(epoch_us({local} AT TIME ZONE {zone}))"
    return f"coalesce(CASE WHEN {local} = {shown} THEN {as_before} ELSE {as_then} END, {local})"
