"""What is wrong with the lines of a CSV file that an engine did not understand.

Looked at only after reading went wrong: Python's own reader goes through the file line by line, and remembers where it is.
(DuckDB's `store_rejects` counts records, not lines, takes a title for the names of the columns, and cannot stand beside
`union_by_name`.)
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lineofsight.error_codes import DataCode
from lineofsight.project.problems import quote

_SEPARATORS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
_LONGEST_LINE = 1 << 20
_LOOKED_AT = 4096
_LONGEST_FIELD = 1 << 31
_NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_CONTROL = re.compile(rb"[\x80-\x9f]")
_BETWEEN_WORDS = (b" ", b",", b";", b"\t", b"|", b'"', b"\n", b"\r")
_NO_TEXT = {b"PK\x03\x04": "a workbook of Excel or an archive", b"\xd0\xcf\x11\xe0": "a workbook of Excel"}
AS_CSV = "Excel files are not read: save the sheet as 'CSV UTF-8', one file for each table, and write 'path: NAME.csv'"
_CUT_OFF = "the file seems to be cut off in its last line: export it again"


class MalformedCsvError(ValueError):
    """A CSV file whose lines cannot be meant.

    Args:
        code: The kind of mistake.
        message: The file, the line, what was found and what was expected.
        hint: What to do.
        line: Which line it is, where that is known.
    """

    def __init__(self, code: DataCode, message: str, hint: str, line: int | None = None) -> None:
        self.code, self.message, self.hint, self.line = code, message, hint, line
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Record:
    """What may span several lines of a file.

    Attributes:
        line: Its first line, counted from 1.
        last: Its last one.
        fields: How many it has.
        ends_empty: Whether the last field is empty, as after a separator at the end of the line.
        place: How many records, also empty ones, stand before it.
    """

    line: int
    last: int
    fields: int
    ends_empty: bool
    place: int


def first_malformed_line(
    file: Path, encoding: str = "utf-8", *, separator: str | None = None, above: int = 0, names: int = 0
) -> MalformedCsvError | None:
    """What is wrong with the first line that is not text in this encoding, or has another number of fields.

    Args:
        file: A CSV file, which may be compressed.
        encoding: Of its text.
        separator: What stands between its fields; without it, as its first line tells.
        above: How many records stand above its rows, where the names are known.
        names: How many of these there are.

    Returns:
        The error, for the caller to raise; None where no such line is found.
    """
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        if encoding == "utf-8" and (line := _not_utf8(file)) is not None:
            return _encoded(file, line)
        if encoding == "latin-1" and (line := _first_control(file)) is not None:
            return controls_in_latin1(file)
        return _ragged(file, encoding, separator, above, names)
    except (csv.Error, EOFError, OSError):  # what the engine said of it tells more
        return None
    finally:
        csv.field_size_limit(limit)


def unclosed_quote(file: Path, encoding: str, separator: str) -> MalformedCsvError | None:
    """The first double quote that begins a field and is not closed where the field ends."""
    limit = csv.field_size_limit(_LONGEST_FIELD)
    last = 0
    try:
        with _text(file, encoding) as text:
            reader = csv.reader(text, delimiter=separator, strict=True)
            try:
                for _ in reader:
                    last = reader.line_num
            except csv.Error:
                with _text(file, encoding) as again:
                    shown = next(itertools.islice(again, last, None), "").strip()
                return MalformedCsvError(
                    DataCode.CSV_LINES,
                    f"{file}, line {last + 1:,}: a double quote that is opened there is not closed: {quote(shown)}",
                    'close it there; a double quote inside of a value is written twice, as in "5"" pipe"',
                    last + 1,
                )
    except (EOFError, OSError):
        return None
    finally:
        csv.field_size_limit(limit)
    return None


def header_is_misread(file: Path, columns: list[str], encoding: str = "utf-8") -> bool:
    """Whether an engine took all columns for one, or those of another line than the first.

    Args:
        file: The CSV file.
        columns: What the engine says it has.
        encoding: Of its text.
    """
    with opened(file) as lines:
        line = lines.readline(_LONGEST_LINE).decode(encoding, "replace").lstrip("\ufeff").strip()
    names = [name.strip(' "').lower() for name in line.split(_separator(line))]
    found = {column.replace('"', "").strip().lower() for column in columns}
    return len(names) > 1 and (line.replace('"', "").lower() in found or found.isdisjoint(names))


def opened(file: Path) -> IO[bytes] | gzip.GzipFile:
    """The bytes of a file, which may be compressed."""
    return gzip.open(file, "rb") if file.suffix.lower() == ".gz" else file.open("rb")


def _not_utf8(file: Path) -> int | None:
    with opened(file) as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def refused_text(file: Path, what: str, hint: str, *, line: int | None = None) -> MalformedCsvError:
    """The error for a file that is not text as it is read; the caller raises it."""
    place = f"{file}, line {line:,}" if line else f"{file}"
    return MalformedCsvError(DataCode.TEXT_ENCODING, f"{place}: {what}", hint)


def refuse_no_csv(file: Path, head: bytes) -> None:
    """Refuses what begins as a workbook or an archive does.

    Raises:
        MalformedCsvError: It does.
    """
    for beginning, what in _NO_TEXT.items():
        if head.startswith(beginning):
            hint = AS_CSV.replace("NAME", file.name.partition(".")[0])
            raise MalformedCsvError(DataCode.SPREADSHEET, f"{file}: this is {what}, not CSV", hint)


def _encoded(file: Path, line: int) -> MalformedCsvError:
    with opened(file) as lines:
        start = lines.read(_LOOKED_AT)
    if b"\0" in start:
        return refused_text(file, "this is no text", "check the file, or say what it is with 'format:'")
    return _western(file, line)


def _western(file: Path, line: int) -> MalformedCsvError:
    """The error for text that is not in UTF-8: what it would be in Windows-1252, which has all letters of Latin-1."""
    wrong, total, unknown, shown = 0, 0, 0, ""
    with opened(file) as lines:
        for total, text in enumerate(lines, 1):  # noqa: B007
            try:
                text.decode("utf-8")
            except UnicodeDecodeError as error:
                wrong += 1
                word = _word_around(text, error.start)
                shown = shown or quote(word.decode("cp1252", "replace"))
                unknown += any(byte in text for byte in _NOT_IN_CP1252)
    message = f"the text is not in UTF-8, in {wrong:,} of {total:,} lines"
    if unknown:
        return refused_text(file, message, "save the file as UTF-8", line=line)
    return refused_text(
        file,
        message,
        f"write 'encoding: windows-1252' if {shown} is what is meant there, as in an export from Excel or Windows; else"
        " save the file as UTF-8",
        line=line,
    )


def _first_control(file: Path) -> int | None:
    with opened(file) as lines:
        return next((number for number, line in enumerate(lines, 1) if _CONTROL.search(line)), None)


def controls_in_latin1(file: Path) -> MalformedCsvError:
    """The error for bytes that are letters in Windows-1252, and in Latin-1 controls that no text has."""
    first, wrong, total, shown = 0, 0, 0, ""
    with opened(file) as lines:
        for total, line in enumerate(lines, 1):
            if (found := _CONTROL.search(line)) is not None:
                wrong, first = wrong + 1, first or total
                shown = shown or quote(_word_around(line, found.start()).decode("cp1252", "replace"))
    message = f"bytes are no letters in 'latin-1', in {wrong:,} of {total:,} lines; in Windows-1252 they are, as in {shown}"
    return refused_text(file, message, "write 'encoding: windows-1252'", line=first)


def _word_around(line: bytes, at: int) -> bytes:
    """The word with the byte at a place."""
    start = max(line.rfind(mark, 0, at) for mark in _BETWEEN_WORDS) + 1
    ends = [end for mark in _BETWEEN_WORDS if (end := line.find(mark, at)) >= 0]
    return line[start : min(ends, default=len(line))]


def _separator(line: str) -> str:
    """The most frequent candidate outside of double quotes."""
    return max(_SEPARATORS, key=_QUOTED.sub("", line).count)


def _ragged(
    file: Path, encoding: str, separator: str | None, above: int, known: int
) -> MalformedCsvError | None:
    counts = Counter(record.fields for record in _records(file, encoding, separator))
    if not counts:
        return None
    usual = counts.most_common(1)[0][0]
    first = next(_records(file, encoding, separator)).fields
    # Titles may stand above the names.
    expected = known or (first if usual == 1 or abs(first - usual) <= 1 else usual)
    names, bad, wrong, below = None, None, 0, 0
    for record in _records(file, encoding, separator):
        last = record
        if names is None:
            names = record if record.fields == expected else None
            continue
        if record.place < above:
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
    return MalformedCsvError(DataCode.CSV_LINES, message, _remedy(bad, last, expected), bad.line)


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


def _records(file: Path, encoding: str, separator: str | None) -> Iterator[_Record]:
    """The records that are not empty."""
    if separator is None:
        with _text(file, encoding) as lines:
            separator = _separator(next((line for line in lines if line.strip()), ""))
    with _text(file, encoding) as lines:
        reader, before = csv.reader(lines, delimiter=separator), 0
        for place, row in enumerate(reader):
            if row:
                yield _Record(before + 1, reader.line_num, len(row), not row[-1].strip(), place)
            before = reader.line_num


def _text(file: Path, encoding: str) -> io.TextIOWrapper:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(opened(file), encoding=codec, errors="replace", newline="")
