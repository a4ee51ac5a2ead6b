"""A part: the canonical rows of one file for one selection, checked and written as Parquet."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from lineofsight.engines.base import FieldAudit
from lineofsight.engines.column import Column
from lineofsight.engines.duckdb.audit import checked
from lineofsight.engines.duckdb.canonical import canonical
from lineofsight.engines.duckdb.connection import identifier, literal
from lineofsight.engines.duckdb.failures import ComputedColumns, as_engine_error, as_expression_error
from lineofsight.engines.duckdb.incremental.cache import FACTS
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.error_codes import DataCode
from lineofsight.errors import DataError
from lineofsight.project.load import LoadedProject

Audits = Mapping[str, FieldAudit]


def merged(parts: Sequence[Audits]) -> dict[str, FieldAudit] | None:
    """The audits of all rows; None where texts have a time zone in some parts and none in others."""
    audits = {alias: _merged([part[alias] for part in parts]) for alias in parts[0]}
    known = {alias: audit for alias, audit in audits.items() if audit is not None}
    return known if len(known) == len(audits) else None


def _merged(parts: Sequence[FieldAudit]) -> FieldAudit | None:
    zones = {part.zoned for part in parts} - {None}
    if len(zones) > 1:
        return None
    return FieldAudit(
        maybe_nan=any(part.maybe_nan for part in parts),
        max_abs=max(_given(part.max_abs for part in parts), default=None),
        min_abs=min(_given(part.min_abs for part in parts), default=None),
        first=min((part.first for part in parts if part.first is not None), default=None),
        last=max((part.last for part in parts if part.last is not None), default=None),
        kind=parts[0].kind,
        zoned=next(iter(zones), None),
        whole=all(part.whole for part in parts),
    )


def _given(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def audits_to_json(audits: Audits) -> dict[str, Any]:
    """Audits as plain values."""
    return {alias: _plain(asdict(audit)) for alias, audit in audits.items()}


def audits_from_json(values: Mapping[str, Any]) -> dict[str, FieldAudit]:
    """The inverse of `audits_to_json`."""
    return {alias: FieldAudit(**_instants(audit)) for alias, audit in values.items()}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in values.items()}


def _instants(values: Mapping[str, Any]) -> dict[str, Any]:
    read = dict(values)
    for end in ("first", "last"):
        read[end] = None if read[end] is None else dt.datetime.fromisoformat(read[end])
    return read


def write_part(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    columns: Sequence[Column],
    where: Column | None,
    path: Path,
) -> bool:
    """Checks the rows as a selection does and writes them.

    Returns:
        False where texts of this file alone do not tell how they are to be read; then nothing is written.

    Raises:
        DataError: Values are not what their role says, or an expression fails.
        EngineError: The disk is full.
    """
    try:
        columns = [
            canonical(connection, loaded, rows, [c.field], where)[0] if _written(c) else c for c in columns
        ]
    except DataError as error:
        if error.code in (DataCode.DAY_OR_MONTH, DataCode.NUMBER_UNCLEAR):
            return False
        raise
    if any(column.local and column.problem is None for column in columns):
        return False
    count, audits, query = checked(connection, loaded, rows, columns, where)
    facts = json.dumps({"rows": count, "audits": audits_to_json(audits)}, ensure_ascii=False)
    options = f"FORMAT parquet, COMPRESSION lz4_raw, KV_METADATA {{{FACTS}: {literal(facts)}}}"
    with as_engine_error(), as_expression_error(connection, loaded, [ComputedColumns(rows, columns, where)]):
        connection.execute(f"COPY ({query}) TO {literal(path)} ({options})")
    return True


_MEASURED = ("DOUBLE", "FLOAT", "DECIMAL", "TIMESTAMP", "DATE")


def write_rows(
    connection: duckdb.DuckDBPyConnection, rows: Rows, types: Mapping[str, str], where: str, path: Path
) -> None:
    """Writes columns of the rows that meet a condition; what is no measurement or instant as a hash, as it may name somebody.

    Args:
        connection: The engine's.
        rows: What is written.
        types: The columns, with their types.
        where: The condition; empty for all rows.
        path: Where it is written.

    Raises:
        EngineError: The disk is full.
    """
    kept = f" WHERE {where}" if where else ""
    listed = ", ".join(
        column
        if type_.startswith(_MEASURED)
        else f"CASE WHEN {column} IS NOT NULL THEN hash({column}) END AS {column}"
        for column, type_ in ((identifier(name), type_) for name, type_ in types.items())
    )
    options = f"FORMAT parquet, COMPRESSION lz4_raw, KV_METADATA {{{FACTS}: '{{}}'}}"
    with as_engine_error():
        connection.execute(f"COPY (SELECT {listed} FROM {rows.sql}{kept}) TO {literal(path)} ({options})")


def _written(column: Column) -> bool:
    """Whether it is read from text, of which the texts tell how."""
    return column.kind in ("instant", "number") and column.unfit is not None


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
