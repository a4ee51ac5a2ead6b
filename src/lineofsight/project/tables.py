"""The section `tables`: where rows come from, and in which format their files are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.formats import parsed_format
from lineofsight.project.problems import FieldError, describe
from lineofsight.project.quantities import Day
from lineofsight.project.settings import Section

Format = Literal["csv", "parquet", "json", "duckdb", "sqlite"]
Encoding = Literal["utf-8", "latin-1", "windows-1252", "utf-16"]

_SPELLINGS = {
    **dict.fromkeys(("utf8", "utf-8-sig"), "utf-8"),
    **dict.fromkeys(("latin1", "iso-8859-1"), "latin-1"),
    **dict.fromkeys(("cp1252", "cp-1252", "windows1252"), "windows-1252"),
    **dict.fromkeys(("utf16", "utf-16-le", "utf-16le", "utf-16-be", "utf-16be"), "utf-16"),
}
Decimal = Literal[".", ","]
Thousands = Literal[".", ",", " ", "'"]

#: What the end of a file's name tells.
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

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_url(path: str) -> bool:
    """Whether a path is a URL such as 's3a://bucket/events/*.parquet'."""
    return _URL.match(path) is not None


def _one_or_more_paths(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(entry, str) for entry in value):
        return tuple(value)
    if not isinstance(value, str):
        raise FieldError(ProjectCode.WRONG_KIND, f"found {describe(value)}: write a path, or a list of paths")
    return value


def _one_spelling(value: Any) -> Any:
    lowered = value.strip().lower() if isinstance(value, str) else value
    return _SPELLINGS.get(lowered, lowered) if isinstance(lowered, str) else value


class Table(Section):
    """Where rows come from: files, a table of a database file or of Spark's catalogue, or SQL over other tables.

    It has exactly one of `path`, `sql` and `catalog`.

    Attributes:
        path: Files, or a URL, as of S3 or HDFS, that only Spark reads.
        format: Of the files, where their names do not tell.
        table: The table inside a DuckDB or SQLite file.
        sql: One SELECT over other tables.
        dialect: Whose SQL it is.
        catalog: The table's name in Spark's catalogue.
        covers: The first and last day for which the rows are complete; without it, of the times that are seen.
        incremental: Whether files that did not change are not read again; without it, where several can match.
        encoding: Of the text of CSV files.
        header: How many lines the header of CSV files takes; the names stand in the first of them that has them all.
        skip: How many lines stand above it.
        dates: How dates are written, in the letters of strptime: of all its columns, or by column.
        decimal: What stands before the decimals of numbers that are text in the files: of all its columns, or by column.
        thousands: What parts their thousands.
        columns: Columns that stay the text they are.
    """

    path: Annotated[str | tuple[str, ...] | None, BeforeValidator(_one_or_more_paths)] = None
    format: Format | None = None
    table: str | None = None
    sql: str | None = None
    dialect: Literal["duckdb", "spark"] | None = None
    catalog: str | None = None
    covers: tuple[Day, Day] | None = None
    incremental: bool | None = None
    encoding: Annotated[Encoding | None, BeforeValidator(_one_spelling)] = None
    header: Annotated[int | None, Field(ge=1, le=100)] = None
    skip: Annotated[int | None, Field(ge=0, le=100)] = None
    dates: str | dict[str, str] | None = None
    decimal: Decimal | dict[str, Decimal] | None = None
    thousands: Thousands | dict[str, Thousands] | None = None
    columns: dict[str, Literal["text"]] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Table:
        origins = [name for name in ("path", "sql", "catalog") if getattr(self, name) is not None]
        if len(origins) != 1:
            found = " and ".join(f"'{name}'" for name in origins) or "none of them"
            raise FieldError(
                ProjectCode.KEYS_CONFLICT, f"found {found}: a table has one of 'path', 'sql' and 'catalog'"
            )
        of_files = ("format", "table", "encoding", "header", "skip")
        if self.path is None and any(getattr(self, name) is not None for name in of_files):
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                f"'format', 'table', 'encoding', 'header' and 'skip' go with 'path', not with '{origins[0]}'",
            )
        if self.remote and (self.header or self.skip or self.encoding in ("windows-1252", "utf-16")):
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "'header', 'skip' and these encodings are of files of this machine: copy the file here first",
            )
        self._check_values()
        if self.path is None and self.incremental:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "'incremental' goes with 'path': only files are read one by one; take it out",
            )
        if self.sql is None and self.dialect:
            raise FieldError(ProjectCode.KEYS_CONFLICT, "'dialect' goes with 'sql'")
        if self.covers is not None and self.covers[0] > self.covers[1]:
            raise FieldError(
                ProjectCode.WRONG_ORDER,
                "'covers' goes from the first day to the last: found them the other way round",
            )
        if self.remote and not all(map(is_url, self.paths)):
            raise FieldError(
                ProjectCode.KEYS_CONFLICT, "'path' mixes URLs and files: declare them as two tables"
            )
        if self.remote and self.incremental:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "what lies behind a URL is read whole by Spark: take 'incremental' out",
            )
        return self

    def _check_values(self) -> None:
        """Refuses what says of values what cannot be meant."""
        given = [
            name for name in ("dates", "decimal", "thousands", "columns") if getattr(self, name) is not None
        ]
        if self.sql is not None and given:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                f"'{given[0]}' goes with 'path' or 'catalog': say it of the tables that this SQL reads",
            )
        for written in _values(self.dates):
            if parsed_format(written) is None:
                raise FieldError(
                    ProjectCode.NOT_A_FORMAT,
                    f"'dates' says how dates are written, as '%d.%m.%Y' or '%m/%d/%y %I:%M %p': found '{written}'",
                )
        for column in {None, *_names(self.decimal), *_names(self.thousands)}:
            decimal, thousands = _of(self.decimal, column), _of(self.thousands, column)
            if decimal is not None and decimal == thousands:
                raise FieldError(
                    ProjectCode.KEYS_CONFLICT,
                    f"'decimal' and 'thousands' are both '{decimal}': they are two signs",
                )

    def dates_of(self, column: str) -> str | None:
        """How the dates of a column are declared to be written."""
        return _of(self.dates, column)

    def names_dates(self, column: str) -> bool:
        """Whether the format of just this column's dates is declared."""
        return column.lower() in _names(self.dates)

    def signs_of(self, column: str) -> tuple[str | None, str | None]:
        """What is declared to stand before decimals and between thousands of a column."""
        return _of(self.decimal, column), _of(self.thousands, column)

    def kind_of(self, column: str) -> str | None:
        """What a column is declared to be."""
        return _of(self.columns, column)

    @property
    def textual(self) -> frozenset[str]:
        """The columns, in lower case, whose values a reader has to leave as they are written, since something is declared of them."""
        return frozenset(
            name
            for declared in (self.dates, self.decimal, self.thousands, self.columns)
            for name in _names(declared)
        )

    @property
    def signs_everywhere(self) -> bool:
        """Whether signs of numbers are declared for all columns."""
        return isinstance(self.decimal, str) or isinstance(self.thousands, str)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths, however many there are."""
        return (self.path,) if isinstance(self.path, str) else self.path or ()

    @property
    def remote(self) -> bool:
        """Whether it lies behind a URL."""
        return any(map(is_url, self.paths))


def _names(declared: str | Mapping[str, str] | None) -> set[str]:
    return {name.lower() for name in declared} if isinstance(declared, Mapping) else set()


def _values(declared: str | Mapping[str, str] | None) -> list[str]:
    return (
        list(declared.values()) if isinstance(declared, Mapping) else [] if declared is None else [declared]
    )


def _of(declared: str | Mapping[str, str] | None, column: str | None) -> str | None:
    """What is declared of a column: by its name, in upper or lower case, or of all."""
    if isinstance(declared, Mapping):
        return next(
            (value for name, value in declared.items() if name.lower() == (column or "").lower()), None
        )
    return declared


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
