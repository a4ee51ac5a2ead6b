"""Expressions of the project file become canonical, checked columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from lineofsight.core.errors import DataError, did_you_mean
from lineofsight.engines.base import Field, FieldAudit
from lineofsight.engines.duckdb.connection import identifier, literal
from lineofsight.engines.duckdb.tables import engine_message
from lineofsight.project.crosscheck import referenced_columns
from lineofsight.project.load import LoadedProject

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "REAL", "BIGNUM")  # fmt: skip
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical column: `sql` computes it; `unfit` tells the rows whose value cannot become it."""

    field: Field
    kind: str
    sql: str
    raw: str
    unfit: str | None
    zoned: bool | None


def canonical(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    table: str,
    fields: Sequence[Field],
) -> list[Column]:
    """Types every expression on the table and says how it becomes its role.

    Raises:
        DataError: A column does not exist, an expression cannot be evaluated, or its type does not fit the role.
    """
    known = [row[0] for row in connection.execute(f"DESCRIBE {identifier(table)}").fetchall()]
    columns = []
    for field in fields:
        _check_columns(loaded, table, field, known)
        try:
            described = connection.execute(
                f"DESCRIBE SELECT ({field.sql}) AS x FROM {identifier(table)}"
            ).fetchall()
        except duckdb.Error as error:
            raise loaded.error(
                f"'{field.sql}' cannot be evaluated on table '{table}': {engine_message(error)}",
                *field.where,
                kind=DataError,
            ) from error
        columns.append(_column(loaded, table, field, str(described[0][1])))
    return columns


def _check_columns(loaded: LoadedProject, table: str, field: Field, known: Sequence[str]) -> None:
    lowered = {name.lower() for name in known}
    for name in referenced_columns(field.sql):
        if name.lower() not in lowered:
            raise loaded.error(
                f"table '{table}' has no column '{name}'",
                *field.where,
                hint=did_you_mean(name, known),
                kind=DataError,
            )


def _column(loaded: LoadedProject, table: str, field: Field, type_: str) -> Column:
    raw = f"({field.sql})"
    base = type_.split("(")[0]
    if field.role == "key":
        return Column(field, "key", raw, raw, None, None)
    if field.role == "text" or (field.role == "any" and base not in _NUMERIC):
        return Column(field, "text", f"CAST({raw} AS VARCHAR)", raw, None, None)
    if field.role in ("number", "any"):
        if base in _NUMERIC or base == "BOOLEAN":
            cast = f"CAST({raw} AS DOUBLE)"
            return Column(
                field, "number", f"CASE WHEN isnan({cast}) THEN NULL ELSE {cast} END", cast, None, None
            )
        if base == "VARCHAR":
            cast = f"TRY_CAST({raw} AS DOUBLE)"
            unfit = f"{raw} IS NOT NULL AND {cast} IS NULL"
            return Column(
                field, "number", f"CASE WHEN isnan({cast}) THEN NULL ELSE {cast} END", cast, unfit, None
            )
        raise _wrong_type(loaded, table, field, type_, "a number")
    if field.role == "flag":
        if base in _NUMERIC or base == "BOOLEAN":
            return Column(field, "flag", f"coalesce(CAST({raw} AS BOOLEAN), false)", raw, None, None)
        raise _wrong_type(loaded, table, field, type_, "true or false")
    return _instant(loaded, table, field, type_)


def _instant(loaded: LoadedProject, table: str, field: Field, type_: str) -> Column:
    raw, zone = f"({field.sql})", loaded.project.timezone
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return Column(field, "instant", f"({raw} AT TIME ZONE 'UTC')", raw, None, True)
    if type_.startswith("TIMESTAMP") or type_ == "DATE":
        naive, unfit = f"CAST({raw} AS TIMESTAMP)", None
    elif type_ == "VARCHAR":
        naive = f"TRY_CAST({raw} AS TIMESTAMP)"
        unfit = f"{raw} IS NOT NULL AND {naive} IS NULL"
    else:
        raise _wrong_type(loaded, table, field, type_, "a date or time")
    utc = naive if zone is None else f"(({naive} AT TIME ZONE {literal(zone)}) AT TIME ZONE 'UTC')"
    return Column(field, "instant", utc, raw, unfit, False)


def _wrong_type(loaded: LoadedProject, table: str, field: Field, type_: str, wanted: str) -> Exception:
    return loaded.error(
        f"'{field.sql}' on table '{table}' is {type_}, but {wanted} is needed here",
        *field.where,
        hint="convert it in the expression, or choose another column",
        kind=DataError,
    )


def audit(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    table: str,
    columns: Sequence[Column],
    where: Column | None,
) -> tuple[int, dict[str, FieldAudit]]:
    """Counts what the canonical columns hold, in one scan.

    Raises:
        DataError: Values that are no number or no date, or infinities.
    """
    measures: dict[str, str] = {"rows": "count(*)"}
    for index, column in enumerate(columns):
        measures |= {f"{key}_{index}": sql for key, sql in _measures(column).items()}
    condition = f" WHERE {where.sql}" if where is not None else ""
    listed = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in measures.items())
    try:
        values = connection.execute(f"SELECT {listed} FROM {identifier(table)}{condition}").fetchall()[0]
    except duckdb.Error as error:
        place = columns[0].field.where if len(columns) == 1 else columns[0].field.where[:2]
        raise loaded.error(
            f"reading table '{table}' fails: {engine_message(error)}", *place, kind=DataError
        ) from error
    found = dict(zip(measures, values, strict=True))
    audits = {}
    for index, column in enumerate(columns):
        part = {
            key: found.get(f"{key}_{index}")
            for key in ("filled", "nan", "infinite", "max", "min", "last", "unfit")
        }
        _refuse(connection, loaded, table, column, part, condition)
        audits[column.field.alias] = _audit(column, part)
    return int(found["rows"]), audits


def _measures(column: Column) -> dict[str, str]:
    sql = {"filled": f"count({column.sql})"}
    if column.kind == "number":
        sql |= {
            "nan": f"count(*) FILTER (isnan({column.raw}))",
            "max": f"max(abs({column.raw})) FILTER (isfinite({column.raw}))",
            "infinite": f"count(*) FILTER (isinf({column.raw}))",
        }
    if column.kind == "instant":
        sql |= {"min": f"min({column.sql})", "last": f"max({column.sql})"}
    if column.unfit is not None:
        sql["unfit"] = f"count(*) FILTER ({column.unfit})"
    return sql


def _audit(column: Column, part: Mapping[str, object]) -> FieldAudit:
    first, last, largest = part["min"], part["last"], part["max"]
    return FieldAudit(
        filled=_int(part["filled"]),
        nan=_int(part["nan"]),
        max_abs=float(largest) if isinstance(largest, (int, float)) else None,
        first=first if isinstance(first, dt.datetime) else None,
        last=last if isinstance(last, dt.datetime) else None,
        kind=column.kind,
        zoned=column.zoned,
    )


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _refuse(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    table: str,
    column: Column,
    part: Mapping[str, object],
    condition: str,
) -> None:
    wanted = "numbers" if column.kind == "number" else "dates or times"
    if unfit := _int(part["unfit"]):
        examples = _examples(connection, table, column.raw, column.unfit or "", condition)
        raise loaded.error(
            f"{unfit:,} of {unfit + _int(part['filled']) + _int(part['nan']):,} values of '{column.field.sql}' in table"
            f" '{table}' are no {wanted}: {examples}",
            *column.field.where,
            hint="mend the data, or keep such rows out with 'where' or nullif(…)",
            kind=DataError,
        )
    if infinite := _int(part["infinite"]):
        raise loaded.error(
            f"{infinite:,} values of '{column.field.sql}' in table '{table}' are infinite",
            *column.field.where,
            hint="look for a division by zero: write x / nullif(y, 0), which is missing where y is 0",
            kind=DataError,
        )


def _examples(connection: duckdb.DuckDBPyConnection, table: str, raw: str, unfit: str, condition: str) -> str:
    where = f"{condition} AND {unfit}" if condition else f" WHERE {unfit}"
    numbered = f"SELECT row_number() OVER () AS row, * FROM {identifier(table)}"
    rows = connection.execute(f"SELECT {raw}, row FROM ({numbered}){where} LIMIT {_EXAMPLES}").fetchall()
    return ", ".join(f"'{value}' (row {row:,})" for value, row in rows)
