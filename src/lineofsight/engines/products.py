"""One pass over those who answered anything: their moments with products of drivers and perceptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lineofsight.aggregation.basis import Block, Codes
from lineofsight.aggregation.cells import CellAggregator
from lineofsight.aggregation.groups import Cells, merged
from lineofsight.aggregation.products import ProductBasis
from lineofsight.engines.aggregate import evaluated
from lineofsight.engines.batches import chunks, prefetch, where, whole_numbers
from lineofsight.engines.response_sums import EpisodeJob
from lineofsight.stats.results import Array


@dataclass(frozen=True, eq=False)
class ProductAggregation(EpisodeJob):
    """The moments of those who answered, in columns with products: a `MapReduce` job.

    Attributes:
        products: What the columns are.
        buckets: Number of buckets.
        shift: `(p,)` provisional centre, the same for all parts of the rows.
    """

    products: ProductBasis
    buckets: int
    shift: Array = field(repr=False)

    def map(self, batches: Iterable[pa.RecordBatch]) -> Cells:
        """Aggregates these rows in their order."""
        aggregator = CellAggregator(self.products, self.buckets, self.shift)
        for block, bucket in prefetch(self._blocks(batches)):
            aggregator.add(block, bucket, np.zeros(len(bucket), dtype=np.int32))
        return aggregator.result()

    def reduce(self, parts: Sequence[Cells]) -> Cells:
        """The moments of all rows."""
        return merged(parts)

    def _blocks(self, batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Block, Codes]]:
        sources = {outcome.name: outcome.source for outcome in self.products.outcomes}
        names = [sources[name] for name in self.products.perceptions]
        for batch in chunks(answered(batches, names)):
            batch, block = evaluated(batch, self.episodes.basis, self.episodes.categories)
            bucket = whole_numbers(batch.column(self.bucket))[block.rows]
            some, made = self.products.evaluate(block)
            yield made, where(some, bucket)


def answered(batches: Iterable[pa.RecordBatch], perceptions: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows that have any of these answers."""
    for batch in batches:
        if any(not batch.column(name).null_count for name in perceptions):
            yield batch
            continue
        there = (pc.is_valid(batch.column(name)) for name in perceptions)
        yield batch.filter(reduce(pc.or_, there))
