"""Least squares from moments: for one data set, or for all buckets or resamples at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lineofsight.stats.identification import DEPENDENT, Identification, identify
from lineofsight.stats.moments import Moments
from lineofsight.stats.results import Array

__all__ = [
    "DEPENDENT",
    "Identification",
    "Regression",
    "cluster_robust_covariance",
    "cluster_robust_covariances",
    "eliminate",
    "identify",
    "regress",
]


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """Least squares with an intercept, for each bucket or resample.

    Attributes:
        coefficients: `(B, k, m)` change in outcome `m` per unit of regressor `k`, the others held; NaN where the
            regressors depend on each other.
        intercepts: `(B, m)` outcome when all regressors are 0.
        r_squared: `(B, m)` share of the outcome's variance that is explained; NaN for an outcome that does not vary.
    """

    coefficients: Array
    intercepts: Array
    r_squared: Array


def eliminate(stack: Array, out: Array | None = None) -> Array:
    """Take the first variable out of a stack of covariance matrices: what the others have left, given it.

    The Schur complement of the first pivot. A pivot that is not above `DEPENDENT` takes nothing out: scale
    variances to 1 beforehand.

    Args:
        stack: `(q, q, S)` matrices, the last axis counting them; only the upper triangle is read.
        out: `(q - 1, q - 1, S)` where to write; made when not given.

    Returns:
        `(q - 1, q - 1, S)`, with only the upper triangle filled.
    """
    rest = len(stack) - 1
    result = np.zeros((rest, rest, stack.shape[2])) if out is None else out
    pivot = stack[0, 0]
    factor = stack[0, 1:] * np.divide(1.0, pivot, out=np.zeros_like(pivot), where=pivot > DEPENDENT)
    for row in range(rest):
        np.multiply(factor[row], stack[0, row + 1 :], out=result[row, row:])
        np.subtract(stack[row + 1, row + 1 :], result[row, row:], out=result[row, row:])
    return result


def regress(
    moments: Moments,
    regressors: Sequence[str],
    outcomes: Sequence[str],
    ridge: Mapping[str, float] = MappingProxyType({}),
) -> Regression:
    """Ordinary least squares of each outcome on the regressors and an intercept, in every bucket at once.

    The columns are centred and scaled to standard deviation 1 before the normal equations are solved by
    elimination. A bucket whose regressors depend on each other (`DEPENDENT`) gives NaN, not an error.

    Args:
        moments: Of the buckets or resamples.
        regressors: Columns on the right.
        outcomes: Columns on the left.
        ridge: What is added to the variance of some regressors, so that their coefficients shrink (Hoerl and Kennard 1970).

    Raises:
        ValueError: If a name is not among the columns of the moments.
    """
    k = len(regressors)
    chosen = moments.select([*regressors, *outcomes])
    mean, covariance = chosen.mean(), chosen.covariance()
    for name, added in ridge.items():
        at = regressors.index(name)
        covariance[:, at, at] += added
    sd = np.sqrt(np.einsum("bii->bi", covariance)).T
    scale = np.where(sd > 0, sd, 1.0)
    stack = np.ascontiguousarray(covariance.transpose(1, 2, 0))
    stack /= scale
    stack /= scale[:, None]
    spread = np.einsum("iib->ib", stack)[k:].copy()
    singular = np.zeros(len(mean), dtype=bool)
    pivots: list[Array] = []
    for _ in range(k):
        singular |= ~(stack[0, 0] > DEPENDENT)
        pivots.append(stack[0] / np.where(singular, np.nan, stack[0, 0]))
        stack = eliminate(stack)
    solution = np.empty((k, len(outcomes), len(mean)))
    for at in reversed(range(k)):
        row = pivots[at]
        solved = np.einsum("lb,lmb->mb", row[1 : k - at], solution[at + 1 :])
        solution[at] = row[k - at :] - solved
    solution *= scale[k:] / scale[:k, None]
    coefficients = np.ascontiguousarray(solution.transpose(2, 0, 1))
    intercepts = mean[:, k:] - np.einsum("bk,bkm->bm", mean[:, :k], coefficients)
    left = np.where(singular | (spread <= 0), np.nan, np.einsum("iib->ib", stack))
    r_squared = 1 - left / np.where(spread > 0, spread, np.nan)
    return Regression(coefficients, intercepts, np.ascontiguousarray(r_squared.T))


def cluster_robust_covariance(moments: Moments, regressors: Sequence[str], outcome: str) -> Array:
    """Covariance of least-squares coefficients when rows within a bucket hang together.

    The sandwich with the CR1 factor `G / (G - 1) * (n - 1) / (n - k)`, `k` counting the intercept (Liang and
    Zeger 1986; Cameron and Miller 2015); statsmodels' `cov_type="cluster"`. Each bucket that
    holds rows is a cluster.

    Returns:
        `(k, k)` covariance of the coefficients of the regressors, the intercept left out; NaN when the regressors
        depend on each other, or there are fewer than two clusters or no degrees of freedom.

    Raises:
        ValueError: If a name is not among the columns of the moments.
    """
    return np.asarray(cluster_robust_covariances(moments, regressors, [outcome])[0])


def cluster_robust_covariances(moments: Moments, regressors: Sequence[str], outcomes: Sequence[str]) -> Array:
    """`(m, k, k)` the same for several outcomes on the same regressors; raises as it does."""
    k = len(regressors)
    chosen = moments.select([*regressors, *outcomes])
    total = chosen.total()
    coefficients = regress(total, regressors, outcomes).coefficients[0]
    clusters, rows = np.count_nonzero(chosen.count), total.count[0]
    if clusters < 2 or rows <= k + 1 or not np.isfinite(coefficients).all():
        return np.full((len(outcomes), k, k), np.nan)
    centred = chosen.recentre(total.mean()[0])  # the intercept is 0 there, and apart from the slopes
    scores = centred.products[:, :k, k:] - centred.products[:, :k, :k] @ coefficients
    inner = centred.products[:, :k, :k].sum(axis=0)
    scale = np.sqrt(np.diag(inner))
    scaled = (
        (scores.transpose(2, 1, 0) / scale[:, None])
        .transpose(1, 0, 2)
        .reshape(k, len(outcomes) * len(scores))
    )
    influence = np.linalg.solve(inner / scale / scale[:, None], scaled) / scale[:, None]
    each = influence.reshape(k, len(outcomes), len(scores)).transpose(1, 0, 2)
    factor = clusters / (clusters - 1) * (rows - 1) / (rows - k - 1)
    return np.asarray(factor * (each @ each.transpose(0, 2, 1)))
