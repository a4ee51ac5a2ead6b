"""Expressions of the project file become canonical columns: a key, an instant in UTC, a number, a flag or a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lineofsight.engines.base import Field
from lineofsight.engines.column import ZONE, Column, wrong_type
from lineofsight.engines.refusals import mixed_zones
from lineofsight.engines.spark.failures import as_data_error
from lineofsight.engines.spark.portable import spark_scalar
from lineofsight.error_codes import DataCode
from lineofsight.errors import did_you_mean
from lineofsight.project.load import LoadedProject
from lineofsight.project.sql_parsing import SqlError
from lineofsight.project.sql_rules import referenced_columns

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_WHOLE = ("tinyint", "smallint", "int", "bigint")
_BROKEN = ("float", "double", "decimal")
_NUMERIC = (*_WHOLE, *_BROKEN)
_NESTED = ("struct", "map", "array", "variant", "interval", "binary")
_EMPTY = "void"


def canonical(
    session: SparkSession, loaded: LoadedProject, table: str, view: str, fields: Sequence[Field]
) -> list[Column]:
    """Types every expression on the table and says how it becomes its role.

    Raises:
        DataError: A column does not exist, an expression is not portable or cannot be evaluated, or its type does
            not fit the role.
    """
    known = session.table(view).columns
    return [_column(session, loaded, table, view, field, known) for field in fields]


def _column(
    session: SparkSession, loaded: LoadedProject, table: str, view: str, field: Field, known: Sequence[str]
) -> Column:
    lowered = {name.lower() for name in known}
    for name in referenced_columns(field.sql):
        if name.lower() not in lowered:
            raise loaded.error(
                DataCode.COLUMN_NOT_FOUND,
                f"table '{table}' has no column '{name}'",
                *field.where,
                hint=did_you_mean(name, known),
            )
    try:
        raw = f"({spark_scalar(field.sql)})"
    except SqlError as error:
        raise loaded.error(
            DataCode.NOT_PORTABLE,
            f"'{field.sql}' is not known to mean the same on Spark: {error.message}",
            *field.where,
            hint=error.hint,
        ) from error
    what = f"'{field.sql}' cannot be evaluated on table '{table}'"
    with as_data_error(loaded, DataCode.EXPRESSION_FAILS, what, *field.where):
        type_ = session.sql(f"SELECT {raw} AS x FROM {view}").schema["x"].dataType.simpleString()
    base = type_.split("(")[0].split(" ")[0]
    if base.startswith(_NESTED):
        raise wrong_type(loaded, table, field, type_.upper(), "one value")
    match field.role:
        case "key":
            return Column(field, "key", _key(raw, base), raw)
        case "text":
            return Column(field, "text", f"CAST({raw} AS STRING)", raw)
        case "any" if base not in _NUMERIC:
            return Column(field, "text", f"CAST({raw} AS STRING)", raw)
        case "number" | "any":
            return _number(loaded, table, field, raw, base)
        case "flag":
            return _flag(loaded, table, field, raw, base)
        case "instant":
            return instant(session, loaded, table, view, field, raw, base)


def _key(raw: str, base: str) -> str:
    """Whole numbers stay numbers; all else is text, 7.0 as '7' and NaN as missing."""
    if base in _WHOLE:
        return raw
    text = f"CAST({raw} AS STRING)"
    if base == "decimal":
        return f"regexp_replace({text}, '\\\\.0*$', '')"
    if base in _BROKEN:
        number = f"TRY_CAST({raw} AS BIGINT)"
        return f"CASE WHEN {raw} = {number} THEN CAST({number} AS STRING) ELSE nullif({text}, 'NaN') END"
    return text


def _number(loaded: LoadedProject, table: str, field: Field, raw: str, base: str) -> Column:
    if base == "string":
        # Java reads '1d' and '1f' as numbers.
        double = f"CASE WHEN {raw} RLIKE '[0-9.][dDfF]\\\\s*$' THEN NULL ELSE TRY_CAST({raw} AS DOUBLE) END"
        return Column(field, "number", double, raw, f"{raw} IS NOT NULL AND {double} IS NULL")
    if base not in (*_NUMERIC, "boolean", _EMPTY):
        raise wrong_type(loaded, table, field, base.upper(), "a number")
    return Column(field, "number", f"CAST({raw} AS DOUBLE)", raw, binary=base == "boolean")


def _flag(loaded: LoadedProject, table: str, field: Field, raw: str, base: str) -> Column:
    if base in ("boolean", _EMPTY):
        return Column(field, "flag", f"CAST({raw} AS BOOLEAN)", raw)
    if base in _NUMERIC:
        number = f"CAST({raw} AS DOUBLE)"
        return Column(field, "flag", f"({number} <> 0 AND NOT isnan({number}))", raw)
    raise wrong_type(loaded, table, field, base.upper(), "true or false")


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
