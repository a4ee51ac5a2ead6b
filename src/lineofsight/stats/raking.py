"""Raking: weights that make the margins of a sample those that are known of the population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.reasons import Reason
from lineofsight.stats.results import Array, NotEstimable

_TOLERANCE = 1e-12
_MOST_ROUNDS = 2000


@dataclass(frozen=True, slots=True)
class Empty:
    """A level that has a share of the population but nobody in the sample: its margin and its place there."""

    margin: int
    level: int


def rake(table: Array, shares: Sequence[Array]) -> tuple[Array, ...] | Empty | NotEstimable:
    """Factors for each level of each margin, by iterative proportional fitting.

    Each margin in turn is brought to its shares, until all hold (Deming and Stephan 1940). A weight times the factors
    of its levels is the raking estimator's (Deville, Särndal and Sautory 1993).

    Args:
        table: `(L1 + 1, …, Lm + 1)` weighted counts of each joint level; the last place along each axis holds those
            whose level of that margin is not known. They keep their weight, and the margin holds among the others.
        shares: Of each margin, `(L,)` shares of the population; they add up to 1.

    Returns:
        Of each margin, `(L + 1,)` factors, the last of which is 1; or why there are none.
    """
    factors = [np.ones(len(share) + 1) for share in shares]
    axes = range(len(shares))
    for margin, share in enumerate(shares):
        found = table.sum(axis=tuple(a for a in axes if a != margin))[:-1]
        for level in np.flatnonzero((share > 0) & ~(found > 0)).tolist():
            return Empty(margin, level)
    raked = np.array(table, dtype=np.float64)
    for _ in range(_MOST_ROUNDS):
        furthest = 0.0
        for margin, share in enumerate(shares):
            found = raked.sum(axis=tuple(a for a in axes if a != margin))[:-1]
            total = found.sum()
            if not total > 0:
                return NotEstimable(Reason.NO_KNOWN_LEVEL)
            furthest = max(furthest, float(np.abs(found / total - share).max()))
            step = np.ones(len(share) + 1)
            step[:-1] = share * total / np.where(found > 0, found, np.inf)
            with np.errstate(over="ignore"):
                factors[margin] = factors[margin] * step
            raked *= step.reshape([-1 if a == margin else 1 for a in axes])
        if not all(np.isfinite(factor).all() for factor in factors):
            break
        if furthest < _TOLERANCE:
            return tuple(factors)
    return NotEstimable(Reason.MARGINS_CLASH)
