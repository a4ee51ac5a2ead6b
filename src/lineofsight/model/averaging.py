"""Which representers stand in a model beside the straight lines, and how far each is trusted.

With its representer an effect is the average over customers, whatever the shape; its interval is wider than a straight
line's where values reach far. So a representer comes in where customers are many, and is shrunk where it would cost much
and no outcome asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lineofsight.model.population import Population
from lineofsight.stats.regression import cluster_robust_covariances, regress
from lineofsight.stats.results import Array

CUSTOMERS_EACH = 10
"""Customers for each column of a model, from which on representers are among them."""

FEWEST_CUSTOMERS = 60
"""Customers with fewer of whom there are straight lines only."""

LEAST_LEFT = 1e-3
"""Share of a representer's variance that the other columns must leave."""

WIDEST = 1.15
"""How much wider than a straight line's an effect's interval may be for a representer that no outcome asks for."""

MOST_WIDE = 2.0
"""The same where an outcome asks for it: beyond, the data hold too little of what the change would do."""

_DOUBTFUL, _CLEAR = 1.0, 3.0
"""Squared z of a representer's coefficient, the largest of the outcomes': below the first no outcome asks for it, and above
the second one surely does."""


def usable_representers(
    population: Population, others: Sequence[str], representers: Sequence[str]
) -> tuple[str, ...]:
    """Those representers that a model of these episodes can have beside its other columns.

    None where customers are few for so many columns, and none that hardly differs from what the others tell.
    """
    question = (tuple(others), tuple(representers))
    if question not in population.memo:
        population.memo[question] = _usable(population, others, representers)
    found: tuple[str, ...] = population.memo[question]
    return found


def _usable(population: Population, others: Sequence[str], representers: Sequence[str]) -> tuple[str, ...]:
    if population.n == 0:
        return ()
    there = population.varying
    wanted = [name for name in representers if name in there]
    beside = [name for name in others if name in there]
    columns = len(beside) + len(wanted) + 1
    if not wanted or population.clusters < max(FEWEST_CUSTOMERS, CUSTOMERS_EACH * columns):
        return ()
    names = [*beside, *wanted]
    left = _correlation(population.first.select(names).covariance()[0])
    kept = []
    for at, name in enumerate(names):
        pivot = left[at, at]
        if name in wanted and pivot < LEAST_LEFT:
            continue
        if name in wanted:
            kept.append(name)
        if pivot > 1e-10:
            left = left - np.outer(left[:, at], left[at]) / pivot
    return tuple(kept)


def shrinkage(
    population: Population,
    regressors: Sequence[str],
    outcomes: Sequence[str],
    changes: Mapping[str, Mapping[str, float]],
) -> dict[str, float]:
    """What is added to the variance of each representer that is shrunk, the same for all these outcomes.

    Where a driver's effect would have a standard error of at most `WIDEST` times that of straight lines, its representer is
    taken as it is. Else its coefficient is multiplied by as much as gives just that standard error, and by more, up to
    what gives one of `MOST_WIDE`, the more clearly an outcome asks for it. The same for all outcomes of a model, so that an effect remains the sum of its
    direct part and those along paths.

    Args:
        population: The episodes.
        regressors: Columns of the model.
        outcomes: Its outcomes.
        changes: By representer, the mean change of each column of its driver.
    """
    asked = {name: change for name, change in changes.items() if name in regressors}
    names = [name for name in population.identification(tuple(regressors)).kept if name in population.varying]
    if not asked or not names:
        return {}
    covariance = population.first.select(names).covariance()[0]
    full = _precision(covariance)
    straight = [at for at, name in enumerate(names) if name not in asked]
    lines = _precision(covariance[np.ix_(straight, straight)])
    without = [names[at] for at in straight]
    wide: dict[str, tuple[float, ...]] = {}
    for name, change in asked.items():
        if name not in names:
            continue
        ratio = _variance(full, names, change) / max(_variance(lines, without, change), 1e-300)
        if ratio > WIDEST**2:
            wide[name] = tuple(
                min(float(np.sqrt((most**2 - 1) / (ratio - 1))), 1.0) for most in (WIDEST, MOST_WIDE)
            )
    if not wide:
        return {}
    varying = [name for name in outcomes if name in population.varying]
    whole, buckets = population.first, population.bucketed()
    found = regress(whole, names, varying).coefficients[0]
    errors = [np.diag(each) for each in cluster_robust_covariances(buckets, names, varying)]
    shrunk = {}
    for name, (least, most) in wide.items():
        at = names.index(name)
        squares = [float(found[at, m] ** 2 / error[at]) for m, error in enumerate(errors) if error[at] > 0]
        asking = max((square for square in squares if np.isfinite(square)), default=0.0)
        sure = min(max((asking - _DOUBTFUL) / (_CLEAR - _DOUBTFUL), 0.0), 1.0)
        kept = least + (most - least) * sure
        if kept < 1:
            shrunk[name] = (1 - kept) / kept / full[at, at]
    return shrunk


def _variance(precision: Array, names: Sequence[str], change: Mapping[str, float]) -> float:
    """Of an effect, in units of the residual variance over n."""
    c = np.array([change.get(name, 0.0) for name in names])
    return float(c @ precision @ c)


def _precision(covariance: Array) -> Array:
    scale = np.sqrt(np.diag(covariance))
    return np.asarray(np.linalg.pinv(_correlation(covariance), hermitian=True) / scale / scale[:, None])


def _correlation(covariance: Array) -> Array:
    scale = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / scale / scale[:, None])
