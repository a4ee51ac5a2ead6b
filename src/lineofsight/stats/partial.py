"""What a column has to do with an outcome once other columns are known: partial correlations, from covariances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineofsight.stats.regression import DEPENDENT, eliminate
from lineofsight.stats.results import Array


def partial_r2(covariance: Array, outcome: int, group: Sequence[int], given: Sequence[int] = ()) -> Array:
    """Share of what is left of an outcome, given other columns, that a group of columns explains.

    The partial R² of all columns of a categorical control together; of one column it is the squared partial
    correlation. With the treatment as `outcome` and the other controls as `given`, it is the first strength
    of a benchmark; with the treatment among `given`, the second (`benchmark_bounds`).

    Args:
        covariance: `(..., q, q)` covariances, in any units.
        outcome: Its position.
        group, given: Positions of the columns asked about, and of those known beforehand.

    Returns:
        `(...)` between 0 and 1. NaN where the outcome, or every column of the group, is constant or a function of those
        given (`DEPENDENT`). A column that depends on others of its group adds nothing.

    Raises:
        ValueError: If the group is empty or a column is used twice.
    """
    if not group:
        raise ValueError("a partial R² needs at least one column in its group")
    stack = _standardised(covariance, [*given, *group, outcome])
    for _ in given:
        stack = eliminate(stack)
    total = np.where(stack[-1, -1] > DEPENDENT, stack[-1, -1], np.nan)
    explained, varies = np.zeros_like(total), np.zeros(total.shape, dtype=bool)
    for _ in group:  # summing what each brings keeps the digits of a small share
        pivot, cross = stack[0, 0], stack[0, -1]
        live = pivot > DEPENDENT
        explained += np.divide(cross**2, pivot, out=np.zeros_like(pivot), where=live)
        varies |= live
        stack = eliminate(stack)
    share = np.where(varies, np.minimum(explained / total, 1.0), np.nan)
    return share.reshape(covariance.shape[:-2])


def _standardised(covariance: Array, order: Sequence[int]) -> Array:
    """`(k, k, S)` correlations of the columns in `order`; NaN if any is."""
    if len(set(order)) < len(order):
        raise ValueError(
            "a column stands only once among the outcome, the columns asked about and those given"
        )
    at = np.array(order, dtype=np.intp)
    chosen = covariance[..., at[:, None], at].reshape(-1, len(at), len(at))
    whole = np.isfinite(chosen).all(axis=(1, 2))
    stack = np.where(whole, chosen.transpose(1, 2, 0), np.nan)
    variance = np.einsum("iis->is", stack)
    spread = np.sqrt(np.where(variance > 0, variance, np.nan))
    scale = np.where(spread > 0, 1 / spread, 0.0)
    return np.asarray(stack * scale * scale[:, None])


def partial_r2_from_precision(precision: Array, outcome: int, group: Sequence[int]) -> float:
    """Share of what is left of an outcome, given all other columns but the group's, that the group explains.

    `P_yG P_GG^-1 P_Gy / P_yy` (Lauritzen 1996, section 5.1: taking columns out of a concentration matrix): as
    `partial_r2` with all the others given, for many groups from one inverse.

    Args:
        precision: `(q, q)` inverse of the covariance of all columns, in any units.
        outcome: Its position.
        group: Positions of the columns asked about.

    Returns:
        Between 0 and 1; NaN where the group is empty or the matrix is not finite.
    """
    at = np.array(group, dtype=np.intp)
    cross, inner = precision[outcome, at], precision[np.ix_(at, at)]
    if not at.size or not np.isfinite(inner).all():
        return float("nan")
    share = cross @ np.linalg.solve(inner, cross) / precision[outcome, outcome]
    return float(np.clip(share, 0.0, 1.0))
