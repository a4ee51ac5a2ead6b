"""P-values of "this is zero", of one quantity or of several at once (Wald 1943)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, ndtr

from lineofsight.stats.identification import DEPENDENT
from lineofsight.stats.results import Array

_ROUNDING = 1e-13  # a spread below this share of the replicates' size is only rounding


def p_value(estimate: ArrayLike, standard_error: ArrayLike) -> Array:
    """Two-sided p-value of "the effect is 0", taking the estimate over its standard error as normal (Wald).

    Args:
        estimate: Effects of any shape, in any unit.
        standard_error: Their standard errors, in the same unit; broadcast against the estimates.

    Returns:
        Of the broadcast shape; NaN where the estimate is not finite, or the standard error is not finite or not above
        0. Beyond 38 standard errors it underflows to 0.
    """
    effect, error = np.broadcast_arrays(
        np.asarray(estimate, dtype=np.float64), np.asarray(standard_error, dtype=np.float64)
    )
    usable = np.isfinite(effect) & np.isfinite(error) & (error > 0)
    with np.errstate(over="ignore"):
        score = np.divide(effect, error, out=np.full(effect.shape, np.nan), where=usable)
    return np.asarray(2 * ndtr(-np.abs(score)))


def bootstrap_p_value(value: ArrayLike, replicates: ArrayLike) -> Array:
    """Two-sided p-value of "the effect is 0" from bootstrap replicates.

    A studentised normal test: the estimate over the standard deviation of its replicates is held against the
    normal distribution (Efron and Tibshirani 1993, chapters 6 and 13). The share of replicates beyond 0 is not
    used, since with R replicates it knows nothing between 0 and 1/R, and q-values over many effects live
    there. For an estimate whose replicates are skewed, p-value and percentile interval can disagree slightly.

    Args:
        value: `(...)` the estimates from all the data.
        replicates: `(..., R)` their replicates on the last axis. Those that are not finite could not be computed and
            are left out.

    Returns:
        `(...)`; NaN where fewer than two replicates are finite or all of them are the same up to rounding.

    Raises:
        ValueError: If there is not one row of replicates for each estimate.
    """
    effect, drawn = np.asarray(value, dtype=np.float64), np.asarray(replicates, dtype=np.float64)
    if drawn.shape[:-1] != effect.shape or drawn.ndim == 0:
        raise ValueError(
            f"estimates of shape {effect.shape} need replicates of shape {(*effect.shape, 'R')}, not {drawn.shape}"
        )
    finite = np.isfinite(drawn)
    found = finite.sum(axis=-1)
    kept = np.where(finite, drawn, 0.0)
    mean = kept.sum(axis=-1) / np.maximum(found, 1)
    squares = np.where(finite, drawn - mean[..., None], 0.0)
    np.square(squares, out=squares)
    spread = np.sqrt(squares.sum(axis=-1) / np.maximum(found - 1, 1))
    constant = spread <= _ROUNDING * np.abs(kept).max(axis=-1, initial=0.0)
    return p_value(effect, np.where((found >= 2) & ~constant, spread, np.nan))


def wald_p_value(estimates: Array, covariance: Array, clusters: int) -> float:
    """P-value of "all of these are 0" from estimates and their covariance.

    Hotelling's T² with the clusters as the sample: `T² (G − k) / (k (G − 1))` against F with `k` and `G − k` degrees of
    freedom (Hotelling 1931). With many clusters it is Wald's chi-squared test; with few, that one finds too much, since
    the covariance is itself an estimate (Cameron and Miller 2015, section VI).

    Args:
        estimates: `(k,)` in any units.
        covariance: `(k, k)` of the estimates, from a bootstrap over the clusters or a sandwich.
        clusters: Number of clusters `G`.

    Returns:
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


def bootstrap_wald(estimates: ArrayLike, replicates: ArrayLike, clusters: int) -> float:
    """`wald_p_value` with the covariance of bootstrap replicates.

    Args:
        estimates: `(k,)` in any units.
        replicates: `(k, R)`; those that are not finite are left out.
        clusters: Number of clusters.

    Returns:
        NaN as there, and where the estimates are not fewer than half of the replicates.
    """
    values, drawn = np.asarray(estimates, dtype=np.float64), np.asarray(replicates, dtype=np.float64)
    if not len(values):
        return float("nan")
    kept = drawn[:, np.isfinite(drawn).all(axis=0)]
    if not len(values) < kept.shape[1] // 2:
        return float("nan")
    return wald_p_value(values, np.atleast_2d(np.cov(kept)), clusters)
