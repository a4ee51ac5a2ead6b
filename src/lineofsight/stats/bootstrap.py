"""The cluster bootstrap: draw buckets of customers again and again."""

from __future__ import annotations

import numpy as np

from lineofsight.stats.results import Array


def bootstrap_weights(buckets: int, replicates: int, rng: np.random.Generator) -> Array:
    """How often each bucket is drawn in each resample: `buckets` draws with replacement.

    Whole buckets are drawn, so rows of one customer stay together: the pairs cluster bootstrap (Efron and
    Tibshirani 1993, chapter 6; Cameron, Gelbach and Miller 2008).

    Args:
        buckets: Number of buckets `B`, at least 1.
        replicates: Number of resamples `R`.
        rng: Source of randomness; the same generator state gives the same weights.

    Returns:
        `(R, B)` whole numbers as floats; each row adds up to `B`. Multinomial with equal probabilities.

    Raises:
        ValueError: If there is no bucket to draw, or the number of resamples is negative.
    """
    if buckets < 1 or replicates < 0:
        raise ValueError(f"cannot draw {replicates} resamples of {buckets} buckets: at least 1 is needed")
    draws = rng.integers(0, buckets, size=(replicates, buckets))
    draws += np.arange(replicates)[:, None] * buckets
    counts = np.bincount(draws.ravel(), minlength=replicates * buckets)
    return counts.astype(np.float64).reshape(replicates, buckets)
