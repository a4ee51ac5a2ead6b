"""Passes over the episodes for the model of who answers: the sums that a step of it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineofsight.aggregation.basis import Basis, Block
from lineofsight.engines.aggregate import evaluated
from lineofsight.engines.batches import chunks, prefetch, where
from lineofsight.stats.logistic import LogisticSums, logistic_sums
from lineofsight.stats.results import Array


@dataclass(frozen=True, eq=False)
class Regressors:
    """Columns of the model, centred and scaled, after one of ones.

    Attributes:
        place: `(k,)` where they stand among the columns of the basis.
        fill: `(k,)` what stands for an absent value.
        centre, scale: `(k,)` mean and standard deviation.
    """

    place: NDArray[np.intp]
    fill: Array
    centre: Array
    scale: Array

    def of(self, matrix: Array) -> Array:
        """`(n, k + 1)` of `(n, p)` rows in the basis."""
        made = np.ones((len(matrix), len(self.place) + 1))
        np.subtract(matrix[:, self.place], self.centre, out=made[:, 1:])
        made[:, 1:] /= self.scale
        missing = np.isnan(made)
        if missing.any():
            made[:, 1:] = np.where(missing[:, 1:], (self.fill - self.centre) / self.scale, made[:, 1:])
        return made


@dataclass(frozen=True, eq=False)
class ModelAt:
    """A model of who answers, at certain coefficients.

    Attributes:
        perceptions: Those that are answered together.
        answered, asked: Bits of a pattern: one of the first says that it was answered, one of the second asked for.
        regressors: Its columns.
        coefficients: `(k + 1,)`, the intercept first.
    """

    perceptions: tuple[str, ...]
    answered: int
    asked: int
    regressors: Regressors
    coefficients: Array


@dataclass(frozen=True)
class Episodes:
    """Where the basis is in the episodes.

    Attributes:
        basis: What the columns are.
        categories: Column of the episodes of each category.
        bucket: The column that holds each episode's bucket.
        below: Only buckets below this one are looked at; None is all of them.
    """

    basis: Basis
    categories: Mapping[str, str]
    bucket: str
    below: int | None = None

    @property
    def columns(self) -> list[str]:
        """Columns of the episodes that are read."""
        groups = dict(self.basis.groups)
        return list(dict.fromkeys([*self.basis.sources, *self.categories.values(), *groups, self.bucket]))


@dataclass(frozen=True, eq=False)
class EpisodeJob:
    """What all work on the basis has in common."""

    episodes: Episodes

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the episodes that are read."""
        return self.episodes.columns

    @property
    def bucket(self) -> str:
        """The column that holds each episode's bucket."""
        return self.episodes.bucket

    @property
    def below(self) -> int | None:
        """Only buckets below this one are looked at."""
        return self.episodes.below

    @property
    def together(self) -> str | None:
        """No two rows must be in the same part."""
        return None


@dataclass(frozen=True, eq=False)
class ResponseSums(EpisodeJob):
    """A step's sums of several models at once: a `MapReduce` job."""

    models: tuple[ModelAt, ...]

    def map(self, batches: Iterable[pa.RecordBatch]) -> list[LogisticSums]:
        """One model's sums after the other's."""
        sums = [LogisticSums.zeros(len(model.coefficients)) for model in self.models]
        for _, block in prefetch(blocks(batches, self.episodes)):
            for at, model in enumerate(self.models):
                asked = (block.pattern & model.asked) != 0
                rows = model.regressors.of(where(asked, block.matrix))
                answered = (where(asked, block.pattern) & model.answered) != 0
                sums[at] = sums[at] + logistic_sums(rows, answered, model.coefficients)
        return sums

    def reduce(self, parts: Sequence[list[LogisticSums]]) -> list[LogisticSums]:
        """The sums of all rows."""
        zeros = [LogisticSums.zeros(len(model.coefficients)) for model in self.models]
        return [sum(of_one, zero) for zero, *of_one in zip(zeros, *parts, strict=True)]


def blocks(batches: Iterable[pa.RecordBatch], episodes: Episodes) -> Iterator[tuple[pa.RecordBatch, Block]]:
    """The rows that have all needed levels, a few at a time, and the complete ones among them in the basis."""
    for batch in chunks(batches):
        yield evaluated(batch, episodes.basis, episodes.categories, means=False)
