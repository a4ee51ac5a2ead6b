"""Work on the rows of stored episodes: what an engine is handed, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa

from lineofsight.engines.fold import whole_numbers

T = TypeVar("T")


class Work(Protocol[T]):
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

    def over(self, batches: Iterable[pa.RecordBatch]) -> T:
        """What these rows give, in the order they come."""

    def put_together(self, parts: Sequence[T]) -> T:
        """What all parts of the rows give, from what each gave, in their order."""


def first_buckets(batches: Iterable[pa.RecordBatch], work: Work[T]) -> Iterator[pa.RecordBatch]:
    """Batches sorted by bucket, as far as the work looks."""
    for batch in batches:
        if work.below is None or not batch.num_rows:
            yield batch
            continue
        held = int(np.searchsorted(whole_numbers(batch.column(work.bucket)), work.below))
        yield batch.slice(0, held)
        if held < batch.num_rows:
            return
