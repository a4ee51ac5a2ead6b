"""What canonical columns hold: counted in one scan, and refused where it is not what its role says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import duckdb

from lineofsight.engines.base import FieldAudit
from lineofsight.engines.column import Column, is_column, without_nan
from lineofsight.engines.duckdb.connection import identifier
from lineofsight.engines.duckdb.failures import ComputedColumns, as_data_error, as_expression_error
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.engines.refusals import MOST_TEXTS, infinite, unfit
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject

Checked = tuple[int, dict[str, FieldAudit], str]

_EXAMPLES = 3
_FIRST_ROWS = 20_000
_PARTS = ("filled", "extreme", "smallest", "beyond", "min", "last", "unfit")


def audit(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    columns: Sequence[Column],
    where: Column | None,
) -> tuple[int, dict[str, FieldAudit]]:
    """Counts what the canonical columns hold.

    It asks for the least and the largest only; where one shows that there are NaN, infinities or impossible years, another
    scan counts these. What a Parquet file's own statistics can tell is asked on its own: then the engine reads no row for
    it. They leave out NaN. The smallest magnitude is that of the first rows.

    Raises:
        DataError: Values that are no number or no date, infinities, or years no calendar has; or an expression fails.
    """
    told: dict[str, str] = {"rows": "count(*)"}
    scanned: dict[str, str] = {}
    for index, column in enumerate(columns):
        into = told if column.kind != "number" or _as_it_stands(column) else scanned
        into |= {f"{key}_{index}": sql for key, sql in _measures(column).items()}
    condition = f" WHERE {where.sql}" if where is not None else ""
    place = columns[0].field.where if len(columns) == 1 else columns[0].field.where[:2]

    def measured(measures: Mapping[str, str], source: str = rows.sql) -> dict[str, object]:
        listed = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in measures.items())
        row = connection.execute(f"SELECT {listed} FROM {source}{condition}").fetchall()[0]
        return dict(zip(measures, row, strict=True))

    asked = [ComputedColumns(rows, columns, where)]
    reading = as_data_error(loaded, DataCode.EXPRESSION_FAILS, f"reading table '{rows.table}' fails", *place)
    with reading, as_expression_error(connection, loaded, asked):
        # A condition has to be looked at row by row, so that one scan for all is less work.
        found = measured(told | scanned) if condition or not scanned else measured(told) | measured(scanned)
        if small := {f"smallest_{at}": _smallest(c) for at, c in enumerate(columns) if _may_be_nan(c)}:
            few = f"(SELECT * FROM {rows.sql} LIMIT {_FIRST_ROWS}) AS {identifier(rows.table)}"
            found |= measured(small, few)
        count, audits = _int(found["rows"]), {}
        for index, column in enumerate(columns):
            part = {key: found.get(f"{key}_{index}") for key in _PARTS}
            _refuse_unfit(connection, loaded, rows, column, _int(part["unfit"]), condition)
            if part["beyond"]:
                part |= measured(_broken(column))
                if part["infinite"]:
                    lying = _infinite_rows(connection, rows, column, condition)
                    raise infinite(loaded, rows.table, column, _int(part["infinite"]), lying)
            audits[column.field.alias] = _audit(column, part, count)
    return count, audits


def checked(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    columns: Sequence[Column],
    where: Column | None,
) -> Checked:
    """How many rows are kept, what their columns hold, and the query of them; raises as `audit` does."""
    count, audits = audit(connection, loaded, rows, columns, where)
    return count, audits, _query(rows, columns, where, audits)


def _query(
    rows: Rows, columns: Sequence[Column], where: Column | None, audits: Mapping[str, FieldAudit]
) -> str:
    computed = {c.field.alias: without_nan(c) if audits[c.field.alias].maybe_nan else c.sql for c in columns}
    listed = ", ".join(f"{sql} AS {identifier(alias)}" for alias, sql in computed.items())
    kept = f" WHERE {where.sql}" if where is not None else ""
    return f"SELECT {listed} FROM {rows.sql}{kept}"


def _measures(column: Column) -> dict[str, str]:
    value = column.sql
    sql: dict[str, str] = {}
    if column.binary:
        sql |= {"filled": f"count({column.raw})"}
    elif column.kind == "number":
        largest = f"greatest(abs({_end('min', column)}), abs({_end('max', column)}))"
        sql |= {"filled": f"count({value})", "extreme": largest, "beyond": f"NOT isfinite({largest})"}
    if column.kind == "instant":
        ends = (f"min({value})", f"max({value})")
        inside = " AND ".join(f"isfinite({end}) AND year({end}) BETWEEN 1 AND 9999" for end in ends)
        sql |= {"beyond": f"NOT ({inside})"}
        sql |= {
            name: f"CASE WHEN {inside} THEN {end} END"
            for name, end in zip(("min", "last"), ends, strict=True)
        }
    if column.unfit is not None:
        sql["unfit"] = f"count(*) FILTER ({column.unfit})"
    return sql


def _end(which: str, column: Column) -> str:
    """The least or largest number; NaN is the largest, then infinity. Statistics are of values as they stand in the file."""
    return f"{which}({column.sql})" if column.unfit is not None else f"CAST({which}({column.raw}) AS DOUBLE)"


def _smallest(column: Column) -> str:
    return f"min(abs({column.sql})) FILTER ({column.sql} <> 0 AND isfinite({column.sql}))"


def _may_be_nan(column: Column) -> bool:
    return column.kind == "number" and not (column.binary or column.integer)


def _as_it_stands(column: Column) -> bool:
    """Whether it is a column of numbers of the data, of which their statistics may tell."""
    return column.unfit is None and is_column(column.field.sql)


def _broken(column: Column) -> dict[str, str]:
    """What cannot be meant, counted; and the largest magnitude of what can."""
    value = column.sql
    if column.kind == "instant":
        return {"infinite": f"count(*) FILTER ({_endless(column)})"}
    return {
        "infinite": f"count(*) FILTER ({_endless(column)})",
        "extreme": f"max(abs({value})) FILTER (isfinite({value}))",
    }


def _endless(column: Column) -> str:
    value = column.sql
    if column.kind == "instant":
        return f"NOT isfinite({value}) OR year({value}) NOT BETWEEN 1 AND 9999"
    return f"isinf({value})"


def _audit(column: Column, part: Mapping[str, object], rows: int) -> FieldAudit:
    first, last, largest = part["min"], part["last"], part["extreme"]
    return FieldAudit(
        maybe_nan=_may_be_nan(column),
        max_abs=1.0 if column.binary else _float(largest),
        min_abs=_float(part["smallest"]) if _may_be_nan(column) else 1.0,
        first=first if isinstance(first, dt.datetime) else None,
        last=last if isinstance(last, dt.datetime) else None,
        kind=column.kind,
        zoned=column.zoned,
        whole=column.kind == "number" and not _may_be_nan(column) and part["filled"] == rows,
    )


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _refuse_unfit(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    column: Column,
    count: int,
    condition: str,
) -> None:
    if count:
        given = connection.execute(f"SELECT count({column.raw}) FROM {rows.sql}{condition}").fetchall()[0][0]
        examples, first = _examples(connection, rows, column, condition)
        where = f"{condition} AND {column.unfit}" if condition else f" WHERE {column.unfit}"
        query = (
            f"SELECT {column.raw} AS x, count(*) AS n FROM {rows.sql}{where} GROUP BY x ORDER BY n DESC, x"
        )
        texts = [str(text) for text, _ in connection.execute(f"{query} LIMIT {MOST_TEXTS}").fetchall()]
        raise unfit(loaded, rows.table, column, count, given, (examples, first), texts)


def _infinite_rows(connection: duckdb.DuckDBPyConnection, rows: Rows, column: Column, condition: str) -> str:
    """As ': row 8, row 51'."""
    where = f"{condition} AND ({_endless(column)})" if condition else f" WHERE {_endless(column)}"
    found = connection.execute(
        f"SELECT _row FROM {_numbered(rows)}{where} ORDER BY _row LIMIT {_EXAMPLES}"
    ).fetchall()
    return f": {', '.join(f'row {row:,}' for (row,) in found)}" if found else ""


def _numbered(rows: Rows) -> str:
    return f"(SELECT row_number() OVER () AS _row, * FROM {rows.sql}) AS {identifier(rows.table)}"


def _examples(
    connection: duckdb.DuckDBPyConnection, rows: Rows, column: Column, condition: str
) -> tuple[str, str]:
    """Some values with their rows, and the first."""
    where = f"{condition} AND {column.unfit}" if condition else f" WHERE {column.unfit}"
    numbered = _numbered(rows)
    shown = f"CAST({column.field.sql}\nAS VARCHAR)"
    found = connection.execute(f"SELECT {shown}, _row FROM {numbered}{where} LIMIT {_EXAMPLES}").fetchall()
    listed = ", ".join(f"'{value}' (row {row:,})" for value, row in found)
    return listed, str(found[0][0]) if found else ""
