"""The cluster bootstrap: draw buckets of customers again and again, and read intervals off the replicates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lineofsight.stats.results import Array


def bootstrap_weights(buckets: int, replicates: int, rng: np.random.Generator) -> Array:
    """How often each bucket is drawn in each resample: `buckets` draws with replacement.

    Whole buckets are drawn, so rows of one customer stay together: the pairs cluster bootstrap (Efron and
    Tibshirani 1993, chapter 6; Cameron, Gelbach and Miller 2008).

    Parameters
    ----------
    buckets
        Number of buckets `B`, at least 1.
    replicates
        Number of resamples `R`.
    rng
        Source of randomness; the same generator state gives the same weights.

    Returns
    -------
    Array
        `(R, B)` whole numbers as floats; each row adds up to `B`. Multinomial with equal probabilities.

    Raises
    ------
    ValueError
        If there is no bucket to draw, or the number of resamples is negative.
    """
    if buckets < 1 or replicates < 0:
        raise ValueError(f"cannot draw {replicates} resamples of {buckets} buckets: at least 1 is needed")
    draws = rng.integers(0, buckets, size=(replicates, buckets))
    draws += np.arange(replicates)[:, None] * buckets
    counts = np.bincount(draws.ravel(), minlength=replicates * buckets)
    return counts.astype(np.float64).reshape(replicates, buckets)


def percentile_interval(replicates: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Percentile bootstrap intervals of many estimates at once (Efron and Tibshirani 1993, chapter 13).

    Quantiles are interpolated linearly, as `numpy.quantile` does.

    Parameters
    ----------
    replicates
        `(..., R)` one estimate's replicates on the last axis, in any unit. Those that are not finite could
        not be computed and are left out.
    level
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    tuple of Array
        Lower and upper ends, each `(...)`, in the unit of the replicates; NaN where fewer than two replicates
        are finite.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.
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


def _quantile(ordered: Array, found: np.ndarray[tuple[int, ...], np.dtype[np.intp]], share: float) -> Array:
    """Quantile of the first `found` values of each row of `ordered`; NaN when there are fewer than two."""
    position = share * np.maximum(found - 1, 0)
    below = np.floor(position).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(found - 1, 0))
    low = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, above[..., None], axis=-1)[..., 0]
    return np.where(found >= 2, low + (high - low) * (position - below), np.nan)
