"""CSV files: the types of their columns are told from every row, and what the values mean by `engines.written`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from lineofsight.engines.duckdb.connection import declared, file_list, identifier, literal
from lineofsight.engines.duckdb.rows import TEXTS
from lineofsight.engines.written.columns import Written, number_format, written_columns
from lineofsight.engines.written.numbers import UnclearNumbers, read_numbers
from lineofsight.engines.written.problems import Unclear
from lineofsight.engines.written.shapes import shapes_of
from lineofsight.project.load import LoadedProject
from lineofsight.project.tables import Table
from lineofsight.sources import Feed
from lineofsight.sources.csv_errors import MalformedCsvError, header_is_misread
from lineofsight.sources.csv_layout import first_trouble, first_unclosed, plain_csv

#: Dates stay text at first: the reader would take 09.03.24 for the year 2009.
_TYPES = ("BOOLEAN", "BIGINT", "DOUBLE", "VARCHAR")
_BROKEN = "DOUBLE"


@dataclass(frozen=True, slots=True)
class Columns:
    """What is to be known of a loaded table's columns.

    Attributes:
        headers: What they are called in the files, of those that are called otherwise in SQL.
        unclear: What is not clear of some, by their names in lower case.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[str, Unclear] = field(default_factory=dict)


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
    def of(cls, feed: Feed, files: Sequence[Path], folder: Path, *, broken: bool = True) -> CsvReader:
        """The SQL for files of a feed; those whose names do not stand in the first line, or in other text than UTF-8, are copied.

        Args:
            feed: What is declared of them.
            files: What is read.
            folder: Where copies are made.
            broken: Whether numbers with a dot are numbers; else they stay text.

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
        types = ", ".join(literal(type_) for type_ in _TYPES if broken or type_ != _BROKEN)
        return cls(f"{sql}, sample_size = -1, auto_type_candidates = [{types}]", text, *about)

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
) -> Columns:
    """Loads the files.

    Raises:
        MalformedCsvError: As `load_sniffed`.
    """
    table = loaded.project.tables[feed.name]
    reader = CsvReader.of(feed, feed.files, folder, broken=not table.signs_everywhere)
    _, written = load_sniffed(connection, reader, declared(feed.name), table)
    return Columns(reader.headers, {column.lower(): each for column, each in written.unclear.items()})


def load_sniffed(
    connection: duckdb.DuckDBPyConnection, reader: CsvReader, name: str, table: Table
) -> tuple[dict[str, str], Written]:
    """Loads what is read into a table, and makes dates of its texts that are.

    Args:
        connection: Where the table is made.
        reader: What is read.
        name: The table's name in SQL.
        table: What the project file says of its values.

    Returns:
        The type of each column, and what its texts are.

    Raises:
        MalformedCsvError: A line has another number of fields than there are columns. Then the engine takes all columns
            for one, or the last lines for all.
    """
    source = f"{reader.sql})"
    if table.textual:
        found = _types(connection, source)
        listed = ", ".join(f"{literal(c)}: 'VARCHAR'" for c in found if c.lower() in table.textual)
        source = f"{reader.sql}, types = {{{listed}}})" if listed else source
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}")
    types = _types(connection, name)
    for file in reader.files:
        if header_is_misread(file, list(types), reader.encoding) and (trouble := reader.trouble()):
            raise trouble
    _refuse_unclosed(connection, reader, name, types)
    written = converted(connection, name, types, table)
    doubtful = _parted_by_dots(connection, reader, name, types, table)
    written = Written(written.converted, {**written.unclear, **doubtful}, written.forms)
    return _types(connection, name), written


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


def converted(
    connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], table: Table
) -> Written:
    """Makes dates, and numbers where their signs are declared, of the columns of a loaded table that are text for its reader."""

    def query(sql: str) -> Sequence[Sequence[object]]:
        return connection.execute(sql).fetchall()

    texts = [column for column, type_ in types.items() if type_ == "VARCHAR"]
    quoted = {column: identifier(column) for column in texts}
    written = written_columns(query, TEXTS, name, texts, table, quoted)
    if written.converted:
        listed = ", ".join(f"{sql} AS {identifier(column)}" for column, sql in written.converted.items())
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * REPLACE ({listed}) FROM {name}")
    return written


def _types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}


def _parted_by_dots(
    connection: duckdb.DuckDBPyConnection,
    reader: CsvReader,
    name: str,
    types: Mapping[str, str],
    table: Table,
) -> dict[str, UnclearNumbers]:
    """Columns of numbers with exactly three digits behind every dot, as 1.579, which may part thousands.

    Only where the numbers themselves allow it, the text is looked at.
    """
    broken = [
        column for column, type_ in types.items() if type_ == _BROKEN and number_format(table, column) is None
    ]
    if not broken:
        return {}
    tests = ", ".join(_may_be_thousands(identifier(column)) for column in broken)
    found = connection.execute(f"SELECT {tests} FROM {name}").fetchall()[0]
    unclear = {}
    for column, possible in zip(broken, found, strict=True):
        if possible:
            shapes = shapes_of(
                lambda sql: connection.execute(sql).fetchall(), TEXTS, identifier(column), reader.text
            )
            reading = read_numbers(shapes)
            if isinstance(reading, UnclearNumbers) and reading.why == "thousands":
                unclear[column] = reading
    return unclear


def _may_be_thousands(column: str) -> str:
    whole = f"{column} = floor({column})"
    thousandths = f"abs({column} * 1000 - round({column} * 1000)) < 1e-6"
    fits = f"abs({column}) < 1000 AND {thousandths} AND ({whole} OR abs({column}) >= 1)"
    return f"coalesce(bool_and({fits}), false)"
