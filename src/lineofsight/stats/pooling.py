"""Partial pooling: one effect, estimated in several segments, as a random-effects meta-analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import chdtrc

from lineofsight.reasons import Reason
from lineofsight.stats.multiplicity import p_value
from lineofsight.stats.results import Array, NotEstimable
from lineofsight.stats.shrinkage import members, normal_quantile, paule_mandel

_GRID = 200  # points at which the restricted likelihood's slope is looked at to bracket its maxima


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """A random-effects meta-analysis of `k` usable members and each member's partially pooled estimate.

    Attributes
    ----------
    mean, mean_standard_error, mean_low, mean_high
        Mean of the members' true effects with its Wald interval, `tau2` taken as known; with fewer than some ten
        members that interval is too narrow.
    tau2
        Variance of the true effects between members, in the square of their unit.
    q, q_p_value
        Cochran's (1954) Q and its p-value from chi-squared with `k - 1` degrees of freedom: whether the members
        differ at all.
    i2, h2
        Higgins and Thompson (2002), from Q: `H2 = Q / (k - 1)`, not below 1, and `I2 = (H2 - 1) / H2`, the share
        of the members' spread that is not sampling error. (metafor takes both from tau2: the same for `dl` only.)
    k
        Number of usable members.
    estimates, standard_errors
        `(members,)` empirical Bayes estimates, BLUPs, and their standard errors with `tau2` taken as known
        (metafor's `blup`); NaN for a member that had no estimate of its own.
    prediction_errors, low, high
        `(members,)` their standard errors with what `tau2` itself may be off by, and the intervals these give.
    factor
        `(members,)` weight of the member's own estimate, the rest being the mean's: `tau2 / (tau2 + v)`.
    """

    mean: float
    mean_standard_error: float
    mean_low: float
    mean_high: float
    tau2: float
    q: float
    q_p_value: float
    i2: float
    h2: float
    k: int
    estimates: Array
    standard_errors: Array
    prediction_errors: Array
    low: Array
    high: Array
    factor: Array


@dataclass(frozen=True, slots=True, eq=False)
class AgainstRest:
    """Each member less the mean of the others; `(members,)`, NaN where there is no such difference.

    Attributes
    ----------
    difference, standard_error
        In the unit of the estimates.
    p_value
        Two-sided, of "this member is as the others are".
    """

    difference: Array
    standard_error: Array
    p_value: Array


def pool(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    method: Literal["pm", "reml", "dl"] = "pm",
    level: float = 0.95,
) -> Pooled | NotEstimable:
    """Mean effect over members, how much they differ, and each member's estimate steadied by the others.

    The members' true effects are taken as normal about a mean with variance `tau2`, and their estimates as
    independent and normal about the true effects with known variances `v`. Each member's estimate is
    `mean + B (y - mean)`, `B = tau2 / (tau2 + v)`, with variance `B v + (1 - B)^2 var(mean)` (Raudenbush and
    Bryk 1985; Morris 1983). That leaves out that tau2 is itself an estimate, and where it comes out as 0 every
    member would have the mean's interval; so the intervals are made with
    `2 (1 - B)^2 var(tau2) / (tau2 + v)` added (Prasad and Rao 1990), `var(tau2) = 2 k / (sum 1 / (tau2 + v))^2`
    (Datta, Rao and Smith 2005). In simulations they cover 0.89 to 1.00 of the members at 0.95, least when tau2
    is near the smallest `v`; without the addition it is down to 0.82.

    Parameters
    ----------
    estimates
        `(members,)` the same effect in each member, in one unit. NaN is left out and stays NaN.
    standard_errors
        `(members,)` their standard errors, in the same unit.
    method
        Estimator of tau2, none below 0: `pm` Paule and Mandel (1982), `reml` restricted maximum
        likelihood (Viechtbauer 2005), `dl` DerSimonian and Laird (1986).
    level
        Coverage aimed at, between 0 and 1. A member's interval meets it on average over members, not for each
        true effect: those far from the mean are covered less often.

    Returns
    -------
    Pooled or NotEstimable
        Not estimable with fewer than two members that have an estimate and a standard error above 0.

    Raises
    ------
    ValueError
        If the shapes differ or are not `(members,)`, the method is unknown or the level is not between 0 and 1.
    """
    if method not in _BETWEEN:
        raise ValueError(f"members are pooled by {', '.join(map(repr, _BETWEEN))}, not by '{method}'")
    reach = normal_quantile(level)
    effect, error, usable = members(estimates, standard_errors)
    k = int(usable.sum())
    if k < 2:
        return NotEstimable(Reason.NOTHING_TO_POOL, n=k, total=len(effect))
    y, v = effect[usable], error[usable] ** 2
    tau2 = _BETWEEN[method](y, v)
    weights = 1 / (v + tau2)
    mean = float(_mean(y, weights))
    mean_error = float(weights.sum() ** -0.5)
    factor = tau2 / (tau2 + error**2)
    centre = mean + factor * (effect - mean)
    known = factor * error**2 + ((1 - factor) * mean_error) ** 2
    unsure = 2 * (1 - factor) ** 2 / (tau2 + error**2) * (2 * k / weights.sum() ** 2)
    spread = np.sqrt(known + unsure)
    q = float(_squares(y, v))
    h2 = max(1.0, q / (k - 1))
    return Pooled(
        mean=mean,
        mean_standard_error=mean_error,
        mean_low=mean - reach * mean_error,
        mean_high=mean + reach * mean_error,
        tau2=tau2,
        q=q,
        q_p_value=float(chdtrc(k - 1, q)),
        i2=(h2 - 1) / h2,
        h2=h2,
        k=k,
        estimates=centre,
        standard_errors=np.sqrt(known),
        prediction_errors=spread,
        low=centre - reach * spread,
        high=centre + reach * spread,
        factor=factor,
    )


def against_rest(
    estimates: ArrayLike, standard_errors: ArrayLike, weights: ArrayLike | None = None
) -> AgainstRest:
    """Each member's estimate less the weighted mean of the others', with its standard error.

    Members are taken to be independent. The mean is that of these very members, so the standard error holds
    their sampling error only, not that they differ among themselves. The differences hang together (they are
    about the same means): over many members, hold their p-values together by `q_values(..., "by")`.

    Parameters
    ----------
    estimates
        `(members,)` in one unit. NaN is left out and stays NaN.
    standard_errors
        `(members,)` in the same unit.
    weights
        `(members,)` finite and not below 0: how much each counts among the others, such as its customers. By
        default `1 / standard error^2`, the most precise.

    Returns
    -------
    AgainstRest
        NaN for a member that is not usable, or whose others are not or have no weight.

    Raises
    ------
    ValueError
        If the shapes differ or are not `(members,)`, or a weight is negative or not finite.
    """
    effect, error, usable = members(estimates, standard_errors)
    if weights is None:
        weight = np.where(usable, error, np.inf) ** -2
    else:
        weight = np.asarray(weights, dtype=np.float64)
        if weight.shape != effect.shape or not (np.isfinite(weight) & (weight >= 0)).all():
            raise ValueError(f"weights are {len(effect)} finite numbers not below 0, not {weight.tolist()}")
        weight = np.where(usable, weight, 0.0)
    weight = weight / max(weight.max(initial=0.0), np.finfo(np.float64).tiny)
    y, v = np.where(usable, effect, 0.0), np.where(usable, error, 0.0) ** 2
    total = _others(weight)
    total[~(usable & (total > 0))] = np.nan
    difference = effect - _others(weight * y) / total
    spread = np.sqrt(v + _others(weight**2 * v) / total**2)
    return AgainstRest(difference, spread, p_value(difference, spread))


def _others(values: Array) -> Array:
    """For each place the sum of all other places, without the cancellation of total less own."""
    zero = np.zeros(1)
    before = np.concatenate([zero, np.cumsum(values)[:-1]])
    after = np.concatenate([np.cumsum(values[::-1])[-2::-1], zero])
    return np.asarray((before + after)[: len(values)])


def _mean(y: Array, weights: Array) -> Array:
    """Weighted means over the last axis."""
    return np.asarray((weights * y).sum(axis=-1) / weights.sum(axis=-1))


def _squares(y: Array, total: Array) -> Array:
    """Weighted squares about the weighted mean over the last axis, the weights being `1 / total`; Cochran's Q."""
    weights = 1 / total
    return np.asarray((weights * (y - _mean(y, weights)[..., None]) ** 2).sum(axis=-1))


def _trace(weights: Array) -> Array:
    """`W - sum w^2 / W` over the last axis, as `2 sum_{i<j} w_i w_j / W`: nothing cancels."""
    before = np.cumsum(weights, axis=-1)[..., :-1]
    return np.asarray(2 * (weights[..., 1:] * before).sum(axis=-1) / weights.sum(axis=-1))


def _dersimonian_laird(y: Array, v: Array) -> float:
    """DerSimonian and Laird's (1986, equation 8) moment estimator."""
    return max(0.0, float((_squares(y, v) - (len(y) - 1)) / _trace(1 / v)))


def _reml(y: Array, v: Array) -> float:
    """Restricted maximum likelihood (Viechtbauer 2005), the highest where there is more than one maximum."""
    centred = y - y.mean()
    spread = float((centred**2).sum())
    if spread <= 0:
        return 0.0

    def slope(tau2: Array) -> Array:
        weights = 1 / (v + tau2[..., None])
        left = centred - _mean(centred, weights)[..., None]
        return np.asarray((weights**2 * left**2).sum(axis=-1) - _trace(weights))

    def likelihood(tau2: float) -> float:
        total = v + tau2
        return float(-np.log(total).sum() - np.log((1 / total).sum()) - _squares(centred, total))

    # the slope is negative from the total squares on: an eigenvalue of the projected precision is below 1 / tau2
    start = 1e-3 * min(float(v.min()), spread)
    grid = np.concatenate([np.zeros(1), np.geomspace(start, 2 * spread, _GRID)])
    rising = slope(grid) > 0
    peaks = [0.0]
    for at in np.flatnonzero(rising[:-1] & ~rising[1:]).tolist():
        peak = brentq(
            lambda tau2: float(slope(np.array(tau2))), grid[at], grid[at + 1], xtol=1e-14 * start, rtol=1e-14
        )
        peaks.append(float(peak))
    return max(peaks, key=likelihood)


_BETWEEN = {"pm": paule_mandel, "reml": _reml, "dl": _dersimonian_laird}
