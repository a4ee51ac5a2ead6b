"""Opening DuckDB, and locking it down to the declared files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError
from lineofsight.project.settings import DuckDBSettings

_CATALOGUE = "memory.main"  # what DuckDB calls an in-memory database and its schema


def connect(settings: DuckDBSettings, private: Path, spill: str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory database in UTC that loads no extension, sees no Python variable and spills to `private`.

    Args:
        settings: Its limits.
        private: Its own folder.
        spill: How much it may spill, as `50GB`; absent, nine tenths of what is free.

    Raises:
        EngineError: A limit is not understood, as in `memory: lots`.
    """
    connection = duckdb.connect()
    options = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "python_enable_replacements": "false",
        "allow_persistent_secrets": "false",
        "TimeZone": "'UTC'",
        "temp_directory": literal(private),
        "enable_progress_bar": "false",
        "parquet_metadata_cache": "true",
    }
    if settings.memory is not None:
        options["memory_limit"] = literal(settings.memory)
    if spill is not None:
        options["max_temp_directory_size"] = literal(spill)
    if settings.threads is not None:
        options["threads"] = str(settings.threads)
    for name, value in options.items():
        try:
            connection.execute(f"SET {name} = {value}")
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise EngineError(
                EngineCode.SETTING_REFUSED,
                f"engine.duckdb: {name} cannot be {value}: {first}",
                hint="write memory as '4GB', threads as 2",
            ) from error
    return connection


def memory_limit(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes that the engine may take."""
    asked = "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
    return int(connection.execute(asked).fetchall()[0][0])


def lock(connection: duckdb.DuckDBPyConnection, files: Iterable[Path], private: Path) -> None:
    """From here on SQL reads only `files` and what is below `private`; no setting can be changed."""
    named = [str(file) for file in files]
    known = [
        *named,
        *(f"{name}.wal" for name in named),
    ]  # what another program has still to move into a database file
    paths = dict.fromkeys([*known, *map(_verbatim, known)])
    connection.execute(f"SET allowed_paths = [{', '.join(map(literal, paths))}]")
    connection.execute(f"SET allowed_directories = [{literal(str(private) + '/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def cores(connection: duckdb.DuckDBPyConnection) -> int:
    """How many cores there are to count on: DuckDB's threads (as declared, or as a container limits them), at most as many as the
    system lets this process use."""
    found = connection.execute("SELECT current_setting('threads')").fetchall()[0][0]
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(int(found), allowed)


def is_one_query(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether the engine's own parser finds one SELECT and nothing else.

    Raises:
        duckdb.Error: It cannot be parsed.
    """
    statements = connection.extract_statements(sql)
    return len(statements) == 1 and statements[0].type == duckdb.StatementType.SELECT


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def declared(table: str) -> str:
    """A declared table in SQL, by its full name: what the alignment keeps may be called the same."""
    return f"{_CATALOGUE}.{identifier(table)}"


def literal(value: object) -> str:
    """A quoted SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def file_list(files: Iterable[Path]) -> str:
    """Files as an SQL list whose names are taken as they are, not as patterns."""
    return "[" + ", ".join(literal(_verbatim(str(file))) for file in files) + "]"


def _verbatim(path: str) -> str:
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in path)
