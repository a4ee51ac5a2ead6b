"""SQL that stands inside a database file reads that file and nothing else."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import duckdb
import pytest

from episodes.world import ANY_PERCEPTION, align, engine_of, write
from lineofsight.error_codes import DataCode
from lineofsight.errors import DataError

TEXT = f"""\
episodes: {{each: visits, key: id, customer: who, at: day}}
operations: {{minutes: {{value: minutes, better: lower}}}}
{ANY_PERCEPTION}"""
COLUMNS = "'a' AS id, {who} AS who, '2024-03-10 12:00:00' AS day, 1 AS minutes, 4 AS stars"


def refused(folder: Path, file: str) -> DataError:
    write(folder, TEXT, f"visits: {{path: {file}, table: visits}}")
    with pytest.raises(DataError) as caught, engine_of(folder):
        pass
    assert "s3cret" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "reading",
    [
        "(SELECT content FROM read_text('FOLDER/secret.txt'))",
        "(SELECT content::VARCHAR FROM read_blob('FOLDER/secret.txt'))",
        "(SELECT any_value(column0) FROM read_csv('FOLDER/secret.txt', header = false))",
        "(SELECT any_value(COLUMNS(*)) FROM 'FOLDER/secret.csv')",
        "(SELECT any_value(file) FROM glob('FOLDER/*'))",
        "(SELECT content FROM query('FROM read_text(''FOLDER/secret.txt'')'))",
        "(SELECT content FROM outside())",
        "(SELECT content FROM inner_view)",
    ],
)
def test_a_view_of_duckdb_reads_no_other_file(tmp_path: Path, reading: str) -> None:
    (tmp_path / "secret.txt").write_text("s3cret\n")
    (tmp_path / "secret.csv").write_text("s3cret\ns3cret\n")
    with contextlib.closing(duckdb.connect(str(tmp_path / "shop.duckdb"))) as made:
        outside = f"SELECT content FROM read_text('{tmp_path}/secret.txt')"
        made.execute(f"CREATE MACRO outside() AS TABLE {outside}")
        made.execute(f"CREATE VIEW inner_view AS {outside}")
        who = reading.replace("FOLDER", str(tmp_path))
        made.execute(f"CREATE VIEW visits AS SELECT {COLUMNS.format(who=who)}")
    error = refused(tmp_path, "shop.duckdb")
    assert error.code is DataCode.VIEW_READS_OUTSIDE
    assert "'visits' of 'shop.duckdb'" in str(error)


def test_a_view_of_duckdb_attaches_no_other_database(tmp_path: Path) -> None:
    with contextlib.closing(duckdb.connect(str(tmp_path / "other.duckdb"))) as made:
        made.execute("CREATE TABLE secrets AS SELECT 's3cret' AS name")
    with contextlib.closing(duckdb.connect(str(tmp_path / "shop.duckdb"))) as made:
        made.execute(f"ATTACH '{tmp_path}/other.duckdb' AS other")
        who = "(SELECT name FROM other.main.secrets)"
        made.execute(f"CREATE VIEW visits AS SELECT {COLUMNS.format(who=who)}")
    refused(tmp_path, "shop.duckdb")


def test_a_view_and_a_computed_column_of_duckdb_are_read(tmp_path: Path) -> None:
    with contextlib.closing(duckdb.connect(str(tmp_path / "shop.duckdb"))) as made:
        made.execute("CREATE TABLE named (first VARCHAR, who VARCHAR GENERATED ALWAYS AS (first || '!'))")
        made.execute("INSERT INTO named (first) VALUES ('ann')")
        who = "(SELECT who FROM named)"
        made.execute(f"CREATE VIEW visits AS SELECT {COLUMNS.format(who=who)}")
    aligned = align(tmp_path, TEXT, "visits: {path: shop.duckdb, table: visits}")
    assert aligned.by_key("_customer") == {"a": "ann!"}


def test_rows_that_another_program_has_not_moved_into_the_file_yet(tmp_path: Path) -> None:
    made = duckdb.connect(str(tmp_path / "made.duckdb"))
    made.execute("SET wal_autocheckpoint = '1TB'")
    made.execute(f"CREATE TABLE visits AS SELECT {COLUMNS.format(who=repr('ann'))}")
    for end in ("duckdb", "duckdb.wal"):  # as it is while the other program is at work
        (tmp_path / f"shop.{end}").write_bytes((tmp_path / f"made.{end}").read_bytes())
    made.close()
    aligned = align(tmp_path, TEXT, "visits: {path: shop.duckdb, table: visits}")
    assert aligned.by_key("_customer") == {"a": "ann"}


@pytest.mark.parametrize(
    "reading",
    [
        "load_extension('FOLDER/secret.so')",
        "readfile('FOLDER/secret.txt')",
        "(SELECT file FROM pragma_database_list)",
        "fts3_tokenizer('simple')",
    ],
)
def test_a_view_of_sqlite_reaches_nothing_outside(tmp_path: Path, reading: str) -> None:
    (tmp_path / "secret.txt").write_text("s3cret\n")
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.sqlite")) as made:
        who = reading.replace("FOLDER", str(tmp_path))
        made.execute(f"CREATE VIEW visits AS SELECT {COLUMNS.format(who=who)}")
    refused(tmp_path, "shop.sqlite")


def test_views_and_computed_columns_of_sqlite_are_read(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.sqlite")) as made:
        made.execute("CREATE TABLE named (first TEXT, who TEXT AS (first || '!'))")
        made.execute("INSERT INTO named (first) VALUES ('ann')")
        made.execute(f"CREATE VIEW visits AS SELECT {COLUMNS.format(who='(SELECT who FROM named)')}")
        made.commit()
    aligned = align(tmp_path, TEXT, "visits: {path: shop.sqlite, table: visits}")
    assert aligned.by_key("_customer") == {"a": "ann!"}


@pytest.mark.parametrize("module", ["fts4", "fts5"])
def test_a_virtual_table_of_sqlite_is_read(tmp_path: Path, module: str) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.sqlite")) as made:
        made.execute(f"CREATE VIRTUAL TABLE visits USING {module}(id, who, day, minutes, stars)")
        made.execute(f"INSERT INTO visits SELECT {COLUMNS.format(who=repr('ann'))}")
        made.commit()
    aligned = align(tmp_path, TEXT, "visits: {path: shop.sqlite, table: visits}")
    assert aligned.by_key("_customer") == {"a": "ann"}
