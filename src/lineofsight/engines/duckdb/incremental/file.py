"""One file of a table: opened when something of it is not known yet, and only then."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import duckdb

from lineofsight.engines.duckdb.connection import declared, file_list, identifier, literal
from lineofsight.engines.duckdb.csv import CsvReader, load_sniffed
from lineofsight.engines.duckdb.incremental.facts import (
    FileFacts,
    csv_facts,
    json_facts,
    parquet_facts,
    partition_keys,
)
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.engines.duckdb.tables import json_reader, parquet_reader
from lineofsight.project.tables import Table
from lineofsight.sources import Feed


class SourceFile:
    """A file of a feed; a CSV or JSON file is loaded once, into a table of its own.

    Args:
        connection: The engine's.
        feed: The table it belongs to.
        table: What the project file says of it.
        path: The file.
        folder: Where a CSV file is copied that is not read as it is.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, feed: Feed, table: Table, path: Path, folder: Path
    ) -> None:
        self.path, self._folder = path, folder
        self._table = table
        self._connection, self._feed = connection, feed
        number = feed.files.index(path)
        self._name = declared(f"{feed.name}:{number}")  # no table of a project has a colon in its name
        self._loaded: Mapping[str, str] | None = None

    @cached_property
    def _csv(self) -> CsvReader:
        return CsvReader.of(self._feed, [self.path], self._folder)

    def study(self) -> FileFacts:
        """Opens the file and looks at what it holds; raises what the engine raises."""
        match self._feed.format:
            case "csv":
                facts = csv_facts(self._connection, self._csv, self._name, self._table)
            case "json":
                text = f"read_json({file_list([self.path])}"
                facts = json_facts(self._connection, json_reader([self.path]), self._name, text)
            case _:
                return parquet_facts(self._connection, parquet_reader([self.path]))
        self._loaded = facts.types
        return facts

    def rows(self, facts: FileFacts, types: Mapping[str, str]) -> Rows:
        """The rows with the columns of all files: what a read of all files would give of this one."""
        own = {name.lower(): name for name in facts.types}
        table = identifier(self._feed.name)
        source = self._source(facts, types)
        if all(facts.types.get(name) == type_ for name, type_ in types.items()):
            return Rows(self._feed.name, f"{source} AS {table}")
        listed = ", ".join(
            f"CAST({identifier(own[name.lower()]) if name.lower() in own else 'NULL'} AS {type_}) AS {identifier(name)}"
            for name, type_ in types.items()
        )
        return Rows(self._feed.name, f"(SELECT {listed} FROM {source}) AS {table}")

    def _source(self, facts: FileFacts, types: Mapping[str, str]) -> str:
        match self._feed.format:
            case "csv":
                self._load_csv(facts, types)
            case "json":
                if self._loaded is None:
                    reader = json_reader([self.path])
                    self._connection.execute(f"CREATE TABLE {self._name} AS SELECT * FROM {reader}")
                    self._loaded = facts.types
            case _:
                return parquet_reader([self.path])
        return self._name

    def _load_csv(self, facts: FileFacts, types: Mapping[str, str]) -> None:
        """Loads a CSV file from its text with the types of all files, as a read of all files does."""
        lowered = {name.lower(): type_ for name, type_ in types.items()}
        # An empty column is as well cast: so most files are read once.
        wanted = {
            name: lowered[name.lower()] if facts.filled[name] else type_
            for name, type_ in facts.types.items()
        }
        inside = {name: t for name, t in wanted.items() if name.lower() not in partition_keys(self.path)}
        if self._loaded == wanted:
            return
        if facts.forms:  # which only its texts tell how to read; the others are cast
            if self._loaded is None:
                self._loaded, _ = load_sniffed(self._connection, self._csv, self._name, self._table)
            return
        listed = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in inside.items())
        reader = f"{self._csv.sql}, types = {{{listed}}})"
        self._connection.execute(f"CREATE OR REPLACE TABLE {self._name} AS SELECT * FROM {reader}")
        self._loaded = wanted
