"""Is a line bent, and where: a joint test of bends, and the bend or the step that fits best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineofsight.stats.identification import DEPENDENT
from lineofsight.stats.moments import Moments
from lineofsight.stats.regression import cluster_robust_covariance, eliminate, regress
from lineofsight.stats.results import Array
from lineofsight.stats.wald import wald_p_value


def without_others(coefficients: Array, kept: Sequence[int]) -> Array:
    """Some coefficients of a model, as if all others of these were 0: what a smaller model would have.

    The minimum-distance estimate under that restriction, `b₁ − V₁₂ V₂₂⁻¹ b₂` with the covariance `V` of the replicates
    (Rothenberg 1973; Wooldridge 2010, section 14.6): to first order that of a model without the others, at no pass
    over moments.

    Args:
        coefficients: `(k, R + 1)` estimates, then their replicates.
        kept: Which of the `k` are wanted.

    Returns:
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


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """The one bend that brings a broken line nearest to the outcome, in each of `S` data sets.

    Attributes:
        first: `(S,)` place in the list of knots of the knot it lies at, or of the lower of the two it lies between.
        pair: `(S,)` whether it lies between two.
        place: `(S,)` where it is, in the driver's unit; NaN where no bend can be told apart.
    """

    first: NDArray[np.intp]
    pair: NDArray[np.bool_]
    place: Array

    def columns(self, names: Sequence[str]) -> tuple[str, ...]:
        """Columns of the excess over the knots of the first data set's bend."""
        at = int(self.first[0])
        return tuple(names[at : at + 1 + int(self.pair[0])])


def best_bend(
    moments: Moments, always: Sequence[str], driver: str, bends: Mapping[str, float], outcome: str
) -> Bend:
    """The bend that brings a broken line nearest to the outcome: at a knot, or between two neighbouring ones.

    Two neighbouring knots that bend the same way stand for one bend between them: beyond both, the line is the one
    that bends once, at the mean of the knots weighted by their bends. Least squares over a grid of places (Hansen
    2017; Muggeo 2003 finds the place by iteration, for which rows would be needed again).

    Args:
        moments: Of each data set, in the place of buckets.
        always, driver, outcome: Columns: what is held equal, the driver, and what they explain. None may be constant,
            none depend on others.
        bends: Columns of the driver's excess over each knot, with the knots, ascending.
    """
    stack, scale = _given(moments, (*always, driver), (*bends, outcome))
    knots, sizes = np.array(list(bends.values())), scale[:-1]
    k = len(knots)
    gains, places = (
        np.full((2 * k - 1, stack.shape[2]), -np.inf),
        np.full((2 * k - 1, stack.shape[2]), np.nan),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        for at in range(k):
            one, y1 = stack[at, at], stack[at, -1]
            gains[at] = np.where(one > DEPENDENT, y1**2 / one, -np.inf)
            places[at] = np.where(one > DEPENDENT, knots[at], np.nan)
            if at + 1 == k:
                break
            two, both, y2 = stack[at + 1, at + 1], stack[at, at + 1], stack[at + 1, -1]
            left = one * two - both**2
            first = (two * y1 - both * y2) / left / sizes[at]
            second = (one * y2 - both * y1) / left / sizes[at + 1]
            usable = (left > DEPENDENT * one * two) & (first * second > 0)
            gain = (two * y1**2 - 2 * both * y1 * y2 + one * y2**2) / left
            gains[k + at] = np.where(usable, gain, -np.inf)
            between = (first * knots[at] + second * knots[at + 1]) / (first + second)
            places[k + at] = np.where(usable, between, np.nan)
    best = gains.argmax(axis=0)
    found = places[best, np.arange(len(best))]
    return Bend(np.where(best < k, best, best - k), best >= k, found)


def _given(moments: Moments, held: Sequence[str], columns: Sequence[str]) -> tuple[Array, Array]:
    """What columns have left of their correlations, `(q, q, S)`, given others; and their standard deviations, `(q, S)`."""
    covariance = moments.select((*held, *columns)).covariance()
    spread = np.sqrt(np.einsum("sii->si", covariance))
    scale = np.where(spread > 0, spread, 1.0).T
    stack = np.ascontiguousarray(covariance.transpose(1, 2, 0)) / scale / scale[:, None]
    for _ in range(len(held)):
        stack = eliminate(stack)
    return stack, scale[len(held) :]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The one step that comes nearest to the outcome, in each of `S` data sets.

    Attributes:
        at: `(S,)` which of the steps it is.
        place: `(S,)` where it is, in the driver's unit; NaN where no step varies.
        change: `(S,)` how much higher the outcome is from there on, in its own unit.
    """

    at: NDArray[np.intp]
    place: Array
    change: Array

    def column(self, names: Sequence[str]) -> str:
        """Column of the first data set's step."""
        return names[int(self.at[0])]


def best_step(moments: Moments, always: Sequence[str], steps: Mapping[str, float], outcome: str) -> Step:
    """The step, level on both sides, that comes nearest to the outcome: least squares over all places.

    Args:
        moments: Of each data set, in the place of buckets.
        always, outcome: Columns: what is held equal, and what is explained. None of the first may be constant, none
            depend on others.
        steps: Columns that are 1 from a place on and 0 before it, with the places, ascending.
    """
    stack, scale = _given(moments, always, (*steps, outcome))
    left, with_outcome = np.einsum("kks->ks", stack)[:-1], stack[:-1, -1]
    usable = left > DEPENDENT
    ratio = np.divide(with_outcome, left, out=np.full(left.shape, np.nan), where=usable)
    best = np.where(usable, with_outcome * ratio, -np.inf).argmax(axis=0)
    sets = np.arange(len(best))
    place = np.where(usable[best, sets], np.array([*steps.values()])[best], np.nan)
    return Step(best, place, ratio[best, sets] * scale[-1] / scale[best, sets])


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
