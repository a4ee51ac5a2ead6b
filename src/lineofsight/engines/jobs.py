"""Jobs over stored episodes, written as map and reduce, and the parts that they are mapped over: always the same ones.

A part is a range of rows, or of buckets where no customer may be cut in two. Sums of doubles depend on the order in which
they are added, so the cut depends on the file alone and not on the number of processors: the numbers stay the same to the
last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.engines.batches import prefetch, whole_numbers

T = TypeVar("T")
_ROWS = 122_880  # a part has as many, so that it pays to hand it to another process; DuckDB writes them as a row group
_MOST = 16
_BATCH_ROWS = 1 << 17
Limits = tuple[int, int]


class MapReduce(Protocol[T]):
    """Something to make of rows, part by part. It is sent to where the rows lie; only what it makes comes back."""

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the episodes that are read."""

    @property
    def bucket(self) -> str:
        """The column that holds each episode's bucket."""

    @property
    def below(self) -> int | None:
        """Only buckets below this one are looked at; None is all of them."""

    @property
    def together(self) -> str | None:
        """The column whose equal values must be in the same part of the rows; None where any cut will do."""

    def map(self, batches: Iterable[pa.RecordBatch]) -> T:
        """What these rows give, in the order they come."""

    def reduce(self, parts: Sequence[T]) -> T:
        """What all parts of the rows give, from what each gave, in their order."""


def first_buckets(batches: Iterable[pa.RecordBatch], job: MapReduce[T]) -> Iterator[pa.RecordBatch]:
    """Batches sorted by bucket, as far as the job looks."""
    for batch in batches:
        if job.below is None or not batch.num_rows:
            yield batch
            continue
        held = int(np.searchsorted(whole_numbers(batch.column(job.bucket)), job.below))
        yield batch.slice(0, held)
        if held < batch.num_rows:
            return


@dataclass(frozen=True, slots=True)
class Part:
    """Row groups of the file, and which of their rows: those of some buckets, or those from one row to another.

    Limits are the first that is in and the first that is not; None is all.
    """

    row_groups: tuple[int, ...]
    buckets: Limits | None = None
    rows: Limits | None = None


def parts_number(rows: int) -> int:
    """Into how many parts so many rows are cut."""
    return 1 if rows < 2 * _ROWS else -(-rows // _size(rows))


def _size(rows: int) -> int:
    """Rows of each part but the last."""
    return max(_ROWS, -(-rows // _MOST))


def parts_of(path: Path, job: MapReduce[T]) -> list[Part]:
    """The parts of a stored file that the job looks at: at least one, and one alone where the rows are few."""
    with pq.ParquetFile(path) as file:
        metadata = file.metadata
        everything = Part(tuple(range(metadata.num_row_groups)))
        number = parts_number(metadata.num_rows)
        if number == 1:
            return [everything]
        if job.together is None and job.below is None:
            return list(_by_rows(metadata))
        held = _limits(metadata, file.schema_arrow.get_field_index(job.bucket))
    if held is None:
        return [everything]
    cuts = np.linspace(0, held[-1][1] + 1, number + 1).astype(int).tolist()
    parts = [
        Part(tuple(at for at, (first, last) in enumerate(held) if first < high and last >= low), (low, high))
        for low, high in pairwise(cuts)
        if job.below is None or low < job.below
    ]
    return [part for part in parts if part.row_groups] or [everything]


def _by_rows(metadata: pq.FileMetaData) -> Iterator[Part]:
    """Parts of as many rows each but the last, however the file is written; row groups of as many are read once."""
    ends = list(accumulate(metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)))
    held = list(enumerate(pairwise([0, *ends])))
    size = _size(metadata.num_rows)
    for low in range(0, metadata.num_rows, size):
        high = min(low + size, metadata.num_rows)
        inside = [(at, start) for at, (start, end) in held if start < high and end > low]
        before = inside[0][1]
        yield Part(tuple(at for at, _ in inside), rows=(low - before, high - before))


def map_part(path: Path, job: MapReduce[T], part: Part) -> T:
    """What the job makes of a part."""
    with pq.ParquetFile(path, read_dictionary=_texts(path, job)) as file:
        batches = file.iter_batches(_BATCH_ROWS, list(part.row_groups), list(job.columns))
        return job.map(prefetch(first_buckets(_inside(batches, job.bucket, part), job)))


def _texts(path: Path, job: MapReduce[T]) -> list[str]:
    """Columns of levels: read as they are stored, each level once."""
    schema = pq.read_schema(path)
    return [
        name for name in job.columns if name != job.together and pa.types.is_string(schema.field(name).type)
    ]


def _inside(batches: Iterable[pa.RecordBatch], bucket: str, part: Part) -> Iterator[pa.RecordBatch]:
    """The rows of a part, of batches sorted by bucket."""
    end = 0
    for batch in batches:
        begin, end = end, end + batch.num_rows
        start, stop = 0, batch.num_rows
        if part.buckets is not None:
            start, stop = np.searchsorted(whole_numbers(batch.column(bucket)), part.buckets).tolist()
        elif part.rows is not None:
            start, stop = (min(max(row - begin, 0), batch.num_rows) for row in part.rows)
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
