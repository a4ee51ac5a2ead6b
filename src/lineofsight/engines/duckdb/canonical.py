"""Expressions of the project file become canonical columns: a key, an instant in UTC, a number, a flag or a text."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lineofsight.engines.base import Field
from lineofsight.engines.column import EMPTY, Column, wrong_type
from lineofsight.engines.duckdb.connection import is_one_query
from lineofsight.engines.duckdb.failures import as_data_error
from lineofsight.engines.duckdb.instants import instant
from lineofsight.engines.duckdb.rows import Rows
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
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, rows: Rows, fields: Sequence[Field]
) -> list[Column]:
    """Types every expression on the rows and says how it becomes its role.

    Raises:
        DataError: A column does not exist, an expression cannot be evaluated, or its type does not fit the role.
    """
    known = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {rows.sql}").fetchall()]
    columns = []
    for field in fields:
        _check_columns(loaded, rows.table, field, known)
        query = f"SELECT {_wrapped(field)} AS x FROM {rows.sql}"
        what = f"'{field.sql}' cannot be evaluated on table '{rows.table}'"
        with as_data_error(loaded, DataCode.EXPRESSION_FAILS, what, *field.where):
            one = is_one_query(connection, query)
            described = connection.execute(f"DESCRIBE {query}").fetchall() if one else []
        if len(described) != 1:
            raise loaded.error(DataCode.NOT_ONE_EXPRESSION, f"{what}: it is not one expression", *field.where)
        columns.append(_column(connection, loaded, rows, field, str(described[0][1])))
    return columns


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
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, rows: Rows, field: Field, type_: str
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
            return _number(loaded, rows.table, field, raw, type_)
        case "flag":
            return _flag(loaded, rows.table, field, raw, type_)
        case "instant":
            return instant(connection, loaded, rows, field, raw, type_)


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


def _number(loaded: LoadedProject, table: str, field: Field, raw: str, type_: str) -> Column:
    base, unfit = type_.split("(")[0], None
    if base == "VARCHAR":
        double = f"TRY_CAST({raw} AS DOUBLE)"
        unfit = f"{raw} IS NOT NULL AND {double} IS NULL"
    elif base in (*_NUMERIC, "BOOLEAN", EMPTY):
        double = f"CAST({raw} AS DOUBLE)"
    else:
        raise wrong_type(loaded, table, field, type_, "a number")
    binary, integer = base == "BOOLEAN", base in (*_WHOLE, *_WIDE)
    return Column(field, "number", double, raw, unfit, binary=binary, integer=integer)


def _flag(loaded: LoadedProject, table: str, field: Field, raw: str, type_: str) -> Column:
    base = type_.split("(")[0]
    if base in ("BOOLEAN", EMPTY):
        return Column(field, "flag", f"CAST({raw} AS BOOLEAN)", raw)
    if base in _NUMERIC:
        number = f"CAST({raw} AS DOUBLE)"
        known = f"(isfinite({number}) OR isinf({number}))"  # not `NOT isnan`: see `without_nan`
        return Column(field, "flag", f"{number} <> 0 AND {known}", raw)
    raise wrong_type(loaded, table, field, type_, "true or false")
