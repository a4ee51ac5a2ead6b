"""Tiny projects that are read from files, aligned by the engine and read back from Parquet."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.engines.base import Engine
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.engines.spark import SparkEngine
from lineofsight.episodes import EpisodeFile, build_episodes
from lineofsight.project import load_project
from lineofsight.project.load import LoadedProject
from lineofsight.words.reasons import clause

VISITS = """\
episodes: {each: visits, key: id, customer: who, at: day}
"""
ANY_OPERATION = "operations: {minutes: {value: minutes, better: lower}}\n"
ANY_PERCEPTION = "perceptions: {mood: {value: stars, measure: csat}}\n"

Table = str | pa.Table

ENGINE = "duckdb"  # which `engine_of` opens


@dataclass(frozen=True)
class Aligned:
    loaded: LoadedProject
    file: EpisodeFile
    table: pa.Table

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.table.to_pylist()

    def by_key(self, column: str) -> dict[Any, Any]:
        return {row["_key"]: row[column] for row in self.rows}

    @property
    def drops(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        return {(d["step"], d["name"], clause(d["reason"])): (d["n"], d["of"]) for d in self.file.drops}


def write(folder: Path, project: str, more: str = "", **tables: Table) -> Path:
    """Writes `lineofsight.yml` with the tables beside it: CSV text or Arrow; `more` declares further ones."""
    folder.mkdir(exist_ok=True)
    declared = []
    for name, table in tables.items():
        if isinstance(table, str):
            file = folder / f"{name}.csv"
            cells = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
            lines = (",".join(row) for row in cells)
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        else:
            file = folder / f"{name}.parquet"
            pq.write_table(table, file)
        if not any(line.strip().startswith(f"{name}:") for line in more.splitlines()):
            declared.append(f"{name}: {{path: {file.name}}}")
    lines = [*declared, dedent(more).strip()]
    text = "name: Test\ntables:\n" + indent("\n".join(line for line in lines if line), "  ")
    (folder / "lineofsight.yml").write_text(f"{text}\n{dedent(project)}", encoding="utf-8")
    return folder


@contextlib.contextmanager
def engine_of(folder: Path) -> Iterator[Engine]:
    kind = SparkEngine if ENGINE == "spark" else DuckDBEngine
    with contextlib.closing(kind(load_project(folder), folder / ".lineofsight")) as engine:
        yield engine


def align(folder: Path, project: str, more: str = "", **tables: Table) -> Aligned:
    """Aligns a project that is written to the folder, and reads what was stored."""
    loaded = load_project(write(folder, project, more, **tables))
    with engine_of(folder) as engine:
        path = folder / ".lineofsight" / "episodes.parquet"
        file = build_episodes(loaded, engine, path, lambda message: None)
        return Aligned(loaded, file, pq.read_table(path))
