"""How much of the explained variance each driver brings: LMG (Shapley) and Johnson's relative weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

from lineofsight.stats.regression import DEPENDENT, eliminate
from lineofsight.stats.results import Array

MOST_DRIVERS = 22
"""LMG visits all 2^g subsets of g drivers; above this many it would take too much memory: use Johnson's."""

_WORKED_ON = 2**18  # subsets times replicates taken at a time: their matrices nearly fit the cache


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Parts of an outcome's total variance, in each of `R` replicates; NaN where the outcome does not vary.

    Attributes:
        shares: `(R, g)` the part each driver brings. They add up to `r_squared - r_squared_always`.
        r_squared: `(R,)` the part explained by drivers and controls together.
        r_squared_always: `(R,)` the part explained by the controls alone.
    """

    shares: Array
    r_squared: Array
    r_squared_always: Array


def lmg(
    covariance: Array, outcome: int, groups: Sequence[Sequence[int]], always: Sequence[int] = ()
) -> Importance:
    """Average gain in R² from adding a driver, over all orders in which drivers can be added.

    Lindeman, Merenda and Gold (1980), as in relaimpo (Grömping 2006): the Shapley value of R². Columns in
    `always` are in every model (relaimpo's `always`). All subsets are visited once, by recursion over the
    drivers: a driver that stays out is crossed out of the matrix, one that comes in is eliminated from it,
    and the matrix that is left is shared by all subsets that begin alike.

    Args:
        covariance: `(R, q, q)` covariances, one per replicate.
        outcome: Position of the outcome.
        groups: Positions of each driver's columns: a driver in several pieces comes in and stays out as one.
        always: Positions of the controls.

    Returns:
        Columns that depend exactly on others (`DEPENDENT`) add nothing where those are in.

    Raises:
        ValueError: If there are more than `MOST_DRIVERS` drivers, none, an empty one, or a column is used twice.
    """
    if len(groups) > MOST_DRIVERS:
        raise ValueError(
            f"LMG takes at most {MOST_DRIVERS} drivers, not {len(groups)}: use Johnson's relative weights"
        )
    stack, known = _given_always(covariance, outcome, groups, always)
    sizes = [len(group) for group in groups]
    step = max(1, _WORKED_ON >> len(groups))
    shares = np.empty((stack.shape[2], len(groups)))
    left = np.empty(stack.shape[2])
    for begin in range(0, stack.shape[2], step):
        here = slice(begin, begin + step)
        residual = _residual_variances(stack[:, :, here], sizes)
        shares[here] = _shapley(residual, len(groups))
        left[here] = residual[-1]
    return Importance(shares, 1 - left, known)


def johnson(
    covariance: Array, outcome: int, groups: Sequence[Sequence[int]], always: Sequence[int] = ()
) -> Importance:
    """Johnson's (2000) relative weights: near LMG, at a cost that grows with the cube of the columns only.

    Each column is replaced by its nearest neighbour among uncorrelated variables; the R² of these is shared
    back by squared loadings. With `always`, columns and outcome are first purged of the controls.

    Parameters, result and errors are those of `lmg`, without the limit on drivers; a driver of several
    columns has the sum of their weights. Columns that depend on each other share what they have in common.
    """
    stack, known = _given_always(covariance, outcome, groups, always)
    matrix = np.triu(stack.transpose(2, 0, 1))
    variance = np.einsum("rii->ri", matrix)[:, :-1]
    usable = variance > DEPENDENT
    scale = np.sqrt(np.divide(1.0, variance, out=np.zeros_like(variance), where=usable))
    finite = np.isfinite(matrix).all(axis=(1, 2))
    correlation = matrix[:, :-1, :-1] * scale[:, :, None] * scale[:, None, :]
    correlation[~finite] = 0.0
    values, vectors = np.linalg.eigh(correlation, UPLO="U")
    root = np.sqrt(np.maximum(values, 0.0))
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=values > DEPENDENT)
    turned = np.einsum("rij,ri->rj", vectors, matrix[:, :-1, -1] * scale)
    beta = np.einsum("rij,rj->ri", vectors, inverse * turned)
    loadings = (vectors * root[:, None, :]) @ vectors.transpose(0, 2, 1)
    weights = np.einsum("rij,rj->ri", loadings**2, beta**2)
    weights[~finite] = np.nan
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    shares = np.add.reduceat(weights, starts, axis=1)
    return Importance(shares, known + shares.sum(axis=1), known)


def _given_always(
    covariance: Array, outcome: int, groups: Sequence[Sequence[int]], always: Sequence[int]
) -> tuple[Array, Array]:
    """Correlations of drivers and, last, outcome, less what the controls explain; and the controls' R².

    Returns `(c, c, R)` with only the upper triangle filled, and `(R,)`.
    """
    order = [*always, *(at for group in groups for at in group), outcome]
    if not groups or not all(len(group) for group in groups):
        raise ValueError("importance needs at least one driver, and at least one column for each")
    if len(set(order)) < len(order):
        raise ValueError("a column stands only once among the outcome, the drivers and the controls")
    at = np.array(order, dtype=np.intp)
    stack = np.ascontiguousarray(covariance[:, at[:, None], at].transpose(1, 2, 0))
    variance = np.einsum("iir->ir", stack)
    scale = np.sqrt(np.divide(1.0, variance, out=np.zeros_like(variance), where=variance > 0))
    scale[-1, ~(variance[-1] > 0)] = np.nan
    stack = stack * scale * scale[:, None]
    for _ in always:
        stack = eliminate(stack)
    return stack, 1 - stack[-1, -1]


def _residual_variances(stack: Array, sizes: Sequence[int]) -> Array:
    """`(2^g, R)` outcome variance given each subset; driver `i` is in where bit `i` of the row's number is 1."""
    replicates = stack.shape[2]
    for size in sizes:
        rest, width = len(stack) - size, stack.shape[2]
        halves = np.empty((rest, rest, 2 * width))
        for row in range(rest):
            halves[row, row:, :width] = stack[size + row, size + row :]
        for _ in range(size - 1):
            stack = eliminate(stack)
        eliminate(stack, out=halves[:, :, width:])
        stack = halves
    residual: Array = stack[0, 0]
    return residual.reshape(-1, replicates)


def _shapley(residual: Array, drivers: int) -> Array:
    """`(R, g)` Shapley values from the residual variance of each subset.

    Driver `i` gets the sum over subsets `S` without it of `w(|S|) (v(S) - v(S + i))`, with
    `w(s) = 1 / (g C(g - 1, s))`. Aggregation the subsets by halves yields the sums for all drivers in one pass.
    """
    weight = [1 / (drivers * comb(drivers - 1, size)) for size in range(drivers)]
    size = np.bitwise_count(np.arange(len(residual)))
    out, into = np.array([*weight, 0.0]), np.array([0.0, *weight])
    without = out[size] @ residual
    folded = (out + into)[size][:, None] * residual
    shares = np.empty((residual.shape[1], drivers))
    for driver in reversed(range(drivers)):
        half = len(folded) // 2
        shares[:, driver] = without - folded[half:].sum(axis=0)
        folded = folded[:half] + folded[half:]
    return shares
