"""What cannot be read is said with what was found and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from episodes.world import align, write
from lineofsight.core.errors import DataError
from lineofsight.project import load_project
from lineofsight.sources import locate_feed

from .test_formats import TEXT, delimited


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("path: nothing.csv", "there is no file .*nothing.csv"),
        ("path: viists.csv", "did you mean 'visits.csv'"),
        ("path: deep/down/x.csv", "the folder '.*deep/down' does not exist; the nearest that does"),
        ('path: "*.tsv"', "no file matches '\\*.tsv'"),
        ("path: sub", "'sub' is a folder"),
        ("path: visits.xlsx", "cannot be told from its name"),
        ("path: [visits.csv, visits.parquet]", "cannot be told from its name"),
        ('path: ["1.db", "2.db"], table: t', "2 database files match"),
        ("path: 1.db", "is a database: which of its tables"),
        ("path: visits.csv, table: t", "'table' names a table inside a database file"),
        ("path: 1.db, table: t", "cannot read .*1.db as sqlite: file is not a database"),
        ("path: real.db, table: x", "cannot read .*real.db as sqlite: no such table"),
        ("path: 1.db, table: t, format: duckdb", "cannot read .*1.db as duckdb"),
        ("path: visits.csv, format: parquet", "cannot read .*visits.csv as parquet"),
        ("path: visits.csv, format: json", "cannot read .*visits.csv as json"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "visits.csv").write_text(delimited(","), encoding="utf-8")
    for name in ("visits.xlsx", "visits.parquet", "1.db", "2.db"):
        (tmp_path / name).write_text("no such thing, in any of the formats " * 100)
    with sqlite3.connect(tmp_path / "real.db") as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(DataError, match=message):
        align(tmp_path, TEXT, f"visits: {{{table}}}")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select * from raw where 1 = 0", "the SQL gives no row"),
        ("select nope from raw", "the SQL fails: .*nope"),
        ("select 1 / 'x' from raw", "the SQL fails"),
    ],
)
def test_sql_that_fails(tmp_path: Path, sql: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as refused:
        align(tmp_path, TEXT, f'visits: {{sql: "{sql}"}}', raw="a | b\n1 | 2")
    assert "tables.visits.sql" in str(refused.value)


def test_a_feed_knows_what_it_depends_on(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text(delimited(","), encoding="utf-8")
    loaded = load_project(write(tmp_path, TEXT, "visits: {path: visits.csv}"))
    feed = locate_feed(loaded, "visits")
    assert (feed.name, feed.format, feed.files, feed.table) == (
        "visits",
        "csv",
        (tmp_path / "visits.csv",),
        None,
    )
    before = feed.fingerprint
    (tmp_path / "visits.csv").write_text(delimited(",") + "c,cat,2024-03-10,1,1\n", encoding="utf-8")
    assert locate_feed(loaded, "visits").fingerprint != before
