"""Weights of those who answered, so that they stand for everyone who was asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineofsight.stats.results import Array

MOST_WEIGHT = 10.0
"""No answer counts for more than this many average ones. A bound that is known before the weights are needs no more
passes over the rows; trimming costs a little bias and spares much variance (Potter 1990; Cole and Hernán 2008; Lee,
Lessler and Stuart 2011)."""


def least_probability(rate: float, most: float = MOST_WEIGHT) -> float:
    """The probability below which weights are trimmed.

    The weights 1/p of those who answered add up to those who were asked, so that their mean is one over the response
    rate. A probability below a share `1 / most` of the rate would weigh more than `most` average answers.
    """
    return rate / most


def inverse_probability_weights(probability: Array, least: float) -> tuple[Array, NDArray[np.bool_]]:
    """Weights 1/p of those who answered, and which of them are trimmed (Horvitz and Thompson 1952)."""
    trimmed = probability < least
    return 1 / np.where(trimmed, least, probability), trimmed


@dataclass(frozen=True, slots=True)
class Tally:
    """Weights added up.

    Attributes:
        n: Answers.
        total, squares: Sums of their weights, and of the squares of these.
        trimmed: Answers whose weight was trimmed.
        largest: The largest weight.
    """

    n: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    trimmed: float = 0.0
    largest: float = 0.0

    @classmethod
    def of(cls, weight: Array, trimmed: NDArray[np.bool_]) -> Tally:
        """Of these weights."""
        if not len(weight):
            return cls()
        return cls(
            float(len(weight)),
            float(weight.sum()),
            float(weight @ weight),
            float(np.count_nonzero(trimmed)),
            float(weight.max()),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.trimmed + other.trimmed,
            max(self.largest, other.largest),
        )

    @property
    def effective_sample_size(self) -> float:
        """How many answers of equal weight would tell as much (Kish 1965, section 11.7)."""
        return self.total**2 / self.squares if self.squares > 0 else 0.0

    @property
    def largest_weight(self) -> float:
        """The largest weight, where their mean is 1."""
        return self.largest * self.n / self.total if self.total > 0 else float("nan")

    @property
    def trimmed_share(self) -> float:
        """Share of the answers whose weight was trimmed."""
        return self.trimmed / self.n if self.n else float("nan")
