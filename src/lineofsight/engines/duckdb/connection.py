"""Opening DuckDB, and locking it down to the declared files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from lineofsight.core.errors import EngineError
from lineofsight.project.models import DuckDBSettings


def connect(settings: DuckDBSettings, spill: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory database in UTC that loads no extension and spills to `spill`.

    Raises:
        EngineError: A limit is not understood, as in `memory: lots`.
    """
    connection = duckdb.connect()
    options = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "TimeZone": "'UTC'",
        "temp_directory": _quoted(spill),
        "enable_progress_bar": "false",
    }
    if settings.memory is not None:
        options["memory_limit"] = _quoted(settings.memory)
    if settings.threads is not None:
        options["threads"] = str(settings.threads)
    for name, value in options.items():
        try:
            connection.execute(f"SET {name} = {value}")
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise EngineError(
                f"engine.duckdb: {name} cannot be {value}: {first}\n  → write memory as '4GB', threads as 2"
            ) from error
    return connection


def lock(connection: duckdb.DuckDBPyConnection, files: Iterable[Path], folder: Path) -> None:
    """From here on SQL reads only `files` and reads and writes only below `folder`; no setting can be changed."""
    paths = ", ".join(_quoted(file) for file in files)
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute(f"SET allowed_directories = [{_quoted(str(folder) + '/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A quoted SQL string."""
    return _quoted(value)
