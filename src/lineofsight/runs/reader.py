"""Reading a run: an immutable folder of tidy Parquet tables with a manifest."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.characters import visible
from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, did_you_mean
from lineofsight.reasons import Statement
from lineofsight.runs.columns import SCHEMA_VERSION, Column, TableSchema
from lineofsight.units import Unit, UnitKind
from lineofsight.words.reasons import in_words

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
SCHEMA = "schema.json"
_SHOWN = 30
_CLOCKS_DIFFER = dt.timedelta(days=1)  # hosts that share a folder, at most
_COUNTED = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)-(\d+)")


@dataclass(frozen=True, slots=True)
class RunTable:
    """One table of a run: values, with views as Arrow, pandas, rows or HTML."""

    schema: TableSchema
    data: pa.Table

    def __len__(self) -> int:
        return int(self.data.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows())

    def rows(self, **equal: Any) -> list[dict[str, Any]]:
        """The rows as dictionaries; `rows(segment=None, path="total")` keeps those with these values.

        A reason is a `Statement`, a unit a `Unit`, a list of names or reasons a tuple.

        Raises:
            RunError: A name is not a column of the table.
        """
        for name in equal:
            if name not in self.schema.names:
                raise RunError(
                    RunCode.UNKNOWN_COLUMN,
                    f"table '{self.schema.name}' has no column '{name}': {did_you_mean(name, self.schema.names)}",
                )
        rows: list[dict[str, Any]] = self.data.to_pylist()
        for column in self.schema.columns:
            if column.name.endswith("unit_kind"):
                _with_kind(rows, column.name)
            if (read := _READ.get(column.kind)) is not None:
                for row in rows:
                    if row[column.name] is not None:
                        row[column.name] = read(row[column.name])
        return [row for row in rows if all(row[name] == value for name, value in equal.items())]

    def to_arrow(self) -> pa.Table:
        """The table as `pyarrow.Table`; a reason is a struct, `reason.code` and its parameters."""
        return self.data

    def to_pandas(self) -> pd.DataFrame:
        """The table as `pandas.DataFrame`; a reason is a dictionary, its `code` and its parameters."""
        frame: pd.DataFrame = self.data.to_pandas()
        return frame

    def _repr_html_(self) -> str:
        head = "".join(
            f"<th title='{html.escape(c.doc, quote=True)}'>{html.escape(c.name)}</th>"
            for c in self.schema.columns
        )
        shown = RunTable(self.schema, self.data.slice(0, _SHOWN)).rows()
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>" for row in shown
        )
        more = f"<p>{_SHOWN} of {len(self)} rows</p>" if len(self) > _SHOWN else ""
        return f"<table><caption>{html.escape(self.schema.doc)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) else html.escape(visible(str(in_words(value))))


def _with_kind(rows: list[dict[str, Any]], kind: str) -> None:
    """Makes units of the texts in the column that a column of kinds stands beside."""
    name = kind.removesuffix("_kind")
    for row in rows:
        if row[name] is not None:
            row[name] = Unit(row[name], UnitKind(row[kind]))


_READ: Mapping[str, Callable[[Any], Any]] = {
    "names": tuple,
    "reason": Statement.from_flat,
    "reasons": lambda values: tuple(map(Statement.from_flat, values)),
}


@dataclass(frozen=True)
class Run:
    """One immutable snapshot of all results. `run.effects` and every other table of `run.schemas` is an attribute."""

    path: Path

    @property
    def id(self) -> str:
        """The run's name: the folder it is kept in."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was declared, which data, which versions, how long.

        Raises:
            RunError: The folder is no run, its manifest is damaged, or another version wrote it.
        """
        file = self.path / MANIFEST
        try:
            manifest = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if not self.path.is_dir():
                message = f"{self.path}: there is no such run"
                raise RunError(RunCode.NOT_A_RUN, message, hint="run the project again") from None
            raise RunError(RunCode.NOT_A_RUN, f"{self.path} is no run: it has no {MANIFEST}") from None
        except OSError as error:
            raise RunError(
                RunCode.RUN_UNREADABLE, f"{file} cannot be read: {error.strerror or error}"
            ) from error
        except ValueError as error:  # no JSON, or no UTF-8
            raise RunError(
                RunCode.RUN_DAMAGED, f"{file} is damaged: {error}", hint="run the project again"
            ) from None
        if not isinstance(manifest, dict) or not isinstance(manifest.get("project"), dict):
            raise RunError(
                RunCode.RUN_DAMAGED,
                f"{file} is damaged: it does not tell the project",
                hint="run the project again",
            )
        found = manifest.get("schema_version", SCHEMA_VERSION)
        if found != SCHEMA_VERSION:
            raise RunError(
                RunCode.OTHER_VERSION,
                f"{self.path} was written by another version of Lineofsight: its tables are of version {found},"
                f" here they are of version {SCHEMA_VERSION}",
                hint="run the project again",
            )
        return manifest

    @cached_property
    def schemas(self) -> dict[str, TableSchema]:
        """The tables of the run by name, with their documentation, as they were when it was written.

        Raises:
            RunError: They cannot be read.
        """
        _ = self.manifest  # a folder that is no run, or of another version, is told first
        file = self.path / SCHEMA
        try:
            tables = json.loads(file.read_text(encoding="utf-8"))
            found = [
                TableSchema(each["name"], each["doc"], tuple(Column(**column) for column in each["columns"]))
                for each in tables
            ]
        except OSError as error:
            message = f"{file} cannot be read: {error.strerror or error}"
            raise RunError(RunCode.RUN_UNREADABLE, message, hint="run the project again") from error
        except (ValueError, KeyError, TypeError) as error:
            message = f"{file} is damaged: {error}"
            raise RunError(RunCode.RUN_DAMAGED, message, hint="run the project again") from None
        return {schema.name: schema for schema in found}

    def table(self, name: str) -> RunTable:
        """One table by its name.

        Raises:
            RunError: There is no such table, or its file is missing, damaged or of another version.
        """
        if name not in self.schemas:
            raise RunError(
                RunCode.UNKNOWN_TABLE, f"a run has no table '{name}': {did_you_mean(name, self.schemas)}"
            )
        file = self.path / f"{name}.parquet"
        if not file.exists():
            message = f"{file} is missing: the run was changed by hand"
            raise RunError(RunCode.FILE_MISSING, message, hint="run the project again")
        try:
            data = pq.ParquetFile(file).read()
        except (OSError, pa.ArrowException) as error:
            raise RunError(
                RunCode.RUN_DAMAGED,
                f"{file} is damaged: {str(error).splitlines()[0]}",
                hint="run the project again",
            ) from error
        schema = self.schemas[name]
        if tuple(data.column_names) != schema.names:
            raise RunError(
                RunCode.OTHER_VERSION,
                f"{file} has not the columns of the table '{name}': it was made by another version, or changed by"
                " hand",
                hint="run the project again",
            )
        return RunTable(schema, data)

    def __getattr__(self, name: str) -> RunTable:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self.schemas:
            return self.table(name)
        raise AttributeError(f"a run has no '{name}': {did_you_mean(name, self.schemas)}")

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *self.schemas])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(visible(row['sentence']))}</li>" for row in self.findings)
        project = html.escape(visible(str(self.manifest["project"]["name"])))
        return f"<h3>{project}: run {html.escape(self.id)}</h3><ol>{items}</ol>"


def latest_run(project_folder: Path) -> Run:
    """The newest whole run of a project.

    Raises:
        RunError: There is none yet.
    """
    runs = list_runs(project_folder)
    if not runs:
        raise RunError(
            RunCode.NO_RUN_YET,
            f"{project_folder} has no run yet",
            hint=f"make one: los run {shlex.quote(str(project_folder))}",
        )
    return runs[-1]


def list_runs(project_folder: Path) -> list[Run]:
    """All whole runs of a project by the time they were started, oldest first; what is not known of one, its name tells.

    A time that has not come is a wrong clock's: such runs come before all others, so that they do not hide what is new.
    """
    files = (project_folder / "runs").glob("*/" + MANIFEST)
    folders = [file.parent for file in files if not file.parent.name.startswith(".")]
    latest = (dt.datetime.now(dt.UTC) + _CLOCKS_DIFFER).isoformat(timespec="seconds")
    return [Run(folder) for *_, folder in sorted((*_started(folder, latest), folder) for folder in folders)]


def _started(folder: Path, latest: str) -> tuple[bool, str, int]:
    """Whether its time has come, the second it was started in, and its count in it."""
    parts = _COUNTED.fullmatch(folder.name)
    try:
        text = str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["created"])
        at = dt.datetime.fromisoformat(text).astimezone(dt.UTC).isoformat(timespec="seconds")
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        name = parts[1] if parts else folder.name
        day, _, time = name.partition("T")
        at = f"{day}T{time.replace('-', ':')}+00:00"
    return at <= latest, at, int(parts[2]) if parts else 1
