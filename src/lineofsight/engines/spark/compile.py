"""The alignment, which is written in Ibis, as Spark's SQL."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
from sqlglot import exp

_PART = 1 << 27  # a whole number below 2^53 in two parts, of which 2^36 add up without overflow


def spark_sql(expression: ir.Table) -> str:
    """The SQL of an expression, with what Spark computes slowly or not at all put in another form."""
    _ = ibis.pyspark  # registers the options that the compiler asks for
    from ibis.backends.sql.compilers.pyspark import compiler

    tree: Any = compiler.to_sqlglot(expression).transform(_rewritten)
    for select in list(tree.find_all(exp.Select)):
        if select.args.get("group") and any(column.find(exp.ArrayAgg) for column in select.expressions):
            _gather(select)
    return str(tree.sql(dialect="spark"))


def _rewritten(node: Any) -> Any:
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Sum) and _rounded(node.this.this):
        return _exact_sum(node.this.this)
    if isinstance(node, exp.Sum) and isinstance(node.this, exp.Cast) and _is_bigint(node.this):
        return exp.func("COUNT_IF", node.this.this)  # which is 0, not missing, where there is no row
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.TIMESTAMP:
        node.set("to", exp.DataType.build("TIMESTAMPNTZ"))  # instants have no zone
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "percentile":
        return _sorted_quantile(*node.expressions)
    return node


def _is_bigint(cast: Any) -> bool:
    return bool(cast.to.this == exp.DataType.Type.BIGINT)


def _rounded(node: Any) -> bool:
    """Whether it is a rounded number, perhaps only where a condition holds."""
    if isinstance(node, exp.If):
        return _rounded(node.args["true"])
    return isinstance(node, exp.Cast) and _is_bigint(node) and isinstance(node.this, exp.Round)


def _exact_sum(value: Any) -> Any:
    """The sum of whole numbers, which as one BIGINT would overflow after a thousand of the largest."""
    whole = exp.paren(value.copy())
    high = exp.func("SUM", exp.IntDiv(this=whole, expression=exp.Literal.number(_PART)))
    low = exp.func("SUM", exp.Mod(this=whole.copy(), expression=exp.Literal.number(_PART)))
    factor = exp.cast(exp.Literal.number(_PART), "double")
    return exp.paren(
        exp.Add(
            this=exp.Mul(this=exp.cast(high, "double"), expression=factor), expression=exp.cast(low, "double")
        )
    )


def _sorted_quantile(value: Any, share: Any) -> Any:
    """The quantile (type 7 of Hyndman and Fan 1996) of the values in order, which is quicker than Spark's own."""
    if not isinstance(share, exp.Literal):
        return exp.func("PERCENTILE", value, share)
    place = f"((size(s) - 1) * {share.name}D)"
    low, high = (f"get(s, CAST({end}({place}) AS INT))" for end in ("floor", "ceil"))
    above = f"({place} - floor({place}))"
    return exp.maybe_parse(
        f"aggregate(array(sort_array(collect_list(x))), CAST(NULL AS DOUBLE),"
        f" (_, s) -> {low} * (1D - {above}) + {high} * {above})",
        dialect="spark",
    ).transform(lambda node: value.copy() if isinstance(node, exp.Column) and node.name == "x" else node)


def _gather(select: Any) -> None:
    """Brings the rows of a group together before its lists are made: in halves they would be sorted twice."""
    source = select.args["from_"].this
    key = select.expressions[0]
    inner = exp.select("*").from_(source.copy())
    inner.set("distribute", exp.Distribute(expressions=[key.copy()]))
    inner.set("sort", exp.Sort(expressions=[exp.Ordered(this=key.copy())]))
    source.replace(inner.subquery(alias=source.alias_or_name))
