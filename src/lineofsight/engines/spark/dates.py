"""Dates and times in Spark's SQL, so that they mean what DuckDB means by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lineofsight.error_codes import DataCode
from lineofsight.project.problems import quote
from lineofsight.project.sql_parsing import SqlError

#: `date_diff` counts the boundaries between two instants: of days, those that begin at midnight.
_BOUNDARIES = {
    "MICROSECOND": "unix_micros(b) - unix_micros(a)",
    "MILLISECOND": "floor(unix_micros(b) / 1e3D) - floor(unix_micros(a) / 1e3D)",
    "SECOND": "floor(unix_micros(b) / 1e6D) - floor(unix_micros(a) / 1e6D)",
    "MINUTE": "floor(unix_micros(b) / 6e7D) - floor(unix_micros(a) / 6e7D)",
    "HOUR": "floor(unix_micros(b) / 3.6e9D) - floor(unix_micros(a) / 3.6e9D)",
    "DAY": "datediff(b, a)",
    "WEEK": "datediff(date_trunc('week', b), date_trunc('week', a)) div 7",
    "MONTH": "(year(b) - year(a)) * 12 + month(b) - month(a)",
    "QUARTER": "(year(b) - year(a)) * 4 + quarter(b) - quarter(a)",
    "YEAR": "year(b) - year(a)",
}
_PARTS = {
    "YEAR": "year(a)",
    "QUARTER": "quarter(a)",
    "MONTH": "month(a)",
    "WEEK": "weekofyear(a)",
    "DAY": "day(a)",
    "HOUR": "hour(a)",
    "MINUTE": "minute(a)",
    "SECOND": "second(a)",
    "DOW": "dayofweek(a) - 1",
    "DAYOFWEEK": "dayofweek(a) - 1",
    "ISODOW": "weekday(a) + 1",
    "DOY": "dayofyear(a)",
    "EPOCH": "unix_micros(a) / 1e6D",
}
_TRUNCATED = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")


def rules(
    sql: Callable[..., Any], refusal: Callable[[Any], SqlError]
) -> dict[type[Any], Callable[[Any], Any]]:
    """What each kind of node becomes; `sql` makes a tree of Spark's SQL, `refusal` the error for one it has none of."""

    def moment(node: Any) -> Any:
        """An instant with UTC for its zone, which is that of the session: some functions take no other."""
        return sql("CAST(x AS TIMESTAMP)", x=node)

    def unit(node: Any, given: Any, allowed: Any) -> str:
        name = str(given.name if given is not None else "DAY").upper().removesuffix("S")
        if name not in allowed:
            known = ", ".join(word.lower() for word in allowed)
            raise SqlError(
                DataCode.NOT_PORTABLE,
                f"found {quote(str(node.sql(dialect='duckdb')))}, a unit that Spark does not count alike",
                f"units that are: {known}",
            )
        return name

    def difference(node: Any) -> Any:
        counted = _BOUNDARIES[unit(node, node.args.get("unit"), _BOUNDARIES)]
        return sql(f"CAST({counted} AS BIGINT)", a=moment(node.expression), b=moment(node.this))

    def truncated(node: Any) -> Any:
        start = unit(node, node.args.get("unit"), _TRUNCATED)
        return sql(f"CAST(date_trunc('{start.lower()}', a) AS TIMESTAMP_NTZ)", a=node.this)

    def part(name: str) -> Callable[[Any], Any]:
        return lambda node: sql(_PARTS[name], a=moment(node.this))

    def extracted(node: Any) -> Any:
        return sql(_PARTS[unit(node, node.this, _PARTS)], a=moment(node.expression))

    def date_part(node: Any) -> Any:
        name = str(node.this).lower() if isinstance(node.this, str) else ""
        if name not in ("date_part", "datepart") or len(node.expressions) != 2:
            raise refusal(node)
        given, value = node.expressions
        return sql(_PARTS[unit(node, given, _PARTS)], a=moment(value))

    return {
        exp.DateDiff: difference,
        exp.TimestampTrunc: truncated,
        exp.DateTrunc: truncated,
        exp.Extract: extracted,
        exp.Anonymous: date_part,
        exp.DayOfWeek: part("DAYOFWEEK"),
        exp.DayOfWeekIso: part("ISODOW"),
        exp.TimeToUnix: part("EPOCH"),
        exp.Second: part("SECOND"),
        exp.Year: part("YEAR"),
        exp.Quarter: part("QUARTER"),
        exp.Month: part("MONTH"),
        exp.Week: part("WEEK"),
        exp.WeekOfYear: part("WEEK"),
        exp.Day: part("DAY"),
        exp.DayOfMonth: part("DAY"),
        exp.DayOfYear: part("DOY"),
        exp.Hour: part("HOUR"),
        exp.Minute: part("MINUTE"),
    }
