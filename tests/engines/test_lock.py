"""The engine itself refuses what reaches outside, even when it gets past the project file's fence."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from episodes.world import ANY_OPERATION, ANY_PERCEPTION, VISITS, write
from lineofsight.engines.base import Field
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.engines.duckdb.tables import load_sql
from lineofsight.errors import DataError
from lineofsight.project import load_project
from lineofsight.project.load import LoadedProject

VISIT = "id | who | day | minutes | stars\na | ann | 2024-03-10 | 1 | 4"
TEXT = VISITS + ANY_OPERATION + ANY_PERCEPTION

READERS = (
    "read_text",
    "read_blob",
    "read_csv",
    "read_csv_auto",
    "sniff_csv",
    "read_json",
    "read_json_objects",
    "read_ndjson",
    "read_ndjson_objects",
    "read_parquet",
    "parquet_scan",
    "parquet_metadata",
    "parquet_file_metadata",
    "parquet_kv_metadata",
    "parquet_schema",
    "parquet_bloom_probe",
    "read_duckdb",
    "glob",
    "sqlite_scan",
    "read_xlsx",
    "st_read",
    "postgres_scan",
    "iceberg_scan",
    "delta_scan",
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LoadedProject, DuckDBEngine]]:
    folder = tmp_path_factory.mktemp("locked")
    table = pa.table({"id": ["b"], "who": ["bob"], "day": ["2024-01-01"], "minutes": [1], "stars": [1]})
    loaded = load_project(write(folder, TEXT, visits=VISIT, others=table))
    (folder / "secret.csv").write_text("a\n1\n")
    working = folder / ".lineofsight"
    with contextlib.closing(DuckDBEngine(loaded, working)) as engine:
        (working / "older.csv").write_text("a\n1\n")
        yield loaded, engine


def refused(opened: tuple[LoadedProject, DuckDBEngine], sql: str) -> None:
    """It is refused as a table's SQL, and on the connection itself."""
    loaded, engine = opened
    with pytest.raises(DataError):
        load_sql(engine._connection, loaded, "made", sql, {})
    with pytest.raises((duckdb.Error, RuntimeError)):
        engine._connection.execute(sql).fetchall()


@pytest.mark.parametrize("reader", READERS)
def test_readers_reach_no_undeclared_file(opened: tuple[LoadedProject, DuckDBEngine], reader: str) -> None:
    folder = opened[0].folder
    for path in ("/etc/passwd", folder / "secret.csv", folder / ".lineofsight/older.csv", folder / "*.csv"):
        more = ", 'x'" if reader in ("sqlite_scan", "postgres_scan") else ""
        more = ", 'a', 1" if reader == "parquet_bloom_probe" else more
        refused(opened, f"SELECT * FROM {reader}('{path}'{more})")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'FOLDER/secret.csv'",
        "SELECT * FROM read_csv(['FOLDER/visits.csv', 'FOLDER/secret.csv'])",
        "SELECT * FROM read_csv('FOLDER/.lineofsight/../secret.csv')",
        "SELECT * FROM read_csv('file:///etc/passwd')",
        "SELECT * FROM read_csv('https://example.com/a.csv')",
        "SELECT * FROM read_csv('s3://bucket/a.csv')",
        "SELECT getenv('HOME')",
        "COPY (SELECT 1) TO 'FOLDER/out.csv'",
        "COPY (SELECT 1) TO 'FOLDER/.lineofsight/out.csv'",
        "COPY visits FROM '/etc/passwd'",
        "EXPORT DATABASE 'FOLDER/out'",
        "ATTACH 'FOLDER/x.duckdb' AS x",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET python_enable_replacements = true",
        "RESET threads",
        "PRAGMA threads = 1",
        "PRAGMA enable_profiling = 'json'",
    ],
)
def test_statements_that_reach_outside(opened: tuple[LoadedProject, DuckDBEngine], sql: str) -> None:
    refused(opened, sql.replace("FOLDER", str(opened[0].folder)))
    assert {path.name for path in opened[0].folder.iterdir()} == {
        *("lineofsight.yml", "visits.csv", "others.parquet", "secret.csv", ".lineofsight")
    }


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH ':memory:' AS x",
        "CREATE TABLE x AS SELECT 1",
        "DROP TABLE visits",
        "DELETE FROM visits",
        "SET VARIABLE x = 1",
        "CALL pragma_version()",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY (SELECT 1) TO 'FOLDER/.lineofsight/out.csv'",
        "SELECT 1) ; DROP TABLE visits; SELECT (1",
        "",
        "no SQL at all (",
    ],
)
def test_a_table_is_one_query(opened: tuple[LoadedProject, DuckDBEngine], sql: str) -> None:
    loaded, engine = opened
    with pytest.raises(DataError):
        load_sql(engine._connection, loaded, "made", sql.replace("FOLDER", str(loaded.folder)), {})
    assert engine.source("visits").rows == 1


@pytest.mark.parametrize(
    "sql",
    [
        "1) AS x FROM range(1); DROP TABLE visits; SELECT (1",
        "1), (2",
        "(SELECT count(*) FROM read_csv('/etc/passwd'))",
        "(SELECT content FROM read_text('/etc/passwd'))",
        "getenv('HOME')",
    ],
)
def test_an_expression_is_one_value(
    opened: tuple[LoadedProject, DuckDBEngine], sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lineofsight.engines.duckdb.canonical.referenced_columns", lambda text: ())
    with pytest.raises(DataError):
        opened[1].select("visits", [Field("x", sql, "number", ("operations", "minutes", "value"))])
    assert opened[1].source("visits").rows == 1


def test_python_variables_are_no_tables(opened: tuple[LoadedProject, DuckDBEngine]) -> None:
    secret = pa.table({"a": [1]})
    refused(opened, "SELECT * FROM secret")
    assert secret.num_rows == 1


def test_declared_files_are_read_and_own_data_kept(opened: tuple[LoadedProject, DuckDBEngine]) -> None:
    _, engine = opened
    assert engine.source("others").filled == {"id": 1, "who": 1, "day": 1, "minutes": 1, "stars": 1}
    assert engine.columns("visits")["minutes"] == "BIGINT"
    assert engine.source("visits").origin.endswith("visits.csv")
