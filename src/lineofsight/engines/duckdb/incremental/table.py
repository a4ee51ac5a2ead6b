"""A table whose files are read one by one, those that did not change from what was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from lineofsight.engines.base import Field
from lineofsight.engines.duckdb.audit import Checked
from lineofsight.engines.duckdb.canonical import typed
from lineofsight.engines.duckdb.connection import declared, file_list, identifier, literal
from lineofsight.engines.duckdb.csv import tabbed
from lineofsight.engines.duckdb.failures import out_of_memory
from lineofsight.engines.duckdb.incremental.cache import RowCache
from lineofsight.engines.duckdb.incremental.facts import FileFacts
from lineofsight.engines.duckdb.incremental.file import SourceFile
from lineofsight.engines.duckdb.incremental.parts import (
    audits_from_json,
    in_file,
    merged,
    write_part,
    write_rows,
)
from lineofsight.engines.duckdb.incremental.union import Widest, csv_widest, json_widest, one_family, unite
from lineofsight.engines.duckdb.rows import DIALECT, Rows
from lineofsight.engines.duckdb.tables import no_rows, parquet_reader, reading
from lineofsight.engines.duplicates import rows_taken
from lineofsight.project.load import LoadedProject
from lineofsight.project.sql_order import tables_of_queries
from lineofsight.project.sql_rules import referenced_columns
from lineofsight.sources import Feed, FilesRead


def incremental_names(loaded: LoadedProject, feeds: Sequence[Feed]) -> set[str]:
    """The tables whose files are read one by one; SQL needs the whole of those that it reads."""
    return {feed.name for feed in feeds if feed.incremental} - tables_of_queries(loaded.project)


class IncrementalTable:
    """A declared table of several files.

    Args:
        connection: The engine's.
        loaded: The project.
        feed: The table's files.
        cache: What was read before.
        files: Is told which files are opened.

    Attributes:
        whole: Why all files have to be read together; None where they need not. Then the table is declared with its
            columns and no row.

    Raises:
        DataError: A file cannot be read, or there is no row in any.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        loaded: LoadedProject,
        feed: Feed,
        cache: RowCache,
        files: FilesRead,
    ) -> None:
        self._connection, self._loaded, self._feed = connection, loaded, feed
        self._cache, self._files = cache, files
        table = loaded.project.tables[feed.name]
        self._sources = [SourceFile(connection, feed, table, path, cache.private) for path in feed.files]
        said = [table.dates, table.decimal, table.thousands, table.columns]
        laid_out = (feed.format, tabbed(feed.files), feed.encoding, feed.header, feed.skip)
        self._keys = [cache.key(*laid_out, said, print_) for print_ in feed.fingerprint]
        self._facts = self._study()
        self.rows = sum(facts.rows for facts in self._facts)
        if not self.rows:
            raise no_rows(loaded, feed)
        united = unite(feed, self._facts, self._widest())
        self._types, self.whole = united.types, united.whole
        if any(value is not None for value in said):
            self.whole = "the project file says how its values are written"
        if self.whole is None:
            listed = ", ".join(f"CAST(NULL AS {t}) AS {identifier(c)}" for c, t in self._types.items())
            connection.execute(f"CREATE VIEW {declared(feed.name)} AS SELECT {listed} WHERE false")

    @property
    def headers(self) -> dict[str, str]:
        """What columns are called in the files, of those that are called otherwise in SQL."""
        return {column: name for facts in self._facts for column, name in facts.headers.items()}

    @property
    def filled(self) -> dict[str, int]:
        """Non-empty rows of each column."""
        counts = dict.fromkeys((name.lower() for name in self._types), 0)
        for facts in self._facts:
            for name, filled in facts.filled.items():
                if name.lower() in counts:
                    counts[name.lower()] += filled
        return {name: counts[name.lower()] for name in self._types}

    def select(self, fields: Sequence[Field], where: Field | None) -> Checked | None:
        """How many rows are kept, what their columns hold, and the query of their parts; raises as a selection does.

        None where all files have to be read together; `whole` then says why.
        """
        columns, condition = typed(self._connection, self._loaded, Rows.of(self._feed.name), fields, where)
        keys = self._part_keys(fields, where)
        found = {key: self._cache.part(key) for key in keys}
        missing = [place for place, key in enumerate(keys) if found[key] is None]
        self._tell_again(missing)
        # Those whose own types are those of all come first: a new kind of value is in one of them.
        for place in sorted(missing, key=lambda place: self._differs(self._facts[place])):
            source, key, path = self._sources[place], keys[place], self._cache.path(keys[place])
            self._files.opened(self._feed.name, [source.path])
            try:
                rows = source.rows(self._facts[place], self._types)
            except duckdb.OutOfMemoryException as error:
                raise out_of_memory(error) from error
            except duckdb.Error:
                self.whole = f"'{source.path.name}' cannot be read by itself"
                return None
            with in_file(self._loaded, source.path):
                whole = write_part(self._connection, self._loaded, rows, columns, condition, path)
            if not whole:
                self.whole = "how its texts are to be read is told from all of them"
                return None
            self._cache.keep_part(key)
            found[key] = self._cache.part(key)
        parts = [_known(found[key]) for key in keys]
        audits = merged([audits_from_json(part["audits"]) for part in parts])
        if audits is None:
            self.whole = "some times have a time zone and others have none"
            return None
        query = f"SELECT * FROM read_parquet({file_list([self._cache.path(key) for key in keys])})"
        return sum(part["rows"] for part in parts), audits, query

    def compared(self) -> str | None:
        """What stands after FROM for the rows among which copies are looked for, over all files; None where there are none.

        Of each file they are kept, so that only new files are read for it; what is no measurement or instant, as a hash.
        """
        taken = rows_taken(self.rows, self._types, DIALECT, to_keep=True)
        if taken is None:
            return None
        names = [self._not_empty(facts) for facts in self._facts]
        keys = [
            self._cache.key(key, self._feed.name, "copies", taken, {name: self._types[name] for name in own})
            for key, own in zip(self._keys, names, strict=True)
        ]
        missing = [place for place, key in enumerate(keys) if self._cache.part(key) is None]
        self._tell_again(missing)
        for place in missing:
            source, path = self._sources[place], self._cache.path(keys[place])
            self._files.opened(self._feed.name, [source.path])
            rows = source.rows(self._facts[place], self._types)
            write_rows(
                self._connection, rows, {name: self._types[name] for name in names[place]}, taken, path
            )
            self._cache.keep_part(keys[place])
        there = {name for own in names for name in own}
        listed = ", ".join(
            identifier(name) if name in there else f"CAST(NULL AS {type_}) AS {identifier(name)}"
            for name, type_ in self._types.items()
        )
        files = file_list([self._cache.path(key) for key in keys])
        return f"(SELECT {listed} FROM read_parquet({files}, union_by_name = true)) AS rows_of_all_files"

    def _not_empty(self, facts: FileFacts) -> list[str]:
        """The columns that hold something in a file, as the table calls them; one at least, so that its rows are counted."""
        filled = {name.lower() for name, n in facts.filled.items() if n}
        return [name for name in self._types if name.lower() in filled] or list(self._types)[:1]

    def _study(self) -> list[FileFacts]:
        known = [self._cache.facts(key) for key in self._keys]
        new = sum(facts is None for facts in known)
        if new:
            what = "new file" if new == 1 else "new files"
            self._files.tell(f"reading {new:,} {what} of {len(known):,} of '{self._feed.name}'")
        return [
            self._studied(place) if facts is None else FileFacts(**facts) for place, facts in enumerate(known)
        ]

    def _studied(self, place: int) -> FileFacts:
        source = self._sources[place]
        self._files.opened(self._feed.name, [source.path])
        with reading(self._loaded, self._feed, [source.path]):
            facts = source.study()
        self._cache.keep_facts(self._keys[place], facts.to_json())
        return facts

    def _part_keys(self, fields: Sequence[Field], where: Field | None) -> list[str]:
        """Names that change with the file, the expressions and the types of the columns that they use."""
        every = [*fields, *([] if where is None else [where])]
        lowered = {name.lower(): type_ for name, type_ in self._types.items()}
        used = {name.lower() for field in every for name in referenced_columns(field.sql)}
        types = {name: lowered[name] for name in sorted(used)}
        expressions = [
            (field.alias, field.sql, field.role, dict(field.answers) if field.answers else None)
            for field in fields
        ]
        condition = None if where is None else where.sql
        zone = self._loaded.project.timezone
        return [
            self._cache.key(key, self._feed.name, zone, types, expressions, condition) for key in self._keys
        ]

    def _tell_again(self, missing: Sequence[int]) -> None:
        unopened = {self._feed.files[place] for place in missing} - self._files.of(self._feed.name)
        if unopened:
            of = f"{len(unopened):,} of {len(self._feed.files):,} files of '{self._feed.name}'"
            self._files.tell(f"reading {of} again")

    def _differs(self, facts: FileFacts) -> bool:
        return any(facts.types.get(name, type_) != type_ for name, type_ in self._types.items())

    def _widest(self) -> Widest:
        if self._feed.format == "csv":
            return csv_widest
        return json_widest if self._feed.format == "json" else self._widest_in_parquet

    def _widest_in_parquet(self, types: Sequence[str]) -> str | None:
        """Asks the engine, by empty files."""
        files = [self._cache.path(f"type-{number}") for number in range(len(types))]
        for file, type_ in zip(files, types, strict=True):
            self._connection.execute(
                f"COPY (SELECT CAST(NULL AS {type_}) AS x LIMIT 0) TO {literal(file)} (FORMAT parquet)"
            )
            if self._described([file]) != type_:
                return None
        widest = self._described(files)
        return widest if one_family(types, widest) else None

    def _described(self, files: Sequence[Path]) -> str:
        query = f"DESCRIBE SELECT * FROM {parquet_reader(files)}"
        return str(self._connection.execute(query).fetchall()[0][1])


def _known(facts: Mapping[str, Any] | None) -> Mapping[str, Any]:
    assert facts is not None  # it was written, or found
    return facts
