"""The one bend that stands out: picked on one half of the customers, confirmed on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from lineofsight.chain.fits import fit
from lineofsight.chain.population import Population, narrowed
from lineofsight.core.curvature import bend_place, bends_beside, best_bend, change_of_slope
from lineofsight.core.moments import Moments
from lineofsight.core.regression import regress
from lineofsight.core.results import Estimate

CONFIRMED = 0.05
"""P-value up to which the other half of the customers confirms a bend, and up to which more bends are needed."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One bend.

    Attributes:
        place: Where it is, in the driver's unit.
        below: Slope below it.
        above: Slope above it.
        change: Change of slope in the half of the customers that had no part in picking the place; in all of them where
            there was but one place to pick.
    """

    place: float
    below: Estimate
    above: Estimate
    change: float


def find_threshold(
    moments: Moments,
    population: Population,
    beside: Sequence[str],
    driver: str,
    knots: Mapping[str, float],
    outcome: str,
) -> Threshold | None:
    """The bend that stands out; None where none is confirmed, or one bend does not say it all.

    The place that fits best bends the most also where the line is straight. So it is picked among the even buckets of
    customers, and its change of slope is estimated among the odd ones. The bends at all other knots must add nothing.

    Args:
        moments: Per bucket, of the episodes in which the outcome is known.
        population: The same episodes, resampled.
        beside: Columns that are held equal.
        driver: Column of the driver.
        knots: Columns of its excess over each knot, with the knots, ascending.
        outcome: Column of the outcome.
    """
    kept = population.identification((*beside, driver, *knots)).kept
    held = tuple(name for name in beside if name in kept)
    knots = {name: knot for name, knot in knots.items() if name in kept}
    if driver not in kept or not knots:
        return None
    names = tuple(knots)
    moments = moments.select((*held, driver, *names, outcome))
    best = best_bend(moments.total(), held, driver, names, outcome)
    if best is None:
        return None
    changed = _confirmed(moments, held, driver, names, outcome) if len(names) > 1 else None
    if len(names) > 1 and changed is None:
        return None
    others = tuple(name for name in names if name not in best.columns)
    if others and bends_beside(moments, (*held, driver, *names), others, outcome) <= CONFIRMED:
        return None
    columns = (*held, driver, *best.columns)
    found = fit(narrowed(population, (*columns, outcome)), columns, (outcome,))
    slopes = [found.slope(name, outcome) for name in (driver, *best.columns)]
    if not all(isinstance(slope, Estimate) for slope in slopes):
        return None
    below, *steps = [slope for slope in slopes if isinstance(slope, Estimate)]
    change = sum(steps[1:], steps[0])
    place = bend_place(
        np.array([step.value for step in steps]), np.array([knots[name] for name in best.columns])
    )
    return Threshold(place, below, below + change, change.value if changed is None else changed)


def _confirmed(
    moments: Moments, held: Sequence[str], driver: str, names: Sequence[str], outcome: str
) -> float | None:
    """The change of slope among the odd buckets at the place that was picked among the even ones; None if it is not
    clear there, or goes the other way."""
    even, odd = _half(moments, 0), _half(moments, 1)
    picked = best_bend(even.total(), held, driver, names, outcome)
    if picked is None:
        return None
    columns = (*held, driver, *picked.columns)
    before = regress(even.total(), columns, [outcome]).coefficients[0, -len(picked.columns) :, 0].sum()
    change = change_of_slope(odd, columns, picked.columns, outcome)
    freedom = np.count_nonzero(odd.count) - 1
    if not (change.standard_error > 0 and change.value * before > 0):
        return None
    p = 2 * float(stdtr(freedom, -abs(change.value) / change.standard_error))
    return change.value if p <= CONFIRMED else None


def _half(moments: Moments, first: int) -> Moments:
    """Every other bucket."""
    part = slice(first, None, 2)
    return Moments(
        moments.columns, moments.shift, moments.count[part], moments.sums[part], moments.products[part]
    )
