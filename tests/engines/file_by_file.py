"""A table read file by file, and the same table read whole."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import duckdb

from lineofsight.engines.base import Field, Role
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.errors import LineofsightError
from lineofsight.project import load_project
from lineofsight.sources import FilesRead

PROJECT = """\
name: Test
tables: {visits: {path: "PATH", incremental: true}}
episodes: {each: visits, key: id, customer: id, at: x}
operations: {minutes: {value: x, better: lower}}
perceptions: {mood: {value: x, measure: score}}
"""
WHOLE = "reading all"
Read = tuple[Any, list[str]]


def read(folder: Path, role: Role, *, incremental: bool, where: str | None = None, sql: str = "x") -> Read:
    """What the engine tells of the table and of a selection, and what it said; of a refusal, its kind."""
    text = (folder / "lineofsight.yml").read_text(encoding="utf-8")
    if not incremental:
        (folder / "lineofsight.yml").write_text(text.replace("incremental: true", "incremental: false"))
    said: list[str] = []
    fields = [
        Field("id", "id", "number", ("episodes", "key")),
        Field("out", sql, role, ("operations", "minutes", "value")),
    ]
    condition = None if where is None else Field("where", where, "flag", ("episodes", "where"))
    try:
        engine = DuckDBEngine(load_project(folder), folder / ".lineofsight", files=FilesRead(said.append))
        with contextlib.closing(engine):
            selection = engine.select("visits", fields, condition)
            rows = sorted((row["id"], str(row["out"])) for row in engine.fetch(selection.table))
            types = [str(type_) for type_ in selection.table.schema().types]
            source = engine.source("visits")
            audits = repr(selection.audits)  # in which NaN is NaN
            return (rows, types, selection.rows, audits, source, list(source.types)), said
    except LineofsightError as error:
        return type(error), said
    finally:
        (folder / "lineofsight.yml").write_text(text)


def folder_of(folder: Path, ending: str, path: str = "") -> Path:
    text = PROJECT.replace("PATH", path or f"*.{ending}")
    (folder / "lineofsight.yml").write_text(text, encoding="utf-8")
    return folder


def add(folder: Path, number: int, x: str | None, ending: str = "csv") -> None:
    """Writes the file of a day: one row whose x is written so, or which has no x at all."""
    path = folder / f"{number}.{ending}"
    if ending == "csv":
        path.write_text(f"id\n{number}\n" if x is None else f"x,id\n{x},{number}\n", encoding="utf-8")
    elif ending == "jsonl":
        row = {"id": number} if x is None else {"id": number, "x": json.loads(x)}
        path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    else:
        column = "" if x is None else f", {x} AS x"
        duckdb.sql(f"COPY (SELECT {number} AS id{column}) TO '{path}'")


def same_as_all(folder: Path, role: Role, where: str | None = None, sql: str = "x") -> list[str]:
    """Checks that reading file by file gives what a read of all files gives; gives what it said."""
    found, said = read(folder, role, incremental=True, where=where, sql=sql)
    assert found == read(folder, role, incremental=False, where=where, sql=sql)[0]
    return said
