"""Writing a run: it appears whole or not at all."""

from __future__ import annotations

import errno
import itertools
import json
import logging
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, disk_is_full
from lineofsight.ownership import claimed, remove, remove_abandoned
from lineofsight.reasons import Statement
from lineofsight.runs.columns import TableSchema
from lineofsight.runs.reader import MANIFEST, SCHEMA, Run
from lineofsight.units import Unit, UnitKind

_log = logging.getLogger(__name__)

_STATED = {
    "code": pa.string(),
    **dict.fromkeys(("name", "other", "at", "kind", "text"), pa.string()),
    **dict.fromkeys(("names", "others"), pa.list_(pa.string())),
    **dict.fromkeys(("n", "needed", "total", "columns"), pa.int64()),
    **dict.fromkeys(("share", "beside", "p", "value", "margin", "years", "days"), pa.float64()),
}
_REASON = pa.struct({**_STATED, "inner": pa.list_(pa.struct({"depth": pa.int64(), **_STATED}))})
_TYPES = {
    "string": pa.string(),
    "float": pa.float64(),
    "int": pa.int64(),
    "timestamp": pa.timestamp("us"),
    "names": pa.list_(pa.string()),
    "reason": _REASON,
    "reasons": pa.list_(_REASON),
}
_UNIT_KIND, _KIND = "unit_kind", "_kind"
UNFINISHED = ".unfinished-"
"""What stands in the name of a folder or file before the mark of who is writing it."""

Rows = Sequence[Mapping[str, Any]]


def write_run(
    project_folder: Path,
    run_id: str,
    schemas: Sequence[TableSchema],
    tables: Mapping[str, Rows],
    manifest: Mapping[str, Any],
) -> Run:
    """Writes all tables, what their columns mean, and the manifest into `runs/<run_id>/`.

    They are written beside it first and moved into place as the last step, so a crash leaves no half run. Where
    that name is taken, as by a run started in the same second, a count is added to it.

    Args:
        project_folder: The project's folder.
        run_id: Name of the run.
        schemas: The tables that a run has.
        tables: Their rows.
        manifest: What the run was made of, as JSON values.

    Raises:
        RunError: The rows do not fit the schema, or the disk refuses.
    """
    runs = project_folder / "runs"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        with claimed(runs) as token:
            unfinished = runs / f"{UNFINISHED}{secrets.token_hex(4)}-{token}"
            try:
                return _written(unfinished, runs, run_id, schemas, tables, manifest)
            finally:
                remove(unfinished)
    except OSError as error:
        if disk_is_full(error):
            raise RunError(
                RunCode.DISK_FULL,
                f"the disk of {runs} is full; nothing was kept of this run",
                hint="free some space and run again",
            ) from error
        raise RunError(
            RunCode.RUN_UNWRITABLE,
            f"the run could not be written to {runs}: {error.strerror or error}",
            hint="the project's folder must be one that you can write to",
        ) from error


def _written(
    unfinished: Path,
    runs: Path,
    run_id: str,
    schemas: Sequence[TableSchema],
    tables: Mapping[str, Rows],
    manifest: Mapping[str, Any],
) -> Run:
    unfinished.mkdir()
    for schema in schemas:
        pq.write_table(to_arrow(schema, tables.get(schema.name, ())), unfinished / f"{schema.name}.parquet")
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    described = json.dumps([asdict(schema) for schema in schemas], indent=1, ensure_ascii=False)
    (unfinished / SCHEMA).write_text(described + "\n", encoding="utf-8")
    (unfinished / MANIFEST).write_text(text + "\n", encoding="utf-8")
    written = Run(_moved(unfinished, runs, run_id))
    _log.debug("%d tables were written", len(schemas), extra={"run": written.id, "tables": len(schemas)})
    return written


def _moved(unfinished: Path, runs: Path, run_id: str) -> Path:
    """Moves a finished run into place, under the first name of its own that is free."""
    for count in itertools.count(1):
        target = runs / (run_id if count == 1 else f"{run_id}-{count}")
        if os.path.lexists(target):
            continue
        try:
            unfinished.rename(target)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):  # taken by another run since
                continue
            raise
        return target
    raise AssertionError("the count has no end")


def to_arrow(schema: TableSchema, rows: Rows) -> pa.Table:
    """Rows as an Arrow table of exactly the schema; NaN becomes null.

    Raises:
        RunError: A column is unknown, missing, or null where it may not be.
    """
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for row in rows:
        if unknown := set(row) - set(columns):
            raise RunError(RunCode.TABLE_MALFORMED, f"table '{schema.name}' has no column {sorted(unknown)}")
        for name, values in columns.items():
            values.append(_stored(_kind_of(row, name) if name.endswith(_UNIT_KIND) else row.get(name)))
    for column in schema.columns:
        if not column.nullable and None in columns[column.name]:
            raise RunError(
                RunCode.TABLE_MALFORMED, f"column '{column.name}' of table '{schema.name}' may not be empty"
            )
    fields = [pa.field(c.name, _TYPES[c.kind], nullable=c.nullable) for c in schema.columns]
    return pa.table(list(columns.values()), schema=pa.schema(fields))


def _kind_of(row: Mapping[str, Any], name: str) -> str | None:
    """The kind of the unit in another column of the row."""
    unit = row.get(name.removesuffix(_KIND))
    return None if unit is None else str(unit.kind if isinstance(unit, Unit) else UnitKind.OWN)


def _stored(value: Any) -> Any:
    """A value as a table has it."""
    match value:
        case float():
            return None if value != value else value
        case Statement():
            return value.flat()
        case tuple():
            return [_stored(each) for each in value]
        case _:
            return value


def clean_unfinished(project_folder: Path) -> int:
    """Removes what killed runs left behind; runs still being written are left alone. Returns how many were removed."""
    runs = project_folder / "runs"
    removed = remove_abandoned(runs, list(runs.glob(f"{UNFINISHED}*")))
    reports: dict[Path, list[Path]] = {}
    for path in runs.glob(f"*/.*{UNFINISHED}*"):
        reports.setdefault(path.parent, []).append(path)
    return removed + sum(remove_abandoned(folder, left) for folder, left in reports.items())
