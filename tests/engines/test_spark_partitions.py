"""DataFrames of which most partitions have no row: Spark gives what DuckDB gives for the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.effects import assert_same_effects
from tests.sparks import spark_session

import lineofsight as los

pytestmark = pytest.mark.xdist_group("spark")

DECLARED = """\
name: Shop
tables:
  visits: {VISITS}
  calls: {CALLS}
episodes: {each: visits, key: id, customer: who, at: day}
operations:
  minutes: {table: calls, at: happened, value: minutes, agg: mean, over: 60 days, better: lower}
  waited: {value: waited, better: lower}
perceptions: {mood: {value: stars, measure: csat}}
behaviours: {back: {kind: stay, table: visits, at: day, within: 30 days}}
segments: [area]
estimation: {replicates: 100}
"""


def rows(visits: int, calls: int, customers: int) -> dict[str, pa.Table]:
    rng = np.random.default_rng(12)
    start = np.datetime64("2024-01-01T00:00:00", "us")

    def times(n: int) -> np.ndarray:
        return start + rng.integers(0, 300 * 86400, n).astype("timedelta64[s]")

    waited = rng.gamma(2.0, 2.0, visits)
    visited = {
        "id": np.arange(visits),
        "who": rng.integers(0, customers, visits),
        "day": times(visits),
        "waited": waited,
        "stars": np.clip(np.round(5 - waited / 3 + rng.normal(0, 1, visits)), 1, 5),
        "area": rng.choice(["north", "south", "east"], visits),
    }
    called = {
        "who": rng.integers(0, customers, calls),
        "happened": times(calls),
        "minutes": np.round(rng.gamma(2.0, 5.0, calls), 1),
    }
    return {"visits": pa.table(visited), "calls": pa.table(called)}


def project(folder: Path, engine: str) -> Path:
    folder.mkdir()
    text = f"{DECLARED}engine: {engine}\n"
    for name in ("visits", "calls"):
        given = f"path: {name}.parquet" if engine == "duckdb" else f"catalog: {name}"
        text = text.replace(name.upper(), given)
    (folder / "lineofsight.yml").write_text(text, encoding="utf-8")
    return folder


PARTITIONS = 16
#: Partitions of a shuffle; the buckets of 60 customers fill four of these.
SHUFFLED = 16


@pytest.fixture(params=["false", "true"], ids=["as they are", "put together as they come"])
def session(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The session with many partitions, without and with Spark's own putting together of small ones."""
    session = spark_session()
    wanted = {"spark.sql.shuffle.partitions": str(SHUFFLED), "spark.sql.adaptive.enabled": request.param}
    before = {name: session.conf.get(name) for name in wanted}
    for name, value in wanted.items():
        session.conf.set(name, value)
    yield session
    for name, value in before.items():
        session.conf.set(name, value)


def test_partitions_without_a_row(tmp_path: Path, session: Any) -> None:
    """Visits are split by a column of three values, calls one by one."""
    tables = rows(visits=600, calls=9, customers=60)
    files = project(tmp_path / "duckdb", "duckdb")
    frames = {}
    for name, table in tables.items():
        pq.write_table(table, files / f"{name}.parquet")
        columns = ("area",) if name == "visits" else ()
        frames[name] = session.createDataFrame(table).repartition(PARTITIONS, *columns)
    for name, most in (("visits", 3), ("calls", 9)):
        sizes = [len(part) for part in frames[name].rdd.glom().collect()]
        assert len(sizes) == PARTITIONS
        assert 0 < sum(size > 0 for size in sizes) <= most
    found = los.run(project(tmp_path / "spark", "spark"), spark=session, tables=frames)
    assert_same_effects(los.run(files), found, but=("origin",))
    assert any(row["estimate"] is not None for row in found.table("effects").rows())
