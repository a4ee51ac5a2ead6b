"""Is a line bent, and where: a joint test of bends, and the bend that fits best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from lineofsight.core.identification import DEPENDENT
from lineofsight.core.moments import Moments
from lineofsight.core.regression import cluster_robust_covariance, regress
from lineofsight.core.results import Array


def wald_p_value(estimates: Array, covariance: Array, clusters: int) -> float:
    """P-value of "all of these are 0" from estimates and their covariance.

    Hotelling's T² with the clusters as the sample: `T² (G − k) / (k (G − 1))` against F with `k` and `G − k` degrees of
    freedom (Hotelling 1931). With many clusters it is Wald's chi-squared test; with few, that one finds too much, since
    the covariance is itself an estimate (Cameron and Miller 2015, section VI).

    Parameters
    ----------
    estimates
        `(k,)` in any units.
    covariance
        `(k, k)` of the estimates, from a bootstrap over the clusters or a sandwich.
    clusters
        Number of clusters `G`.

    Returns
    -------
    float
        NaN where there is nothing to test, clusters are no more than estimates, or the covariance has no inverse.
    """
    k = len(estimates)
    if k == 0 or clusters <= k or not (np.isfinite(estimates).all() and np.isfinite(covariance).all()):
        return float("nan")
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all():
        return float("nan")
    correlation = covariance / spread / spread[:, None]
    if np.linalg.eigvalsh(correlation)[0] < DEPENDENT:
        return float("nan")
    score = estimates / spread
    t2 = float(score @ np.linalg.solve(correlation, score))
    return float(fdtrc(k, clusters - k, t2 * (clusters - k) / (k * (clusters - 1))))


def bootstrap_wald(estimates: Array, replicates: Array, clusters: int) -> float:
    """`wald_p_value` with the covariance of bootstrap replicates, `(k, R)`; those that are not finite are left out."""
    kept = replicates[:, np.isfinite(replicates).all(axis=0)]
    if kept.shape[1] <= len(estimates) + 1:
        return float("nan")
    return wald_p_value(estimates, np.atleast_2d(np.cov(kept)), clusters)


def without_others(coefficients: Array, kept: Sequence[int]) -> Array:
    """Some coefficients of a model, as if all others of these were 0: what a smaller model would have.

    The minimum-distance estimate under that restriction, `b₁ − V₁₂ V₂₂⁻¹ b₂` with the covariance `V` of the replicates
    (Rothenberg 1973; Wooldridge 2010, section 14.6): to first order that of a model without the others, at no pass
    over moments.

    Parameters
    ----------
    coefficients
        `(k, R + 1)` estimates, then their replicates.
    kept
        Which of the `k` are wanted.

    Returns
    -------
    Array
        `(len(kept), R + 1)`.
    """
    out = [at for at in range(len(coefficients)) if at not in kept]
    chosen = coefficients[list(kept)]
    if not out:
        return chosen
    replicates = coefficients[:, 1:]
    covariance = np.cov(replicates[:, np.isfinite(replicates).all(axis=0)])
    weights = np.linalg.lstsq(covariance[np.ix_(out, out)], covariance[np.ix_(out, list(kept))], rcond=None)[
        0
    ]
    return np.asarray(chosen - weights.T @ coefficients[out])


@dataclass(frozen=True, slots=True)
class Bend:
    """One bend of a line, as one knot or two neighbouring ones between which it lies.

    Attributes:
        columns: Excess over the knot, or over both.
        gain: Share of the outcome's variance, given all else, that the bend explains.
    """

    columns: tuple[str, ...]
    gain: float


def best_bend(
    moments: Moments, always: Sequence[str], driver: str, bends: Sequence[str], outcome: str
) -> Bend | None:
    """The bend that brings a broken line nearest to the outcome: at a knot, or between two neighbouring ones.

    Two neighbouring knots that bend the same way stand for one bend between them: right of both, the line is the one
    that bends once, where `bend_place` says. The least squares of a broken line are those with the greatest gain (Hansen
    2000; Muggeo 2003 finds the place by iteration, for which rows would be needed again).

    Parameters
    ----------
    moments
        Of one data set: a single bucket, or `total()`.
    always, driver, bends, outcome
        Columns: what is held equal, the driver, its excess over each knot in their order, and what they explain.

    Returns
    -------
    Bend or None
        None where no bend can be told apart.
    """
    names = (*always, driver, *bends, outcome)
    covariance = moments.select(names).covariance()[0]
    spread = np.sqrt(np.diag(covariance))
    live = np.flatnonzero(spread > 0)
    held = live[live <= len(always)]
    rest = np.arange(len(always) + 1, len(names))
    if spread[-1] == 0 or spread[len(always)] == 0:
        return None
    scale = np.where(spread > 0, spread, 1.0)
    correlation = covariance / scale / scale[:, None]
    inner = correlation[np.ix_(held, held)]
    cross = correlation[np.ix_(held, rest)]
    left = correlation[np.ix_(rest, rest)] - cross.T @ np.linalg.lstsq(inner, cross, rcond=DEPENDENT)[0]
    if left[-1, -1] <= DEPENDENT:
        return None
    found: list[Bend] = []
    for at in range(len(bends)):
        if left[at, at] > DEPENDENT:
            found.append(Bend((bends[at],), float(left[at, -1] ** 2 / left[at, at] / left[-1, -1])))
        if at + 1 < len(bends):
            pair = np.array([at, at + 1])
            square = left[np.ix_(pair, pair)]
            if np.linalg.eigvalsh(square)[0] <= DEPENDENT:
                continue
            solved = np.linalg.solve(square, left[pair, -1])
            back = scale[rest[pair]]
            if (solved / back > 0).all() or (solved / back < 0).all():
                gain = float(left[pair, -1] @ solved / left[-1, -1])
                found.append(Bend((bends[at], bends[at + 1]), gain))
    return max(found, key=lambda bend: bend.gain, default=None)


def bend_place(slopes: Array, knots: Array) -> float:
    """Where a line bends once that has the same ends as one which bends by `slopes` at `knots`, between them."""
    total = float(slopes.sum())
    if total == 0:
        return float("nan")
    return float(np.clip((slopes * knots).sum() / total, knots.min(), knots.max()))


@dataclass(frozen=True, slots=True)
class Change:
    """A change of slope with the standard error that cluster-robust covariances give it; NaN where there is none."""

    value: float
    standard_error: float


def change_of_slope(
    moments: Moments, regressors: Sequence[str], bends: Sequence[str], outcome: str
) -> Change:
    """The bends of a driver added up, the other regressors held equal, with its cluster-robust standard error."""
    columns = (*(name for name in regressors if name not in bends), *bends)
    k = len(bends)
    fitted = regress(moments.total(), columns, [outcome]).coefficients[0, -k:, 0]
    covariance = cluster_robust_covariance(moments, columns, outcome)[-k:, -k:]
    return Change(float(fitted.sum()), float(np.sqrt(covariance.sum())))


def bends_beside(moments: Moments, regressors: Sequence[str], bends: Sequence[str], outcome: str) -> float:
    """P-value of "these bends are 0" beside the other regressors, by cluster-robust covariances."""
    columns = (*(name for name in regressors if name not in bends), *bends)
    k = len(bends)
    if k == 0:
        return float("nan")
    fitted = regress(moments.total(), columns, [outcome]).coefficients[0, -k:, 0]
    covariance = cluster_robust_covariance(moments, columns, outcome)[-k:, -k:]
    return wald_p_value(fitted, covariance, int(np.count_nonzero(moments.count)))
