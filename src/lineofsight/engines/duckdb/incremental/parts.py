"""A part: the canonical rows of one file for one selection, checked and written as Parquet."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from lineofsight.engines.base import FieldAudit
from lineofsight.engines.column import Column
from lineofsight.engines.duckdb.blame import Asked, blaming
from lineofsight.engines.duckdb.canonical import canonical
from lineofsight.engines.duckdb.connection import literal
from lineofsight.engines.duckdb.failures import as_engine_error
from lineofsight.engines.duckdb.incremental.cache import FACTS
from lineofsight.engines.duckdb.incremental.merge import audits_to_json
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.engines.duckdb.selecting import checked
from lineofsight.errors import DataError
from lineofsight.project.load import LoadedProject


def write_part(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    columns: Sequence[Column],
    where: Column | None,
    path: Path,
) -> tuple[int, dict[str, FieldAudit]]:
    """Checks the rows as a selection does and writes them; gives how many there are and what they hold.

    Raises:
        DataError: Values are not what their role says, or an expression fails.
        EngineError: The disk is full.
    """
    # Whether texts have a time zone is told by the texts.
    columns = [canonical(connection, loaded, rows, [c.field])[0] if _written(c) else c for c in columns]
    count, audits, query = checked(connection, loaded, rows, columns, where)
    facts = json.dumps({"rows": count, "audits": audits_to_json(audits)}, ensure_ascii=False)
    options = f"FORMAT parquet, COMPRESSION lz4_raw, KV_METADATA {{{FACTS}: {literal(facts)}}}"
    with as_engine_error(), blaming(connection, loaded, [Asked(rows, columns, where)]):
        connection.execute(f"COPY ({query}) TO {literal(path)} ({options})")
    return count, audits


def _written(column: Column) -> bool:
    """Whether it is an instant that is read from text."""
    return column.kind == "instant" and column.unfit is not None


@contextlib.contextmanager
def in_file(loaded: LoadedProject, path: Path) -> Iterator[None]:
    """An error in the data that is found inside also names the file."""
    try:
        yield
    except DataError as error:
        file = os.path.relpath(path, loaded.folder)
        raise DataError(
            error.code,
            f"{error.message}; this is in the file '{file}'",
            file=error.file,
            line=error.line,
            where=error.where,
            hint=error.hint,
        ) from error
