"""P-values, and what is left of them when many are looked at: q-values that hold the false discovery rate."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from lineofsight.stats.results import Array

_ROUNDING = 1e-13  # a spread below this share of the replicates' size is only rounding


def p_value(estimate: ArrayLike, standard_error: ArrayLike) -> Array:
    """Two-sided p-value of "the effect is 0", taking the estimate over its standard error as normal (Wald).

    Parameters
    ----------
    estimate
        Effects of any shape, in any unit.
    standard_error
        Their standard errors, in the same unit; broadcast against the estimates.

    Returns
    -------
    Array
        Of the broadcast shape; NaN where the estimate is not finite, or the standard error is not finite or not
        above 0. Beyond 38 standard errors it underflows to 0.
    """
    effect, error = np.broadcast_arrays(
        np.asarray(estimate, dtype=np.float64), np.asarray(standard_error, dtype=np.float64)
    )
    usable = np.isfinite(effect) & np.isfinite(error) & (error > 0)
    with np.errstate(over="ignore"):
        score = np.divide(effect, error, out=np.full(effect.shape, np.nan), where=usable)
    return np.asarray(2 * ndtr(-np.abs(score)))


def bootstrap_p_value(value: ArrayLike, replicates: ArrayLike) -> Array:
    """Two-sided p-value of "the effect is 0" from bootstrap replicates.

    A studentised normal test: the estimate over the standard deviation of its replicates is held against the
    normal distribution (Efron and Tibshirani 1993, chapters 6 and 13). The share of replicates beyond 0 is not
    used, since with R replicates it knows nothing between 0 and 1/R, and q-values over many effects live
    there. For an estimate whose replicates are skewed, p-value and percentile interval can disagree slightly.

    Parameters
    ----------
    value
        `(...)` the estimates from all the data.
    replicates
        `(..., R)` their replicates on the last axis. Those that are not finite could not be computed and are
        left out.

    Returns
    -------
    Array
        `(...)`; NaN where fewer than two replicates are finite or all of them are the same up to rounding.

    Raises
    ------
    ValueError
        If there is not one row of replicates for each estimate.
    """
    effect, drawn = np.asarray(value, dtype=np.float64), np.asarray(replicates, dtype=np.float64)
    if drawn.shape[:-1] != effect.shape or drawn.ndim == 0:
        raise ValueError(
            f"estimates of shape {effect.shape} need replicates of shape {(*effect.shape, 'R')}, not {drawn.shape}"
        )
    finite = np.isfinite(drawn)
    found = finite.sum(axis=-1)
    kept = np.where(finite, drawn, 0.0)
    mean = kept.sum(axis=-1) / np.maximum(found, 1)
    squares = np.where(finite, drawn - mean[..., None], 0.0)
    np.square(squares, out=squares)
    spread = np.sqrt(squares.sum(axis=-1) / np.maximum(found - 1, 1))
    constant = spread <= _ROUNDING * np.abs(kept).max(axis=-1, initial=0.0)
    return p_value(effect, np.where((found >= 2) & ~constant, spread, np.nan))


def holm(p: ArrayLike) -> Array:
    """Holm's (1979) adjusted p-values: at most 5 % of families with one below 0.05 have no effect behind it.

    Parameters
    ----------
    p
        `(k,)` p-values of one family; NaN is passed through and not counted.

    Returns
    -------
    Array
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

    Parameters
    ----------
    p
        P-values of one family, of any shape. NaN is a test that could not be made: it stays NaN and is not counted.
    method
        `bh` is Benjamini and Hochberg (1995): holds the false discovery rate when the tests are independent, or
        positively dependent on each true null (Benjamini and Yekutieli 2001, theorem 1.2). `by` is Benjamini
        and Yekutieli (2001, theorem 1.3): holds it whatever the dependence, at the price of a factor
        `1 + 1/2 + ... + 1/m`.

    Returns
    -------
    Array
        Of the shape of `p`: the smallest rate at which the step-up procedure calls this test a discovery.
        Never below `p`, never above 1, in the same order as `p`; ties stay ties.

    Raises
    ------
    ValueError
        If a p-value is not between 0 and 1, or the method is unknown.
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
