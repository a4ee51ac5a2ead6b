"""Declared tables become DuckDB tables: Parquet is read in place, the rest is loaded once."""

from __future__ import annotations

import sqlite3

import duckdb
import pyarrow as pa

from lineofsight.core.errors import DataError
from lineofsight.engines.duckdb.connection import identifier, literal
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed

_ZONE = r"(Z|[+-]\d{2}(:?\d{2})?)\s*$"
_SQLITE_BATCH = 50_000


def load_feed(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed) -> None:
    """Makes the feed readable under its name.

    Raises:
        DataError: The files cannot be read as declared.
    """
    files = "[" + ", ".join(literal(file) for file in feed.files) + "]"
    name = identifier(feed.name)
    try:
        match feed.format:
            case "parquet":
                connection.execute(
                    f"CREATE VIEW {name} AS SELECT * FROM read_parquet({files}, union_by_name = true)"
                )
                connection.execute(f"SELECT * FROM {name} LIMIT 0")
            case "csv":
                reader = f"read_csv({files}, sample_size = -1, union_by_name = true)"
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {reader}")
                _refuse_mixed_zones(connection, loaded, feed, files)
            case "json":
                reader = f"read_json({files}, sample_size = -1, union_by_name = true)"
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {reader}")
            case "duckdb":
                _load_duckdb(connection, feed)
            case "sqlite":
                _load_sqlite(connection, feed)
    except (duckdb.Error, sqlite3.Error, pa.ArrowException) as error:
        raise loaded.error(
            f"cannot read {feed.files[0]} as {feed.format}: {_first_line(error)}",
            "tables",
            feed.name,
            "path",
            hint="check the file, or say what it is with 'format:'",
            kind=DataError,
        ) from error
    if not connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall():
        raise loaded.error(
            f"the table is empty: no row in {', '.join(str(file) for file in feed.files[:3])}",
            "tables",
            feed.name,
            hint="export it again, or take it out of the project file",
            kind=DataError,
        )


def load_sql(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, name: str, sql: str) -> None:
    """Computes a table that is declared as SQL over other tables.

    Raises:
        DataError: The engine refuses the SQL, or it gives no row.
    """
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise loaded.error("'sql' is one SELECT and nothing else", "tables", name, "sql", kind=DataError)
    try:
        connection.execute(f"CREATE TABLE {identifier(name)} AS ({sql.rstrip().rstrip(';')}\n)")
    except duckdb.Error as error:
        raise loaded.error(
            f"the SQL fails: {_message(error)}", "tables", name, "sql", hint=_sql_hint(error), kind=DataError
        ) from error
    if not connection.execute(f"SELECT 1 FROM {identifier(name)} LIMIT 1").fetchall():
        raise loaded.error(
            "the SQL gives no row",
            "tables",
            name,
            "sql",
            hint="look at its joins and conditions: does anything match?",
            kind=DataError,
        )


def _sql_hint(error: duckdb.Error) -> str:
    if isinstance(error, duckdb.PermissionException):
        return (
            "SQL reads declared tables only: declare the file under 'tables' with 'path', then use its name"
        )
    return "run the query in DuckDB to see it in full"


def _load_duckdb(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    connection.execute(f"ATTACH {literal(feed.files[0])} AS source (READ_ONLY)")
    try:
        source = f"source.{identifier(feed.table or '')}"
        connection.execute(f"CREATE TABLE {identifier(feed.name)} AS SELECT * FROM {source}")
    finally:
        connection.execute("DETACH source")


def _load_sqlite(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    database = sqlite3.connect(f"file:{feed.files[0]}?mode=ro", uri=True)
    try:
        cursor = database.execute(f"SELECT * FROM {identifier(feed.table or '')}")
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    finally:
        database.close()
    # SQLite types values, not columns: take the type that fits all values of a column, else text.
    columns = [_column([row[index] for row in rows]) for index in range(len(names))]
    arrow = pa.table(columns, names=names)
    connection.register("sqlite_rows", arrow)
    connection.execute(f"CREATE TABLE {identifier(feed.name)} AS SELECT * FROM sqlite_rows")
    connection.unregister("sqlite_rows")


def _column(values: list[object]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())


def _refuse_mixed_zones(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, files: str
) -> None:
    described = connection.execute(f"DESCRIBE {identifier(feed.name)}").fetchall()
    for column in (row[0] for row in described if row[1] == "TIMESTAMP WITH TIME ZONE"):
        text = f"read_csv({files}, all_varchar = true, union_by_name = true)"
        quoted = identifier(column)
        naive, filled, example = connection.execute(
            f"SELECT count(*) FILTER (NOT regexp_matches({quoted}, {literal(_ZONE)})), count({quoted}),"
            f" min({quoted}) FILTER (NOT regexp_matches({quoted}, {literal(_ZONE)})) FROM {text}"
        ).fetchall()[0]
        if naive:
            raise loaded.error(
                f"column '{column}' mixes times with and without a time zone: {naive:,} of {filled:,} have none, as '{example}'",
                "tables",
                feed.name,
                hint="write every time of a column with its zone, or every one without",
                kind=DataError,
            )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _message(error: Exception) -> str:
    """The engine's message without its picture of the query."""
    lines = str(error).split("\n\nLINE ")[0].splitlines()
    return " ".join(line.strip() for line in lines if line.strip())


engine_message = _message
