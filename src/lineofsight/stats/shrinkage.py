"""The winner's curse: of many estimates those on top are too big by chance, and are pulled back towards 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from lineofsight.stats.results import Array

FEWEST = 3
"""Fewer estimates than this cannot tell how much to shrink (James and Stein 1961: nothing is gained below 3)."""


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Estimates of one family after shrinking, in their own unit and order.

    Attributes:
        estimates: `(k,)` posterior means; NaN for a member without a usable estimate and standard error.
        standard_errors: `(k,)` posterior standard deviations.
        low, high: `(k,)` ends of the posterior intervals.
        factor: `(k,)` the share of the raw estimate that is kept: `estimates` are `factor` times the raw ones.
        prior_sd: How far true effects lie from 0 (standard deviation); NaN where nothing could be shrunk.
    """

    estimates: Array
    standard_errors: Array
    low: Array
    high: Array
    factor: Array
    prior_sd: float


def shrink(estimates: ArrayLike, standard_errors: ArrayLike, level: float = 0.95) -> Shrunk:
    """Parametric empirical Bayes towards 0: what is left of each estimate once chance has its due.

    The true effects of a family (one outcome and unit, different drivers) are taken as normal about 0 with a
    variance `A` that the estimates themselves tell, and the estimates as independent and normal about the true
    effects with known variances `V`. Morris (1983, section 5) with a known mean: `A` solves
    `sum y^2 / (V + A) = k` (the Paule-Mandel moment), the part shrunk away is `B = (k - 2) / k * V / (V + A)`,
    and the posterior variance is `V (1 - B) + 2 / (k - 2) * B^2 y^2 (mean V + A) / (V + A)`: the factor
    `(k - 2) / k` and the second term stand for not knowing `A`. With equal variances it is James and
    Stein's (1961) estimator. A posterior does not mind which members are looked at because they came out on
    top (Efron 2011), as far as the normal prior holds: with a few large effects among many that are 0, the
    large ones are pulled in too far.

    Args:
        estimates: `(k,)` raw estimates in one unit. Turn drivers so that one unit of each means the same (a change a
            manager can make), or the family has no common scale.
        standard_errors: `(k,)` their standard errors, in the same unit.
        level: Coverage aimed at, between 0 and 1. It is met on average over the family, not for each true effect.

    Returns:
        With fewer than `FEWEST` usable members the estimates and their errors as they came, `factor` 1 and `prior_sd`
        NaN.

    Raises:
        ValueError: If the shapes differ or are not `(k,)`, or the level is not between 0 and 1.
    """
    reach = normal_quantile(level)
    effect, error, usable = members(estimates, standard_errors)
    k = int(usable.sum())
    factor, spread, prior = np.where(usable, 1.0, np.nan), error, float("nan")
    if k >= FEWEST:
        y, v = effect[usable], error[usable] ** 2
        prior_variance = paule_mandel(y, v, mean=0.0)
        prior = float(np.sqrt(prior_variance))
        total = v + prior_variance
        lost = (k - 2) / k * v / total
        mean_variance = (v / total).sum() / (1 / total).sum()
        unsure = 2 / (k - 2) * (lost * y) ** 2 * (mean_variance + prior_variance) / total
        factor[usable] = 1 - lost
        spread[usable] = np.sqrt(v * (1 - lost) + unsure)
    shrunk = factor * effect
    return Shrunk(shrunk, spread, shrunk - reach * spread, shrunk + reach * spread, factor, prior)


def members(estimates: ArrayLike, standard_errors: ArrayLike) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Estimates and standard errors as `(k,)` arrays, and which members have both.

    A member is usable when its estimate is finite and its standard error is finite and above 0; the others are
    NaN in both arrays.

    Raises:
        ValueError: If the shapes differ or are not `(k,)`.
    """
    effect, error = np.asarray(estimates, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if effect.ndim != 1 or effect.shape != error.shape:
        raise ValueError(
            f"one standard error for each estimate is needed, both (k,), not {effect.shape} and {error.shape}"
        )
    usable = np.isfinite(effect) & np.isfinite(error) & (error > 0)
    return np.where(usable, effect, np.nan), np.where(usable, error, np.nan), usable


def normal_quantile(level: float) -> float:
    """How many standard errors an interval of this coverage reaches to each side: 1.96 for 0.95.

    Raises:
        ValueError: If the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"an interval's level lies between 0 and 1, not at {level}")
    return float(ndtri((1 + level) / 2))


def paule_mandel(y: Array, v: Array, mean: float | None = None) -> float:
    """Variance of the true effects between members, by Paule and Mandel (1982).

    The variance at which the weighted squares about the mean, with weights `1 / (v + variance)`, are as many as
    the degrees of freedom (DerSimonian and Kacker 2007); 0 when they are fewer even at 0. The sum falls
    steadily, so there is one solution, found to rounding.

    Args:
        y: `(k,)` finite estimates.
        v: `(k,)` their variances, above 0.
        mean: The true effects' mean if it is known (`k` degrees of freedom), else it is estimated (`k - 1`).
    """
    freedom = len(y) if mean is not None else len(y) - 1
    middle = mean if mean is not None else float(y.mean())
    centred = y - middle

    def excess(variance: float) -> float:
        weights = 1 / (v + variance)
        about = 0.0 if mean is not None else (weights * centred).sum() / weights.sum()
        return float((weights * (centred - about) ** 2).sum()) - freedom

    if excess(0.0) <= 0:
        return 0.0
    enough = 2 * float((centred**2).sum())  # the sum is below 1 there
    return float(brentq(excess, 0.0, enough, xtol=1e-14 * float(v.min()), rtol=1e-14, maxiter=1000))
