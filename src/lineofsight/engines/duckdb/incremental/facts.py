"""What is known of one file of a table, so that it need not be opened again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from lineofsight.engines.duckdb.connection import identifier
from lineofsight.engines.duckdb.csv import (
    CsvReader,
    load_sniffed,
)
from lineofsight.engines.duckdb.rows import filled_rows
from lineofsight.engines.duckdb.twins import may_be_twins
from lineofsight.project.tables import Table


def partition_keys(file: Path) -> list[str]:
    """The names of these columns in lower case, from the outermost folder on."""
    return [part.partition("=")[0].lower() for part in file.parts[:-1] if part.find("=") > 0]


_SHAPES = 2
_TWINS = "names of its columns may differ by case only"
_WRITTEN_TIMES = ("DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file by itself.

    Attributes:
        types: Its columns, with the types it gives them when it is read alone.
        rows: How many rows it has.
        filled: Non-empty rows of each column.
        forms: Of a CSV file, per column of dates that are not written as 2024-03-05: how they are.
        doubtful: Of a CSV file, the columns of numbers whose dots may part thousands.
        negative: Of a JSON file, the columns of whole numbers below 0.
        shapes: Of a JSON file, per column of dates or times: how they are written, with 0 for every digit.
        headers: Of a CSV file, what columns are called in it, of those that are called otherwise in SQL.
        doubt: Why it can only be read together with the others; None where it can be read alone.
    """

    types: Mapping[str, str]
    rows: int
    filled: Mapping[str, int]
    forms: Mapping[str, str] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)
    negative: list[str] = field(default_factory=list)
    shapes: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    doubt: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def parquet_facts(connection: duckdb.DuckDBPyConnection, reader: str) -> FileFacts:
    """Of a Parquet file, which is read in place."""
    types = _types(connection, reader)
    return FileFacts(
        types, *filled_rows(connection, reader, types), doubt=_TWINS if may_be_twins(types) else None
    )


def csv_facts(connection: duckdb.DuckDBPyConnection, reader: CsvReader, name: str, table: Table) -> FileFacts:
    """Of a CSV file, which is loaded into a table; `table` is what the project file says of its values."""
    types, written = load_sniffed(connection, reader, name, table)
    texts = [column for column in written.unclear if types[column] == "VARCHAR"]
    return FileFacts(
        types,
        *filled_rows(connection, name, types),
        forms=written.forms,
        doubtful=[column for column in written.unclear if column not in texts],
        headers=dict(reader.headers),
        doubt=f"how '{texts[0]}' is written is told from all of them" if texts else None,
    )


def json_facts(connection: duckdb.DuckDBPyConnection, reader: str, name: str, text_reader: str) -> FileFacts:
    """Of a JSON file, which is loaded into a table; `text_reader` lacks its columns and its closing bracket."""
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {reader}")
    types = _types(connection, name)
    nested = [c for c, t in types.items() if is_nested(t) and any(word in t for word in ("DATE", "TIME"))]
    nested_dates = f"'{nested[0]}' holds dates inside of values" if nested else None
    written = [column for column, type_ in types.items() if type_ in _WRITTEN_TIMES]
    whole = [column for column, type_ in types.items() if type_ == "BIGINT"]
    return FileFacts(
        types,
        *filled_rows(connection, name, types),
        negative=_negative(connection, name, whole),
        shapes=_shapes(connection, text_reader, written),
        doubt=_TWINS if may_be_twins(types) else nested_dates,
    )


def is_nested(type_: str) -> bool:
    """Whether a value of the type has parts."""
    return type_.endswith("]") or type_.startswith(("STRUCT", "MAP", "UNION", "VARIANT"))


def _types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}


def _negative(connection: duckdb.DuckDBPyConnection, source: str, columns: list[str]) -> list[str]:
    if not columns:
        return []
    tests = ", ".join(f"min({identifier(column)}) < 0" for column in columns)
    found = connection.execute(f"SELECT {tests} FROM {source}").fetchall()[0]
    return [column for column, below in zip(columns, found, strict=True) if below]


def _shapes(
    connection: duckdb.DuckDBPyConnection, text_reader: str, columns: list[str]
) -> dict[str, list[str]]:
    """The different ways in which the values of the columns are written; at most two of each."""
    if not columns:
        return {}
    as_text = ", ".join(f"{identifier(column)}: 'VARCHAR'" for column in columns)
    source = f"{text_reader}, columns = {{{as_text}}})"
    zeros = "regexp_replace(regexp_replace(CAST({} AS VARCHAR), '\\d', '0', 'g'), '\\.0+', '.0')"
    shapes = ", ".join(f"list_sort(list(DISTINCT {zeros.format(identifier(c))}))" for c in columns)
    found = connection.execute(f"SELECT {shapes} FROM {source}").fetchall()[0]
    return {
        c: [s for s in given or [] if s is not None][:_SHAPES]
        for c, given in zip(columns, found, strict=True)
    }
