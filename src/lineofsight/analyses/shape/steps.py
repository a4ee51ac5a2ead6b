"""Steps of a count: a height for each of its values, and the one place from which on it is another.

`1{x ≥ k}` for each whole k is the alternative to a line that bends: what goes with a call, a defect or a ticket may
begin with the fourth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.aggregation.counts import ENOUGH, CountBands
from lineofsight.analyses.shape.piecewise_linear import PiecewiseLinear, mean_where_known
from lineofsight.analyses.shape.thresholds import CONFIRMED, confirms, halves
from lineofsight.model.population import Population, with_columns
from lineofsight.model.regression import Fit, fit
from lineofsight.stats.curvature import Step, bends_beside, best_bend, best_step
from lineofsight.stats.moments import Moments
from lineofsight.stats.regression import regress
from lineofsight.stats.results import Array, Estimate, NotEstimable

SAYS_IT_ALL = 0.9
"""Share of what all heights explain that one step must explain where, with many customers, others are there too."""


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step, and level on both sides of it.

    Attributes:
        place: From how many on; each replicate picks its own.
        below: Mean of the outcome where there are fewer, all else as it is.
        above: Mean from there on.
        change: How much higher that is.
    """

    place: Estimate
    below: Estimate
    above: Estimate
    change: Estimate


def steps_with_enough(population: Population, driver: str, steps: Mapping[str, float]) -> dict[str, float]:
    """The steps between which, in this population, each band has enough episodes; one with fewer is pooled with those above."""
    if population.n == 0:
        return {}
    absent = f"{driver}?"
    unknown = population.first.mean_of(absent)[0] if absent in population.first.columns else 0.0
    chosen = population.first.select([*steps])
    # An episode in which the count is not known has each column's centre.
    shares = chosen.mean()[0] - unknown * chosen.shift
    at_least = dict(zip(steps, (population.n * shares).tolist(), strict=True))
    kept: dict[str, float] = {}
    last = population.n * (1 - unknown)
    for name, start in steps.items():
        if min(last - at_least[name], at_least[name]) > ENOUGH - 0.5:
            kept[name] = start
            last = at_least[name]
    return kept


def count_line(
    population: Population,
    found: Fit,
    driver: str,
    steps: Mapping[str, float],
    outcome: str,
    counts: CountBands,
) -> PiecewiseLinear:
    """The line through the heights of all bands of a count, of a model in which each of these steps has a coefficient.

    Args:
        population: Whose resampled moments the model was made from.
        found: The model.
        driver: The count.
        steps: Columns of its steps, at least two, with where they begin.
        outcome: Column of the outcome.
        counts: The bands that begin there.
    """
    jumps = np.array([found.slopes[name, outcome] for name in steps])
    places = np.array(counts.means)
    slopes = jumps / np.diff(places)[:, None]
    shares = population.moments.select([*steps]).mean().T
    lowest = mean_where_known(population, found, driver, outcome) - (jumps * shares).sum(axis=0)
    means = np.zeros_like(slopes)
    means[0] = places[0]
    half = np.cumsum(counts.sizes) >= sum(counts.sizes) / 2
    return PiecewiseLinear(
        counts.means[1:-1],
        np.vstack([slopes[:1], np.diff(slopes, axis=0)]),
        means,
        lowest,
        counts.means[0],
        counts.means[-1],
        int(np.clip(half.argmax() - 1, 0, len(places) - 3)),
    )


def find_step(
    moments: Moments,
    population: Population,
    beside: Sequence[str],
    driver: str,
    steps: Mapping[str, float],
    knots: Mapping[str, float],
    outcome: str,
) -> StepForm | None:
    """The step that says it all; None where none is confirmed, or where a line that bends says as much.

    As for a bend, the place is picked among the even buckets of customers and confirmed among the odd ones: there the
    step must be clear beside a straight line. With it no other step may add anything, or hardly anything of what all
    steps explain; and a line with the best bend, which has one parameter more, must not explain more by what that one
    has to be worth (Schwarz 1978).

    Args:
        moments: Per bucket, of the episodes in which the outcome is known.
        population: The same episodes, resampled.
        beside: Columns that are held equal.
        driver: Column of the count.
        steps: Columns of its steps with their places, ascending; each band has enough episodes.
        knots: Columns of its excess over knots, with the knots, ascending.
        outcome: Column of the outcome.
    """
    kept = population.identification((*beside, driver)).kept
    if driver not in kept:
        return None
    held = tuple(name for name in beside if name in kept)
    moments = moments.select((*held, driver, *steps, *knots, outcome))
    if not _confirmed(moments, held, driver, steps, outcome):
        return None
    best = best_step(with_columns(population, (*held, *steps, outcome)).moments, held, steps, outcome)
    if not np.isfinite(best.place).all():
        return None
    total, chosen = moments.total(), best.column(tuple(steps))
    base, one = (_explained(total, (*held, *more), outcome) for more in ((), (chosen,)))
    bent = _bent(moments, held, driver, knots, outcome)
    if (1 - one) > (1 - bent) * population.n ** (1 / population.n):
        return None
    others = tuple(name for name in steps if name != chosen)
    adds = bool(others) and bends_beside(moments, (*held, *steps), others, outcome) <= CONFIRMED
    if adds and one - base < SAYS_IT_ALL * (_explained(total, (*held, *steps), outcome) - base):
        return None
    return _form(population, held, driver, best, chosen, outcome)


def _form(
    population: Population, held: Sequence[str], driver: str, best: Step, chosen: str, outcome: str
) -> StepForm | None:
    """With the means on both sides; each replicate's change is that at its own place."""
    population = with_columns(population, (*held, chosen, outcome))
    found = fit(population, (*held, chosen), (outcome,))
    if isinstance(found.slope(chosen, outcome), NotEstimable):
        return None
    share = population.moments.mean_of(chosen)
    below = mean_where_known(population, found, driver, outcome) - found.slopes[chosen, outcome] * share
    above = below + found.slopes[chosen, outcome]
    return StepForm(*(_estimate(each) for each in (best.place, below, above, best.change)))


def _confirmed(
    moments: Moments, held: Sequence[str], driver: str, steps: Mapping[str, float], outcome: str
) -> bool:
    """Whether the step that is picked among the even buckets is clear among the odd ones, beside a straight line."""
    even, odd = halves(moments)
    picked = best_step(even.total(), held, steps, outcome)
    if not np.isfinite(picked.place[0]):
        return False
    at = (picked.column(tuple(steps)),)
    return confirms(even, odd, (*held, driver, *at), at, outcome) is not None


def _bent(
    moments: Moments, held: Sequence[str], driver: str, knots: Mapping[str, float], outcome: str
) -> float:
    """R² of the straight line, or of the line with its best bend."""
    total = moments.total()
    varying = total.select((*held, driver, *knots)).columns
    at: tuple[str, ...] = ()
    if knots:
        bend = best_bend(total, held, driver, knots, outcome)
        if np.isfinite(bend.place[0]):
            at = bend.columns(tuple(knots))
    return _explained(total, (*(name for name in varying if name in (*held, driver)), *at), outcome)


def _explained(total: Moments, regressors: Sequence[str], outcome: str) -> float:
    return float(regress(total, regressors, [outcome]).r_squared[0, 0])


def _estimate(values: Array) -> Estimate:
    return Estimate(float(values[0]), values[1:])
