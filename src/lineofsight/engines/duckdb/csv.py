"""CSV files: their types are told from every row, and what would be guessed is refused."""

from __future__ import annotations

import duckdb

from lineofsight.core.errors import DataError
from lineofsight.engines.duckdb.connection import declared, file_list, identifier, literal
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed

#: A time of day with a zone behind it: Z, +02:00, UTC, Europe/Berlin.
ZONE = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([Zz]|[+-]\d{2}(:?\d{2}){0,2}|[A-Za-z]{3,}[A-Za-z_/+-]*)\s*$"
_EITHER_ORDER = r"^\s*\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}"
_PEEKED_ROWS = 1000
_DATED = ("DATE", "TIMESTAMP")


def load_csv(connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed) -> None:
    """Loads the files; their first line names the columns.

    Raises:
        DataError: A column mixes times with and without a zone, or nothing tells its days from its months.
    """
    tabbed = all(".tsv" in file.suffixes for file in feed.files)
    options = "header = true, union_by_name = true" + (r", delim = '\t'" if tabbed else "")
    reader = f"read_csv({file_list(feed.files)}, {options}"
    text = f"{reader}, all_varchar = true)"
    name = declared(feed.name)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {reader}, sample_size = -1)")
    types = _types(connection, name)
    zoned = _peeked(connection, text, [c for c, t in types.items() if t == "TIMESTAMP"], ZONE)
    if zoned:
        listed = ", ".join(f"{literal(column)}: 'TIMESTAMPTZ'" for column in zoned)
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {reader}, sample_size = -1, types = {{{listed}}})"
        )
        types = _types(connection, name)
    for column, type_ in types.items():
        if type_ == "TIMESTAMP WITH TIME ZONE":
            _refuse_mixed_zones(connection, loaded, feed, column, text)
    for column in _peeked(connection, text, [c for c, t in types.items() if t in _DATED], _EITHER_ORDER):
        _refuse_either_order(connection, loaded, feed, column, text)


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()}


def _peeked(connection: duckdb.DuckDBPyConnection, text: str, columns: list[str], pattern: str) -> list[str]:
    """The columns in whose first rows a text matches the pattern."""
    if not columns:
        return []
    tests = ", ".join(f"bool_or(regexp_matches({identifier(c)}, {literal(pattern)}))" for c in columns)
    first = f"SELECT * FROM {text} LIMIT {_PEEKED_ROWS}"
    found = connection.execute(f"SELECT {tests} FROM ({first})").fetchall()[0]
    return [column for column, matches in zip(columns, found, strict=True) if matches]


def _refuse_mixed_zones(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, column: str, text: str
) -> None:
    quoted = identifier(column)
    bare = f"NOT regexp_matches({quoted}, {literal(ZONE)})"
    naive, filled, example = connection.execute(
        f"SELECT count(*) FILTER ({bare}), count({quoted}), min({quoted}) FILTER ({bare}) FROM {text}"
    ).fetchall()[0]
    if naive:
        raise mixed_zones(loaded, f"column '{column}'", (naive, filled, example), "tables", feed.name)


def mixed_zones(
    loaded: LoadedProject, column: str, counted: tuple[int, int, str], *place: str | int
) -> Exception:
    """The error for a column of times of which some have a zone; counted are those without, all, and an example."""
    naive, filled, example = counted
    return loaded.error(
        f"{column} mixes times with and without a time zone: {naive:,} of {filled:,} have none, as '{example}'",
        *place,
        hint="write every time of a column with its zone, or every one without",
        kind=DataError,
    )


def _refuse_either_order(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, column: str, text: str
) -> None:
    """Refuses dates such as 01/02/2024 where no row has a day after the 12th."""
    quoted = identifier(column)
    either, certain = connection.execute(
        f"SELECT count(*) FILTER (day({quoted}) <> month({quoted})), count(*) FILTER (day({quoted}) > 12)"
        f" FROM {declared(feed.name)}"
    ).fetchall()[0]
    if either and not certain:
        example = connection.execute(
            f"SELECT min({quoted}) FILTER (regexp_matches({quoted}, {literal(_EITHER_ORDER)})) FROM {text}"
        ).fetchall()[0][0]
        raise loaded.error(
            f"column '{column}' does not tell days from months: no date is after the 12th, as '{example}'",
            "tables",
            feed.name,
            hint="write dates as 2024-01-31",
            kind=DataError,
        )
