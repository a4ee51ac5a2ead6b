"""Columns of Parquet and JSON files whose names differ by case only: DuckDB gives all but the first a number, and tells nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from lineofsight.engines.duckdb.connection import file_list, identifier
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.problems import enumerate_words
from lineofsight.sources import Feed
from lineofsight.sources.csv_layout import columns_in_sql

_NUMBERED = re.compile(r"(.+)_\d+")


def may_be_twins(columns: Iterable[str]) -> bool:
    """Whether a column has the name of another with a number, as one does that differs from it by case only."""
    lowered = {column.lower() for column in columns}
    matches = (_NUMBERED.fullmatch(column) for column in lowered)
    return any(match is not None and match[1] in lowered for match in matches)


def create_view(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, view: str, reader: str
) -> Mapping[str, str]:
    """Makes Parquet files readable in place.

    Args:
        connection: Where.
        loaded: The project, for errors.
        feed: The files.
        view: Its name in SQL.
        reader: The SQL that reads them.

    Returns:
        What columns are called in the file, of those that are called otherwise in SQL.

    Raises:
        DataError: In one of several files names differ by case only.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()
    headers: dict[str, str] = {}
    listed = ""
    if may_be_twins(row[0] for row in described):
        names = {file: tuple(pq.read_schema(file).names) for file in feed.files}
        if len(names) == 1 and len(described) == len(names[feed.files[0]]):
            columns = columns_in_sql(names[feed.files[0]])
            headers = {c: n for c, n in zip(columns, names[feed.files[0]], strict=True) if c != n}
            listed = f"({', '.join(map(identifier, columns))})" if headers else ""
        else:
            for file, each in names.items():
                _refuse(loaded, feed, file, each)
    connection.execute(f"CREATE VIEW {view}{listed} AS SELECT * FROM {reader}")
    return headers


def refuse_twin_keys(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, columns: Iterable[str]
) -> None:
    """Refuses JSON files whose keys differ by case only.

    Raises:
        DataError: They do.
    """
    if may_be_twins(columns):
        keys = f"SELECT DISTINCT unnest(json_keys(json)) FROM read_json_objects({file_list(feed.files)})"
        _refuse(loaded, feed, feed.files[0], [row[0] for row in connection.execute(keys).fetchall()])


def _refuse(loaded: LoadedProject, feed: Feed, file: Path, names: Iterable[str]) -> None:
    by_name: dict[str, list[str]] = {}
    for name in sorted(names):
        by_name.setdefault(name.lower(), []).append(name)
    twins = next((each for each in by_name.values() if len(each) > 1), None)
    if twins is not None:
        raise loaded.error(
            DataCode.COLUMN_AMBIGUOUS,
            f"{file}: the columns {enumerate_words(twins)} differ by upper and lower case only, and SQL takes them for the same",
            *("tables", feed.name, "path"),
            hint="rename one of them where the table is written; of one Parquet file, and of CSV files, they can be told apart",
        )
