"""Parquet files whose head is whole and whose pages are damaged: the file is named, wherever its values are first needed."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sparks import spark_session

import lineofsight as los

PROJECT = """\
name: Damaged
tables:
  {tables}
episodes: {{each: visits, key: id, customer: who, at: day}}
operations:
  hours: {{value: "{hours}", unit: hours, better: lower}}
perceptions:
  mood: {{value: stars, measure: csat}}
controls: [region]
estimation: {{replicates: 100, buckets: 32}}
engine: {engine}
"""
N = 6000


def visits(first: int, n: int) -> pd.DataFrame:
    rng = np.random.default_rng(first)
    hours = rng.gamma(3, 2, n)
    return pd.DataFrame({
        "id": np.arange(first, first + n), "who": [f"G{each:05d}" for each in rng.integers(0, N // 2, n)], "hours": hours,
        "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
        "stars": (4.6 - 0.2 * hours + rng.normal(0, 0.6, n)).round().clip(1, 5), "region": rng.choice(["north", "south"], n),
        "unused": [f"{each:x}" for each in rng.integers(0, 1 << 40, n)],
    })  # fmt: skip


def written(folder: Path, tables: str, hours: str = "hours", engine: str = "duckdb") -> Path:
    (folder / "lineofsight.yml").write_text(
        PROJECT.format(tables=tables, hours=hours, engine=engine), encoding="utf-8"
    )
    return folder


def damage(path: Path, column: str) -> None:
    """Overwrites the middle of a column's page."""
    group = pq.read_metadata(path).row_group(0)
    places = [group.column(at) for at in range(group.num_columns)]
    (chunk,) = [each for each in places if each.path_in_schema == column]
    first = chunk.data_page_offset + chunk.total_compressed_size // 4
    whole = bytearray(path.read_bytes())
    whole[first : first + 64] = random.Random(1).randbytes(64)
    path.write_bytes(whole)


def refusal(folder: Path) -> los.DataError:
    with pytest.raises(los.DataError) as caught:
        los.check(folder)
    return caught.value


@pytest.mark.parametrize("column", ["who", "hours", "region", "stars"])
@pytest.mark.parametrize("hours", ["hours", "hours + 1"])
def test_the_file_is_named_whatever_is_computed_of_it(tmp_path: Path, column: str, hours: str) -> None:
    pq.write_table(pa.Table.from_pandas(visits(0, N)), tmp_path / "visits.parquet")
    folder = written(tmp_path, "visits: {path: visits.parquet}", hours)
    assert los.check(folder).episodes == N
    damage(tmp_path / "visits.parquet", column)
    error = refusal(folder)
    assert str(error.code) == "LOS-D003"
    assert f"{tmp_path / 'visits.parquet'} is damaged: " in error.message
    assert (error.where, error.line) == ("tables.visits.path", 3)
    assert error.hint is not None and "export it again" in error.hint


def test_of_many_files_that_are_read_one_by_one_the_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "days").mkdir()
    for at in range(5):
        pq.write_table(pa.Table.from_pandas(visits(at * N, N)), tmp_path / "days" / f"{at}.parquet")
    folder = written(tmp_path, "visits: {path: 'days/*.parquet'}")
    damage(tmp_path / "days" / "3.parquet", "hours")
    assert f"{tmp_path / 'days' / '3.parquet'} is damaged: " in refusal(folder).message


def test_behind_sql_the_file_is_named_and_not_the_sql(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pandas(visits(0, N)), tmp_path / "raw.parquet")
    folder = written(
        tmp_path, "raw: {path: raw.parquet}\n  visits: {sql: select * from raw where hours >= 0}"
    )
    damage(tmp_path / "raw.parquet", "hours")
    error = refusal(folder)
    assert str(error.code) == "LOS-D003" and "raw.parquet is damaged: " in error.message
    assert error.where == "tables.raw.path"


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("column", ["who", "stars"])
def test_spark_names_it_too(tmp_path: Path, column: str) -> None:
    pytest.importorskip("pyspark")
    pq.write_table(pa.Table.from_pandas(visits(0, N)), tmp_path / "visits.parquet", coerce_timestamps="us")
    folder = written(tmp_path, "visits: {path: visits.parquet}", engine="spark")
    damage(tmp_path / "visits.parquet", column)
    with pytest.raises(los.DataError) as caught:
        los.check(folder, spark=spark_session())
    assert str(caught.value.code) == "LOS-D003"
    assert "visits.parquet is damaged" in caught.value.message
