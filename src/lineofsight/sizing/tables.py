"""How large each declared table is, from the files themselves and the first bytes of those of text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.project.load import LoadedProject
from lineofsight.project.sql_order import sql_tables_in_order
from lineofsight.project.sql_rules import tables_read
from lineofsight.sources import Feed, locate_feeds

#: Bytes of the file that are looked at.
SAMPLED_BYTES = 1 << 20
_FEWEST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """What the start of a file tells.

    Attributes:
        row_bytes: Bytes of a row as text; None where too few are seen.
        unpacked: Bytes of text per byte of the file: 1 where it is not compressed.
    """

    row_bytes: float | None
    unpacked: float


def take_sample(file: Path) -> Sample:
    """Looks at the start of a text file, compressed or not."""
    try:
        with file.open("rb") as stream:
            text, unpacked = stream.read(SAMPLED_BYTES), 1.0
        if file.suffix.lower() == ".gz":
            text, unpacked = _unpacked(text)
    except (OSError, zlib.error):  # whoever reads it will say what is wrong
        return Sample(None, 1.0)
    end = b"}" if text.lstrip()[:1] == b"[" else b"\n"  # a JSON list may stand in one line
    rows = text.count(end)
    return Sample(len(text) / rows if rows >= _FEWEST_ROWS else None, unpacked)


def _unpacked(packed: bytes) -> tuple[bytes, float]:
    """As much as the first bytes of a gzip file hold, and how many bytes each of them became."""
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(packed)
    used = len(packed) - len(unpacker.unused_data)
    return text, len(text) / max(1, used)


#: Footers that are read of one table; the rows of the other files follow from their size.
MOST_FOOTERS = 500
#: Bytes a row takes in a file that nothing can be told of unread: those of the generated events as CSV.
ROW_BYTES = 43


@dataclass(frozen=True, slots=True)
class TableSize:
    """One declared table before it is read.

    Attributes:
        name: Its name in the project.
        format: How its files are read; 'sql' where it is made from other tables, 'elsewhere' where only
            Spark reaches it.
        bytes: Size of its files; 0 where it has none.
        text: Bytes to be parsed: more than `bytes` where files are compressed, 0 where there is no text.
        rows: Rows, or about how many.
        exact: Whether `rows` is known and not estimated.
    """

    name: str
    format: str
    bytes: int
    text: int
    rows: int
    exact: bool


def measure_tables(loaded: LoadedProject) -> tuple[TableSize, ...]:
    """The size of every declared table, in the order of the project file.

    Raises:
        DataError: A file that is declared is not there.
    """
    found = {feed.name: _measured(feed) for feed in locate_feeds(loaded)}
    declared = loaded.project.tables
    for name, table in declared.items():
        if table.catalog is not None or table.remote:
            found[name] = TableSize(name, "elsewhere", 0, 0, 0, exact=False)
    for name in sql_tables_in_order(loaded.project):
        table = declared[name]
        read = tables_read(table.sql or "", declared, table.dialect or "duckdb")
        sources = [found[source].rows for source in read]
        # What a query leaves is not known; most keep about as many rows as their largest table has.
        found[name] = TableSize(name, "sql", 0, 0, max(sources, default=0), exact=False)
    return tuple(found[name] for name in declared)


def _measured(feed: Feed) -> TableSize:
    sizes = [file.stat().st_size for file in feed.files]
    total = sum(sizes)
    if feed.format == "parquet":
        rows, exact = _rows_of_parquet(feed.files, sizes)
        return TableSize(feed.name, feed.format, total, 0, rows, exact)
    if feed.format in ("duckdb", "sqlite"):  # one file, of which the table may be a part
        text = total if feed.format == "sqlite" else 0
        return TableSize(feed.name, feed.format, total, text, total // ROW_BYTES, exact=False)
    sample = take_sample(feed.files[sizes.index(max(sizes))])
    text = round(total * sample.unpacked)
    rows = round(text / (sample.row_bytes or ROW_BYTES))
    return TableSize(feed.name, feed.format, total, text, rows, exact=False)


def _rows_of_parquet(files: Sequence[Path], sizes: Sequence[int]) -> tuple[int, bool]:
    """Rows by the files' footers; of very many files by some of them, evenly chosen."""
    step = -(-len(files) // MOST_FOOTERS)
    rows = seen = 0
    for file, size in zip(files[::step], sizes[::step], strict=True):
        try:
            rows += int(pq.read_metadata(file).num_rows)
        except (OSError, pa.ArrowException):  # whoever reads it will say what is wrong
            continue
        seen += size
    total = sum(sizes)
    if seen == total:
        return rows, True
    return (round(rows * total / seen) if seen else total // ROW_BYTES), False
