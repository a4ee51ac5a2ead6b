"""Passes over those who answered: their weights by level of the margins, and their moments, weighted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lineofsight.aggregation.basis import Block, Codes, Patterns
from lineofsight.aggregation.cells import CellAggregator
from lineofsight.aggregation.groups import Cells, merged
from lineofsight.engines.aggregate import Levels
from lineofsight.engines.batches import level_codes, prefetch, where, whole_numbers
from lineofsight.engines.response_sums import EpisodeJob, Episodes, ModelAt, blocks
from lineofsight.stats.logistic import probabilities
from lineofsight.stats.results import Array
from lineofsight.stats.weighting import Tally, inverse_probability_weights

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Margin:
    """A column of the episodes with the levels whose shares are declared."""

    column: str
    levels: tuple[str, ...]

    @property
    def places(self) -> int:
        """Places of its levels, of any other level, and of none."""
        return len(self.levels) + 2

    def codes(self, batch: pa.RecordBatch) -> Codes:
        """`(n,)` places: any other level is last but one, none is last."""
        found = level_codes(batch.column(self.column), self.levels)
        return np.where(found < 0, len(self.levels) + 1, found).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Weighting:
    """A fitted model's weights.

    Attributes:
        model: The model.
        least: Probability below which weights are trimmed.
        factors: Of each margin, `(places,)` what raking multiplies the weights by.
    """

    model: ModelAt
    least: float
    factors: tuple[Array, ...] = ()

    def weights(self, matrix: Array, levels: Sequence[Codes]) -> tuple[Array, Mask]:
        """Weights of those who answered, and which of them are trimmed."""
        found = probabilities(self.model.regressors.of(matrix), self.model.coefficients)
        weight, trimmed = inverse_probability_weights(found, self.least)
        for factor, level in zip(self.factors, levels, strict=True):
            weight = weight * factor[level]
        return weight, trimmed


@dataclass(frozen=True, eq=False)
class MarginCounts(EpisodeJob):
    """Weighted counts of those who answered, by joint level of the margins: a `MapReduce` job."""

    weightings: tuple[Weighting, ...]
    margins: tuple[Margin, ...]

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the episodes that are read."""
        return list(dict.fromkeys([*super().columns, *(margin.column for margin in self.margins)]))

    def map(self, batches: Iterable[pa.RecordBatch]) -> list[Array]:
        """One model's table after the other's."""
        shape = [margin.places for margin in self.margins]
        tables = [np.zeros(int(np.prod(shape))) for _ in self.weightings]
        for levels, _, at, matrix, _, _ in _answers(batches, self.episodes, self.weightings, self.margins):
            weight, _ = self.weightings[at].weights(matrix, ())
            joint = np.ravel_multi_index(list(levels), shape)
            tables[at] += np.bincount(joint, weights=weight, minlength=len(tables[at]))
        return [table.reshape(shape) for table in tables]

    def reduce(self, parts: Sequence[list[Array]]) -> list[Array]:
        """The tables of all rows."""
        zeros = [np.zeros([margin.places for margin in self.margins]) for _ in self.weightings]
        return [sum(of_one, zero) for zero, *of_one in zip(zeros, *parts, strict=True)]


@dataclass(frozen=True, eq=False)
class WeightedCells:
    """Those who answered, weighted.

    Attributes:
        cells: Their moments.
        tallies: Their weights, by pattern of what was observed.
        by_segment: Their moments once more, by segment attribute and kept apart by its levels.
    """

    cells: Cells
    tallies: Mapping[int, Tally]
    by_segment: Mapping[str, Cells] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class WeightedAggregation(EpisodeJob):
    """The moments of those who answered, weighted, for several models at once: a `MapReduce` job.

    `segments` has the levels that are kept apart by column of the episodes, as in the aggregation without weights.
    """

    weightings: tuple[Weighting, ...]
    margins: tuple[Margin, ...]
    shift: Array
    buckets: int
    segments: Levels = field(default_factory=dict)

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the episodes that are read."""
        more = (*(margin.column for margin in self.margins), *self.segments)
        return list(dict.fromkeys([*super().columns, *more]))

    def map(self, batches: Iterable[pa.RecordBatch]) -> list[WeightedCells]:
        """One model's cells after the other's."""
        attributes: list[str | None] = [*self.segments] or [None]
        aggregators = [
            {name: CellAggregator(self.episodes.basis, self.buckets, self.shift) for name in attributes}
            for _ in self.weightings
        ]
        tallies: list[dict[int, Tally]] = [{} for _ in self.weightings]
        for levels, apart, at, matrix, pattern, bucket in _answers(
            batches, self.episodes, self.weightings, self.margins, self.segments
        ):
            weight, trimmed = self.weightings[at].weights(matrix, levels)
            block = Block(np.ones(len(matrix), dtype=np.bool_), matrix, np.zeros((len(matrix), 0)), pattern)
            for name, aggregator in aggregators[at].items():
                level = np.zeros(len(matrix), dtype=np.int32) if name is None else apart[name]
                aggregator.add(block, bucket, level, weight)
            for kind in np.unique(pattern).tolist():
                of = pattern == kind
                tallies[at][kind] = tallies[at].get(kind, Tally()) + Tally.of(weight[of], trimmed[of])
        return [_weighted(each, tally) for each, tally in zip(aggregators, tallies, strict=True)]

    def reduce(self, parts: Sequence[list[WeightedCells]]) -> list[WeightedCells]:
        """The moments of all rows."""
        together = []
        for of_one in zip(*parts, strict=True):
            tallies: dict[int, Tally] = {}
            for part in of_one:
                for kind, tally in part.tallies.items():
                    tallies[kind] = tallies.get(kind, Tally()) + tally
            apart = {name: merged([part.by_segment[name] for part in of_one]) for name in self.segments}
            first = next(iter(apart.values()), None) or merged([part.cells for part in of_one])
            together.append(WeightedCells(first, tallies, apart))
        return together


def _weighted(
    aggregators: Mapping[str | None, CellAggregator], tallies: Mapping[int, Tally]
) -> WeightedCells:
    cells = {name: aggregator.result() for name, aggregator in aggregators.items()}
    first = next(iter(cells.values()))
    return WeightedCells(first, tallies, {name: each for name, each in cells.items() if name is not None})


_Answers = tuple[list[Codes], dict[str, Codes], int, Array, Patterns, Codes]


def _answers(
    batches: Iterable[pa.RecordBatch],
    episodes: Episodes,
    weightings: Sequence[Weighting],
    margins: Sequence[Margin],
    segments: Levels = MappingProxyType({}),
) -> Iterator[_Answers]:
    """Of each batch and model those who answered: levels of margins and segments, the model, rows, patterns, buckets."""
    names = {name for weighting in weightings for name in weighting.model.perceptions}

    def answered() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            there = [pc.is_valid(batch.column(name)) for name in sorted(names)]
            some = there[0]
            for other in there[1:]:
                some = pc.or_(some, other)
            yield batch.filter(some)

    for batch, block in prefetch(blocks(answered(), episodes)):
        bucket = whole_numbers(batch.column(episodes.bucket))[block.rows]
        levels = [margin.codes(batch)[block.rows] for margin in margins]
        apart = {name: level_codes(batch.column(name), kept)[block.rows] for name, kept in segments.items()}
        for at, weighting in enumerate(weightings):
            mine = (block.pattern & weighting.model.answered) != 0
            codes = [where(mine, level) for level in levels]
            by = {name: where(mine, level) for name, level in apart.items()}
            yield codes, by, at, where(mine, block.matrix), where(mine, block.pattern), where(mine, bucket)
