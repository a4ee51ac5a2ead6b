"""CSV files: their types are told from every row, and what would be guessed is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from lineofsight.engines.column import ZONE
from lineofsight.engines.duckdb.connection import declared, file_list, identifier, literal
from lineofsight.engines.refusals import mixed_zones
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed
from lineofsight.sources.csv_errors import MalformedCsvError, header_is_misread
from lineofsight.sources.csv_layout import first_trouble, first_unclosed, plain_csv

_EITHER_ORDER = r"^\s*\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}"
_PEEKED_ROWS = 1000
_DATED = ("DATE", "TIMESTAMP")


@dataclass(frozen=True, slots=True)
class CsvReader:
    """SQL that reads CSV files.

    Attributes:
        sql: With types; it lacks its closing bracket, so that options can follow.
        text: Every value as the text it is.
        files: What it reads.
        encoding: Of their text.
        declared: The files that these are or are copies of, with what is declared of them.
        headers: What columns are called in the files, of those that are called otherwise in SQL.
        separator: What stands between the fields of the first file.
    """

    sql: str
    text: str
    files: tuple[Path, ...]
    encoding: str
    declared: Feed
    headers: Mapping[str, str]
    separator: str

    @classmethod
    def of(cls, feed: Feed, files: Sequence[Path], folder: Path) -> CsvReader:
        """The SQL for files of a feed; those whose names do not stand in the first line, or in other text than UTF-8, are copied.

        Args:
            feed: What is declared of them.
            files: What is read.
            folder: Where copies are made.

        Raises:
            MalformedCsvError: As `plain_csv`.
        """
        found = plain_csv(files, folder, encoding=feed.encoding, header=feed.header, skip=feed.skip)
        options = f"header = true, union_by_name = true, encoding = {literal(found.encoding)}"
        options += r", delim = '\t'" if tabbed(feed.files) else ""
        sql = f"read_csv({file_list(found.files)}, {options}"
        # Columns told by names of folders, as in 'day=2024-01-31/', would be dates all the same.
        text = f"{sql}, all_varchar = true, hive_types_autocast = false)"
        declared_ = replace(feed, files=tuple(files))
        about = (found.files, found.encoding, declared_, found.headers, found.separator)
        return cls(f"{sql}, sample_size = -1", text, *about)

    def trouble(self) -> MalformedCsvError | None:
        """What is wrong with the first line that does not fit."""
        feed = self.declared
        troubles = (
            first_trouble(file, encoding=feed.encoding, header=feed.header, skip=feed.skip)
            for file in feed.files
        )
        return next(filter(None, troubles), None)


def tabbed(files: Sequence[Path]) -> bool:
    """Whether the names of the files say that tabs part their columns."""
    return all(".tsv" in file.suffixes for file in files)


def load_csv(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, folder: Path
) -> Mapping[str, str]:
    """Loads the files.

    Returns:
        What columns are called in the files, of those that are called otherwise in SQL.

    Raises:
        DataError: A column mixes times with and without a zone, or nothing tells its days from its months.
        MalformedCsvError: As `load_sniffed`.
    """
    reader = CsvReader.of(feed, feed.files, folder)
    name = declared(feed.name)
    types, _ = load_sniffed(connection, reader, name)
    for column in zoned_columns(types):
        counted = count_times_without_zone(connection, reader, column)
        if counted[0]:
            raise mixed_zones(loaded, f"column '{column}'", counted, "tables", feed.name)
    for column in columns_of_slashed_dates(connection, reader, types):
        _refuse_either_order(connection, loaded, feed, column, reader.text)
    return reader.headers


def load_sniffed(
    connection: duckdb.DuckDBPyConnection, reader: CsvReader, name: str
) -> tuple[dict[str, str], list[str]]:
    """Loads what is read into a table.

    Args:
        connection: Where the table is made.
        reader: What is read.
        name: The table's name in SQL.

    Returns:
        The type of each column, and the columns whose zones only a look at them told.

    Raises:
        MalformedCsvError: A line has another number of fields than there are columns. Then the engine takes all columns
            for one, or the last lines for all.
    """
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {reader.sql})")
    types = _types(connection, name)
    for file in reader.files:
        if header_is_misread(file, list(types), reader.encoding) and (trouble := reader.trouble()):
            raise trouble
    _refuse_unclosed(connection, reader, name, types)
    zoned = _peeked(connection, reader.text, [c for c, t in types.items() if t == "TIMESTAMP"], ZONE)
    if zoned:
        listed = ", ".join(f"{literal(column)}: 'TIMESTAMPTZ'" for column in zoned)
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {reader.sql}, types = {{{listed}}})"
        )
        types = _types(connection, name)
    return types, zoned


def _refuse_unclosed(
    connection: duckdb.DuckDBPyConnection, reader: CsvReader, name: str, types: Mapping[str, str]
) -> None:
    """Refuses a double quote that is never closed, after which the engine takes all of them for letters."""
    texts = [identifier(column) for column, type_ in types.items() if type_ == "VARCHAR"]
    if not texts:
        return
    odd = "starts_with({0}, '\"') AND (length({0}) - length(replace({0}, '\"', ''))) % 2 = 1"
    tests = " OR ".join(f"bool_or({odd.format(text)})" for text in texts)
    if connection.execute(f"SELECT {tests} FROM {name}").fetchall()[0][0]:
        for file in reader.declared.files:
            if (trouble := first_unclosed(file, reader.declared.encoding)) is not None:
                raise trouble


def zoned_columns(types: Mapping[str, str]) -> list[str]:
    """The columns whose times have a zone."""
    return [column for column, type_ in types.items() if type_ == "TIMESTAMP WITH TIME ZONE"]


def columns_of_slashed_dates(
    connection: duckdb.DuckDBPyConnection, reader: CsvReader, types: Mapping[str, str]
) -> list[str]:
    """The columns with dates such as 01/02/2024, by their first rows."""
    dated = [column for column, type_ in types.items() if type_ in _DATED]
    return _peeked(connection, reader.text, dated, _EITHER_ORDER)


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


def count_times_without_zone(
    connection: duckdb.DuckDBPyConnection, reader: CsvReader, column: str
) -> tuple[int, int, str]:
    """Counts the times of a column that have no zone.

    Returns:
        How many, of how many, and one of them.
    """
    quoted = identifier(column)
    bare = f"NOT regexp_matches({quoted}, {literal(ZONE)})"
    counts = f"count(*) FILTER ({bare}), count({quoted}), min({quoted}) FILTER ({bare})"
    naive, filled, example = connection.execute(f"SELECT {counts} FROM {reader.text}").fetchall()[0]
    return naive, filled, example


def _refuse_either_order(
    connection: duckdb.DuckDBPyConnection, loaded: LoadedProject, feed: Feed, column: str, text: str
) -> None:
    """Refuses dates such as 01/02/2024 where no row has a day after the 12th."""
    quoted = identifier(column)
    either, certain = count_dates_in_either_order(connection, declared(feed.name), column)
    if either and not certain:
        example = connection.execute(
            f"SELECT min({quoted}) FILTER (regexp_matches({quoted}, {literal(_EITHER_ORDER)})) FROM {text}"
        ).fetchall()[0][0]
        raise loaded.error(
            DataCode.DAY_OR_MONTH,
            f"column '{column}' does not tell days from months: no date is after the 12th, as '{example}'",
            "tables",
            feed.name,
            hint="write dates as 2024-01-31",
        )


def count_dates_in_either_order(
    connection: duckdb.DuckDBPyConnection, table: str, column: str
) -> tuple[int, int]:
    """Counts the dates of a column that tell their days from their months, and those that do not.

    Returns:
        How many would be others with day and month swapped, and how many cannot be read so.
    """
    quoted = identifier(column)
    either, certain = connection.execute(
        f"SELECT count(*) FILTER (day({quoted}) <> month({quoted})), count(*) FILTER (day({quoted}) > 12)"
        f" FROM {table}"
    ).fetchall()[0]
    return either, certain
