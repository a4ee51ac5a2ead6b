"""The episodes of one segment, and the populations among them, resampled once and shared by every estimate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lineofsight.core.cells import Cells
from lineofsight.core.moments import Moments
from lineofsight.core.regression import Identification, identify
from lineofsight.core.results import Array, Estimate

EVERY_LEVEL = -2


@dataclass(frozen=True, eq=False)
class Population:
    """Episodes in which certain outcomes were observed.

    Attributes:
        moments: The estimate's moments first, then those of each replicate: `R + 1` in the place of buckets.
        n: Episodes.
        clusters: Buckets of customers that hold one.
    """

    moments: Moments
    n: int
    clusters: int

    @cached_property
    def first(self) -> Moments:
        """Moments of all its episodes, unresampled."""
        m = self.moments
        return Moments(m.columns, m.shift, m.count[:1], m.sums[:1], m.products[:1])

    def identification(self, regressors: tuple[str, ...]) -> Identification:
        """Which of these regressors have an effect of their own here."""
        return identify(self.first.select(regressors).covariance()[0], regressors)

    def mean(self, column: str) -> Estimate:
        """Mean of a column with its replicates."""
        means = self.moments.mean_of(column)
        return Estimate(float(means[0]), means[1:])

    def sd(self, column: str) -> float:
        """Standard deviation of a column."""
        return float(np.sqrt(self.first.select([column]).covariance()[0, 0, 0]))


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

    def population(self, observed: Iterable[str] = ()) -> Population:
        """The episodes in which all of these sources of outcomes were observed."""
        has = self.cells.observed(observed)
        slots = tuple(
            slot for (level, pattern), slot in self.cells.slots.items() if self._mine(level) and has(pattern)
        )
        if slots not in self._populations:
            raw = self.cells.moments(lambda level, pattern: self._mine(level) and has(pattern))
            self._populations[slots] = Population(
                raw.resample(self.weights), int(raw.count.sum()), int(np.count_nonzero(raw.count))
            )
        return self._populations[slots]

    def split(self, first: Iterable[str], second: Iterable[str]) -> tuple[Moments, Moments]:
        """Moments, all buckets together, of the episodes with all of `first`; and of the others with all of `second`."""
        one, two = self.cells.observed(first), self.cells.observed(second)
        with_it = self.cells.moments(lambda level, pattern: self._mine(level) and one(pattern))
        without = self.cells.moments(
            lambda level, pattern: self._mine(level) and two(pattern) and not one(pattern)
        )
        return with_it.total(), without.total()

    @cached_property
    def mean_sums(self) -> dict[str, Array]:
        """`(R + 1,)` sums over everyone of each column whose mean is needed, and of the episodes as 'n'."""
        sums = self.weights @ self.cells.mean_sums(lambda level, _: self._mine(level))
        counts = self.population().moments.count
        named = dict(zip(self.cells.basis.mean_columns, sums.T, strict=True))
        return {"n": counts, **named}

    def average(self, column: str, over: str = "n") -> Estimate:
        """Mean of such a column over everyone, or over those that another column of 0 and 1 counts."""
        with np.errstate(divide="ignore", invalid="ignore"):
            values = self.mean_sums[column] / self.mean_sums[over]
        return Estimate(float(values[0]), values[1:])

    def _mine(self, level: int) -> bool:
        return self.level in (EVERY_LEVEL, level)
