"""Spark behind the seam: what it reads, what it refuses and why, and data that are hard on a cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.effects import assert_same_effects
from tests.sparks import spark_session

import lineofsight as los
from lineofsight.engines.spark import SparkEngine
from lineofsight.errors import DataError, EngineError, ProjectError

pytestmark = pytest.mark.xdist_group("spark")

DECLARED = """\
name: Shop
tables:
  visits: {VISITS}
  calls: {CALLS}
episodes: {each: visits, key: id, customer: who, at: day}
operations:
  minutes: {table: calls, at: happened, value: minutes, agg: AGG, over: 40 days, better: lower}
  waited: {value: waited, better: lower}
perceptions: {mood: {value: stars, measure: csat}}
behaviours: {back: {kind: stay, table: visits, at: day, within: 30 days}}
segments: [area]
estimation: {replicates: 100}
"""


def rows(n: int = 4000, seed: int = 4) -> dict[str, pa.Table]:
    """Visits of many customers, and calls of which one customer has most."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2024-01-01T00:00:00", "us")
    who = rng.integers(0, n // 4, n)
    waited = rng.gamma(2.0, 2.0, n)
    visits = {
        "id": np.arange(n),
        "who": who,
        "day": start + rng.integers(0, 300 * 86400, n).astype("timedelta64[s]"),
        "waited": waited,
        "stars": np.clip(np.round(5 - waited / 3 + rng.normal(0, 1, n)), 1, 5),
        "area": rng.choice(["north", "south", "east"], n),
    }
    calls = {
        "who": np.where(rng.random(3 * n) < 0.5, 7, rng.integers(0, n // 4, 3 * n)),
        "happened": start + rng.integers(0, 300 * 86400, 3 * n).astype("timedelta64[s]"),
        "minutes": np.round(rng.gamma(2.0, 5.0, 3 * n), 1),
    }
    return {"visits": pa.table(visits), "calls": pa.table(calls)}


def project(
    folder: Path, engine: str, agg: str = "mean", visits: str = "", calls: str = "", more: str = ""
) -> Path:
    folder.mkdir(parents=True)
    text = DECLARED.replace("AGG", agg).replace("VISITS", visits or "path: visits.parquet")
    text = text.replace("CALLS", calls or "path: calls.parquet")
    (folder / "lineofsight.yml").write_text(f"{text}engine: {engine}\n{dedent(more)}", encoding="utf-8")
    return folder


def written(folder: Path, tables: dict[str, pa.Table]) -> Path:
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


@pytest.fixture(autouse=True)
def _spark() -> Iterator[None]:
    yield spark_session()


def test_an_operation_in_tiny_units_goes_with_the_same(tmp_path: Path) -> None:
    """Numbers beyond those that 64 bits can count are as good as others."""
    tables, runs = rows(2000), []
    for name, engine, factor in (("a", "duckdb", ""), ("b", "duckdb", " * 1e19"), ("c", "spark", " * 1e19")):
        folder = written(project(tmp_path / name, engine), tables)
        file = folder / "lineofsight.yml"
        file.write_text(file.read_text().replace("value: waited,", f"value: waited{factor},"))
        runs.append(los.run(folder))
    assert_same_effects(*runs[1:])
    plain, scaled = ({(e["outcome"], e["path"]): e["estimate"] for e in _of_waiting(run)} for run in runs[:2])
    assert scaled == pytest.approx(plain, rel=1e-7, nan_ok=True)


def _of_waiting(run: los.Run) -> list[dict[str, object]]:
    found = run.table("effects").rows(cause="waited", segment=None)
    return [row for row in found if row["estimate"] is not None]


def test_both_engines_give_the_same_run(tmp_path: Path) -> None:
    """With an operation of each aggregate that is computed from the values in their order."""
    tables, runs = rows(), []
    for engine in ("duckdb", "spark"):
        folder = written(project(tmp_path / engine, engine), tables)
        file = folder / "lineofsight.yml"
        (line,) = (line for line in file.read_text().splitlines() if line.startswith("  minutes:"))
        more = (line.replace("minutes:", f"{agg}:").replace("mean", agg) for agg in ("median", "p90", "last"))
        file.write_text(file.read_text().replace(line, "\n".join([line, *more])))
        runs.append(los.run(folder))
    assert runs[1].manifest["engine"] == "spark"
    assert {row["cause"] for row in runs[1].effects.rows()} >= {"minutes", "median", "p90", "last"}
    assert_same_effects(*runs)


def test_a_second_run_starts_no_session_until_it_has_a_new_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, tables = project(tmp_path / "p", "spark"), rows(1000)
    first = los.run(written(folder, tables))
    with monkeypatch.context() as patched:
        patched.setattr(SparkEngine, "__init__", None)  # which cannot be called
        second = los.run(folder)
    assert (first.manifest["episodes_reused"], second.manifest["episodes_reused"]) == (False, True)
    assert_same_effects(first, second)
    for place in (folder, own := written(project(tmp_path / "own", "duckdb"), tables)):
        file = place / "lineofsight.yml"
        file.write_text(file.read_text().replace("better: lower", "better: higher"))
    third = los.run(folder)
    assert third.manifest["episodes_reused"] is True
    assert_same_effects(los.run(own), third)
    assert not list((folder / ".lineofsight").glob("spill-*"))


def test_nearly_all_events_of_one_customer(tmp_path: Path) -> None:
    tables = rows(1000)
    rng = np.random.default_rng(9)
    n = 200_000
    start = np.datetime64("2024-01-01T00:00:00", "us")
    tables["calls"] = pa.table(
        {
            "who": np.full(n, 7),
            "happened": start + rng.integers(0, 300 * 86400, n).astype("timedelta64[s]"),
            "minutes": rng.gamma(2.0, 5.0, n),
        }
    )
    runs = [
        los.run(written(project(tmp_path / engine, engine, "median"), tables))
        for engine in ("duckdb", "spark")
    ]
    assert_same_effects(*runs)


def test_files_without_a_row_among_others(tmp_path: Path) -> None:
    tables = rows(1200)
    runs = []
    for engine in ("duckdb", "spark"):
        folder = project(tmp_path / engine, engine, calls="path: 'calls/*.parquet'")
        pq.write_table(tables["visits"], folder / "visits.parquet")
        (folder / "calls").mkdir()
        parts = [tables["calls"].slice(0, 0), tables["calls"].slice(0, 1500), tables["calls"].slice(1500)]
        for place, part in enumerate(parts):
            pq.write_table(part, folder / "calls" / f"{place}.parquet")
        runs.append(los.run(folder))
    assert_same_effects(*runs)


def test_a_table_of_the_catalogue_and_a_dataframe(tmp_path: Path) -> None:
    session = spark_session()
    tables = rows(1000)
    expected = los.run(written(project(tmp_path / "files", "duckdb"), tables))
    folder = project(
        tmp_path / "spark", "spark", visits="catalog: visits_of_the_session", calls="catalog: handed_over"
    )
    session.createDataFrame(tables["visits"]).createOrReplaceTempView("visits_of_the_session")
    zone = session.conf.get("spark.sql.session.timeZone")
    found = los.run(folder, spark=session, tables={"calls": session.createDataFrame(tables["calls"])})
    assert found.table("effects").data.num_rows == expected.table("effects").data.num_rows
    estimates = [
        [row["estimate"] for row in run.table("effects").rows() if row["estimate"] is not None]
        for run in (expected, found)
    ]
    assert estimates[1] == pytest.approx(estimates[0], rel=1e-9, abs=1e-12)
    assert session.conf.get("spark.sql.session.timeZone") == zone
    assert session.range(3).count() == 3  # it stays open
    assert (
        los.run(folder, spark=session, tables={"calls": session.createDataFrame(tables["calls"])}).manifest[
            "episodes_reused"
        ]
        is False
    )


def test_files_named_by_url(tmp_path: Path) -> None:
    tables = rows(600)
    expected = los.run(written(project(tmp_path / "files", "duckdb"), tables))
    lake, urls = tmp_path / "lake", {}
    lake.mkdir()
    with duckdb.connect() as con:
        for name, ending in (("visits", "json"), ("calls", "csv")):
            con.register("rows", tables[name])
            con.execute(f"COPY (SELECT * FROM rows) TO '{lake / name}.{ending}'")
            urls[name] = f"path: 'file://{lake}/{name}.{ending}'"
    folder = project(tmp_path / "spark", "spark", **urls)
    found = los.run(folder)
    left, right = ([row["estimate"] for row in run.table("effects").rows()] for run in (expected, found))
    assert right == pytest.approx(left, rel=1e-9, abs=1e-12)
    assert next(row["origin"] for row in found.table("tables").rows()).startswith("file:///")


def test_files_named_by_url_are_read_anew(tmp_path: Path) -> None:
    """Nobody can tell whether they have changed."""
    lake, tables = tmp_path / "lake", rows(200)
    lake.mkdir()
    written(lake, tables)
    urls = {name: f"path: 'file://{lake}/{name}.parquet'" for name in ("visits", "calls")}
    folder = project(tmp_path / "spark", "spark", **urls)
    assert los.check(folder) is not None
    expected = los.run(written(project(tmp_path / "files", "duckdb"), tables))
    assert_same_effects(expected, los.run(folder), but=("origin",))
    assert los.run(folder).manifest["episodes_reused"] is False


def test_a_url_of_an_unknown_format(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "spark", calls="path: 's3a://bucket/calls'")
    with pytest.raises(ProjectError, match="add 'format: parquet'"):
        los.check(folder)
    folder = project(tmp_path / "q", "duckdb", calls="path: 's3a://bucket/calls.parquet'")
    with pytest.raises(ProjectError, match="only Spark reads URLs"):
        los.check(folder)


def test_a_table_in_sparks_own_sql(tmp_path: Path) -> None:
    tables = rows(1000)
    runs = []
    for engine, dialect, date in (
        ("duckdb", "duckdb", "cast(happened as date)"),
        ("spark", "spark", "to_date(happened)"),
    ):
        sql = f"select who, {date} as day, happened, minutes from raw where minutes >= 0"
        folder = project(tmp_path / engine, engine, calls=f"sql: '{sql}', dialect: {dialect}")
        file = folder / "lineofsight.yml"
        file.write_text(file.read_text().replace("tables:\n", "tables:\n  raw: {path: calls.parquet}\n"))
        runs.append(los.run(written(folder, tables)))
    left, right = ([r["estimate"] for r in run.table("effects").rows()] for run in runs)
    assert right == pytest.approx(left, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("path: visits.sqlite", "'sqlite' files are read on one machine, not by Spark"),
        ("sql: 'select *, md5(area) as x from calls'", "the SQL is not known to mean the same on Spark"),
        ("catalog: nowhere.at_all", "cannot read 'nowhere.at_all'"),
    ],
)
def test_tables_that_spark_does_not_read(tmp_path: Path, declared: str, message: str) -> None:
    import sqlite3

    folder = written(project(tmp_path / "p", "spark", visits=f"{declared}"), rows(100))
    if "sqlite" in declared:
        file = folder / "lineofsight.yml"
        file.write_text(file.read_text().replace("visits.sqlite", "visits.sqlite, table: visits"))
        with sqlite3.connect(folder / "visits.sqlite") as base:
            base.execute("create table visits (id int)")
    with pytest.raises(DataError, match=message) as caught:
        los.run(folder)
    assert "lineofsight.yml:3" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: waited,", "value: md5(area),", "is not known to mean the same on Spark"),
        ("value: waited,", "value: wated,", "did you mean 'waited'"),
        ("value: waited,", "value: area,", "'area' in table 'visits' are no numbers: '"),
        ("value: waited,", "value: waited / (waited - waited),", "infinite"),
        (
            "value: waited,",
            "value: cast(area as double),",
            "operations.waited.value: 'cast.* fails on table 'visits'",
        ),
        ("key: id", "key: cast(area as double)", "episodes.key: 'cast.* fails on table 'visits'"),
        (
            "at: day}",
            "at: day, where: cast(area as double) > 3}",
            "episodes.where: 'cast.* fails on table 'visits'",
        ),
        ("at: day}", "at: area}", "are no dates or times"),
        ("customer: who", "customer: nobody", "has no column 'nobody'"),
        ("key: id", "key: who", "is not unique in table 'visits'"),
        ("measure: csat", "measure: score, scale: [1, 3]", "lie off the scale"),
    ],
)
def test_bad_input_reads_as_it_does_on_duckdb(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = written(project(tmp_path / "p", "spark"), rows(300))
    file = folder / "lineofsight.yml"
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises((DataError, ProjectError), match=message) as caught:
        los.run(folder)
    assert "lineofsight.yml:" in str(caught.value)
    assert not (folder / "runs").exists() or not list((folder / "runs").iterdir())
    assert not list((folder / ".lineofsight").glob("spill-*"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "who,happened,minutes\n1,2024-03-01,5\n2,2024-03-01,5,7\n",
            "line 3: found 4 fields, but line 1 names 3",
        ),
        ("who,happened,minutes\n1,2024-03-01,5\n2,2024-0", "line 3: found 2 fields, .*\n.*cut off"),
        ("who,happened,minutes,by\n1,2024-03-01,5,Zo\xeb\n", "line 2: the text is not in UTF-8"),
    ],
)
def test_a_bad_line_of_a_csv_file_reads_as_it_does_on_duckdb(tmp_path: Path, text: str, message: str) -> None:
    for engine in ("spark", "duckdb"):
        folder = written(project(tmp_path / engine, engine, calls="path: calls.csv"), rows(100))
        (folder / "calls.csv").write_text(text, encoding="latin-1")
        with pytest.raises(DataError, match=f"tables.calls.path: .*calls.csv, {message}"):
            los.check(folder)


def test_an_old_export_with_separators_at_the_ends(tmp_path: Path) -> None:
    runs = []
    for engine in ("duckdb", "spark"):
        tables = rows(600)
        folder = project(tmp_path / engine, engine, visits="path: visits.csv, encoding: latin-1")
        written(folder, tables)
        columns, *lines = (line.split("|") for line in _delimited(tables["visits"]))
        text = "\n".join([",".join(columns), *(",".join(line) + "," for line in lines)])
        (folder / "visits.csv").write_text(text.replace("south", "süden") + "\n", encoding="latin-1")
        runs.append(los.run(folder))
    assert_same_effects(*runs)
    assert all("süden" in str(run.table("effects").rows()) for run in runs)


def _delimited(table: pa.Table) -> list[str]:
    return ["|".join(table.column_names), *("|".join(map(str, row.values())) for row in table.to_pylist())]


def test_a_session_for_another_engine(tmp_path: Path) -> None:
    folder = written(project(tmp_path / "p", "duckdb"), rows(100))
    with pytest.raises(EngineError, match="write 'engine: spark'"):
        los.run(folder, spark=spark_session())


def test_what_only_spark_reads(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "duckdb", calls="catalog: warehouse.calls")
    with pytest.raises(ProjectError, match="is read by Spark, and the engine is DuckDB"):
        los.check(folder)


@pytest.mark.parametrize(("as_array", "place"), [(True, ""), (False, " a[1]{b}")])
def test_json_and_a_folder_whose_name_has_spaces_and_marks_of_a_pattern(
    tmp_path: Path, as_array: bool, place: str
) -> None:
    tables = rows(400)
    calls = [{**row, "happened": row["happened"].isoformat(" ")} for row in tables["calls"].to_pylist()]
    lines = [json.dumps(row) for row in calls]
    text = "[\n" + ",\n".join(lines) + "\n]" if as_array else "\n".join(lines)
    runs = []
    for engine in ("duckdb", "spark"):
        folder = project(tmp_path / f"{engine}{place}", engine, calls="path: calls.json")
        pq.write_table(tables["visits"], folder / "visits.parquet")
        (folder / "calls.json").write_text(text)
        runs.append(los.run(folder))
    assert_same_effects(*runs)
