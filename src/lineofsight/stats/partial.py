"""What a column has to do with an outcome once other columns are known: partial correlations, from covariances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.stats.regression import DEPENDENT, eliminate
from lineofsight.stats.results import Array


@dataclass(frozen=True, slots=True, eq=False)
class PartialAssociation:
    """What a treatment has to do with an outcome once the controls are known; each field is `(...)`.

    Attributes
    ----------
    estimate
        Least-squares effect: change in the outcome per unit of treatment, the controls held.
    correlation
        Partial correlation of treatment and outcome; its square is the partial R² of Y on D given X.
    scale
        Standard deviation of Y given D and X, over that of D given X, in the unit of the estimate. The
        classical standard error is `scale / sqrt(n - k)`, `k` counting the intercept.
    """

    estimate: Array
    correlation: Array
    scale: Array

    @property
    def f(self) -> Array:
        """Partial Cohen's f, `|r| / sqrt(1 - r²)`."""
        return np.asarray(np.abs(self.estimate) / self.scale)


def partial_association(
    covariance: Array, treatment: int, outcome: int, given: Sequence[int] = ()
) -> PartialAssociation:
    """Effect, partial correlation and scale of a treatment and an outcome, given other columns.

    The Schur complement of the controls in the correlation matrix (Anderson 2003, section 2.5). Controls that
    depend on each other do no harm.

    Parameters
    ----------
    covariance
        `(..., q, q)` covariances, in any units.
    treatment, outcome
        Their positions.
    given
        Positions of the controls.

    Returns
    -------
    PartialAssociation
        All NaN where the treatment or the outcome is constant or a function of the controls (`DEPENDENT`); the
        scale alone is NaN where treatment and controls together determine the outcome.

    Raises
    ------
    ValueError
        If a column is used twice.
    """
    stack, spread = _standardised(covariance, [*given, treatment, outcome])
    for _ in given:
        stack = eliminate(stack)
    (own, cross), left = stack[0], stack[1, 1]
    known = (own > DEPENDENT) & (left > DEPENDENT)
    own, left = np.where(known, own, np.nan), np.where(known, left, np.nan)
    units = spread[-1] / spread[-2]
    unexplained = left - cross**2 / own
    unexplained = np.where(unexplained > DEPENDENT, unexplained, np.nan)
    correlation = np.clip(cross / np.sqrt(own * left), -1.0, 1.0)
    shape = covariance.shape[:-2]
    parts = (units * cross / own, correlation, units * np.sqrt(unexplained / own))
    return PartialAssociation(*(part.reshape(shape) for part in parts))


def partial_r2(covariance: Array, outcome: int, group: Sequence[int], given: Sequence[int] = ()) -> Array:
    """Share of what is left of an outcome, given other columns, that a group of columns explains.

    The partial R² of all columns of a categorical control together; of one column it is the squared partial
    correlation. With the treatment as `outcome` and the other controls as `given`, it is the first strength
    of a benchmark; with the treatment among `given`, the second (`benchmark_bounds`).

    Parameters
    ----------
    covariance
        `(..., q, q)` covariances, in any units.
    outcome
        Its position.
    group, given
        Positions of the columns asked about, and of those known beforehand.

    Returns
    -------
    Array
        `(...)` between 0 and 1. NaN where the outcome, or every column of the group, is constant or a
        function of those given (`DEPENDENT`). A column that depends on others of its group adds nothing.

    Raises
    ------
    ValueError
        If the group is empty or a column is used twice.
    """
    if not group:
        raise ValueError("a partial R² needs at least one column in its group")
    stack, _ = _standardised(covariance, [*given, *group, outcome])
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


def _standardised(covariance: Array, order: Sequence[int]) -> tuple[Array, Array]:
    """Correlations `(k, k, S)` and standard deviations `(k, S)` of the columns in `order`; NaN if any is."""
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
    return stack * scale * scale[:, None], spread


def partial_r2_from_precision(precision: Array, outcome: int, group: Sequence[int]) -> float:
    """Share of what is left of an outcome, given all other columns but the group's, that the group explains.

    `P_yG P_GG^-1 P_Gy / P_yy` (Lauritzen 1996, section 5.1: taking columns out of a concentration matrix): as
    `partial_r2` with all the others given, for many groups from one inverse.

    Parameters
    ----------
    precision
        `(q, q)` inverse of the covariance of all columns, in any units.
    outcome
        Its position.
    group
        Positions of the columns asked about.

    Returns
    -------
    float
        Between 0 and 1; NaN where the group is empty or the matrix is not finite.
    """
    at = np.array(group, dtype=np.intp)
    cross, inner = precision[outcome, at], precision[np.ix_(at, at)]
    if not at.size or not np.isfinite(inner).all():
        return float("nan")
    share = cross @ np.linalg.solve(inner, cross) / precision[outcome, outcome]
    return float(np.clip(share, 0.0, 1.0))
