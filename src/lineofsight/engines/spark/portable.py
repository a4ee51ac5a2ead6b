"""Expressions of the project file, said in Spark's SQL so that they mean what DuckDB means by them.

Only what is listed here is translated, and each entry has a test that runs it on both engines. All else is refused:
the same name often means something else (`log`, `dayofweek`, `concat` of a missing value, `round` to digits), and no
error would tell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp, parse_one

from lineofsight.engines.spark import dates
from lineofsight.error_codes import DataCode
from lineofsight.project.problems import quote
from lineofsight.project.sql_parsing import SqlError, parse_query, parse_scalar

Rule = Callable[[Any], Any]

_AS_THEY_ARE = (
    *(exp.Column, exp.Identifier, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Mod),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.And, exp.Or, exp.Not, exp.Is, exp.In),
    *(exp.Between, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest),
    *(exp.Least, exp.Abs, exp.Floor, exp.Ceil, exp.Exp, exp.Pow, exp.Sqrt, exp.Sign, exp.DPipe, exp.Lower),
    *(exp.Length, exp.Replace, exp.StartsWith, exp.EndsWith, exp.Contains, exp.Left, exp.Right),
    *(exp.Var, exp.DataType, exp.Interval),
)  # fmt: skip
_QUERIES = (
    *(exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Subquery, exp.Where, exp.Group, exp.Having),
    *(exp.With, exp.CTE, exp.Star, exp.Alias, exp.Distinct, exp.Union, exp.Sum, exp.Count, exp.Min, exp.Max),
    *(exp.Filter, exp.Window, exp.RowNumber, exp.Order, exp.Ordered, exp.Exists, exp.Except, exp.Intersect),
)  # fmt: skip
_WHOLE = {exp.DataType.Type[name] for name in ("TINYINT", "SMALLINT", "INT", "BIGINT")}
_CASTS = {
    exp.DataType.Type[name]
    for name in ("DOUBLE", "VARCHAR", "TEXT", "DATE", "TIMESTAMP", "TIMESTAMPNTZ", "BOOLEAN")
}
_ROUNDED = (exp.Round, exp.Floor, exp.Ceil, exp.Boolean, exp.Literal, exp.Length)


def spark_scalar(text: str) -> str:
    """An expression of the project file in Spark's SQL.

    Raises:
        SqlError: It holds what does not mean the same on Spark; the hint says what to write instead.
    """
    return _translated(parse_scalar(text), _AS_THEY_ARE)


def spark_query(sql: str) -> str:
    """A table's `sql` in Spark's SQL; raises as `spark_scalar` does."""
    try:
        return _translated(parse_query(sql), (*_AS_THEY_ARE, *_QUERIES))
    except SqlError as error:
        own = "write the query in Spark's SQL, and say so with 'dialect: spark'"
        raise SqlError(error.code, error.message, f"{error.hint}, or {own}" if error.hint else own) from error


def _translated(tree: Any, allowed: tuple[type[Any], ...]) -> str:
    def visit(node: Any) -> Any:
        rule = _RULES.get(type(node))
        if rule is not None:
            return rule(node)
        if not isinstance(node, allowed):
            raise _refusal(node)
        return node

    # From the leaves up, so that a rule sees what its arguments have become.
    copy = tree.copy()
    for node in reversed(list(copy.walk(bfs=True))):
        new = visit(node)
        if new is not node:
            if node is copy:
                copy = new
            else:
                node.replace(new)
    return str(copy.sql(dialect="spark"))


def _refusal(node: Any) -> SqlError:
    found = quote(str(node.sql(dialect="duckdb")))
    return SqlError(
        DataCode.NOT_PORTABLE,
        f"found {found}, which is not among what DuckDB and Spark are known to compute alike",
        "write it with the functions that docs/how-to/spark.md lists, or compute the column before",
    )


def sql(template: str, **parts: Any) -> Any:
    """A piece of Spark's SQL as a tree, with other trees put in for its names."""
    tree = parse_one(template, read="spark")

    def put(node: Any) -> Any:
        if isinstance(node, exp.Column) and node.name in parts:
            return exp.paren(parts[node.name].copy())
        return node

    return exp.paren(tree.transform(put))


def _literal(node: Any) -> Any:
    if node.is_string or "e" in node.name.lower():
        return node
    # 0.1 is a decimal for both, but what arithmetic makes of decimals differs.
    return sql(f"{node.name}D") if "." in node.name else node


def _div(node: Any) -> Any:
    """Division by zero is an infinity (or NaN, of zero by zero), which is refused later on as such."""
    safe = node.expression.find(exp.Nullif) is not None or (
        isinstance(node.expression, exp.Literal) and float(node.expression.name) != 0
    )
    plain = "CAST(a AS DOUBLE) / CAST(b AS DOUBLE)"
    if safe:
        return sql(plain, a=node.this, b=node.expression)
    infinite = "signum(CAST(a AS DOUBLE)) * CAST('Infinity' AS DOUBLE)"
    return sql(f"IF(b = 0, {infinite}, {plain})", a=node.this, b=node.expression)


def _round(node: Any) -> Any:
    digits = node.args.get("decimals")
    if digits is None:
        return sql("ROUND(CAST(a AS DOUBLE))", a=node.this)
    if not isinstance(digits, exp.Literal):
        raise _refusal(node)
    # Spark would round the decimal digits of the number, DuckDB rounds the number itself.
    power = f"1e{int(digits.name)}D"
    return sql(f"ROUND(CAST(a AS DOUBLE) * {power}) / {power}", a=node.this)


def _logarithm(function: str) -> Rule:
    """Of zero it is an infinity, of less than zero NaN: Spark would make a missing value of both."""

    def rule(node: Any) -> Any:
        of = node.expression if isinstance(node, exp.Log) and node.expression is not None else node.this
        return sql(
            f"CASE WHEN a > 0 THEN {function}(CAST(a AS DOUBLE)) WHEN a = 0 THEN CAST('-Infinity' AS DOUBLE)"
            " WHEN a < 0 THEN CAST('NaN' AS DOUBLE) END",
            a=of,
        )

    return rule


def _log(node: Any) -> Any:
    base = node.this if node.expression is not None else None
    if base is None or (isinstance(base, exp.Literal) and base.name == "10"):
        return _logarithm("log10")(node)
    if isinstance(base, exp.Literal) and base.name == "2":
        return _logarithm("log2")(node)
    raise _refusal(node)


def _is_nan(node: Any) -> Any:
    """Of a missing value it is missing, as all else: Spark says no."""
    return sql("IF(a IS NULL, NULL, isnan(a))", a=node.this)


def _concat(node: Any) -> Any:
    """Missing parts are left out."""
    parts = [exp.Literal.string(""), *(part.copy() for part in node.expressions)]
    return exp.Anonymous(this="concat_ws", expressions=parts)


def _substring(node: Any) -> Any:
    start = node.args.get("start")
    if not isinstance(start, exp.Literal) or start.name == "0":
        raise _refusal(node)
    return node


def _like(node: Any) -> Any:
    if not isinstance(node.expression, exp.Literal) or "\\" in node.expression.name:
        raise _refusal(node)
    return node


def _regexp_extract(node: Any) -> Any:
    """Where nothing matches it is '' on both; the group is named, for Spark would take the first where DuckDB takes all."""
    pattern, group = node.expression, node.args.get("group")
    if not isinstance(pattern, exp.Literal) or not (group is None or isinstance(group, exp.Literal)):
        raise _refusal(node)
    if node.args.get("position") is not None or node.args.get("parameters") is not None:
        raise _refusal(node)
    number = exp.Literal.number(0 if group is None else int(group.name))
    return exp.Anonymous(this="regexp_extract", expressions=[node.this.copy(), pattern.copy(), number])


def _position(node: Any) -> Any:
    return sql("LOCATE(b, a)", a=node.this, b=node.args["substr"])


def _trim(node: Any) -> Any:
    if node.expression is not None:
        raise _refusal(node)
    return node


def _cast(node: Any) -> Any:
    kind = node.to.this
    if kind in _WHOLE and not isinstance(node.this.unnest(), _ROUNDED):
        raise SqlError(
            DataCode.NOT_PORTABLE,
            f"found {quote(str(node.sql(dialect='duckdb')))}: DuckDB rounds to a whole number, Spark cuts off",
            "say which: cast(round(x) as bigint) or cast(floor(x) as bigint)",
        )
    if kind not in _WHOLE | _CASTS:
        raise _refusal(node)
    if kind in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ):
        node.set("to", exp.DataType.build("TIMESTAMPNTZ"))
    return node


_RULES: dict[type[Any], Rule] = {
    exp.Literal: _literal,
    exp.Div: _div,
    exp.Round: _round,
    exp.Ln: _logarithm("ln"),
    exp.Log: _log,
    exp.IsNan: _is_nan,
    exp.Concat: _concat,
    exp.Substring: _substring,
    exp.Like: _like,
    exp.ILike: _like,
    exp.StrPosition: _position,
    exp.RegexpExtract: _regexp_extract,
    exp.Trim: _trim,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    **dates.rules(sql, _refusal),
}
