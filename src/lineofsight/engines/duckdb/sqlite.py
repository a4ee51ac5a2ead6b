"""SQLite files, read through Python's own library."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from lineofsight.engines.duckdb.connection import declared, identifier
from lineofsight.engines.duckdb.deadline import sqlite_within
from lineofsight.engines.duckdb.failures import reaches_outside
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed, check_table

_BATCH_ROWS = 50_000
_INCOMING = "sqlite_rows"
#: What a virtual table (full text, rtree) asks of the file as it is opened.
_ASKED = ("data_version", "page_size")
#: Functions that some builds of SQLite have, and that reach files or code.
_REACHING = ("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "lsdir")
#: How SQLite says that it was kept from it.
_REFUSALS = ("not authorized", "prohibited", "unsafe use of")


def load_sqlite(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed) -> None:
    """Copies a table of a SQLite file, some rows at a time.

    SQLite types values, not columns: a column becomes whole numbers or numbers where all its values are, else text.

    Raises:
        DataError: The file has no such table, or it is a view that reaches out of the file.
        sqlite3.Error: The file or its table cannot be read.
    """
    source = identifier(feed.table or "")
    file = f"{feed.files[0].as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(file, uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        database.set_authorizer(_stays_inside)
        named = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        check_table(loaded, feed, sorted(name for (name,) in named if not name.startswith("sqlite_")))
        with sqlite_within(database, loaded.project.limits.sql, f"reading the table '{feed.name}'"):
            try:
                schema = _schema(database, source)
            except sqlite3.DatabaseError as error:
                if any(refusal in str(error) for refusal in _REFUSALS):
                    raise reaches_outside(loaded, feed, str(error)) from error
                raise
            _insert(connection, f"CREATE TABLE {declared(feed.name)} AS", schema.empty_table())
            for batch in _batches(database, source, schema):
                _insert(connection, f"INSERT INTO {declared(feed.name)}", pa.Table.from_batches([batch]))


def _insert(connection: duckdb.DuckDBPyConnection, into: str, rows: pa.Table) -> None:
    connection.register(_INCOMING, rows)
    try:
        connection.execute(f"{into} SELECT * FROM {_INCOMING}")
    finally:
        connection.unregister(_INCOMING)


def _stays_inside(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Lets SQLite reach nothing but the file, which is opened for reading: nobody has looked at the SQL of its views.

    Virtual tables prepare what they would write with, so that is not refused here.
    """
    match action:
        case sqlite3.SQLITE_ATTACH | sqlite3.SQLITE_DETACH:
            allowed = False
        case sqlite3.SQLITE_PRAGMA:
            allowed = first in _ASKED
        case sqlite3.SQLITE_FUNCTION:
            allowed = (second or "").lower() not in _REACHING
        case _:
            allowed = True
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _schema(database: sqlite3.Connection, source: str) -> pa.Schema:
    names = [column[0] for column in database.execute(f"SELECT * FROM {source} LIMIT 0").description]
    kinds = ", ".join(f"group_concat(DISTINCT typeof({identifier(name)}))" for name in names)
    found = database.execute(f"SELECT {kinds} FROM {source}").fetchone()
    return pa.schema([(name, _type(kind)) for name, kind in zip(names, found, strict=True)])


def _type(kinds: str | None) -> pa.DataType:
    match sorted(set((kinds or "").split(",")) - {"null", ""}):
        case ["integer"]:
            return pa.int64()
        case ["real"] | ["integer", "real"]:
            return pa.float64()
        case _:
            return pa.string()


def _batches(database: sqlite3.Connection, source: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    cursor = database.execute(f"SELECT * FROM {source}")
    while rows := cursor.fetchmany(_BATCH_ROWS):
        columns = [
            pa.array([_fitted(value, field.type) for value in values], field.type)
            for field, values in zip(schema, zip(*rows, strict=True), strict=True)
        ]
        yield pa.record_batch(columns, schema=schema)


def _fitted(value: object, type_: pa.DataType) -> object:
    if value is None or not pa.types.is_string(type_):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
