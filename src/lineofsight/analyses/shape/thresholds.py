"""The one bend that stands out: picked on one half of the customers, confirmed on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from lineofsight.model.population import Population, with_columns
from lineofsight.model.regression import fit
from lineofsight.stats.curvature import bends_beside, best_bend, change_of_slope
from lineofsight.stats.moments import Moments
from lineofsight.stats.regression import regress
from lineofsight.stats.results import Estimate, NotEstimable

CONFIRMED = 0.05
"""P-value up to which the other half of the customers confirms a bend, and up to which more bends are needed."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One bend.

    Attributes:
        place: Where it is, in the driver's unit; each replicate picks its own.
        below: Slope below it.
        above: Slope above it.
        change: Change of slope in the half of the customers that had no part in picking the place; in all of them where
            there was but one place to pick.
    """

    place: Estimate
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
    columns = (*held, driver, *knots, outcome)
    moments = moments.select(columns)
    changed = _confirmed(moments, held, driver, knots, outcome) if len(knots) > 1 else None
    if len(knots) > 1 and changed is None:
        return None
    best = best_bend(with_columns(population, columns).moments, held, driver, knots, outcome)
    if not np.isfinite(best.place[0]):
        return None
    at = best.columns(tuple(knots))
    others = tuple(name for name in knots if name not in at)
    if others and bends_beside(moments, (*held, driver, *knots), others, outcome) <= CONFIRMED:
        return None
    regressors = (*held, driver, *at)
    found = fit(with_columns(population, (*regressors, outcome)), regressors, (outcome,))
    below, *steps = (found.slope(name, outcome) for name in (driver, *at))
    above = below
    for step in steps:
        if isinstance(above, NotEstimable) or isinstance(step, NotEstimable):
            return None
        above = above + step
    if isinstance(below, NotEstimable) or isinstance(above, NotEstimable):
        return None
    change = (above - below).value if changed is None else changed
    return Threshold(Estimate(float(best.place[0]), best.place[1:]), below, above, change)


def _confirmed(
    moments: Moments, held: Sequence[str], driver: str, knots: Mapping[str, float], outcome: str
) -> float | None:
    """The change of slope among the odd buckets at the place that was picked among the even ones; None if it is not
    clear there, or goes the other way."""
    even, odd = halves(moments)
    picked = best_bend(even.total(), held, driver, knots, outcome)
    if not np.isfinite(picked.place[0]):
        return None
    at = picked.columns(tuple(knots))
    return confirms(even, odd, (*held, driver, *at), at, outcome)


def confirms(
    even: Moments, odd: Moments, columns: Sequence[str], picked: Sequence[str], outcome: str
) -> float | None:
    """The sum of the coefficients of what was picked in one half, estimated in the other; None if it is not clear
    there, or goes the other way.

    Args:
        even: Per bucket, of the half in which it was picked.
        odd: Of the other half.
        columns: All regressors, those that were picked last.
        picked: Those that were picked.
        outcome: Column of the outcome.
    """
    before = regress(even.total(), columns, [outcome]).coefficients[0, -len(picked) :, 0].sum()
    change = change_of_slope(odd, columns, picked, outcome)
    freedom = np.count_nonzero(odd.count) - 1
    if not (change.standard_error > 0 and change.value * before > 0):
        return None
    p = 2 * float(stdtr(freedom, -abs(change.value) / change.standard_error))
    return change.value if p <= CONFIRMED else None


def halves(moments: Moments) -> tuple[Moments, Moments]:
    """The even buckets, and the odd ones."""
    return _half(moments, 0), _half(moments, 1)


def _half(moments: Moments, first: int) -> Moments:
    """Every other bucket."""
    part = slice(first, None, 2)
    return Moments(
        moments.columns, moments.shift, moments.count[part], moments.sums[part], moments.products[part]
    )
