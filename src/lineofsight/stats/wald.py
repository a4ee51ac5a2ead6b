"""Tests of whether quantities are zero, from their bootstrap replicates (Wald 1943)."""

from __future__ import annotations

import numpy as np
from scipy import stats

from lineofsight.stats.identification import DEPENDENT
from lineofsight.stats.results import Array, Estimate


def p_value(estimate: Estimate) -> float:
    """Probability of an estimate as far from zero as this, were the truth zero: normal, with the bootstrap's error.

    NaN where the replicates do not differ.
    """
    error = estimate.standard_error
    return float(2 * stats.norm.sf(abs(estimate.value) / error)) if error > 0 else float("nan")


def p_value_together(estimates: list[Estimate], clusters: int) -> float:
    """The same for all of some estimates being zero at once.

    The quadratic form in the inverse covariance of the replicates, as Hotelling's T² with as many degrees of freedom as
    there are clusters (Anderson 2003, section 5.2).

    Returns
    -------
    float
        NaN where the estimates depend on each other, or are not fewer than the clusters and the replicates.
    """
    k = len(estimates)
    replicates = np.vstack([estimate.replicates for estimate in estimates]) if k else np.zeros((0, 0))
    replicates = replicates[:, np.isfinite(replicates).all(axis=0)]
    if not 0 < k < min(clusters, replicates.shape[1] // 2):
        return float("nan")
    covariance = np.atleast_2d(np.cov(replicates))
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0).all():
        return float("nan")
    correlation = covariance / scale / scale[:, None]
    if np.linalg.eigvalsh(correlation)[0] < DEPENDENT:
        return float("nan")
    scaled: Array = np.array([estimate.value for estimate in estimates]) / scale
    squared = float(scaled @ np.linalg.solve(correlation, scaled))
    return float(stats.f.sf(squared * (clusters - k) / (k * (clusters - 1)), k, clusters - k))
