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

    Quantiles are interpolated linearly, as `numpy.quantile` does.

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
    if values.shape[-1] < 2:
        return np.full(values.shape[:-1], np.nan), np.full(values.shape[:-1], np.nan)
    finite = np.isfinite(values)
    ordered = np.sort(np.where(finite, values, np.nan), axis=-1)  # NaN goes last
    found = finite.sum(axis=-1)
    tail = (1 - level) / 2
    return _quantile(ordered, found, tail), _quantile(ordered, found, 1 - tail)


def _quantile(ordered: Array, found: NDArray[np.intp], share: float) -> Array:
    """Quantile of the first `found` values of each row of `ordered`; NaN when there are fewer than two."""
    position = share * np.maximum(found - 1, 0)
    below = np.floor(position).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(found - 1, 0))
    low = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, above[..., None], axis=-1)[..., 0]
    return np.where(found >= 2, low + (high - low) * (position - below), np.nan)
