"""Stored episodes aggregated into moments, bands and shapes by the kernel: the same code on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pyarrow as pa

from lineofsight.aggregation.bands import BandAggregator
from lineofsight.aggregation.basis import Basis, Block, Codes
from lineofsight.aggregation.cells import CellAggregator, Cells, centre
from lineofsight.aggregation.groups import merged
from lineofsight.aggregation.shape_basis import ShapeBasis
from lineofsight.engines.batches import chunks, doubles, level_codes, prefetch, where, whole_numbers
from lineofsight.stats.kernel import centred
from lineofsight.stats.results import Array

Levels = Mapping[str, Sequence[str]]

FIRST_ROWS = 1 << 14  # rows, or a few times as many, whose means are the provisional centres


@dataclass(frozen=True, slots=True)
class AggregationPlan:
    """What stored episodes are aggregated into.

    Attributes:
        basis: What models are linear in.
        categories: Column of the episodes of each category of the basis.
        segments: Column of each segment attribute, and of the periods, with the levels that are kept apart.
        bucket: The column that holds each episode's bucket.
        buckets: Number of buckets.
        cuts: Per driver, where its bands begin and end.
        outcomes: The outcomes that are added up by band.
        shape: What shapes of drivers are told from, of everyone; None where that is not asked.
    """

    basis: Basis
    categories: Mapping[str, str]
    segments: Levels
    bucket: str
    buckets: int
    cuts: Mapping[str, Sequence[float]]
    outcomes: Sequence[str]
    shape: ShapeBasis | None = None

    @property
    def attributes(self) -> list[str | None]:
        """What cells are kept apart by: each segment attribute, or nothing (None)."""
        return [*self.segments] or [None]

    @property
    def columns(self) -> list[str]:
        """Columns of the episodes that are read."""
        return list(
            dict.fromkeys(
                [
                    *self.basis.sources,
                    *self.categories.values(),
                    *self.segments,
                    *dict(self.basis.groups),
                    self.bucket,
                ]
            )
        )


@dataclass(frozen=True)
class Aggregates:
    """Aggregates episodes: cells by segment attribute (None: all of them together), outcomes by band, and shapes."""

    cells: Mapping[str | None, Cells]
    bands: BandAggregator
    shape: Cells | None = None


@dataclass(frozen=True, slots=True)
class Centres:
    """Provisional centres that several aggregations of the same plan share: of all models, and of shapes."""

    models: Array
    shape: Array | None = None


def aggregate_batches(
    batches: Iterable[pa.RecordBatch], plan: AggregationPlan, centres: Centres | None = None
) -> Aggregates:
    """Aggregates stored episodes, in the order they come.

    Args:
        batches: Stored episodes with the plan's columns.
        plan: What they are aggregated into.
        centres: Provisional centres; by default the means of the first rows.
    """
    if centres is None:
        centres, batches = _first_centres(batches, plan)
    aggregators = {name: CellAggregator(plan.basis, plan.buckets, centres.models) for name in plan.attributes}
    bands = BandAggregator(plan.cuts, plan.outcomes)
    shapes = None if plan.shape is None else CellAggregator(plan.shape, plan.buckets, centres.shape)

    def prepared(batch: pa.RecordBatch) -> tuple[Block, Array, Codes, dict[str | None, Codes], Block | None]:
        batch, block = evaluated(batch, plan.basis, plan.categories)
        bands.add(*_banded(block, plan.basis))
        place = where(block.rows, whole_numbers(batch.column(plan.bucket)))
        levels = {name: where(block.rows, _level(batch, name, plan.segments)) for name in aggregators}
        shaped = None if plan.shape is None else plan.shape.evaluate(block)
        return block, centred(block.matrix, centres.models), place, levels, shaped

    for block, rows, place, level, shaped in prefetch(map(prepared, chunks(batches))):
        for name, aggregator in aggregators.items():
            aggregator.add(block, place, level[name], rows=rows)
        if shapes is not None and shaped is not None:
            shapes.add(shaped, place, np.zeros_like(place))
    cells = {name: aggregator.result() for name, aggregator in aggregators.items()}
    cells.setdefault(None, next(iter(cells.values())))
    return Aggregates(cells, bands, None if shapes is None else shapes.result())


def centres_of(batches: Iterable[pa.RecordBatch], plan: AggregationPlan) -> Centres:
    """Means of the complete episodes among the first rows that hold any: centres that several aggregations can share."""
    return _first_centres(batches, plan)[0]


def _first_centres(
    batches: Iterable[pa.RecordBatch], plan: AggregationPlan
) -> tuple[Centres, Iterator[pa.RecordBatch]]:
    """The centres, and all the rows once more."""
    seen = []
    coming = chunks(batches, FIRST_ROWS)
    block = None
    for batch in coming:
        seen.append(batch)
        block = evaluated(batch, plan.basis, plan.categories, means=False)[1]
        if len(block.matrix):
            break
    matrix = np.zeros((0, len(plan.basis.columns))) if block is None else block.matrix
    shape = None
    if plan.shape is not None:
        none = np.zeros((0, len(plan.shape.columns)))
        shape = centre(none if block is None else plan.shape.evaluate(block).matrix)
    return Centres(centre(matrix), shape), chain(seen, coming)


def evaluated(
    batch: pa.RecordBatch, basis: Basis, categories: Mapping[str, str], *, means: bool = True
) -> tuple[pa.RecordBatch, Block]:
    """The rows of a batch that have all needed levels, and the complete ones among them in the basis."""
    needed = [categories[category.name] for category in basis.categories if not category.absent]
    batch = _with_levels(batch, needed)
    values = {name: doubles(batch.column(name)) for name in basis.sources}
    return batch, basis.evaluate(values, codes_of(batch, basis, categories), means=means)


def codes_of(batch: pa.RecordBatch, basis: Basis, categories: Mapping[str, str]) -> dict[str, Codes]:
    """Level codes of every category and group of the basis, of all rows of a batch."""
    codes = {c.name: level_codes(batch.column(categories[c.name]), c.levels) for c in basis.categories}
    return codes | {name: level_codes(batch.column(name), levels) for name, levels in basis.groups}


def _banded(block: Block, basis: Basis) -> tuple[dict[str, Array], dict[str, Array]]:
    """What outcomes are added up by band of: the values of each driver, and of each outcome."""
    at = {name: index for index, name in enumerate(basis.columns)}
    drivers = {driver.name: block.matrix[:, at[driver.name]] for driver in basis.drivers}
    outcomes = {outcome.name: block.matrix[:, at[outcome.name]] for outcome in basis.outcomes}
    return {name: np.ascontiguousarray(values) for name, values in drivers.items()}, outcomes


def _level(batch: pa.RecordBatch, name: str | None, segments: Levels) -> Codes:
    """Level codes of a segment attribute; all 0 where there is none."""
    if name is None:
        return np.zeros(batch.num_rows, dtype=np.int32)
    return level_codes(batch.column(name), segments[name])


def _with_levels(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    """The rows that have a level in every one of the columns: without it an episode is not complete."""
    for name in columns:
        if batch.column(name).null_count:
            batch = batch.filter(batch.column(name).is_valid())
    return batch


@dataclass(frozen=True, eq=False)
class Aggregation:
    """Aggregates episodes into cells, bands and shapes: a `MapReduce` job.

    Attributes:
        plan: What they are aggregated into.
        centres: Provisional centres, the same for all parts of the rows.
    """

    plan: AggregationPlan
    centres: Centres = field(repr=False)

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the episodes that are read."""
        return self.plan.columns

    @property
    def bucket(self) -> str:
        """The column that holds each episode's bucket."""
        return self.plan.bucket

    @property
    def below(self) -> int | None:
        """All buckets are looked at."""
        return None

    @property
    def together(self) -> str | None:
        """No two rows must be in the same part."""
        return None

    def map(self, batches: Iterable[pa.RecordBatch]) -> Aggregates:
        """Aggregates these rows in their order."""
        return aggregate_batches(batches, self.plan, self.centres)

    def reduce(self, parts: Sequence[Aggregates]) -> Aggregates:
        """What all rows are aggregated into."""
        bands = BandAggregator(self.plan.cuts, self.plan.outcomes)
        for part in parts:
            bands.merge(part.bands.sums())
        cells = {name: merged([part.cells[name] for part in parts]) for name in self.plan.attributes}
        everyone = {None: next(iter(cells.values()))} | cells
        shapes = [part.shape for part in parts if part.shape is not None]
        return Aggregates(everyone, bands, merged(shapes) if shapes else None)
