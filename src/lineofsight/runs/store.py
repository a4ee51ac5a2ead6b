"""Reading a run: an immutable folder of tidy Parquet tables with a manifest."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.core.errors import RunError, did_you_mean
from lineofsight.runs.schema import BY_NAME, TABLES, TableSchema

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
_SHOWN = 30


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

        Raises:
            RunError: A name is not a column of the table.
        """
        for name in equal:
            if name not in self.schema.names:
                raise RunError(
                    f"table '{self.schema.name}' has no column '{name}': {did_you_mean(name, self.schema.names)}"
                )
        rows: list[dict[str, Any]] = self.data.to_pylist()
        return [row for row in rows if all(row[name] == value for name, value in equal.items())]

    def to_arrow(self) -> pa.Table:
        """The table as `pyarrow.Table`."""
        return self.data

    def to_pandas(self) -> pd.DataFrame:
        """The table as `pandas.DataFrame`."""
        frame: pd.DataFrame = self.data.to_pandas()
        return frame

    def _repr_html_(self) -> str:
        head = "".join(
            f"<th title='{html.escape(c.doc, quote=True)}'>{html.escape(c.name)}</th>"
            for c in self.schema.columns
        )
        shown = self.data.slice(0, _SHOWN).to_pylist()
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>" for row in shown
        )
        more = f"<p>{_SHOWN} of {len(self)} rows</p>" if len(self) > _SHOWN else ""
        return f"<table><caption>{html.escape(self.schema.doc)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) else html.escape(str(value))


@dataclass(frozen=True)
class Run:
    """One immutable snapshot of all results. `run.effects` and every other table of `runs.schema` is an attribute."""

    path: Path

    @property
    def id(self) -> str:
        """The run's name: the folder it is kept in."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was declared, which data, which versions, how long.

        Raises:
            RunError: The folder is no run.
        """
        try:
            manifest: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RunError(f"{self.path} is no run: it has no {MANIFEST}") from None
        except json.JSONDecodeError as error:
            raise RunError(f"{self.path / MANIFEST} is damaged: {error}; run the project again") from None
        return manifest

    def table(self, name: str) -> RunTable:
        """One table by its name.

        Raises:
            RunError: There is no such table, or its file is missing.
        """
        if name not in BY_NAME:
            raise RunError(f"a run has no table '{name}': {did_you_mean(name, BY_NAME)}")
        file = self.path / f"{name}.parquet"
        if not file.exists():
            raise RunError(
                f"{file} is missing: the run was made by another version or changed by hand; run the project again"
            )
        return RunTable(BY_NAME[name], pq.read_table(file))

    def __getattr__(self, name: str) -> RunTable:
        if name in BY_NAME:
            return self.table(name)
        raise AttributeError(f"a run has no '{name}': {did_you_mean(name, BY_NAME)}")

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *(table.name for table in TABLES)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(row['sentence'])}</li>" for row in self.findings)
        project = html.escape(str(self.manifest["project"]["name"]))
        return f"<h3>{project}: run {html.escape(self.id)}</h3><ol>{items}</ol>"


def latest_run(project_folder: Path) -> Run:
    """The newest whole run of a project.

    Raises:
        RunError: There is none yet.
    """
    runs = list_runs(project_folder)
    if not runs:
        raise RunError(f"{project_folder} has no run yet: make one with 'los run {project_folder}'")
    return runs[-1]


def list_runs(project_folder: Path) -> list[Run]:
    """All whole runs of a project, oldest first."""
    folders = sorted((project_folder / "runs").glob("*/" + MANIFEST))
    return [Run(file.parent) for file in folders if not file.parent.name.startswith(".")]
