"""Stored episodes, cut into parts that are worked on by themselves: always the same ones, whoever works on them.

A part is a range of buckets. Sums of doubles depend on the order in which they are added, so the cut depends on the file
alone and not on the number of processors: the numbers stay the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.engines.ahead import ahead
from lineofsight.engines.fold import whole_numbers
from lineofsight.engines.work import Work, first_buckets

_ROWS = 120_000  # a part has as many, so that it pays to hand it to another process
_MOST = 16
_BATCH_ROWS = 1 << 17

T = TypeVar("T")
Limits = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """The buckets from `low` up to but not `high`, and the row groups of the file that hold them."""

    low: int
    high: int
    row_groups: tuple[int, ...]


def parts_number(rows: int) -> int:
    """Into how many parts so many rows are cut; 0 and 1 are one part."""
    return min(_MOST, rows // _ROWS)


def parts_of(path: Path, work: Work[T]) -> list[Part]:
    """The parts of a stored file that the work looks at: at least one, and one alone where the rows are few."""
    with pq.ParquetFile(path) as file:
        metadata = file.metadata
        everything = Part(0, 1 << 31, tuple(range(metadata.num_row_groups)))
        number = parts_number(metadata.num_rows)
        held = _limits(metadata, file.schema_arrow.get_field_index(work.bucket)) if number > 1 else None
    if held is None:
        return [everything]
    cuts = np.linspace(0, held[-1][1] + 1, number + 1).astype(int).tolist()
    parts = [
        Part(low, high, tuple(at for at, (first, last) in enumerate(held) if first < high and last >= low))
        for low, high in pairwise(cuts)
    ]
    seen = [part for part in parts if part.row_groups and (work.below is None or part.low < work.below)]
    return seen or [everything]


def do_part(path: Path, work: Work[T], part: Part) -> T:
    """What the work makes of a part."""
    with pq.ParquetFile(path, read_dictionary=_texts(path, work)) as file:
        batches = file.iter_batches(_BATCH_ROWS, list(part.row_groups), list(work.columns))
        return work.over(ahead(first_buckets(_between(batches, work.bucket, part), work)))


def _texts(path: Path, work: Work[T]) -> list[str]:
    """Columns of levels: read as they are stored, each level once."""
    schema = pq.read_schema(path)
    return [
        name for name in work.columns if name != work.together and pa.types.is_string(schema.field(name).type)
    ]


def _between(batches: Iterable[pa.RecordBatch], bucket: str, part: Part) -> Iterator[pa.RecordBatch]:
    """The rows of a part, of batches sorted by bucket."""
    for batch in batches:
        found = whole_numbers(batch.column(bucket))
        start, stop = np.searchsorted(found, [part.low, part.high]).tolist()
        if stop > start:
            yield batch.slice(start, stop - start)


def _limits(metadata: pq.FileMetaData, column: int) -> list[Limits] | None:
    """The first and last bucket of each row group; None where the file does not tell."""
    found = []
    for at in range(metadata.num_row_groups):
        statistics = metadata.row_group(at).column(column).statistics
        if statistics is None or not statistics.has_min_max:
            return None
        found.append((int(statistics.min), int(statistics.max)))
    return found
