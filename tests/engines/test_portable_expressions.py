"""Every operation of the project file that both engines know: the same answer on both, value by value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp
from tests.sparks import spark_session

from lineofsight.engines.spark import dates, portable
from lineofsight.engines.spark.portable import spark_query, spark_scalar
from lineofsight.project.sql_parsing import SqlError, parse_query, parse_scalar

pytestmark = pytest.mark.xdist_group("spark")

NULL = None
#: Names of functions that are read as another node, of which there is an example.
_SAID_OTHERWISE = {exp.DateTrunc, exp.DataType.Type.TIMESTAMP, exp.DataType.Type.VARCHAR}
MOMENTS = [
    "2024-02-29 23:59:59.999999",
    "2024-03-01 00:00:00",
    "1969-12-31 23:59:58.5",
    "2023-12-31 12:30:15",
    "2024-12-30 00:00:00.000001",
    NULL,
]
LATER = [
    "2024-03-01 00:00:00",
    "2024-02-28 10:00:00",
    "1970-01-01 00:00:01",
    NULL,
    "2025-01-05 23:00:00",
    "2024-01-01",
]


def _instants(texts: list[str | None]) -> pa.Array:
    return pa.array(texts).cast(pa.timestamp("us"))


TABLE = pa.table(
    {
        "x": pa.array([2.5, -2.5, 0.0, NULL, 1e15 + 0.5, -0.1]),
        "y": pa.array([2.0, 0.5, -3.0, 7.0, NULL, 1e-3]),
        "p": pa.array([1.0, 0.5, 100.0, 1e-9, NULL, 2.675]),
        "i": pa.array([7, -7, 0, NULL, 3, 2**31 - 1], pa.int32()),
        "j": pa.array([2, 3, -2, 5, NULL, 4], pa.int64()),
        "d": pa.array([1.25, -1.25, 0, None, 99.99, 0.01]).cast(pa.decimal128(8, 2)),
        "b": pa.array([True, False, NULL, True, False, NULL]),
        "c": pa.array([True, True, True, NULL, False, NULL]),
        "s": pa.array(["Straße", " x ", "", NULL, "a'b\\c%_", "late DELIVERY"]),
        "t": pa.array(["aß", "x", "", "z", NULL, "late"]),
        "seen": _instants(MOMENTS),
        "next": _instants(LATER),
        "day": _instants(MOMENTS).cast(pa.timestamp("s"), safe=False).cast(pa.date32(), safe=False),
    }
)

EXPRESSIONS = """
regexp_extract(s, '[a-z]+')
regexp_extract(s, '([a-z])([a-z]*)', 2)
x + y
x - y * 2
-x
x / y
x / nullif(y - 2, 0)
i / j
i / 2
d / 3
i % 3
mod(i, j)
d * 0.1 + 1.5
x * 1e-3
abs(x)
sign(x)
floor(x)
ceil(x)
round(x)
round(p, 2)
round(p * 100, 1)
sqrt(x)
ln(x)
log(x)
log10(p)
log2(x)
exp(y)
power(y, 2)
y ** 2
greatest(x, y, i)
least(x, y)
coalesce(x, y, 0)
ifnull(x, 1)
nullif(i, 7)
case when x > 1 then 'high' when x <= 1 then 'low' else 'none' end
case i when 7 then 1 when 0 then 2 end
if(b, x, y)
b and c
b or c
not b
x > y
x >= 0
(x + y) * 2
isnan(ln(x))
x <> y
x = y or b
i in (7, 3)
t in ('x', 'late')
t not in ('x', 'late')
x between 0 and 3
x not between 0 and 3
x is null
x is not null
x is distinct from y
x is not distinct from y
b is true
lower(s)
length(s)
trim(s)
s || t
concat(s, t, 'end')
replace(s, 'e', '3')
left(s, 3)
right(s, 2)
substr(s, 2, 3)
substring(s, 3)
strpos(s, 'a')
contains(s, 'e')
starts_with(s, 'S')
ends_with(s, 'Y')
s like '%e%'
s like 'a_b%'
s ilike 'LATE%'
s = 'a''b\\c%_'
cast(x as double)
cast(i as varchar)
cast(round(y) as bigint)
cast(floor(y) as int)
cast(floor(y) as smallint)
cast(round(y) as tinyint)
cast(i as text)
cast('2024-05-06 07:08:09' as timestamp)
cast(b as double)
cast(i as boolean)
cast('2024-05-06' as date)
try_cast(t as double)
timestamp '2024-05-06 07:08:09'
year(seen)
quarter(seen)
month(seen)
week(seen)
weekofyear(seen)
day(seen)
dayofmonth(seen)
hour(seen)
minute(seen)
second(seen)
dayofweek(seen)
isodow(seen)
dayofyear(seen)
epoch(seen)
date_part('month', seen)
extract('dow' from seen)
date_trunc('year', seen)
date_trunc('quarter', seen)
date_trunc('month', seen)
date_trunc('week', seen)
date_trunc('day', seen)
date_trunc('hour', seen)
date_trunc('minute', seen)
date_trunc('second', seen)
date_trunc('month', day)
cast(seen as date)
seen + interval 3 day
seen - interval 36 hours
seen + interval '90 seconds'
seen + interval 1 month
seen < next
seen < timestamp '2024-01-01'
day < date '2024-01-01'
date_diff('microsecond', seen, next)
date_diff('millisecond', seen, next)
date_diff('second', seen, next)
date_diff('minute', seen, next)
date_diff('hour', seen, next)
date_diff('day', seen, next)
date_diff('week', seen, next)
date_diff('month', seen, next)
date_diff('quarter', seen, next)
date_diff('year', seen, next)
date_diff('day', day, next)
date_diff('second', seen, next) / 86400
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portable") / "rows.parquet"
    pq.write_table(TABLE, path)
    return path


@pytest.fixture(scope="module")
def on_spark(file: Path) -> Iterator[dict[str, list[Any]]]:
    """All expressions in one query: a column each."""
    session = spark_session()
    before = {
        name: session.conf.get(name) for name in ("spark.sql.session.timeZone", "spark.sql.timestampType")
    }
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    session.read.parquet(file.as_uri()).createOrReplaceTempView("portable_rows")
    listed = ", ".join(f"{spark_scalar(text)} AS c{place}" for place, text in enumerate(_expressions()))
    rows = session.sql(f"SELECT {listed} FROM portable_rows").collect()
    yield {text: [row[place] for row in rows] for place, text in enumerate(_expressions())}
    for name, value in before.items():
        session.conf.set(name, value)


def _expressions() -> list[str]:
    return EXPRESSIONS.strip().splitlines()


@pytest.mark.parametrize("text", _expressions())
def test_both_engines_compute_the_same(file: Path, on_spark: dict[str, list[Any]], text: str) -> None:
    rows = duckdb.sql(f"SELECT {text} FROM '{file}'").fetchall()
    assert [_plain(value) for value in on_spark[text]] == [_plain(row[0]) for row in rows]


def _plain(value: Any) -> Any:
    """Numbers as doubles to 14 digits, a day as its midnight."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    number = float(value)
    return float(f"{number:.14g}") if math.isfinite(number) else repr(number)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("md5(s)", r"md5\(s\)"),
        ("upper(s)", "UPPER"),
        ("hash(s)", "hash"),
        ("cast(x as int)", "DuckDB rounds to a whole number, Spark cuts off"),
        ("x::bigint", "DuckDB rounds"),
        ("strftime(seen, '%Y')", "STRFTIME"),
        ("date_diff('decade', seen, next)", "a unit that Spark does not count alike"),
        ("substr(s, 0, 2)", "SUBSTRING"),
        ("s like t", "LIKE"),
        ("round(x, i)", "ROUND"),
        ("log(3, x)", "LOG"),
        ("x // 2", "//"),
        ("regexp_extract(s, t)", "REGEXP"),
        ("(i, j) in ((7, 2), (0, 1))", "(0, 1)"),
        ("[1, 2][i]", "which is not among what DuckDB and Spark are known to compute alike"),
    ],
)
def test_what_is_not_known_to_be_alike_is_refused(text: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        spark_scalar(text)
    assert message.lower().replace("\\", "") in caught.value.message.lower()
    assert caught.value.hint


QUERIES = (
    "with sums as (select t, sum(j) as total, count(*) as n, count(x) filter (where x > 0) as positive"
    " from portable_rows group by t having count(*) > 0)"
    " select a.t, b.total, b.n, b.positive, a.x / nullif(a.y, 0) as ratio,"
    " row_number() over (partition by b.n order by a.y desc) as place"
    " from portable_rows a left join sums b on a.t = b.t where a.y is not null order by a.y",
    "select distinct b, c from portable_rows where b is not null and c is not null order by b, c",
    "select low, high from (select min(x) as low, max(x) as high from portable_rows) ends",
    "select i from portable_rows where i is not null union all select 5 union select 5 order by i",
    "select i from portable_rows where i is not null except select 7 order by i",
    "select i from portable_rows intersect select 7",
    "select r.i from portable_rows r where exists (select 1 from portable_rows o where o.j = r.j + 1) order by r.i",
)


@pytest.mark.parametrize("query", QUERIES)
def test_queries_of_plain_sql_are_portable(file: Path, query: str) -> None:
    session = spark_session()
    session.read.parquet(file.as_uri()).createOrReplaceTempView("portable_rows")
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW portable_rows AS SELECT * FROM '{file}'")
    expected = connection.execute(query).fetchall()
    assert expected
    assert [tuple(row) for row in session.sql(spark_query(query)).collect()] == expected


def _kinds(texts: Iterable[str], parse: Callable[[str], Any]) -> set[type]:
    return {type(node) for text in texts for node in parse(text).walk()}


def test_nothing_is_allowed_that_is_not_tested_on_both() -> None:
    scalars = _kinds(_expressions(), parse_scalar)
    assert not {*portable._AS_THEY_ARE, *portable._RULES} - scalars - _SAID_OTHERWISE
    assert not set(portable._QUERIES) - _kinds(QUERIES, parse_query)
    texts = "\n".join(_expressions()).lower()
    for unit in dates._BOUNDARIES:
        assert f"date_diff('{unit.lower()}'," in texts, unit
    for unit in dates._TRUNCATED:
        assert f"date_trunc('{unit.lower()}'," in texts, unit
    cast = {node.to.this for text in _expressions() for node in parse_scalar(text).find_all(exp.Cast)}
    assert not {*portable._CASTS, *portable._WHOLE} - cast - _SAID_OTHERWISE


def test_a_query_in_another_dialect_says_what_to_do() -> None:
    with pytest.raises(SqlError) as caught:
        spark_query("select quantile_cont(x, 0.5) from rows")
    assert "dialect: spark" in str(caught.value.hint)
