"""What an estimate is, and what stands in its place when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

import numpy as np

from lineofsight.reasons import Parameters, Reason, Statement
from lineofsight.stats.intervals import Array, excludes_zero, percentile_interval

__all__ = ["Array", "Estimate", "NotEstimable"]


@dataclass(frozen=True, slots=True, init=False)
class NotEstimable:
    """A quantity that cannot be had from these data.

    Attributes:
        reason: Why, as a fact: `NotEstimable(Reason.TOO_FEW, n=12, columns=3, needed=20)`, or the reason of another.
    """

    reason: Statement

    def __init__(self, reason: Reason | Statement, **parameters: Unpack[Parameters]) -> None:
        stated = reason(**parameters) if isinstance(reason, Reason) else reason
        object.__setattr__(self, "reason", stated)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point estimate with its bootstrap replicates.

    Attributes:
        value: The estimate from all the data.
        replicates: The same estimate from each resample, shape `(R,)`; replicate `r` uses the same
            resample in every estimate of a run, so sums and products of estimates keep their correlation.
    """

    value: float
    replicates: Array

    @property
    def standard_error(self) -> float:
        """Standard deviation over the replicates that could be computed."""
        finite = self.replicates[np.isfinite(self.replicates)]
        return float(np.std(finite, ddof=1)) if finite.size > 1 else float("nan")

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13)."""
        low, high = percentile_interval(self.replicates, level)
        return float(low), float(high)

    def excludes_zero(self, level: float = 0.95) -> bool:
        """Whether the interval lies on one side of zero."""
        return excludes_zero(*self.interval(level))

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.value + other.value, self.replicates + other.replicates)

    def __sub__(self, other: Estimate) -> Estimate:
        return Estimate(self.value - other.value, self.replicates - other.replicates)

    def __mul__(self, other: Estimate | float) -> Estimate:
        if isinstance(other, Estimate):
            return Estimate(self.value * other.value, self.replicates * other.replicates)
        return Estimate(self.value * other, self.replicates * other)

    def __truediv__(self, other: Estimate | float) -> Estimate:
        with np.errstate(divide="ignore", invalid="ignore"):
            if isinstance(other, Estimate):
                return Estimate(float(np.divide(self.value, other.value)), self.replicates / other.replicates)
            return Estimate(float(np.divide(self.value, other)), self.replicates / other)
