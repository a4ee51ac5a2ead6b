"""Declared tables become DuckDB tables: Parquet is read in place, the rest is loaded once."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from lineofsight.engines.duckdb.connection import declared, file_list, identifier, is_one_query, literal
from lineofsight.engines.duckdb.csv import Columns, converted, load_csv
from lineofsight.engines.duckdb.failures import message_of, out_of_memory, reaches_outside
from lineofsight.engines.duckdb.rows import TEXTS
from lineofsight.engines.duckdb.sqlite import load_sqlite
from lineofsight.engines.duckdb.twins import create_view, refuse_twin_keys
from lineofsight.engines.refusals import refuse_columns_not_there
from lineofsight.engines.texts import passed_on
from lineofsight.engines.written.columns import written_columns
from lineofsight.engines.written.problems import Unclear
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.problems import quote
from lineofsight.sources import Feed, check_table
from lineofsight.sources.csv_errors import MalformedCsvError
from lineofsight.sources.csv_layout import first_trouble

_WRITTEN_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


def load_feed(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, folder: Path
) -> Columns:
    """Makes the feed readable under its name.

    Args:
        connection: Where.
        loaded: The project.
        feed: What is read.
        folder: Where copies of files are made that are not read as they are.

    Raises:
        DataError: The files cannot be read as declared.
        EngineError: They do not fit into the memory allowed.
    """
    name, columns = declared(feed.name), Columns()
    with reading(loaded, feed, feed.files):
        match feed.format:
            case "parquet":
                columns = _view_parquet(connection, loaded, feed)
            case "csv":
                columns = load_csv(connection, loaded, feed, folder)
            case "json":
                columns = _load_json(connection, loaded, feed)
            case "duckdb":
                _load_duckdb(connection, loaded, feed)
            case "sqlite":
                load_sqlite(connection, loaded, feed)
        if feed.format in ("duckdb", "sqlite"):
            source = said_of_values(connection, loaded, feed.name, name)
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS {source}")
        refuse_unknown_columns(connection, loaded, feed.name)
        rows = connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall()
    if not rows:
        raise no_rows(loaded, feed)
    return columns


def refuse_unknown_columns(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, table: str) -> None:
    """Refuses what is said of the values of a column that the table does not have.

    Raises:
        DataError: There is such a column.
    """
    said = loaded.project.tables[table]
    if not said.textual:
        return
    known = [row[0] for row in connection.execute(f"DESCRIBE {declared(table)}").fetchall()]
    refuse_columns_not_there(loaded, table, known)


def said_of_values(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, table: str, source: str
) -> str:
    """A query of a source in which the columns that something is said of are what is said."""
    said = loaded.project.tables[table]
    if not said.textual:
        return f"SELECT * FROM {source}"
    types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    texts = {
        column: f"CAST({identifier(column)} AS VARCHAR)"
        for column, type_ in types.items()
        if column.lower() in said.textual and not type_.startswith(("DATE", "TIMESTAMP"))
    }

    def query(sql: str) -> Sequence[Sequence[object]]:
        return connection.execute(sql).fetchall()

    written = written_columns(query, TEXTS, source, list(texts), said, texts)
    chosen = {**{c: sql for c, sql in texts.items() if said.kind_of(c) == "text"}, **written.converted}
    if not chosen:
        return f"SELECT * FROM {source}"
    listed = ", ".join(f"{sql} AS {identifier(column)}" for column, sql in chosen.items())
    return f"SELECT * REPLACE ({listed}) FROM {source}"


def _view_parquet(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed) -> Columns:
    """Makes Parquet files readable in place; columns that something is said of are what is said."""
    name, whole = declared(feed.name), declared(f"{feed.name}:whole")
    headers = create_view(connection, loaded, feed, whole, parquet_reader(feed.files))
    connection.execute(f"CREATE VIEW {name} AS {said_of_values(connection, loaded, feed.name, whole)}")
    return Columns(headers)


def _load_json(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed) -> Columns:
    """Loads JSON files; dates that the reader may have misread are read as the texts they are.

    Raises:
        DataError: Their keys differ by case only.
    """
    name, table = declared(feed.name), loaded.project.tables[feed.name]
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {json_reader(feed.files)}")
    types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {name}").fetchall()}
    refuse_twin_keys(connection, loaded, feed, types)
    again = [column for column, type_ in types.items() if column.lower() in table.textual]
    again += misread_dates(connection, feed.files, types)
    if not again:
        return Columns()
    whole = {column: "VARCHAR" if column in again else type_ for column, type_ in types.items()}
    columns = ", ".join(f"{literal(column)}: {literal(type_)}" for column, type_ in whole.items())
    source = f"read_json({file_list(feed.files)}, columns = {{{columns}}})"
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {source}")
    types = whole
    written = converted(connection, name, {column: types[column] for column in again}, table)
    return Columns(unclear={column.lower(): problem for column, problem in written.unclear.items()})


def misread_dates(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Path], types: Mapping[str, str]
) -> list[str]:
    """Columns of JSON that became dates and have another form than 2024-03-05, of which the reader guesses the order."""
    dated = [column for column, type_ in types.items() if type_ in _WRITTEN_DATES]
    if not dated:
        return []
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in dated)
    source = f"read_json({file_list(files)}, columns = {{{columns}}})"
    tests = ", ".join(
        f"bool_and(regexp_matches(CAST({identifier(c)} AS VARCHAR), '^\\s*[0-9]{{4}}-'))" for c in dated
    )
    found = connection.execute(f"SELECT {tests} FROM {source}").fetchall()[0]
    return [column for column, plain in zip(dated, found, strict=True) if plain is False]


def parquet_reader(files: Sequence[Path]) -> str:
    """SQL that reads Parquet files."""
    return f"read_parquet({file_list(files)}, union_by_name = true)"


def json_reader(files: Sequence[Path]) -> str:
    """SQL that reads JSON files."""
    return f"read_json({file_list(files)}, sample_size = -1, union_by_name = true)"


@contextlib.contextmanager
def reading(loaded: LoadedProject, feed: Feed, files: Sequence[Path]) -> Iterator[None]:
    """What the engine refuses inside becomes the error for files that cannot be read as declared."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise out_of_memory(error) from error
    except MalformedCsvError as error:
        raise _refused_csv(loaded, feed, error) from error
    except (duckdb.Error, sqlite3.Error, pa.ArrowException) as error:
        troubles = (
            first_trouble(file, encoding=feed.encoding, header=feed.header, skip=feed.skip)
            for file in files
            if feed.format == "csv"
        )
        if (trouble := next(filter(None, troubles), None)) is not None:
            raise _refused_csv(loaded, feed, trouble) from error
        raise loaded.error(
            DataCode.FILE_UNREADABLE,
            f"cannot read {files[0]} as {feed.format}: {str(error).partition(chr(10))[0]}",
            "tables",
            feed.name,
            "path",
            hint="check the file, or say what it is with 'format:'",
        ) from error


def _refused_csv(loaded: LoadedProject, feed: Feed, trouble: MalformedCsvError) -> Exception:
    return loaded.error(trouble.code, trouble.message, "tables", feed.name, "path", hint=trouble.hint)


def no_rows(loaded: LoadedProject, feed: Feed) -> Exception:
    """The error for a table without a row."""
    return loaded.error(
        DataCode.TABLE_EMPTY,
        f"the table is empty: no row in {', '.join(str(file) for file in feed.files[:3])}",
        "tables",
        feed.name,
        hint="export it again, or take it out of the project file",
    )


def load_sql(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    name: str,
    sql: str,
    headers: Mapping[str, str],
    unclear: Mapping[str, Mapping[str, Unclear]] = MappingProxyType({}),
) -> Mapping[str, Unclear]:
    """Computes a table that is declared as SQL over other tables.

    Args:
        connection: Where.
        loaded: The project.
        name: The table's name.
        sql: What it is.
        headers: What columns of the others are called in their files, of those that are called otherwise in SQL.
        unclear: What is not clear of columns of tables.

    Returns:
        What is not clear of its own.

    Raises:
        DataError: The engine refuses the SQL, it computes with what is not clear, or it gives no row.
        EngineError: It does not fit into the memory allowed.
    """
    place = ("tables", name, "sql")
    passed = passed_on(loaded, name, unclear) if any(unclear.values()) else {}
    try:
        if not is_one_query(connection, sql):
            raise loaded.error(DataCode.SQL_NOT_ONE_SELECT, "'sql' is one SELECT and nothing else", *place)
        connection.execute(f"CREATE TABLE {declared(name)} AS ({sql.rstrip().rstrip(';')}\n)")
        rows = connection.execute(f"SELECT 1 FROM {declared(name)} LIMIT 1").fetchall()
    except duckdb.OutOfMemoryException as error:
        raise out_of_memory(error) from error
    except duckdb.Error as error:
        raise loaded.error(
            DataCode.SQL_FAILS,
            f"the SQL fails: {message_of(error)}",
            *place,
            hint=_sql_hint(error, sql, headers),
        ) from error
    if not rows:
        raise loaded.error(
            DataCode.SQL_WITHOUT_ROWS,
            "the SQL gives no row",
            *place,
            hint="look at its joins and conditions: does anything match?",
        )
    return passed


def _sql_hint(error: duckdb.Error, sql: str, headers: Mapping[str, str]) -> str:
    called = [
        f"{quote(header)} is {column}" for column, header in headers.items() if header.lower() in sql.lower()
    ]
    if called and isinstance(error, duckdb.BinderException):
        return f"in SQL columns whose names differ by case only, or are there twice, have their place: {', '.join(called)}"
    if isinstance(error, duckdb.PermissionException):
        return (
            "SQL reads declared tables only: declare the file under 'tables' with 'path', then use its name"
        )
    return "run the query in DuckDB to see it in full"


def _load_duckdb(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed) -> None:
    connection.execute(f"ATTACH {literal(feed.files[0])} AS source (READ_ONLY)")
    try:
        asked = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source'"
        asked += " UNION ALL SELECT schema_name, view_name FROM duckdb_views()"
        asked += " WHERE database_name = 'source' AND NOT internal"
        there = sorted(table for schema, table in connection.execute(asked).fetchall() if schema == "main")
        check_table(loaded, feed, there)
        source = f"source.{identifier(feed.table or '')}"
        try:
            connection.execute(f"CREATE TABLE {declared(feed.name)} AS SELECT * FROM {source}")
        except duckdb.PermissionException as error:
            raise reaches_outside(loaded, feed, message_of(error)) from error
    finally:
        connection.execute("DETACH source")
