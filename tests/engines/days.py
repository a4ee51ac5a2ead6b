"""A shop whose tables come in one file a month, as exports come in one a day."""

from __future__ import annotations

import csv
import os
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cli.shop import PROJECT, Row, tables
from lineofsight.analyses import registry
from lineofsight.pipeline.run import run
from lineofsight.runs.reader import Run

BY_NAME = registry.tables()


TIMES = {"orders": "ordered_at", "reviews": "answered_at", "tickets": "opened_at"}
COVERS = ", covers: [2024-01-01, 2024-12-31]"
LATEST = "2024-11"


def write_file(path: Path, rows: list[Row]) -> Path:
    """Writes rows as the ending of the name says; columns are those of the first row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
        return path
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def spoil(path: Path) -> None:
    """Makes a file unreadable that looks unchanged: the same size, the same time."""
    stat = path.stat()
    path.write_bytes(b"\xff" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@dataclass
class Days:
    """The shop in a folder; `rows` are those of each table and month."""

    folder: Path
    ending: str
    rows: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def write(self, change: Callable[[str], str] = str) -> Days:
        """Writes the project file and all months but the latest."""
        for table, rows in tables(90).items():
            months: defaultdict[str, list[Row]] = defaultdict(list)
            for row in rows:
                months[row[TIMES[table]][:7]].append(row)
            self.rows[table] = dict(months)
            for month in months:
                if month < LATEST:
                    self.add(table, month)
        self.declare(change)
        return self

    def declare(self, change: Callable[[str], str] = str) -> None:
        text = PROJECT.replace(COVERS, "").replace(
            "    within: 7 days\n", "    within: 7 days\n    where: stars > 1\n"
        )
        text = text.replace("segments: [region]\n", "")
        for table in TIMES:
            text = text.replace(f"path: data/{table}.csv", f'path: "{table}/*.{self.ending}"')
        (self.folder / "lineofsight.yml").write_text(change(text), encoding="utf-8")

    def file(self, table: str, month: str) -> Path:
        return self.folder / table / f"{month}.{self.ending}"

    def add(self, table: str, month: str = LATEST) -> Path:
        """Writes a month's file of a table."""
        return write_file(self.file(table, month), self.rows[table][month])

    def add_latest(self) -> None:
        for table in TIMES:
            self.add(table)

    def run(self) -> Run:
        self.said.clear()
        return run(self.folder, progress=lambda stage, message: self.said.append(message))

    def run_afresh(self) -> Run:
        """A full run, of a copy of the folder in which nothing was read before."""
        copy = self.folder.with_name(f"{self.folder.name} afresh")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns(".lineofsight", "runs"))
        text = (copy / "lineofsight.yml").read_text(encoding="utf-8")
        whole = text.replace(f'.{self.ending}"', f'.{self.ending}", incremental: false')
        (copy / "lineofsight.yml").write_text(whole, encoding="utf-8")
        return run(copy)

    @property
    def kept(self) -> set[str]:
        """Names of what is kept of the rows."""
        return {path.name for path in (self.folder / ".lineofsight" / "rows").glob("*")}


def same(one: Run, other: Run) -> None:
    """Checks that two runs have the same tables, to the last bit."""
    for name in BY_NAME:
        first, second = (pq.read_table(r.path / f"{name}.parquet") for r in (one, other))
        assert first.equals(second), name
