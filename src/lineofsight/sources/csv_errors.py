"""What is wrong with the lines of a CSV file that an engine did not understand.

Looked at only after reading went wrong: Python's own reader goes through the file line by line, and remembers where it is.
(DuckDB's `store_rejects` counts records, not lines, takes a title for the names of the columns, and cannot stand beside
`union_by_name`.)
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lineofsight.error_codes import DataCode

_SEPARATORS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
_LONGEST_LINE = 1 << 20
_LOOKED_AT = 4096
_LONGEST_FIELD = 1 << 31
_CUT_OFF = "the file seems to be cut off in its last line: export it again"


class MalformedCsvError(ValueError):
    """A CSV file whose lines cannot be meant.

    Args:
        code: The kind of mistake.
        message: The file, the line, what was found and what was expected.
        hint: What to do.
    """

    def __init__(self, code: DataCode, message: str, hint: str) -> None:
        self.code, self.message, self.hint = code, message, hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Record:
    """What may span several lines of a file.

    Attributes:
        line: Its first line, counted from 1.
        last: Its last one.
        fields: How many it has.
        ends_empty: Whether the last field is empty, as after a separator at the end of the line.
    """

    line: int
    last: int
    fields: int
    ends_empty: bool


def first_malformed_line(file: Path, encoding: str = "utf-8") -> MalformedCsvError | None:
    """What is wrong with the first line that is not text in this encoding, or has another number of fields.

    Args:
        file: A CSV file, which may be compressed.
        encoding: Of its text.

    Returns:
        The error, for the caller to raise; None where no such line is found.
    """
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        line = _not_utf8(file) if encoding == "utf-8" else None
        return _ragged(file, encoding) if line is None else _encoded(file, line)
    except (csv.Error, EOFError, OSError):  # what the engine said of it tells more
        return None
    finally:
        csv.field_size_limit(limit)


def header_is_misread(file: Path, columns: list[str], encoding: str = "utf-8") -> bool:
    """Whether an engine took all columns for one, or those of another line than the first.

    Args:
        file: The CSV file.
        columns: What the engine says it has.
        encoding: Of its text.
    """
    with _opened(file) as lines:
        line = lines.readline(_LONGEST_LINE).decode(encoding, "replace").lstrip("\ufeff").strip()
    names = [name.strip(' "').lower() for name in line.split(_separator(line))]
    found = {column.replace('"', "").strip().lower() for column in columns}
    return len(names) > 1 and (line.replace('"', "").lower() in found or found.isdisjoint(names))


def _opened(file: Path) -> IO[bytes] | gzip.GzipFile:
    return gzip.open(file, "rb") if file.suffix.lower() == ".gz" else file.open("rb")


def _not_utf8(file: Path) -> int | None:
    with _opened(file) as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def _encoded(file: Path, line: int) -> MalformedCsvError:
    with _opened(file) as lines:
        start = lines.read(_LOOKED_AT)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return MalformedCsvError(
            DataCode.TEXT_ENCODING,
            f"{file}: the text is in UTF-16, and UTF-8 is read",
            "save the file as UTF-8",
        )
    if b"\0" in start:
        return MalformedCsvError(
            DataCode.TEXT_ENCODING,
            f"{file}: this is no text",
            "check the file, or say what it is with 'format:'",
        )
    return MalformedCsvError(
        DataCode.TEXT_ENCODING,
        f"{file}, line {line:,}: the text is not in UTF-8",
        "save the file as UTF-8; or, if it is an export in Western letters from Excel or Windows, say"
        " 'encoding: latin-1'",
    )


def _separator(line: str) -> str:
    """The most frequent candidate outside of double quotes."""
    return max(_SEPARATORS, key=_QUOTED.sub("", line).count)


def _ragged(file: Path, encoding: str) -> MalformedCsvError | None:
    counts = Counter(record.fields for record in _records(file, encoding))
    if not counts:
        return None
    usual = counts.most_common(1)[0][0]
    first = next(_records(file, encoding)).fields
    # Titles may stand above the names.
    expected = first if usual == 1 or abs(first - usual) <= 1 else usual
    names, bad, wrong, below = None, None, 0, 0
    for record in _records(file, encoding):
        last = record
        if names is None:
            names = record if record.fields == expected else None
            continue
        below += 1
        if not _fits(record, expected):
            bad, wrong = bad or record, wrong + 1
    if names is None or bad is None:
        return None
    message = (
        f"{file}, line {bad.line:,}: found {_number(bad.fields, 'field')}, but line {names.line:,} names"
        f" {_number(expected, 'column')}"
    )
    if wrong > 1:
        message += f"; {wrong:,} of {below:,} lines do not fit"
    return MalformedCsvError(DataCode.CSV_LINES, message, _remedy(bad, last, expected))


def _fits(record: _Record, expected: int) -> bool:
    return record.fields == expected or (record.fields == expected + 1 and record.ends_empty)


def _remedy(bad: _Record, last: _Record, expected: int) -> str:
    if bad.last > bad.line and bad.last == last.last:
        return "a double quote that is opened there is never closed: close it"
    if bad.fields > expected:
        return (
            "take out what is too much, or name it in the first line; a value with a separator in it stands in"
            " double quotes"
        )
    return _CUT_OFF if bad == last else "complete the line or take it out, or export the table again"


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _records(file: Path, encoding: str) -> Iterator[_Record]:
    """The records that are not empty."""
    with _opened(file) as raw:
        lines = (line.decode(encoding, "replace").lstrip("\ufeff") for line in raw)
        first = next((line for line in lines if line.strip()), "")
    with _opened(file) as raw:
        text = (line.decode(encoding, "replace") for line in raw)
        reader, before = csv.reader(text, delimiter=_separator(first)), 0
        for row in reader:
            if row:
                yield _Record(before + 1, reader.line_num, len(row), not row[-1].strip())
            before = reader.line_num
