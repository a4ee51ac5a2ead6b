"""Formats of files, told from their names."""

from __future__ import annotations

from typing import Literal

from lineofsight.project.tables import Table

Format = Literal["csv", "parquet", "json", "duckdb", "sqlite"]

SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".csv.gz": "csv",
    ".tsv.gz": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json.gz": "json",
    ".jsonl.gz": "json",
    ".ndjson.gz": "json",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}


def format_of(table: Table) -> Format | None:
    """The format of a table's files: as declared, else as all their names tell."""
    found = {by_suffix(path) for path in table.paths}
    return table.format or (found.pop() if len(found) == 1 else None)


def by_suffix(name: str) -> Format | None:
    """The format that a file's name tells."""
    name = name.lower()
    return next(
        (SUFFIXES[end] for end in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(end)), None
    )
