"""The episodes of one segment, and the populations among them, resampled alike for every estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.groups import Places
from lineofsight.stats.moments import Moments, means_about
from lineofsight.stats.regression import Identification, identify
from lineofsight.stats.results import Array, Estimate

EVERY_LEVEL = -2

_KEPT = 2  # resampled populations of a view held at a time: each is a matrix per replicate, and quickly made again


@dataclass(frozen=True, eq=False)
class Population:
    """Episodes in which certain outcomes were observed.

    Attributes:
        n: Episodes.
        clusters: Buckets of customers that hold one.
        first: Moments of all its episodes together, unresampled.
        counts: `(R + 1,)` episodes, then their number in each replicate.
        means: `(R + 1,)` mean of each outcome; NaN in a replicate without an episode.
        resampled: Makes the moments of these columns, resampled; the last ones made are kept.
        bucketed: Makes the moments of its episodes, one for each bucket that holds one.
        memo: What was found out about it, by question.
    """

    n: int
    clusters: int
    first: Moments
    counts: Array
    means: dict[str, Array]
    resampled: Callable[[tuple[str, ...]], Moments] = field(repr=False)
    bucketed: Callable[[], Moments] = field(repr=False)
    memo: dict[object, Any] = field(default_factory=dict, repr=False)

    @property
    def moments(self) -> Moments:
        """The estimate's moments first, then those of each replicate: `R + 1` in the place of buckets.

        Only of the columns that vary here: in a segment the indicators of all others are constant.
        """
        return self.resampled(self.varying)

    @cached_property
    def varying(self) -> tuple[str, ...]:
        """The columns that are not the same in every episode."""
        variance = np.diag(self.first.covariance()[0])
        return tuple(name for name, value in zip(self.first.columns, variance, strict=True) if value > 0)

    def identification(self, regressors: tuple[str, ...]) -> Identification:
        """Which of these regressors have an effect of their own here; there must be an episode."""
        question = ("identification", regressors)
        if question not in self.memo:
            self.memo[question] = identify(self.first.select(regressors).covariance()[0], regressors)
        found: Identification = self.memo[question]
        return found

    def mean(self, outcome: str) -> Estimate:
        """Mean of an outcome with its replicates."""
        return Estimate(float(self.means[outcome][0]), self.means[outcome][1:])


def with_columns(population: Population, columns: Sequence[str]) -> Population:
    """The same episodes with some of the columns only: others need not be resampled."""
    return replace(population, first=population.first.select(columns), memo={})


@dataclass(frozen=True, eq=False)
class View:
    """One segment's episodes.

    Attributes:
        label: 'attribute = level', or None for everyone.
        cells: Moments of the segment attribute's cells.
        level: Code of the level, or `EVERY_LEVEL`.
        weights: `(R + 1, B)`: ones, then how often each replicate draws each bucket.
    """

    label: str | None
    cells: Cells
    level: int
    weights: Array
    _populations: dict[tuple[int, ...], Population] = field(default_factory=dict, repr=False)
    _resampled: dict[tuple[tuple[int, ...], tuple[str, ...]], Moments] = field(
        default_factory=dict, repr=False
    )
    _raw: dict[tuple[int, ...], tuple[Places, Moments]] = field(default_factory=dict, repr=False)

    def population(self, observed: Iterable[str] = ()) -> Population:
        """The episodes in which all of these sources of outcomes were observed."""
        return self.where(self._mine.observed(observed))

    def where(self, keep: Callable[[int], bool]) -> Population:
        """The episodes of the patterns for which `keep` holds."""
        patterns = tuple(pattern for _, pattern in self._mine.groups if keep(pattern))
        if patterns not in self._populations:
            self._populations[patterns] = self._made(patterns)
        return self._populations[patterns]

    def by_bucket(self, observed: Iterable[str]) -> Moments:
        """Moments of those episodes in each bucket that holds one, unresampled."""
        return self._mine.moments(self._mine.observed(observed))[1]

    def release(self) -> None:
        """Lets go of what takes much memory; it is made again when it is asked for."""
        self._resampled.clear()
        self._raw.clear()

    def without(self, observed: Iterable[str], lacking: Iterable[str]) -> Population:
        """The episodes with all of `observed` that lack at least one of `lacking`."""
        one, other = self._mine.observed(observed), self._mine.observed(lacking)
        return self.where(lambda pattern: one(pattern) and not other(pattern))

    def sizes(self) -> tuple[Places, Array]:
        """The buckets that hold an episode, and how many each does."""
        held, moments = self._mine.moments(lambda pattern: True)
        return held, moments.count

    def split(self, first: Iterable[str], second: Iterable[str]) -> tuple[Moments, Moments]:
        """Moments, all buckets together, of the episodes with all of `first`; and of the others with all of `second`."""
        one, two = self._mine.observed(first), self._mine.observed(second)
        _, with_it = self._mine.moments(one)
        _, without = self._mine.moments(lambda pattern: two(pattern) and not one(pattern))
        return with_it.total(), without.total()

    @cached_property
    def mean_sums(self) -> dict[str, Array]:
        """`(R + 1,)` sums over everyone of each column whose mean is needed, and of the episodes as 'n'."""
        sums = self.weights @ self._mine.mean_sums()
        named = dict(zip(self.cells.basis.mean_columns, sums.T, strict=True))
        return {"n": self.population().counts, **named}

    def average(self, column: str, over: str = "n") -> Estimate:
        """Mean of such a column over everyone, or over those that another column of 0 and 1 counts."""
        with np.errstate(divide="ignore", invalid="ignore"):
            values = self.mean_sums[column] / self.mean_sums[over]
        return Estimate(float(values[0]), values[1:])

    @cached_property
    def _mine(self) -> Cells:
        """This view's cells, apart by pattern only."""
        return self.cells.pooled() if self.level == EVERY_LEVEL else self.cells.only(self.level)

    def _made(self, patterns: tuple[int, ...]) -> Population:
        held, raw = self._bucketed(patterns)
        weights = self.weights[:, held]
        counts, total = weights @ raw.count, raw.total()
        outcomes = [outcome.name for outcome in self.cells.basis.outcomes]
        chosen = raw.select(outcomes)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = means_about(chosen.shift, (weights @ chosen.sums) / counts[:, None])
        return Population(
            n=int(total.count[0]),
            clusters=len(held),
            first=total,
            counts=counts,
            means=dict(zip(outcomes, means.T, strict=True)),
            resampled=lambda columns: self._moments(patterns, columns),
            bucketed=lambda: self._bucketed(patterns)[1],
        )

    def _moments(self, patterns: tuple[int, ...], columns: tuple[str, ...]) -> Moments:
        key = (patterns, columns)
        if key not in self._resampled:
            while len(self._resampled) >= _KEPT:
                del self._resampled[next(iter(self._resampled))]
            held, raw = self._bucketed(patterns)
            self._resampled[key] = raw.select(columns).resample(self.weights[:, held])
        return self._resampled[key]

    def _bucketed(self, patterns: tuple[int, ...]) -> tuple[Places, Moments]:
        """The buckets that hold an episode of these patterns, and their moments; the last ones made are kept."""
        if patterns not in self._raw:
            self._raw.clear()
            self._raw[patterns] = self._mine.moments(lambda pattern: pattern in patterns)
        return self._raw[patterns]
