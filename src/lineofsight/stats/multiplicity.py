"""What is left of p-values when many are looked at: q-values that hold the false discovery rate."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from lineofsight.stats.results import Array

FALSE_DISCOVERIES = 0.05
"""Share of the discoveries put forward that may be false (Benjamini and Hochberg 1995)."""


def holm(p: ArrayLike) -> Array:
    """Holm's (1979) adjusted p-values: at most 5 % of families with one below 0.05 have no effect behind it.

    Args:
        p: `(k,)` p-values of one family; NaN is passed through and not counted.

    Returns:
        `(k,)` between 0 and 1: the p-value times the number of those not smaller, never falling, at most 1.
    """
    given = np.asarray(p, dtype=np.float64)
    adjusted = np.full(given.shape, np.nan)
    known = np.flatnonzero(np.isfinite(given))
    order = known[np.argsort(given[known], kind="stable")]
    steps = given[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def q_values(p: ArrayLike, method: Literal["bh", "by"] = "bh") -> Array:
    """Adjusted p-values: calling those at or below `q` discoveries makes a share of at most `q` false on average.

    Args:
        p: P-values of one family, of any shape. NaN is a test that could not be made: it stays NaN and is not counted.
        method: `bh` is Benjamini and Hochberg (1995): holds the false discovery rate when the tests are independent, or
            positively dependent on each true null (Benjamini and Yekutieli 2001, theorem 1.2). `by` is Benjamini and
            Yekutieli (2001, theorem 1.3): holds it whatever the dependence, at the price of a factor `1 + 1/2 + ... +
            1/m`.

    Returns:
        Of the shape of `p`: the smallest rate at which the step-up procedure calls this test a discovery. Never below
        `p`, never above 1, in the same order as `p`; ties stay ties.

    Raises:
        ValueError: If a p-value is not between 0 and 1, or the method is unknown.
    """
    if method not in ("bh", "by"):
        raise ValueError(f"q-values are made by 'bh' or 'by', not '{method}'")
    given = np.asarray(p, dtype=np.float64)
    counted = ~np.isnan(given)
    tests = given[counted]
    if ((tests < 0) | (tests > 1)).any():
        wrong = tests[(tests < 0) | (tests > 1)][0]
        raise ValueError(f"a p-value lies between 0 and 1, not at {wrong}")
    adjusted = np.full(given.shape, np.nan)
    if not tests.size:
        return adjusted
    rank = np.arange(tests.size, 0, -1)
    factor = float((1 / rank).sum()) if method == "by" else 1.0
    order = np.argsort(tests)[::-1]
    stepped = np.minimum.accumulate(tests[order] * (tests.size * factor) / rank)
    values = np.empty(tests.size)
    values[order] = np.minimum(stepped, 1.0)
    adjusted[counted] = values
    return adjusted
