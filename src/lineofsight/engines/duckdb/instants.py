"""Dates and times become instants in UTC."""

from __future__ import annotations

import duckdb

from lineofsight.engines.base import Field
from lineofsight.engines.column import EMPTY, Column, wrong_type
from lineofsight.engines.duckdb.connection import literal
from lineofsight.engines.duckdb.failures import as_data_error
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.engines.zones import ZONE, mixed_zones
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject


def instant(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    field: Field,
    raw: str,
    type_: str,
) -> Column:
    """The canonical instant of an expression of this type, in UTC.

    Raises:
        DataError: The type is no date or time, or a text column mixes times with and without a zone.
    """
    if type_ == EMPTY:
        return Column(field, "instant", f"CAST({raw} AS TIMESTAMP)", raw)
    if type_.startswith("TIMESTAMPTZ") or type_.endswith("WITH TIME ZONE"):
        utc = f"(CAST({raw} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
        return Column(field, "instant", utc, raw, zoned=True)
    if type_ == "VARCHAR":
        return _instant_of_text(connection, loaded, rows, field, raw)
    if type_.startswith("TIMESTAMP") or type_ == "DATE":
        return Column(field, "instant", _utc(loaded, f"CAST({raw} AS TIMESTAMP)"), raw, zoned=False)
    raise wrong_type(loaded, rows.table, field, type_, "a date or time")


def _instant_of_text(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, rows: Rows, field: Field, raw: str
) -> Column:
    bare = f"NOT regexp_matches({raw}, {literal(ZONE)})"
    with as_data_error(
        loaded, DataCode.EXPRESSION_FAILS, f"reading table '{rows.table}' fails", *field.where
    ):
        naive, filled, example = connection.execute(
            f"SELECT count(*) FILTER ({bare}), count({raw}), min({raw}) FILTER ({bare}) FROM {rows.sql}"
        ).fetchall()[0]
    if filled and naive == 0:
        parsed = f"TRY_CAST({raw} AS TIMESTAMPTZ)"
        utc = f"({parsed} AT TIME ZONE 'UTC')"
    else:
        parsed = f"TRY_CAST({raw} AS TIMESTAMP)"
        utc = _utc(loaded, parsed)
    if 0 < naive < filled and _parses(connection, rows, raw, bare):
        what = f"'{field.sql}' in table '{rows.table}'"
        raise mixed_zones(loaded, what, (naive, filled, example), *field.where)
    unfit = f"{raw} IS NOT NULL AND {parsed} IS NULL"
    return Column(field, "instant", utc, raw, unfit, filled > 0 and naive == 0 if filled else None)


def _parses(connection: duckdb.DuckDBPyConnection, rows: Rows, raw: str, bare: str) -> bool:
    """Whether a text without a zone is a time at all; else it is refused as none."""
    query = f"SELECT 1 FROM {rows.sql} WHERE {bare} AND TRY_CAST({raw} AS TIMESTAMP) IS NOT NULL"
    return bool(connection.execute(f"{query} LIMIT 1").fetchall())


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
