"""Intervals read off bootstrap replicates, and on which side of zero an interval lies."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def interval_sign(low: float | None, high: float | None) -> Literal[-1, 0, 1]:
    """On which side of zero an interval lies: 1 above, −1 below, 0 where it includes zero or has no ends."""
    if low is None or high is None:
        return 0
    return 1 if low > 0 else -1 if high < 0 else 0


def excludes_zero(low: float | None, high: float | None) -> bool:
    """Whether an interval lies on one side of zero; not where it has no ends (None, or NaN)."""
    return interval_sign(low, high) != 0


def percentile_interval(replicates: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Percentile bootstrap intervals of many estimates at once (Efron and Tibshirani 1993, chapter 13).

    Ends are what `numpy.quantile` gives of the finite replicates, to the bit.

    Args:
        replicates: `(..., R)` one estimate's replicates on the last axis, in any unit. Those that are not finite could
            not be computed and are left out.
        level: Coverage aimed at, between 0 and 1.

    Returns:
        Lower and upper ends, each `(...)`, in the unit of the replicates; NaN where fewer than two replicates are finite.

    Raises:
        ValueError: The level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"an interval's level lies between 0 and 1, not at {level}")
    values = np.asarray(replicates, dtype=np.float64)
    tail = (1 - level) / 2
    finite = np.isfinite(values)
    if values.shape[-1] >= 2 and finite.all():
        ordered = np.sort(values, axis=-1)
        return _quantile(ordered, tail), _quantile(ordered, 1 - tail)
    low, high = np.full(values.shape[:-1], np.nan), np.full(values.shape[:-1], np.nan)
    ordered = np.sort(np.where(finite, values, np.nan), axis=-1)  # NaN goes last
    found = finite.sum(axis=-1)
    for count in np.unique(found[found >= 2]):
        rows = found == count
        alike = ordered[rows, :count]
        low[rows], high[rows] = _quantile(alike, tail), _quantile(alike, 1 - tail)
    return low, high


def _quantile(ordered: Array, share: float) -> Array:
    """What `numpy.quantile` gives, to the bit, of finite values in ascending order on the last axis: a run asks for many
    thousands."""
    last = ordered.shape[-1] - 1
    place = share * last
    below = int(place)
    part, low, high = place - below, ordered[..., below], ordered[..., min(below + 1, last)]
    found: Array = low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
    return found
