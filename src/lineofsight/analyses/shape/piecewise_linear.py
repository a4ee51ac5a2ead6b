"""A fitted line that bends at knots: its slopes, its heights, and how its two halves differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.model.population import Population
from lineofsight.model.regression import Fit
from lineofsight.stats.curvature import without_others
from lineofsight.stats.results import Array, Estimate


@dataclass(frozen=True, slots=True)
class Gains:
    """What one unit better goes with, in the outcome's good direction: averages along a line.

    Attributes:
        worse: On the worse side of the middle knot.
        better: On its better side.
        whole: Over both.
    """

    worse: Estimate
    better: Estimate
    whole: Estimate


@dataclass(frozen=True, eq=False)
class PiecewiseLinear:
    """A driver's line on one outcome, all else as it is.

    Attributes:
        knots: Where it bends, ascending; at least one.
        coefficients: `(k + 1, R + 1)` its first slope, then what each knot adds; the estimate, then its replicates.
        means: `(k + 1, R + 1)` means of the driver and of its excess over each knot.
        height: `(R + 1,)` mean of the outcome where the driver is known.
        low: Where its first piece is told from; None where that is beyond the first knot.
        high: Where its last piece is told to; None where that is before the last knot.
        middle: Which of the knots is the middle one.
    """

    knots: tuple[float, ...]
    coefficients: Array
    means: Array
    height: Array
    low: float | None
    high: float | None
    middle: int

    @property
    def slopes(self) -> list[Estimate]:
        """The slope of each piece."""
        return [_estimate(slope) for slope in np.cumsum(self.coefficients, axis=0)]

    @property
    def ends(self) -> tuple[float | None, ...]:
        """Where pieces begin and end."""
        return (self.low, *self.knots, self.high)

    def at(self, value: float | None) -> Estimate | None:
        """The outcome's mean where the driver has this value."""
        return None if value is None else self.height_at(value)

    def height_at(self, value: float) -> Estimate:
        """The outcome's mean where the driver has this value, which there is."""
        return _estimate(self._at(value))

    def gains(self, *, higher_is_better: bool, more_is_good: bool) -> Gains:
        """What one unit better goes with on both sides of the middle knot."""
        middle = self.knots[self.middle]
        reach = 0.1 * (self.knots[-1] - self.knots[0] or abs(middle) or 1.0)
        begin = self.knots[0] - reach if self.low is None else self.low
        end = self.knots[-1] + reach if self.high is None else self.high
        a, b, c = (self._at(value) for value in (begin, middle, end))
        sign = 1.0 if higher_is_better == more_is_good else -1.0
        lower, upper = (
            _estimate(sign * rise) for rise in ((b - a) / (middle - begin), (c - b) / (end - middle))
        )
        whole = _estimate(sign * (c - a) / (end - begin))
        return Gains(lower, upper, whole) if higher_is_better else Gains(upper, lower, whole)

    def bent_once(self) -> tuple[Estimate, Estimate]:
        """Slopes below and above the middle knot, as if the line bent there alone: surer than with all bends."""
        slope, step = without_others(self.coefficients, (0, self.middle + 1))
        return _estimate(slope), _estimate(slope + step)

    def _at(self, value: float) -> Array:
        columns = np.array([value, *(max(value - knot, 0.0) for knot in self.knots)])
        return np.asarray(self.height + (self.coefficients * (columns[:, None] - self.means)).sum(axis=0))


def piecewise_linear(
    population: Population,
    found: Fit,
    driver: str,
    bends: Sequence[tuple[str, float]],
    outcome: str,
    drawn: tuple[float, float],
) -> PiecewiseLinear:
    """The line of a model in which the driver and all these bends, column and knot, have a coefficient.

    Args:
        population: Whose resampled moments the model was made from.
        found: The model.
        driver: Column of the driver.
        bends: Columns of the excess over knots, with the knots, ascending.
        outcome: Column of the outcome.
        drawn: From where to where the line is told.
    """
    columns = (driver, *(column for column, _ in bends))
    knots = tuple(knot for _, knot in bends)
    mean = population.moments.select((*columns, outcome)).mean().T
    height = mean_where_known(population, found, driver, outcome)
    low, high = drawn
    return PiecewiseLinear(
        knots,
        np.array([found.slopes[column, outcome] for column in columns]),
        mean[:-1],
        height,
        low if low < knots[0] else None,
        high if high > knots[-1] else None,
        len(knots) // 2,
    )


def mean_where_known(population: Population, found: Fit, driver: str, outcome: str) -> Array:
    """`(R + 1,)` mean of the outcome, all else as it is, were the driver known in every episode."""
    height = population.moments.mean_of(outcome)
    absent = f"{driver}?"
    if (absent, outcome) in found.slopes:
        height = height - found.slopes[absent, outcome] * population.moments.mean_of(absent)
    return height


def _estimate(values: Array) -> Estimate:
    return Estimate(float(values[0]), values[1:])
