"""Work on stored episodes, done on each partition and put together on the driver."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from lineofsight.engines.work import Work

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

T = TypeVar("T")

_SCHEMA = "partition int, made binary"


def total(stored: DataFrame, work: Work[T]) -> T:
    """Does work on stored episodes.

    Args:
        stored: The episodes; the rows of a bucket in their order, and in as few partitions as may be.
        work: What to make of them. What a partition makes is one value of the driver's own kind, pickled.
    """
    if work.below is not None:
        stored = stored.where(f"`{work.bucket}` < {work.below}")
    needed = stored.select(*[f"`{name}`" for name in work.columns])
    if work.together is not None:  # Spark may cut a file in two
        keys = [f"`{work.bucket}`", f"`{work.together}`"]
        needed = needed.repartition(keys[0]).sortWithinPartitions(*keys)
    found = needed.mapInArrow(_on_partition(work), _SCHEMA).toArrow().to_pylist()
    parts = [pickle.loads(row["made"]) for row in sorted(found, key=lambda row: row["partition"])]
    return work.put_together(parts)


def _on_partition(work: Work[T]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def do(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        made = pickle.dumps(work.over(batches))
        context = TaskContext.get()
        partition = context.partitionId() if context is not None else 0
        yield pa.RecordBatch.from_arrays(
            [pa.array([partition], pa.int32()), pa.array([made], pa.binary())], names=["partition", "made"]
        )

    return do
