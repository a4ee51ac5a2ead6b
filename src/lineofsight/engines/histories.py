"""A pass over customers with several episodes: each compared with themselves, and with what came next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lineofsight.aggregation.cells import CellAggregator
from lineofsight.aggregation.groups import Cells, merged
from lineofsight.aggregation.histories import NextColumns, Runs, WithinColumns
from lineofsight.engines.aggregate import evaluated
from lineofsight.engines.batches import chunks, joined, prefetch, whole_numbers
from lineofsight.engines.response_sums import EpisodeJob
from lineofsight.stats.results import Array


@dataclass(frozen=True, eq=False)
class Histories:
    """Moments of customers with several episodes.

    Attributes:
        within: Of the differences from each customer's own mean.
        following: Of the episodes that another follows, with the next one's drivers.
        customers: Customers with several complete episodes.
    """

    within: Cells
    following: Cells
    customers: int


@dataclass(frozen=True, eq=False)
class HistoryAggregation(EpisodeJob):
    """Aggregates the histories: a `MapReduce` job that needs all episodes of a customer in one part of the rows.

    Attributes:
        customer: The column that tells whose an episode is.
        at: The column that tells when it was.
        buckets: Number of buckets.
        shift: `(p,)` provisional centre of the columns of the basis.
    """

    customer: str
    at: str
    buckets: int
    shift: Array

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the episodes that are read."""
        return [*super().columns, self.customer, self.at]

    @property
    def together(self) -> str | None:
        """The column whose equal values must be in the same part of the rows."""
        return self.customer

    def map(self, batches: Iterable[pa.RecordBatch]) -> Histories:
        """What these rows give."""
        basis = self.episodes.basis
        inside, beside = WithinColumns(basis), NextColumns(basis)
        place = [basis.columns.index(name) for name in beside.following]
        within = CellAggregator(inside, self.buckets, np.zeros_like(self.shift))
        following = CellAggregator(beside, self.buckets, np.append(self.shift, self.shift[place]))
        customers = 0
        for batch in prefetch(with_repeats(whole_runs(chunks(batches), self.customer), self.customer)):
            batch, block = evaluated(batch, basis, self.episodes.categories, means=False)
            bucket = whole_numbers(batch.column(self.bucket))[block.rows]
            run = runs(batch.column(self.customer))[block.rows]
            at = _instants(batch.column(self.at))[block.rows]
            customers += int((np.bincount(run) > 1).sum()) if len(run) else 0
            differences, places = inside.evaluate(block, run)
            within.add(differences, bucket[places], np.zeros(len(places), dtype=np.int32))
            pairs, places = beside.evaluate(block, run, at)
            following.add(pairs, bucket[places], np.zeros(len(places), dtype=np.int32))
        return Histories(within.result(), following.result(), customers)

    def reduce(self, parts: Sequence[Histories]) -> Histories:
        """The moments of all rows."""
        return Histories(
            merged([part.within for part in parts]),
            merged([part.following for part in parts]),
            sum(part.customers for part in parts),
        )


def runs(column: pa.Array) -> Runs:
    """`(n,)` number of the run of equal values that each row is in, from 0."""
    return np.cumsum(_changes(column)) if len(column) else np.zeros(0, dtype=np.intp)


def whole_runs(batches: Iterable[pa.RecordBatch], column: str) -> Iterator[pa.RecordBatch]:
    """The same rows, cut only where the column's value changes."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        starts = np.flatnonzero(_changes(batch.column(column)))
        goes_on = held and held[-1].column(column)[-1].equals(batch.column(column)[0])
        if held and not goes_on:
            yield joined(held)
            held = []
        if not len(starts):  # one value throughout
            held.append(batch)
            continue
        last = int(starts[-1])
        yield joined([*held, batch.slice(0, last)])
        held = [batch.slice(last)]
    if held:
        yield joined(held)


def with_repeats(batches: Iterable[pa.RecordBatch], column: str) -> Iterator[pa.RecordBatch]:
    """The rows whose value of the column another row of the batch has, where equal values stand together."""
    for batch in batches:
        new = _changes(batch.column(column))
        alone = np.append(True, new[1:]) & np.append(new[1:], True)
        if not alone.all():
            yield batch.filter(pa.array(~alone)) if alone.any() else batch


def _changes(column: pa.Array) -> NDArray[np.bool_]:
    """`(n,)` whether a value is not the one before; the first is none."""
    found = np.zeros(len(column), dtype=np.bool_)
    if len(column) > 1:
        differ = pc.not_equal(column.slice(1), column.slice(0, len(column) - 1))
        found[1:] = differ.to_numpy(zero_copy_only=False)
    return found


def _instants(column: pa.Array) -> NDArray[np.int64]:
    column = column.cast(pa.timestamp("us")) if pa.types.is_timestamp(column.type) else column
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False))
