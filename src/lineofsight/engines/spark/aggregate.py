"""Jobs over stored episodes, and their aggregation into moments, by the kernel on each partition; put together on the driver.

A partition gives one row per group of a cell and a bucket, with its count, sums and products; the driver adds up what
belongs together in the order of the partitions. It never sees a row of anybody.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa

from lineofsight.aggregation.bands import BandAggregator
from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.groups import Columns
from lineofsight.engines.aggregate import Aggregates, AggregationPlan, Centres, aggregate_batches, centres_of
from lineofsight.engines.jobs import MapReduce
from lineofsight.stats.results import Array

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: `attribute` is the place of a segment attribute among the plan's; -1 has the bands, -2 the shapes.
_SCHEMA = "partition int, attribute int, level int, pattern bigint, bucket int, sums binary"
T = TypeVar("T")
_MADE_SCHEMA = "partition int, made binary"
_BANDS, _SHAPES = -1, -2
_FIRST_ROWS = 1 << 15


def aggregate(stored: DataFrame, plan: AggregationPlan) -> Aggregates:
    """Aggregates stored episodes.

    Args:
        stored: The episodes; the rows of a bucket in their order, and in as few partitions as may be.
        plan: What they are aggregated into.
    """
    needed = stored.select(*[f"`{name}`" for name in plan.columns])
    centres = centres_of(needed.limit(_FIRST_ROWS).toArrow().to_batches(), plan)
    found = needed.mapInArrow(_on_partition(plan, centres), _SCHEMA).toArrow()
    rows = sorted(found.to_pylist(), key=lambda row: tuple(row[name] for name in _KEYS))
    bands = BandAggregator(plan.cuts, plan.outcomes)
    for row in rows:
        if row["attribute"] == _BANDS:
            bands.merge(np.frombuffer(row["sums"]))

    def assembled(at: int, basis: Columns, shift: Array) -> Cells:
        return _assembled([row for row in rows if row["attribute"] == at], basis, plan.buckets, shift)

    cells = {name: assembled(at, plan.basis, centres.models) for at, name in enumerate(plan.attributes)}
    cells.setdefault(None, next(iter(cells.values())))
    if plan.shape is None or centres.shape is None:
        return Aggregates(cells, bands)
    return Aggregates(cells, bands, assembled(_SHAPES, plan.shape, centres.shape))


_KEYS = ("attribute", "level", "pattern", "bucket", "partition")


def _on_partition(
    plan: AggregationPlan, centres: Centres
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        context = TaskContext.get()
        found = aggregate_batches(batches, plan, centres)
        yield from _rows(found, plan, context.partitionId() if context is not None else 0)

    return work


def _rows(found: Aggregates, plan: AggregationPlan, partition: int) -> Iterator[pa.RecordBatch]:
    """What a partition tells the driver, one batch per cell."""
    yield _batch(partition, _BANDS, 0, 0, [0], [found.bands.sums().tobytes()])
    told = {at: found.cells[name] for at, name in enumerate(plan.attributes)}
    if found.shape is not None:
        told[_SHAPES] = found.shape
    for at, cells in told.items():
        packed = np.hstack([cells.count[:, None], cells.sums, cells.upper, cells.means])
        for (level, pattern), places in cells.groups.items():
            values = [packed[place].tobytes() for place in places]
            yield _batch(partition, at, level, pattern, cells.bucket[places].tolist(), values)


def _batch(
    partition: int, attribute: int, level: int, pattern: int, buckets: list[int], values: list[bytes]
) -> pa.RecordBatch:
    same = [
        pa.array([value] * len(buckets), kind)
        for value, kind in (
            (partition, pa.int32()),
            (attribute, pa.int32()),
            (level, pa.int32()),
            (pattern, pa.int64()),
        )
    ]
    names = ["partition", "attribute", "level", "pattern", "bucket", "sums"]
    return pa.RecordBatch.from_arrays(
        [*same, pa.array(buckets, pa.int32()), pa.array(values, pa.binary())], names=names
    )


def _assembled(rows: list[dict[str, Any]], basis: Columns, buckets: int, shift: Array) -> Cells:
    p = len(basis.columns)
    held: list[Array] = []
    bucket: list[int] = []
    groups: dict[tuple[int, int], list[int]] = {}
    for (level, pattern, place), same in itertools.groupby(
        rows, key=lambda row: (row["level"], row["pattern"], row["bucket"])
    ):
        groups.setdefault((level, pattern), []).append(len(held))
        parts = [np.frombuffer(row["sums"]) for row in same]
        held.append(sum(parts[1:], parts[0]))
        bucket.append(place)
    width = 1 + p + p * (p + 1) // 2 + len(basis.mean_columns)
    packed = np.vstack(held) if held else np.zeros((0, width))
    count, sums, upper, means = np.split(packed, [1, 1 + p, 1 + p + p * (p + 1) // 2], axis=1)
    return Cells(
        basis,
        shift,
        buckets,
        {cell: np.array(places, dtype=np.intp) for cell, places in groups.items()},
        np.array(bucket, dtype=np.int32),
        count[:, 0].copy(),
        sums.copy(),
        upper.copy(),
        means.copy(),
    )


def map_reduce(stored: DataFrame, job: MapReduce[T]) -> T:
    """Maps a job over stored episodes.

    Args:
        stored: The episodes; the rows of a bucket in their order, and in as few partitions as may be.
        job: What to make of them. What a partition makes is one value of the driver's own kind, pickled.
    """
    if job.below is not None:
        stored = stored.where(f"`{job.bucket}` < {job.below}")
    needed = stored.select(*[f"`{name}`" for name in job.columns])
    if job.together is not None:  # Spark may cut a file in two
        keys = [f"`{job.bucket}`", f"`{job.together}`"]
        needed = needed.repartition(keys[0]).sortWithinPartitions(*keys)
    found = needed.mapInArrow(_mapped(job), _MADE_SCHEMA).toArrow().to_pylist()
    parts = [pickle.loads(row["made"]) for row in sorted(found, key=lambda row: row["partition"])]
    return job.reduce(parts)


def _mapped(job: MapReduce[T]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def do(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        made = pickle.dumps(job.map(batches))
        context = TaskContext.get()
        partition = context.partitionId() if context is not None else 0
        yield pa.RecordBatch.from_arrays(
            [pa.array([partition], pa.int32()), pa.array([made], pa.binary())], names=["partition", "made"]
        )

    return do
