"""Where a value stands in the files of a table: looked for only after it was found to be none that is understood."""

from __future__ import annotations

import codecs
import csv
import gzip
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lineofsight.errors import DataError
from lineofsight.project.load import LoadedProject
from lineofsight.sources.feeds import locate_feed

_LONGEST_FIELD = 1 << 31
_HEADER_WITHIN = 50  # records above which no names of columns are looked for


def place_of(loaded: LoadedProject, table: str, column: str, value: str) -> str | None:
    """The file and the line of the first record with this value, as 'answers.csv, line 8'.

    Args:
        loaded: The project.
        table: A declared table.
        column: Its column.
        value: The text, as it stands in the file.

    Returns:
        None where the table is not read from CSV files, or the value is not found in any.
    """
    declared = loaded.project.tables.get(table)
    if declared is None or not declared.paths or declared.remote:
        return None
    try:
        feed = locate_feed(loaded, table)
    except DataError:  # another table stands in for it
        return None
    if feed.format != "csv":
        return None
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        for file in feed.files:
            line = _line(file, column.lower(), value.strip(), feed.encoding)
            if line is not None:
                return f"{os.path.relpath(file, loaded.folder)}, line {line:,}"
    except (csv.Error, OSError, EOFError, LookupError):
        return None
    finally:
        csv.field_size_limit(limit)
    return None


def _line(file: Path, column: str, value: str, encoding: str) -> int | None:
    at = None
    for number, (line, fields) in enumerate(_records(file, encoding)):
        if at is None:
            names = [field.strip().strip("\ufeff").lower() for field in fields]
            at = names.index(column) if column in names else None
            if at is None and number > _HEADER_WITHIN:
                return None
        elif at < len(fields) and fields[at].strip() == value:
            return line
    return None


def _records(file: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line (from 1) on which each begins."""
    codec = encoding if encoding != "utf-8" else "utf-8-sig"
    with gzip.open(file, "rb") if file.suffix.lower() == ".gz" else file.open("rb") as raw:
        lines = codecs.getreader(codec)(raw, "replace")
        first = lines.readline()
        separator = max((",", ";", "\t", "|"), key=first.count)
        reader = csv.reader(_chained(first, lines), delimiter=separator)
        begun = 1
        for fields in reader:
            yield begun, fields
            begun = reader.line_num + 1


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest
