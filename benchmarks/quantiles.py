"""Exact quantiles per group on Spark: sorted lists, as a run makes them, beside Spark's own `percentile_cont`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import sparklog
from benchmarks.generate import KINDS
from benchmarks.measure import say

ROWS, GROUPS = 20_000_000, 2_000_000
SHARES = (0.5, 0.9)  # median and p90
_REPEAT = 3
_MEMORY = "6g"


def measured() -> dict[str, Any]:
    """The fastest seconds of each form, taken in turns on the same rows, or the reason why there are none."""
    reason = sparklog.missing()
    if reason is not None:
        return {"reason": reason}
    say(f"exact quantiles of {ROWS:,} rows in {GROUPS:,} groups on Spark")
    with tempfile.TemporaryDirectory(prefix="los-bench-") as folder:
        rows = Path(folder) / "rows.parquet"
        _generate(rows)
        return _timed(rows)


def _generate(path: Path) -> None:
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    con = duckdb.connect()
    con.execute("SELECT setseed(0.42)")
    con.execute(
        f"COPY (SELECT cast(random() * {GROUPS} AS int) AS episode, round(-ln(1 - random() * 0.9999) * 24, 2) AS hours,"
        f" [{listed}][1 + cast(random() * 400 AS int) % 4] AS kind FROM range({ROWS})) TO '{path}'"
    )


def _timed(path: Path) -> dict[str, Any]:
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.memory": _MEMORY,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.log.level": "ERROR",
    }
    builder: Any = SparkSession.builder
    session = builder.master("local[2]").config(map=settings).getOrCreate()
    try:
        session.read.parquet(str(path)).createOrReplaceTempView("touchpoints")
        forms = {"lists": _as_lists(), "percentile_cont": _as_percentiles()}
        seconds: dict[str, list[float]] = {name: [] for name in forms}
        for _ in range(_REPEAT):
            for name, sql in forms.items():
                start = time.perf_counter()
                session.sql(sql).write.format("noop").mode("overwrite").save()
                seconds[name].append(time.perf_counter() - start)
        fastest = {name: min(taken) for name, taken in seconds.items()}
        return {**fastest, "difference": _difference(session, forms)}
    finally:
        session.stop()


def _columns() -> dict[str, tuple[str, float]]:
    return {f"{kind}_{round(share * 100)}": (kind, share) for kind in KINDS for share in SHARES}


def _as_lists() -> str:
    """What a run sends to Spark."""
    import ibis

    from lineofsight.engines.spark.compile import spark_sql

    types = {"episode": "int32", "hours": "float64", "kind": "string"}
    rows = ibis.table(types, name="touchpoints")
    wanted = {
        name: rows["hours"].quantile(share, where=rows["kind"] == kind)
        for name, (kind, share) in _columns().items()
    }
    return spark_sql(rows.group_by("episode").aggregate(**wanted))


def _as_percentiles() -> str:
    wanted = ", ".join(
        f"percentile_cont({share}) WITHIN GROUP (ORDER BY if(kind = '{kind}', hours, NULL)) AS {name}"
        for name, (kind, share) in _columns().items()
    )
    return f"SELECT episode, {wanted} FROM touchpoints GROUP BY episode"


def _difference(session: Any, forms: Mapping[str, str]) -> float:
    """The largest difference between both forms; infinite where one has a value and the other none."""
    largest = ", ".join(
        f"max(if(a.{name} <=> b.{name}, 0, coalesce(abs(a.{name} - b.{name}), double('Infinity'))))"
        for name in _columns()
    )
    joined = f"({forms['lists']}) a FULL JOIN ({forms['percentile_cont']}) b ON a.episode = b.episode"
    found = session.sql(f"SELECT greatest({largest}) FROM {joined}").collect()[0][0]
    return float(found)


def render(found: Mapping[str, Any]) -> str:
    """The table as Markdown."""
    if "reason" in found:
        return f"Exact quantiles on Spark were not measured: {found['reason']}."
    ratio = found["percentile_cont"] / found["lists"]
    return "\n".join(
        [
            f"Eight exact quantiles of {ROWS:,} rows in {GROUPS:,} groups on Spark, local[2], the fastest of {_REPEAT}"
            f" in turns. Both forms agree to {found['difference']:.0e}.",
            "",
            "| `percentile_cont` | Sorted lists, as a run makes them | Times faster |",
            "| ---: | ---: | ---: |",
            f"| {found['percentile_cont']:.1f} s | {found['lists']:.1f} s | {ratio:.1f} |",
        ]
    )
