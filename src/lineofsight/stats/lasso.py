"""The lasso from moments: coordinate descent on covariances, never on rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from lineofsight.stats.identification import DEPENDENT
from lineofsight.stats.results import Array

_SLACK = 1.1  # c of the plug-in penalty
_ROUNDS, _SWEEPS, _STOPS = 1_000, 10, 5  # rounds at most, and in each sweeps and steps to the next zero
_TWINS, _NEAR = 1e-13, 1 + 1e-9  # columns are identical, and penalties equal, up to rounding
_RIDGE = 1e-13  # columns that depend on each other can then be solved for; far below the tolerance


def plug_in_penalty(observations: float, candidates: int) -> float:
    """The penalty that theory gives, for columns and residuals of standard deviation 1.

    Belloni, Chen, Chernozhukov and Hansen (2012) and Belloni, Chernozhukov and Hansen (2014) minimise
    `mean((y - x'b)²) + λ/n Σ ψ_j |b_j|` with `λ = 2c √n Φ⁻¹(1 - γ/(2p))`, `c = 1.1`, `γ = 0.1 / log n`.
    `lasso` minimises half of that, so its penalty is `λ/(2n) = c Φ⁻¹(1 - γ/(2p)) / √n`: a little more than
    the largest covariance of `p` columns with noise, but for a chance of about `γ`.

    Args:
        observations: `n`, the effective number of INDEPENDENT observations: of customers or clusters, not of their
            rows.
        candidates: `p`, the number of columns that are penalised.

    Raises:
        ValueError: With fewer than two observations, or no candidate.
    """
    if not observations >= 2 or candidates < 1:
        raise ValueError(
            "the penalty takes at least 2 independent observations and 1 candidate, "
            f"not {observations} and {candidates}"
        )
    gamma = 0.1 / log(observations)
    return float(-_SLACK * ndtri(gamma / (2 * candidates)) / sqrt(observations))


def lasso(
    covariance: Array,
    cross: Array,
    penalty: ArrayLike,
    loadings: Array | None = None,
    always: Sequence[int] = (),
    tolerance: float = 1e-10,
) -> Array:
    """Coefficients that minimise `½ b'Sb - b's + λ Σ ψ_j sd_j |b_j|`, for one outcome or many at once.

    `S` is the covariance of the columns and `s` theirs with the outcome, both about the means, which takes
    care of the intercept; `sd_j` puts the penalty on columns scaled to standard deviation 1. Solved by
    coordinate descent in its covariance form with active sets (Friedman, Hastie and Tibshirani 2010, sections
    2.2 and 2.6); between sweeps the linear equations that the solution fulfils are solved for the signs
    reached so far, which cuts the long tail that correlated columns bring.

    Args:
        covariance: `(p, p)` covariances of the columns.
        cross: `(p,)` or `(p, m)` covariances of the columns with one or with `m` outcomes.
        penalty: `λ`, one number or `(m,)`, in the unit of the outcome: scikit-learn's `alpha` on standardised columns.
        loadings: `ψ`, `(p,)` or `(p, m)`; 1 when not given. 0 takes the penalty off a column, infinity keeps it out.
        always: Positions of columns that are in without penalty. They are projected out exactly: the
            Frisch-Waugh-Lovell theorem holds for the lasso (Yamada 2017).
        tolerance: How far the optimality (Karush-Kuhn-Tucker) conditions may be missed, as a share of the outcome's
            largest covariance with a column scaled to standard deviation 1.

    Returns:
        Coefficients per unit of each column, in the shape of `cross`. Exactly 0 for columns that are not selected,
        constant, or functions of those always in; of identical columns the one with the least loading stands for all,
        the first if equal. NaN for an outcome whose covariances are not finite or whose descent does not get there.

    Raises:
        ValueError: If shapes or positions do not fit, or a penalty or a loading is negative or missing.
    """
    p, target = len(covariance), np.atleast_2d(cross.T).T
    if covariance.shape != (p, p) or target.ndim != 2 or len(target) != p:
        raise ValueError(
            "the covariances of columns and of columns with outcomes have shapes (p, p) and (p,) or (p, m), "
            f"not {covariance.shape} and {cross.shape}"
        )
    if len(set(always)) < len(always) or not set(always) <= set(range(p)):
        raise ValueError(f"the columns always in are some of 0 to {p - 1}, each once, not {list(always)}")
    thresholds = _thresholds(penalty, loadings, target.shape)
    variance = np.diag(covariance)
    scale = np.sqrt(np.where(variance > 0, variance, 1.0))
    matrix, target = covariance / scale / scale[:, None], target / scale[:, None]
    known = np.isfinite(target).all(axis=0) & np.isfinite(matrix).all()
    solution = np.full(target.shape, np.nan)
    if known.any():
        solution[:, known] = _solve(matrix, target[:, known], thresholds[:, known], always, tolerance)
    return np.asarray((solution / scale[:, None]).reshape(cross.shape))


def slopes_on(covariance: Array, given: Sequence[int]) -> Array:
    """`(a, q)` least-squares slopes of each of `q` columns on those given, from their `(q, q)` covariance.

    Given columns that depend on each other share what they have in common.
    """
    at = np.array(given, dtype=np.intp)
    variance = np.diag(covariance)[at]
    scale = np.sqrt(np.where(variance > 0, variance, 1.0))
    inner = covariance[np.ix_(at, at)] / scale / scale[:, None]
    slopes = np.linalg.pinv(inner, rcond=DEPENDENT, hermitian=True) @ (covariance[at] / scale[:, None])
    return np.asarray(slopes / scale[:, None])


def _thresholds(penalty: ArrayLike, loadings: Array | None, shape: tuple[int, ...]) -> Array:
    """`(p, m)` what a column of standard deviation 1 pays per unit of its coefficient."""
    levels = np.asarray(penalty, dtype=np.float64)
    weights = np.ones(shape[0]) if loadings is None else np.asarray(loadings, dtype=np.float64)
    if not (levels >= 0).all() or not (weights >= 0).all():
        raise ValueError("penalties and loadings are 0 or more, not negative or missing")
    if levels.shape not in ((), shape[1:]) or weights.shape not in (shape[:1], shape):
        raise ValueError(
            f"penalties {levels.shape} and loadings {weights.shape} do not fit {shape[0]} columns "
            f"and {shape[1]} outcomes"
        )
    each = np.broadcast_to(weights if weights.ndim == 2 else weights[:, None], shape)
    return np.where(np.isinf(each), np.inf, np.where(np.isinf(each), 0.0, each) * levels)


def _solve(matrix: Array, target: Array, thresholds: Array, always: Sequence[int], tolerance: float) -> Array:
    """The solution for columns of standard deviation 1 (or 0), those always in projected out."""
    p, fixed = len(matrix), np.array(always, dtype=np.intp)
    free = np.setdiff1d(np.arange(p), fixed)
    joint = np.hstack([matrix, target])
    slopes = slopes_on(joint, always)
    rest = joint[free] - matrix[np.ix_(free, fixed)] @ slopes
    inner, outer = rest[:, free], rest[:, p:]
    gone = np.diag(inner) <= DEPENDENT
    inner[gone], inner[:, gone], outer[gone] = 0.0, 0.0, 0.0
    unit = np.abs(target).max(axis=0, initial=0.0)
    solution = np.empty(target.shape)
    solution[free] = _descend(inner, outer, _one_of_twins(inner, thresholds[free]), tolerance * unit)
    solution[fixed] = slopes[:, p:] - slopes[:, free] @ solution[free]
    return solution


def _one_of_twins(matrix: Array, thresholds: Array) -> Array:
    """The thresholds, infinite for a column with an identical one before it that costs no more."""
    variance = np.diag(matrix)
    length = np.sqrt(np.where(variance > 0, variance, 1.0))
    twins = np.tril(np.abs(matrix) >= (1 - _TWINS) * np.outer(length, length), -1)
    cost, result = thresholds / length[:, None], thresholds.copy()
    for at in np.flatnonzero(twins.any(axis=1)).tolist():
        result[at, (cost[:at][twins[at, :at]] <= cost[at] * _NEAR).any(axis=0)] = np.inf
    return result


def _descend(matrix: Array, target: Array, thresholds: Array, tolerance: Array) -> Array:
    """`(p, m)` coordinate descent from 0 until the optimality conditions hold to the `(m,)` tolerances."""
    solution = np.zeros(target.shape)
    left = np.arange(target.shape[1])
    missed = _missed(matrix, target, thresholds, solution)
    for _ in range(_ROUNDS):
        going = missed.max(axis=0, initial=0.0) > tolerance[left]
        left, missed = left[going], missed[:, going]
        if not left.size:
            return solution
        now, aim, limits, enough = solution[:, left], target[:, left], thresholds[:, left], tolerance[left]
        active = np.flatnonzero(((now != 0) | (missed > enough)).any(axis=1)).tolist()
        _sweep(matrix, aim - matrix @ now, limits, enough, now, active)
        for task in range(len(left)):
            _settle(matrix, aim[:, task], limits[:, task], now[:, task])
        missed = _missed(matrix, aim, limits, now)
        solution[:, left] = now
    solution[:, left] = np.nan
    return solution


def _sweep(
    matrix: Array, gradient: Array, limits: Array, enough: Array, now: Array, active: Sequence[int]
) -> None:
    """Minimise over one active coordinate after the other, a few times; `now` and its gradient move along."""
    for _ in range(_SWEEPS):
        for at in active:
            pull = gradient[at] + matrix[at, at] * now[at]
            excess = np.abs(pull) - limits[at]
            new = np.where(excess > enough, np.copysign(excess, pull) / matrix[at, at], 0.0)
            step = new - now[at]
            if step.any():
                gradient -= matrix[at][:, None] * step
                now[at] = new


def _settle(matrix: Array, target: Array, limits: Array, now: Array) -> None:
    """Take one outcome's coefficients towards the minimum over those that are not 0 and keep their signs.

    One that would change its sign on the way stops at 0 and stays there, so the objective never rises (the
    active sets of Lee, Battle, Raina and Ng 2007).
    """
    for _ in range(_STOPS):
        inside = np.flatnonzero(now)
        start, pays = now[inside], limits[inside]
        block = matrix[np.ix_(inside, inside)] + _RIDGE * np.eye(len(inside))
        found = np.linalg.solve(block, target[inside] - pays * np.sign(start))
        crossing = np.flatnonzero((found * start <= 0) & (pays > 0))
        if not crossing.size:
            now[inside] = found
            return
        shares = start[crossing] / (start[crossing] - found[crossing])
        first = int(shares.argmin())
        now[inside] = start + shares[first] * (found - start)
        now[inside[crossing[first]]] = 0.0


def _missed(matrix: Array, target: Array, limits: Array, now: Array) -> Array:
    """`(p, m)` by how much each optimality condition is missed."""
    gradient = target - matrix @ now
    inside = now != 0
    held = np.abs(gradient - np.sign(now) * np.where(inside, limits, 0.0))
    return np.where(inside, held, np.maximum(np.abs(gradient) - limits, 0.0))
