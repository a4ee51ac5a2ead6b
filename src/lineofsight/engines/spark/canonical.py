"""Expressions of the project file become canonical columns: a key, an instant in UTC, a number, a flag or a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from lineofsight.engines.base import Field
from lineofsight.engines.column import Column, wrong_type
from lineofsight.engines.spark.failures import as_data_error
from lineofsight.engines.spark.portable import spark_scalar
from lineofsight.engines.spark.texts import TEXTS, rows_of
from lineofsight.engines.texts import TextColumns, answered_number, refuse_unclear
from lineofsight.engines.written.problems import Unclear
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
    session: SparkSession,
    loaded: LoadedProject,
    table: str,
    view: str,
    fields: Sequence[Field],
    where: Column | None = None,
    unclear: Mapping[str, Unclear] | None = None,
) -> list[Column]:
    """Types every expression on the table and says how it becomes its role.

    Args:
        session: The engine's.
        loaded: The project.
        table: The declared table.
        view: Where it lies.
        fields: The expressions.
        where: Which rows are used: what texts mean is told from these.
        unclear: What is not clear of columns, by their names in lower case.

    Raises:
        DataError: A column does not exist, an expression is not portable or cannot be evaluated, its type does
            not fit the role, or what its values mean is not clear.
    """
    schema = session.table(view).schema
    condition = "" if where is None else f" WHERE ({where.sql})"
    texts = TextColumns(rows_of(session), TEXTS, loaded, table, view, condition)
    columns = []
    for field in fields:
        _check_columns(loaded, table, field, schema.names)
        textual = [each.name.lower() for each in schema if each.dataType.simpleString() == "string"]
        refuse_unclear(loaded, table, field, unclear or {}, textual)
        columns.append(_column(session, loaded, table, view, field, texts))
    return columns


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
    session: SparkSession, loaded: LoadedProject, table: str, view: str, field: Field, texts: TextColumns
) -> Column:
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
            if base == "string":
                # Java reads '1d' and '1f' as numbers.
                java = f"{raw} RLIKE '[0-9.][dDfF]\\\\s*$'"
                with _reading(loaded, table, field):
                    return texts.number(
                        field, raw, f"CASE WHEN {java} THEN NULL ELSE TRY_CAST({raw} AS DOUBLE) END"
                    )
            return _number(loaded, table, field, raw, base)
        case "flag":
            return _flag(loaded, table, field, raw, base)
        case "instant":
            if base == "string":
                with _reading(loaded, table, field):
                    return texts.instant(
                        field,
                        raw,
                        lambda local: _utc(loaded, local),
                        lambda zoned: f"CAST({zoned} AS TIMESTAMP_NTZ)",
                    )
            return instant(loaded, table, field, raw, base)


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


def _reading(loaded: LoadedProject, table: str, field: Field) -> AbstractContextManager[None]:
    return as_data_error(loaded, DataCode.EXPRESSION_FAILS, f"reading table '{table}' fails", *field.where)


def _number(loaded: LoadedProject, table: str, field: Field, raw: str, base: str) -> Column:
    if base not in (*_NUMERIC, "boolean", _EMPTY):
        raise wrong_type(loaded, table, field, base.upper(), "a number")
    if field.answers:
        return Column(field, "number", answered_number(field, raw, boolean=base == "boolean"), raw)
    return Column(field, "number", f"CAST({raw} AS DOUBLE)", raw, binary=base == "boolean")


def _flag(loaded: LoadedProject, table: str, field: Field, raw: str, base: str) -> Column:
    if base in ("boolean", _EMPTY):
        return Column(field, "flag", f"CAST({raw} AS BOOLEAN)", raw)
    if base in _NUMERIC:
        number = f"CAST({raw} AS DOUBLE)"
        return Column(field, "flag", f"({number} <> 0 AND NOT isnan({number}))", raw)
    raise wrong_type(loaded, table, field, base.upper(), "true or false")


_TIMES = ("timestamp_ntz", "date")


def instant(loaded: LoadedProject, table: str, field: Field, raw: str, base: str) -> Column:
    """The canonical instant of an expression of this type, in UTC.

    Raises:
        DataError: The type is no date or time.
    """
    if base == "void":
        return Column(field, "instant", f"CAST({raw} AS TIMESTAMP_NTZ)", raw)
    if base == "timestamp":  # an instant; the session's zone is UTC
        return Column(field, "instant", f"CAST({raw} AS TIMESTAMP_NTZ)", raw, zoned=True)
    if base in _TIMES:
        return Column(field, "instant", _utc(loaded, f"CAST({raw} AS TIMESTAMP_NTZ)"), raw, zoned=False)
    raise wrong_type(loaded, table, field, base.upper(), "a date or time")


def _utc(loaded: LoadedProject, naive: str) -> str:
    zone = loaded.project.timezone
    return naive if zone is None else f"CAST(to_utc_timestamp({naive}, '{zone}') AS TIMESTAMP_NTZ)"
