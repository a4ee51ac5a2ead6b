"""Bytes and rows of tables that nobody has read, and the work that follows from them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineofsight.project import load_project
from lineofsight.project.load import LoadedProject
from lineofsight.sizing import tables as sizes
from lineofsight.sizing import weigh
from lineofsight.sizing.cost import workload
from lineofsight.sizing.tables import TableSize, measure_tables

REST = "operations: {minutes: {value: minutes, better: lower}}\nbehaviours: {came_back: {kind: stay, value: '1'}}\n"
EACH = "episodes: {each: visits, key: id, customer: who, at: day}\n"


def project(folder: Path, tables: str, episodes: str = EACH) -> LoadedProject:
    text = f"name: World\ntables:\n{tables}{episodes}{REST}"
    (folder / "lineofsight.yml").write_text(text, encoding="utf-8")
    return load_project(folder)


def visits(folder: Path, name: str, rows: int) -> None:
    pq.write_table(pa.table({"id": range(rows), "minutes": [1.5] * rows}), folder / name)


def test_parquet_tells_its_rows(tmp_path: Path) -> None:
    visits(tmp_path, "visits-1.parquet", 1000)
    visits(tmp_path, "visits-2.parquet", 234)
    (found,) = measure_tables(project(tmp_path, "  visits: {path: 'visits-*.parquet'}\n"))
    total = sum(file.stat().st_size for file in tmp_path.glob("*.parquet"))
    assert found == TableSize("visits", "parquet", total, 0, 1234, exact=True)


def test_of_very_many_files_some_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "MOST_FOOTERS", 4)
    for number in range(10):
        visits(tmp_path, f"visits-{number}.parquet", 500)
    (found,) = measure_tables(project(tmp_path, "  visits: {path: 'visits-*.parquet'}\n"))
    assert (found.rows, found.exact) == (5000, False)


@pytest.mark.parametrize("packed", [False, True])
def test_rows_of_text_are_told_from_its_start(tmp_path: Path, packed: bool) -> None:
    text = "id,who,day,minutes\n" + "".join(
        f"{n:06d},ann,2024-03-{n % 28 + 1:02d},1\n" for n in range(200_000)
    )
    name = "visits.csv.gz" if packed else "visits.csv"
    (tmp_path / name).write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    (found,) = measure_tables(project(tmp_path, f"  visits: {{path: {name}}}\n"))
    assert found.rows == pytest.approx(200_000, rel=0.03)
    assert found.text == pytest.approx(len(text), rel=0.03)
    assert not found.exact


def test_json_in_one_line_has_rows_too(tmp_path: Path) -> None:
    (tmp_path / "visits.json").write_text(
        "[" + ", ".join('{"id": 12, "who": "ann"}' for _ in range(500)) + "]"
    )
    (found,) = measure_tables(project(tmp_path, "  visits: {path: visits.json}\n"))
    assert found.rows == pytest.approx(500, rel=0.02)


@pytest.mark.parametrize("name", ["visits.parquet", "visits.csv.gz", "visits.duckdb"])
def test_a_file_that_cannot_be_read_is_left_to_its_reader(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no such thing" * 100)
    table = ", table: v" if name.endswith("duckdb") else ""
    (found,) = measure_tables(project(tmp_path, f"  visits: {{path: {name}{table}}}\n"))
    assert found.bytes == 1300
    assert not found.exact


def test_a_table_made_by_sql_is_as_large_as_its_largest(tmp_path: Path) -> None:
    visits(tmp_path, "raw.parquet", 700)
    visits(tmp_path, "more.parquet", 20)
    tables = (
        "  visits: {sql: select * from raw join more using (id)}\n"
        "  raw: {path: raw.parquet}\n  more: {path: more.parquet}\n"
    )
    loaded = project(tmp_path, tables)
    found = measure_tables(loaded)
    assert [(table.name, table.rows) for table in found] == [("visits", 700), ("raw", 700), ("more", 20)]
    work = workload(loaded.project, found)
    assert (work.rows, work.made, work.episodes) == (1420, 700, 700)


def test_sql_in_sparks_own_words_is_read_too(tmp_path: Path) -> None:
    visits(tmp_path, "raw.parquet", 30)
    sql = "select id, `minutes`, 1 as day from raw"
    tables = f'  visits: {{sql: "{sql}", dialect: spark}}\n  raw: {{path: raw.parquet}}\n'
    loaded = project(tmp_path, tables, "engine: spark\n" + EACH)
    found = weigh(loaded)
    assert [table.rows for table in found.tables] == [30, 30]
    assert (found.declared, found.recommended) == ("spark", "duckdb")


@pytest.mark.parametrize(
    ("span", "months"),
    [(", first: 2024-01-01, last: 2024-12-31", 12), ("", 36)],
)
def test_a_calendar_gives_an_episode_per_customer_and_month(tmp_path: Path, span: str, months: int) -> None:
    visits(tmp_path, "visits.parquet", 100)
    episodes = f"episodes: {{every: month, customers: visits, customer: id{span}}}\n"
    loaded = project(tmp_path, "  visits: {path: visits.parquet}\n", episodes)
    work = workload(loaded.project, measure_tables(loaded))
    assert work.episodes == pytest.approx(100 * months, rel=0.01)


def test_what_was_counted_replaces_what_was_estimated(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("id,who\n" + "1,ann\n" * 50)
    loaded = project(tmp_path, "  visits: {path: visits.csv}\n")
    found = weigh(loaded, {"visits": 50}, episodes=7)
    assert found.tables[0].rows == 50
    assert found.tables[0].exact
    assert found.episodes == 7
    assert found.text.startswith("This is 310 bytes in 1 table, 50 rows.")
