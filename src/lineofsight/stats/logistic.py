"""Logistic regression from sums over rows: Newton's steps, each of one pass, and what is known before the first.

A step needs the log-likelihood, its gradient and the information at the coefficients so far: sums over rows, which add up
over batches, partitions and machines (McCullagh and Nelder 1989, section 4.4).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineofsight.reasons import Reason
from lineofsight.stats.results import Array, NotEstimable

MOST_STEPS = 15
"""Newton's method doubles its right digits with each step; where columns separate those who answer, it gains a third of
one. Whoever has not arrived after this many never will (Albert and Anderson 1984)."""


@dataclass(frozen=True, slots=True, eq=False)
class LogisticSums:
    """What one pass over `n` rows with `k` columns gives, at certain coefficients.

    Attributes:
        rows, ones: Rows, and those of them whose response is 1.
        log_likelihood: Sum of the log-probabilities of what was observed.
        gradient: `(k,)` its derivative.
        information: `(k, k)` the negative of its second derivative.
    """

    rows: float
    ones: float
    log_likelihood: float
    gradient: Array
    information: Array

    def __add__(self, other: LogisticSums) -> LogisticSums:
        return LogisticSums(
            self.rows + other.rows,
            self.ones + other.ones,
            self.log_likelihood + other.log_likelihood,
            self.gradient + other.gradient,
            self.information + other.information,
        )

    @classmethod
    def zeros(cls, k: int) -> LogisticSums:
        """Of no rows."""
        return cls(0.0, 0.0, 0.0, np.zeros(k), np.zeros((k, k)))

    @property
    def null_log_likelihood(self) -> float:
        """The log-likelihood of the intercept alone."""
        if not 0 < self.ones < self.rows:
            return 0.0
        share = self.ones / self.rows
        return float(self.rows * (share * np.log(share) + (1 - share) * np.log1p(-share)))


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """A fitted model.

    Attributes:
        coefficients: `(k,)` log-odds per unit of each column.
        sums: Those of the last pass, before the last step.
        decrement: Twice what the last step is expected to have added to the log-likelihood.
    """

    coefficients: Array
    sums: LogisticSums
    decrement: float

    @property
    def pseudo_r_squared(self) -> float:
        """Share of the intercept's log-likelihood that is explained (McFadden 1974)."""
        return 1 - (self.sums.log_likelihood + self.decrement / 2) / self.sums.null_log_likelihood


def probabilities(matrix: Array, coefficients: Array) -> Array:
    """`(n,)` probability of a 1, for rows of `(n, k)` columns, the intercept's among them."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-(matrix @ coefficients))))


def logistic_sums(matrix: Array, response: NDArray[np.bool_], coefficients: Array) -> LogisticSums:
    """One pass over the rows.

    Args:
        matrix: `(n, k)` columns, a column of ones for the intercept among them.
        response: `(n,)` whether the response is 1.
        coefficients: `(k,)` where the sums are taken.
    """
    linear = matrix @ coefficients
    # log(1 + e^x) without overflow: max(x, 0) + log(1 + e^-|x|).
    log_partition = np.maximum(linear, 0.0) + np.log1p(np.exp(-np.abs(linear)))
    p = np.exp(linear - log_partition)
    weighted = matrix * np.sqrt(p * (1 - p))[:, None]
    return LogisticSums(
        float(len(matrix)),
        float(np.count_nonzero(response)),
        float(linear[response].sum() - log_partition.sum()),
        matrix.T @ (response - p),
        weighted.T @ weighted,
    )


def discriminant_start(ones: tuple[float, Array], zeros: tuple[float, Array], covariance: Array) -> Array:
    """Coefficients to start from: those of the linear discriminant, which needs no pass (Efron 1975).

    Args:
        ones, zeros: Rows of each response, and the `(k,)` means of the columns among them.
        covariance: `(k, k)` pooled covariance within the two; positive definite.

    Returns:
        `(k + 1,)`: the intercept, then the columns'.
    """
    slopes = np.linalg.solve(covariance, ones[1] - zeros[1])
    middle = (ones[1] + zeros[1]) / 2
    return np.concatenate([[np.log(ones[0] / zeros[0]) - middle @ slopes], slopes])


def precisely(sums: LogisticSums, decrement: float) -> bool:
    """Whether the step just made leaves the coefficients right to some ten digits."""
    return decrement < 1e-10


def roughly(sums: LogisticSums, decrement: float) -> bool:
    """Whether the step just made leaves coefficients good enough to go on from with more rows."""
    return decrement < 1


def efficiently(sums: LogisticSums, decrement: float) -> bool:
    """Whether the step just made leaves an error that is small beside the standard errors.

    A step squares what is wrong: a decrement of `d` is followed by one near `d² / 5i`, with `i` the rows times the
    response's variance. Below 0.1, a tenth of a chi-squared unit, it is left (Le Cam 1956: one step from a start that
    is good to the root of `n` is as good as the maximum itself).
    """
    share = sums.ones / sums.rows
    return decrement**2 <= 0.5 * sums.rows * share * (1 - share)


Steps = Generator[Array, LogisticSums, Logistic | NotEstimable]


def newton_steps(
    start: Array, enough: Callable[[LogisticSums, float], bool] = precisely, most: int = MOST_STEPS
) -> Steps:
    """Maximises the likelihood by Newton's steps, halved where one overshoots.

    It asks for the sums at the coefficients that it yields, so that several models can share a pass.

    Args:
        start: `(k,)` where to begin.
        enough: Says, of the sums at the last coefficients and the decrement of the step from there, whether that step
            is the last.
        most: Passes at most.

    Returns:
        The latter where the likelihood has no maximum, or is not reached.
    """
    coefficients, step, last = start, np.zeros_like(start), None
    for _ in range(most):
        sums = yield coefficients
        if last is not None and not sums.log_likelihood >= last[1].log_likelihood - _rounding(last[1]):
            step = step / 2
            coefficients = last[0] + step
            continue
        found = _step(sums)
        if found is None:
            return NotEstimable(Reason.ANSWERS_TOLD_EXACTLY)
        step, decrement = found
        last, coefficients = (coefficients, sums), coefficients + step
        if enough(sums, decrement):
            fitted = Logistic(coefficients, sums, decrement)
            return NotEstimable(Reason.ANSWERS_TOLD_EXACTLY) if fitted.pseudo_r_squared > 1 - 1e-6 else fitted
    return NotEstimable(Reason.ANSWERS_TOLD_EXACTLY)


def maximised(
    models: Sequence[Steps], sums_at: Callable[[Mapping[int, Array]], Sequence[LogisticSums]]
) -> list[Logistic | NotEstimable]:
    """Brings several models to their ends together, so that each pass serves all that are not there yet.

    `sums_at` makes a pass at the coefficients of some of them, by their place, and gives their sums in that order.
    """
    at = {place: next(model) for place, model in enumerate(models)}
    ends: dict[int, Logistic | NotEstimable] = {}
    while at:
        for place, sums in zip(list(at), sums_at(at), strict=True):
            try:
                at[place] = models[place].send(sums)
            except StopIteration as end:
                ends[place] = end.value
                del at[place]
    return [ends[place] for place in range(len(models))]


def _rounding(sums: LogisticSums) -> float:
    return 1e-12 * abs(sums.log_likelihood)


def _step(sums: LogisticSums) -> tuple[Array, float] | None:
    """Newton's step and its decrement; None where the information is singular."""
    diagonal = np.diag(sums.information)
    if not (diagonal > 0).all():
        return None
    scale = np.sqrt(diagonal)
    try:
        factor = np.linalg.cholesky(sums.information / scale / scale[:, None])
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.solve(factor, sums.gradient / scale)
    return np.linalg.solve(factor.T, half) / scale, float(half @ half)
