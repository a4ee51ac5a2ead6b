"""What canonical columns hold: counted in one pass, and refused where it is not what its role says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.engines.base import FieldAudit
from lineofsight.engines.column import Column
from lineofsight.engines.refusals import MOST_TEXTS, infinite, unfit
from lineofsight.engines.spark.failures import ComputedColumns, as_data_error, as_expression_error
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_EXAMPLES = 3


def audit(
    session: SparkSession,
    loaded: LoadedProject,
    table: str,
    view: str,
    columns: Sequence[Column],
    where: Column | None,
) -> tuple[int, dict[str, FieldAudit]]:
    """Counts what the canonical columns hold, in one pass.

    Raises:
        DataError: Values that are no number or no date, infinities, or years no calendar has; or an expression fails.
    """
    measures = {"rows": "count(*)"}
    for index, column in enumerate(columns):
        measures |= {f"{key}_{index}": sql for key, sql in _measures(column).items()}
    condition = f" WHERE {where.sql}" if where is not None else ""
    place = columns[0].field.where if len(columns) == 1 else columns[0].field.where[:2]
    listed = ", ".join(f"{sql} AS `{name}`" for name, sql in measures.items())
    reading = as_data_error(loaded, DataCode.EXPRESSION_FAILS, f"reading table '{table}' fails", *place)
    with reading, as_expression_error(session, loaded, [ComputedColumns(table, view, columns, where)]):
        found = session.sql(f"SELECT {listed} FROM {view}{condition}").collect()[0].asDict()
    audits = {}
    for index, column in enumerate(columns):
        part = {name.rpartition("_")[0]: value for name, value in found.items() if name.endswith(f"_{index}")}
        if part.get("unfit"):
            texts = _texts(session, view, column, condition)
            examples = ", ".join(f"'{text}'" for text in texts[:_EXAMPLES])
            raise unfit(loaded, table, column, part["unfit"], part["given"], (examples, texts[0]), texts)
        if part.get("infinite"):
            raise infinite(loaded, table, column, part["infinite"])
        audits[column.field.alias] = _audit(column, part, found["rows"])
    return found["rows"], audits


def _measures(column: Column) -> dict[str, str]:
    value = column.sql
    sql: dict[str, str] = {}
    if column.kind == "number":
        finite = f"CASE WHEN NOT isnan({value}) AND abs({value}) <> CAST('Infinity' AS DOUBLE) THEN abs({value}) END"
        sql |= {
            "filled": f"count({value})",
            "nan": f"count_if(isnan({value}))",
            "infinite": f"count_if(abs({value}) = CAST('Infinity' AS DOUBLE))",
            "largest": f"max({finite})",
            "smallest": f"min(nullif({finite}, 0D))",
        }
    if column.kind == "instant":
        inside = f"year({value}) BETWEEN 1 AND 9999"
        sql |= {
            "infinite": f"count_if(NOT ({inside}))",
            "first": f"min(CASE WHEN {inside} THEN {value} END)",
            "last": f"max(CASE WHEN {inside} THEN {value} END)",
        }
    if column.unfit is not None:
        sql |= {"unfit": f"count_if({column.unfit})", "given": f"count({column.raw})"}
    return sql


def _audit(column: Column, part: Mapping[str, Any], rows: int) -> FieldAudit:
    first, last = part.get("first"), part.get("last")
    return FieldAudit(
        maybe_nan=bool(part.get("nan")),
        max_abs=part.get("largest"),
        min_abs=part.get("smallest"),
        first=first if isinstance(first, dt.datetime) else None,
        last=last if isinstance(last, dt.datetime) else None,
        kind=column.kind,
        zoned=column.zoned,
        whole=column.kind == "number" and not part.get("nan") and part.get("filled") == rows,
    )


def _texts(session: SparkSession, view: str, column: Column, condition: str) -> list[str]:
    """The different texts that do not fit, the most frequent first."""
    where = f"{condition} AND {column.unfit}" if condition else f" WHERE {column.unfit}"
    query = f"SELECT {column.raw} AS x, count(*) AS n FROM {view}{where} GROUP BY x ORDER BY n DESC, x"
    return [str(row[0]) for row in session.sql(f"{query} LIMIT {MOST_TEXTS}").collect()]
