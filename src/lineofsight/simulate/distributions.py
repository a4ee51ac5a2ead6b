"""Bounded distributions of what a company does, with expectations that are integrated, not sampled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lineofsight.stats.results import Array

_GRID = np.linspace(-8.5, 8.5, 100_001)
_WEIGHTS = np.exp(-0.5 * _GRID**2)
_WEIGHTS /= _WEIGHTS.sum()


def normal_mean(values: Array) -> float:
    """E f(G) for a standard normal G, from `f` on `normal_grid()`, by the trapezoid rule."""
    return float(_WEIGHTS @ values)


def normal_grid() -> Array:
    """The points at which `normal_mean` takes its integrand, shape `(100001,)`."""
    return _GRID


@dataclass(frozen=True, slots=True)
class Distribution:
    """A scaled logistic function of a standard normal: bounded, skewed where the median is off the middle.

    Attributes:
        low: Lower end of the support.
        high: Upper end of the support, before `cap`.
        median: Median, strictly between `low` and `high`.
        spread: Standard deviation on the logit scale.
        cap: Values above it become it: a share of 1 that many reach.
        decimals: Digits kept. `low`, `high` and `cap` have no more.
    """

    low: float
    high: float
    median: float
    spread: float = 0.8
    cap: float = np.inf
    decimals: int = 1

    def __post_init__(self) -> None:
        if not self.low < self.median < self.high:
            raise ValueError(f"the median lies between low and high: found {self}")

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""
        return self.low, min(self.high, self.cap)

    def at(self, normal: Array) -> Array:
        """The values that belong to standard normal draws, of the same shape."""
        shift = np.log((self.median - self.low) / (self.high - self.median))
        share = 1.0 / (1.0 + np.exp(-(shift + self.spread * normal)))
        value: Array = np.minimum(self.low + (self.high - self.low) * share, self.cap)
        return value.round(self.decimals)

    def expect(self, function: Callable[[Array], Array]) -> float:
        """E f(X), to about seven digits; `function` maps an array of values to an array of the same shape."""
        return normal_mean(function(_on_grid(self)))

    @property
    def mean(self) -> float:
        """E X."""
        return self.expect(lambda values: values)


@lru_cache(maxsize=64)
def _on_grid(distribution: Distribution) -> Array:
    values = distribution.at(_GRID)
    values.setflags(write=False)
    return values
