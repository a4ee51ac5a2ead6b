"""The alignment, which is written in Ibis, as Spark's SQL, and Spark's types as Ibis knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
from ibis import Schema
from sqlglot import exp

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

_PART = 1 << 27  # a whole number below 2^53 in two parts, of which 2^36 add up without overflow


def spark_sql(expression: ir.Table) -> str:
    """The SQL of an expression, with what Spark computes slowly or not at all put in another form."""
    _ = ibis.pyspark  # registers the options that the compiler asks for
    from ibis.backends.sql.compilers.pyspark import compiler

    tree: Any = compiler.to_sqlglot(expression).transform(_rewritten)
    for select in list(tree.find_all(exp.Select)):
        if select.args.get("group") and any(map(_is_quantile, select.find_all(exp.Anonymous))):
            _quantiles_of_lists(select)
    return str(tree.sql(dialect="spark"))


def _rewritten(node: Any) -> Any:
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Sum) and _rounded(node.this.this):
        return _exact_sum(node.this.this)
    if isinstance(node, exp.Sum) and isinstance(node.this, exp.Cast) and _is_bigint(node.this):
        return exp.func("COUNT_IF", node.this.this)  # which is 0, not missing, where there is no row
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.TIMESTAMP:
        node.set("to", exp.DataType.build("TIMESTAMPNTZ"))  # instants have no zone
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


def _is_quantile(node: Any) -> bool:
    """Whether it is one quantile (not a list of them, which Spark computes at once)."""
    named = isinstance(node, exp.Anonymous) and str(node.this).lower() == "percentile"
    return named and isinstance(node.expressions[1], exp.Literal)


def _quantiles_of_lists(select: Any) -> None:
    """Takes quantiles from the sorted values of each group, which is quicker than Spark's own.

    The select becomes two: the inner one makes each list once, and of the outer one Spark makes compiled code.
    """
    inner: list[Any] = []

    def lifted(node: Any) -> Any:
        if _is_quantile(node):
            value, share = node.expressions
            values = exp.func("SORT_ARRAY", exp.ArrayAgg(this=value.copy()))
            return _quantile(_column(values), share.name)
        return _column(node) if isinstance(node, exp.AggFunc | exp.Filter) else node

    def _column(node: Any) -> Any:
        if node not in inner:
            inner.append(node)
        return exp.column(f"_{inner.index(node)}")

    key, *columns = select.expressions
    outer = [
        exp.alias_(column.unalias().transform(lifted), column.output_name, quoted=True) for column in columns
    ]
    source = select.args["from_"].this
    gathered = exp.select("*").from_(source.copy())
    # Brought together before its list is made, a group is not sorted in two halves and then again.
    gathered.set("distribute", exp.Distribute(expressions=[key.unalias().copy()]))
    gathered.set("sort", exp.Sort(expressions=[exp.Ordered(this=key.unalias().copy())]))
    lists = select.copy()
    lists.args["from_"].this.replace(gathered.subquery(alias=source.alias_or_name))
    named = [exp.alias_(node.copy(), f"_{at}") for at, node in enumerate(inner)]
    lists.set("expressions", [key.copy(), *named])
    select.set("expressions", [exp.column(key.output_name, quoted=True), *outer])
    select.set("group", None)
    source.replace(lists.subquery(alias=source.alias_or_name))


def _quantile(values: Any, share: str) -> Any:
    """The quantile (type 7 of Hyndman and Fan 1996) of a sorted list."""
    place = f"((size({values}) - 1) * {share}D)"
    low, high = (f"get({values}, CAST({end}({place}) AS INT))" for end in ("floor", "ceil"))
    above = f"({place} - floor({place}))"
    return exp.paren(exp.maybe_parse(f"{low} * (1D - {above}) + {high} * {above}", dialect="spark"))


_TYPES = {
    "tinyint": "int8",
    "smallint": "int16",
    "int": "int32",
    "bigint": "int64",
    "float": "float32",
    "double": "float64",
    "boolean": "boolean",
    "string": "string",
    "timestamp": "timestamp(6)",
    "timestamp_ntz": "timestamp(6)",
    "date": "date",
    "void": "null",
}


def ibis_schema(schema: StructType) -> Schema:
    """The schema of a view; a type that no canonical column has is taken as text."""
    return ibis.schema({field.name: _TYPES.get(field.dataType.simpleString(), "string") for field in schema})
