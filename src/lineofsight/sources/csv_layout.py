"""How a CSV file is laid out: its encoding, in which lines its names stand, and what its columns are called in SQL.

Only the head of a file is looked at. Where an engine would take it otherwise than it is meant, a copy in plain form is made:
UTF-8, with one line of names of which no two are the same in SQL.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lineofsight.error_codes import DataCode
from lineofsight.project.problems import quote
from lineofsight.sources.csv_errors import (
    MalformedCsvError,
    controls_in_latin1,
    first_malformed_line,
    opened,
    refuse_no_csv,
    refused_text,
    unclosed_quote,
)

SEPARATORS = (",", ";", "\t", "|")
_HEAD = 1 << 20
_LOOKED_AT = 200  # records
_HEADER_AT_MOST = 20
_LONGEST_FIELD = 1 << 31
_CHUNK = 1 << 20
_CODECS = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "windows-1252": "cp1252"}
_NUMBER_OR_TIME = re.compile(r"\W*\d[\d\s.,:/%TZ+'_-]*(?:[AaPp]\.?[Mm]\.?)?\W*")
_CONTROL = re.compile(r"[\x80-\x9f]")
_MISSING = ("", "na", "n/a", "nan", "null", "none", "-", ".")
_ROWS_THAT_TELL = 3
_COLUMNS_THAT_TELL = 2
_IMPORT_ID = '{"ImportId"'  # the third line of an export from Qualtrics

Record = tuple[int, list[str]]  # the number of its first line, and its fields


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """What the head of a file tells.

    Attributes:
        codec: Python's name of its encoding.
        separator: What stands between its fields.
        line: The line of its names, counted from 1.
        names: What they are.
        columns: The names in SQL, no two the same but for upper and lower case.
        records: How many records stand before its rows, with the names.
        plain: Whether DuckDB reads it as it is.
        spelled: Whether its names are written as they are in SQL, with no blanks around them and none empty.
    """

    codec: str
    separator: str
    line: int
    names: tuple[str, ...]
    columns: tuple[str, ...]
    records: int
    plain: bool
    spelled: bool

    @property
    def headers(self) -> dict[str, str]:
        """What columns are called in the file, of those that are called otherwise in SQL."""
        pairs = zip(self.columns, self.names, strict=True)
        return {column: name for column, name in pairs if name and column != name}


@dataclass(frozen=True, slots=True)
class PlainCsv:
    """Files that engines read as they are.

    Attributes:
        files: In the order of those that are meant.
        encoding: Of their text.
        headers: As of `CsvLayout`, of all files.
        separator: Of the first file.
    """

    files: tuple[Path, ...]
    encoding: str
    headers: Mapping[str, str]
    separator: str


def plain_csv(
    files: Sequence[Path],
    folder: Path,
    *,
    encoding: str = "utf-8",
    header: int | None = None,
    skip: int | None = None,
    spelled: bool = False,
) -> PlainCsv:
    """Finds out how files are laid out, and copies those that engines would not read as they are meant.

    Args:
        files: CSV files, which may be compressed.
        folder: Where copies are made.
        encoding: As declared.
        header: How many records the header takes, as declared.
        skip: How many stand above it, as declared.
        spelled: Whether the names have to be written as they are in SQL.

    Raises:
        MalformedCsvError: A file is no text in this encoding, or it is not clear where the names of its columns stand.
    """
    layouts = {
        file: layout_of(file, encoding=encoding, header=header, skip=skip) for file in dict.fromkeys(files)
    }
    headers = {column: name for each in layouts.values() for column, name in each.headers.items()}
    separator = layouts[files[0]].separator if files else ","
    as_it_is = {file for file, each in layouts.items() if each.plain and (each.spelled or not spelled)}
    if len(as_it_is) == len(layouts):
        return PlainCsv(tuple(files), encoding, headers, separator)
    # One encoding is said of all of them.
    kept = as_it_is if encoding == "utf-8" else set[Path]()
    copies = {file: file if file in kept else _copied(file, each, folder) for file, each in layouts.items()}
    return PlainCsv(tuple(copies[file] for file in files), "utf-8", headers, separator)


def layout_of(
    file: Path, *, encoding: str = "utf-8", header: int | None = None, skip: int | None = None
) -> CsvLayout:
    """What the head of a file tells; arguments and errors as of `plain_csv`."""
    with opened(file) as raw:
        head = raw.read(_HEAD)
    refuse_no_csv(file, head)
    codec = _codec(file, head, encoding)
    text = codecs.getincrementaldecoder(codec)("replace").decode(head)
    whole = len(head) < _HEAD
    tabbed = ".tsv" in file.suffixes
    separator = "\t" if tabbed else _separator(text)
    records = _records(text, separator, whole=whole)
    usual = _usual(records[skip or 0 :])
    if header is None and skip is None:
        at, below = _found(file, records, usual)
    else:
        at, below = _declared(file, records, header, skip or 0)
    line, fields = records[at] if records else (1, [])
    names = tuple(name.strip() for name in fields)
    columns = columns_in_sql(names)
    plain = (
        encoding in ("utf-8", "latin-1")
        and codec == _CODECS[encoding]
        and at == 0
        and below == at + 1
        and all(column == name or not name for column, name in zip(columns, names, strict=True))
    )
    spelled = columns == tuple(fields)
    return CsvLayout(codec, separator, line, names, columns, below, plain, spelled)


def first_trouble(
    file: Path, *, encoding: str = "utf-8", header: int | None = None, skip: int | None = None
) -> MalformedCsvError | None:
    """What is wrong with the first line that does not fit; arguments as of `plain_csv`, and None where all fit."""
    try:
        layout = layout_of(file, encoding=encoding, header=header, skip=skip)
    except MalformedCsvError as error:
        return error
    if layout.plain:
        trouble = first_malformed_line(file, encoding)
    else:
        codec = "utf-8" if layout.codec == "utf-8-sig" else layout.codec
        above, names = layout.records, len(layout.names)
        trouble = first_malformed_line(file, codec, separator=layout.separator, above=above, names=names)
    if trouble is not None and trouble.code is DataCode.CSV_LINES:
        # After a double quote that is not closed fields are cut elsewhere.
        unclosed = first_unclosed(file, encoding)
        if unclosed is not None and (unclosed.line or 0) <= (trouble.line or 0):
            return unclosed
    return trouble


def first_unclosed(file: Path, encoding: str) -> MalformedCsvError | None:
    """The first double quote that is not closed; None where all are."""
    layout = layout_of(file, encoding=encoding, header=1)
    codec = "utf-8" if layout.codec == "utf-8-sig" else layout.codec
    return unclosed_quote(file, codec, layout.separator)


def line_that_names(file: Path, layout: CsvLayout, name: str) -> int | None:
    """Which of the first records, from 1, has a name that is none of the file's columns; None where none has it."""
    with opened(file) as raw:
        head = raw.read(_HEAD)
    text = codecs.getincrementaldecoder(layout.codec)("replace").decode(head)
    records = _records(text, layout.separator)[:_HEADER_AT_MOST]
    named = (place for place, (_, fields) in enumerate(records, 1) if name in map(str.strip, fields))
    return next(named, None)


def _codec(file: Path, head: bytes, encoding: str) -> str:
    """Python's name of the encoding; that of UTF-16 is told from the text itself."""
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    found = "utf-16" if marked else _without_mark(head)
    if found is not None and encoding in ("utf-8", "utf-16"):
        return found
    if found is not None:
        raise refused_text(
            file, f"the text is in UTF-16, and '{encoding}' is declared", "write 'encoding: utf-16'"
        )
    if encoding == "utf-16":
        raise refused_text(file, "'utf-16' is declared, and the text is not in UTF-16", "take 'encoding' out")
    if encoding != "utf-8" and _is_utf8(head):
        raise refused_text(
            file,
            f"'{encoding}' is declared, and the text is in UTF-8: its letters would be read as others",
            "take 'encoding' out",
        )
    return _CODECS[encoding]


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without its mark: of letters of the West every other byte is 0."""
    first, second = head[0:_CHUNK:2], head[1:_CHUNK:2]
    if not second:
        return None
    zeros = first.count(0) / len(first), second.count(0) / len(second)
    if zeros[1] > 0.4 and zeros[0] < 0.1:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > 0.4 and zeros[1] < 0.1 else None


def _is_utf8(head: bytes) -> bool:
    """Whether there are letters beyond ASCII, all of them in UTF-8."""
    if head.isascii():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """The candidate that cuts most records into the same number of fields; of those alike the most frequent in the first line."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")

    def fitting(separator: str) -> tuple[int, int]:
        counts = Counter(len(fields) for _, fields in _records(text, separator) if len(fields) > 1)
        return max(counts.values(), default=0), first.count(separator)

    return max(SEPARATORS, key=fitting)


def _records(text: str, separator: str, *, whole: bool = True) -> list[Record]:
    """The first records, of which a last one that may be cut off is left out."""
    limit = csv.field_size_limit(_LONGEST_FIELD)
    found: list[Record] = []
    reader, before = csv.reader(io.StringIO(text, newline=""), delimiter=separator), 0
    try:
        for fields in reader:
            found.append((before + 1, fields))
            before = reader.line_num
            if len(found) > _LOOKED_AT:
                break
        else:
            return found if whole else found[:-1]
    except csv.Error:  # such as a bare carriage return: what the engine says of it tells more
        return found
    finally:
        csv.field_size_limit(limit)
    return found[:-1]


def _filled(fields: Sequence[str]) -> int:
    return sum(bool(field.strip()) for field in fields)


def _usual(records: Sequence[Record]) -> int:
    """How many fields most records have."""
    counts = Counter(len(fields) for _, fields in records if _filled(fields))
    return counts.most_common(1)[0][0] if counts else 0


def _declared(file: Path, records: Sequence[Record], header: int | None, skip: int) -> tuple[int, int]:
    """The place of the names: the first record of the header with most of its fields filled; and that of the first row."""
    below = skip + (header or 1)
    if below > len(records):
        raise MalformedCsvError(
            DataCode.HEADER_UNCLEAR,
            f"{file}: the header is declared to end in line {below:,}, and the file has {len(records):,} lines",
            "correct 'header' and 'skip'",
        )
    at = max(range(skip, below), key=lambda place: (_filled(records[place][1]), -place))
    return at, below


def _found(file: Path, records: Sequence[Record], usual: int) -> tuple[int, int]:
    """The place of the names and of the first row, where nothing is declared."""
    first = next((place for place, (_, fields) in enumerate(records) if _filled(fields)), 0)
    at = first
    while at < len(records) and _is_note(records[at][1], usual):
        at += 1
    if at == len(records):
        return first, first + 1
    if at > first and not _are_names(records[at][1]):
        line = records[at][0]
        raise MalformedCsvError(
            DataCode.HEADER_UNCLEAR,
            f"{file}, line {line:,}: below other lines the first of {usual:,} fields holds no names of columns:"
            f" {_shown(records[at][1])}",
            f"say in which line the names stand, as 'header: {at}', or write them above the rows",
        )
    for below in (at + 2, at + 3):
        ids = [field for field in (records[below - 1][1] if below <= len(records) else []) if field.strip()]
        if ids and all(field.lstrip().startswith(_IMPORT_ID) for field in ids):
            return at, below
    _refuse_second_header(file, records, at)
    return at, at + 1


def _is_note(fields: Sequence[str], usual: int) -> bool:
    """Whether it is empty, or a text that stands above a table, perhaps filled up with separators."""
    filled = _filled(fields)
    if filled == 0:
        return True
    if filled > 1:
        return len(fields) < usual - 1
    return usual > 1 and bool(fields[0].strip()) and (len(fields) < usual or usual > 2)


def _are_names(fields: Sequence[str]) -> bool:
    named = fields[:-1] if not fields[-1].strip() else fields  # a separator at the end of the line
    return all(name.strip() and not _NUMBER_OR_TIME.fullmatch(name) for name in named)


def _refuse_second_header(file: Path, records: Sequence[Record], at: int) -> None:
    """Refuses a first row of words above columns that hold numbers and times only."""
    rows = [fields for _, fields in records[at + 1 :] if _filled(fields)]
    if len(rows) <= _ROWS_THAT_TELL:
        return
    measured = [
        place
        for place in range(len(rows[0]))
        if _is_measured([fields[place].strip() for fields in rows[1:] if place < len(fields)])
    ]
    above = [rows[0][place].strip() for place in measured]
    words = [word for word in above if word.lower() not in _MISSING]
    if len(words) < max(_COLUMNS_THAT_TELL, (len(above) + 1) // 2) or any(
        map(_NUMBER_OR_TIME.fullmatch, words)
    ):
        return
    line = next(number for number, fields in records[at + 1 :] if _filled(fields))
    raise MalformedCsvError(
        DataCode.HEADER_UNCLEAR,
        f"{file}, line {line:,}: {_shown(words)} stand above columns of numbers and times, as a second line of names does",
        f"say so with 'header: {at + 2}'; if it is a row of the table, write 'header: {at + 1}'",
    )


def _is_measured(values: Sequence[str]) -> bool:
    told = [value for value in values if value.lower() not in _MISSING]
    return len(told) >= _ROWS_THAT_TELL and all(map(_NUMBER_OR_TIME.fullmatch, told))


def _shown(fields: Sequence[str]) -> str:
    return ", ".join(quote(field) for field in fields[:3]) + (", …" if len(fields) > 3 else "")


def columns_in_sql(names: Sequence[str]) -> tuple[str, ...]:
    """The names in SQL: one that is there twice, or differs from another by case only, gets the place of its column.

    Args:
        names: As the file has them; empty where a column has none.
    """
    counts = Counter(name.lower() for name in names)
    taken = set(counts)
    columns = []
    for place, name in enumerate(names, 1):
        if not name and place < len(names):  # a separator may end the line
            name = f"column{place - 1}"  # as DuckDB calls it
        elif name and counts[name.lower()] > 1:
            name = f"{name}_column{place}"
            while name.lower() in taken:
                name += "_"
            taken.add(name.lower())
        columns.append(name)
    return tuple(columns)


def _copied(file: Path, layout: CsvLayout, folder: Path) -> Path:
    """A copy in plain form, in folders of the names that tell columns, as in 'day=2024-01-31/'."""
    told = [part for part in file.parts[:-1] if part.find("=") > 0]
    name = file.name[: -len(".gz")] if file.suffix.lower() == ".gz" else file.name
    copy = folder.joinpath("csv", hashlib.sha256(str(file).encode()).hexdigest()[:16], *told, name)
    if copy.exists():
        return copy
    copy.parent.mkdir(parents=True, exist_ok=True)
    partial = copy.with_name(f"{copy.name}.partial")
    try:
        with (
            opened(file) as raw,
            io.TextIOWrapper(raw, encoding=layout.codec, newline="") as text,
            partial.open("w", encoding="utf-8", newline="") as out,
        ):
            _leave_out(text, layout)
            chunk = text.read(_CHUNK)
            ends = (
                "\r\n" if "\r\n" in chunk else "\n"
            )  # the reader refuses a file whose lines end in two ways
            csv.writer(out, delimiter=layout.separator, lineterminator=ends).writerow(layout.columns)
            while chunk:
                if layout.codec == "latin-1" and _CONTROL.search(chunk):
                    raise controls_in_latin1(file)
                out.write(chunk)
                chunk = text.read(_CHUNK)
    except UnicodeDecodeError as error:
        partial.unlink(missing_ok=True)
        raise _not_decoded(file, layout.codec) from error
    partial.rename(copy)
    return copy


def _leave_out(text: IO[str], layout: CsvLayout) -> None:
    """Reads on to the first row."""
    reader = csv.reader(iter(text.readline, ""), delimiter=layout.separator)
    for _ in range(layout.records):
        next(reader, None)


def _not_decoded(file: Path, codec: str) -> MalformedCsvError:
    """The error for bytes that are no text in the encoding: the first line of them, and how many lines have any."""
    if codec == "utf-8-sig" and (trouble := first_malformed_line(file)) is not None:
        return trouble
    names = {python: name for name, python in _CODECS.items()}
    name = names.get(codec, "utf-16")
    if name == "utf-16":
        return refused_text(
            file,
            "the text is not whole in UTF-16: it breaks off, or half of a letter is missing",
            "export it again, best as UTF-8",
        )
    first, wrong, total = 0, 0, 0
    with opened(file) as lines:
        for total, line in enumerate(lines, 1):
            try:
                line.decode(codec)
            except UnicodeDecodeError as error:
                wrong += 1
                if not first:
                    first, byte = total, line[error.start]
    return refused_text(
        file,
        f"the byte 0x{byte:02X} is no letter in '{name}'; {wrong:,} of {total:,} lines have such bytes",
        "save the file as UTF-8",
        line=first,
    )
