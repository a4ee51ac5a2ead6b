"""Dates and times become instants in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineofsight.engines.base import Field
from lineofsight.engines.column import Column, wrong_type
from lineofsight.engines.spark.failures import as_data_error
from lineofsight.engines.zones import ZONE, mixed_zones
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_TIMES = ("timestamp_ntz", "date")


def instant(
    session: SparkSession, loaded: LoadedProject, table: str, view: str, field: Field, raw: str, base: str
) -> Column:
    """The canonical instant of an expression of this type, in UTC.

    Raises:
        DataError: The type is no date or time, or a text column mixes times with and without a zone.
    """
    if base == "void":
        return Column(field, "instant", f"CAST({raw} AS TIMESTAMP_NTZ)", raw)
    if base == "timestamp":  # an instant; the session's zone is UTC
        return Column(field, "instant", f"CAST({raw} AS TIMESTAMP_NTZ)", raw, zoned=True)
    if base in _TIMES:
        return Column(field, "instant", _utc(loaded, f"CAST({raw} AS TIMESTAMP_NTZ)"), raw, zoned=False)
    if base == "string":
        return _instant_of_text(session, loaded, table, view, field, raw)
    raise wrong_type(loaded, table, field, base.upper(), "a date or time")


def _instant_of_text(
    session: SparkSession, loaded: LoadedProject, table: str, view: str, field: Field, raw: str
) -> Column:
    bare = f"NOT {raw} RLIKE {_pattern(ZONE)}"
    with as_data_error(loaded, DataCode.EXPRESSION_FAILS, f"reading table '{table}' fails", *field.where):
        naive, filled, example = session.sql(
            f"SELECT count_if({bare}), count({raw}), min(IF({bare}, {raw}, NULL)) FROM {view}"
        ).collect()[0]
    if filled and naive == 0:
        parsed = f"TRY_CAST({raw} AS TIMESTAMP)"
        utc = f"CAST({parsed} AS TIMESTAMP_NTZ)"
    else:
        parsed = f"TRY_CAST({raw} AS TIMESTAMP_NTZ)"
        utc = _utc(loaded, parsed)
    if 0 < naive < filled:
        raise mixed_zones(loaded, f"'{field.sql}' in table '{table}'", (naive, filled, example), *field.where)
    unfit = f"{raw} IS NOT NULL AND {parsed} IS NULL"
    return Column(field, "instant", utc, raw, unfit, filled > 0 and naive == 0 if filled else None)


def _utc(loaded: LoadedProject, naive: str) -> str:
    zone = loaded.project.timezone
    return naive if zone is None else f"CAST(to_utc_timestamp({naive}, '{zone}') AS TIMESTAMP_NTZ)"


def _pattern(regex: str) -> str:
    return "r'" + regex + "'"
