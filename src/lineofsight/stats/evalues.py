"""E-values: how strong a confounder must be, as risk ratios, to explain away a change in a probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lineofsight.stats.results import Array


def risk_ratio(difference: ArrayLike, baseline: ArrayLike) -> Array:
    """Ratio of a probability after a change to that before it: `(baseline + difference) / baseline`.

    Args:
        difference: `(...)` change in the probability, as a share: 0.02 is two percentage points.
        baseline: `(...)` probability before the change, between 0 and 1.

    Returns:
        `(...)`; NaN where the probability before or after the change is not inside (0, 1).

    Raises:
        ValueError: If a baseline is not between 0 and 1.
    """
    before = np.asarray(baseline, dtype=np.float64)
    if ((before < 0) | (before > 1)).any():
        low, high = np.nanmin(before), np.nanmax(before)
        raise ValueError(f"a baseline is a probability between 0 and 1, not from {low} to {high}")
    after = before + np.asarray(difference, dtype=np.float64)
    inside = (before > 0) & (before < 1) & (after > 0) & (after < 1)
    return np.asarray(np.where(inside, after, np.nan) / np.where(inside, before, 1.0))


def e_value(risk_ratio: ArrayLike) -> Array:
    """Risk ratio a confounder needs with treatment and outcome alike to explain a risk ratio away.

    `RR + sqrt(RR (RR - 1))`, of `1 / RR` when that is below 1 (VanderWeele and Ding 2017, Annals of Internal
    Medicine 167(4):268-274). The treatment is the step from the baseline to the change asked about, and the
    confounder acts beyond the controls. No assumption is made on the confounder; a weaker one cannot do it.

    Args:
        risk_ratio: `(...)` ratios of probabilities, above 0. Odds ratios only of rare outcomes.

    Returns:
        `(...)` 1 or more; NaN where the ratio is.

    Raises:
        ValueError: If a ratio is not above 0.
    """
    ratio = _positive(risk_ratio)
    away = np.maximum(ratio, 1 / ratio)
    return np.asarray(away + np.sqrt(away * (away - 1)))


def e_value_interval(low: ArrayLike, high: ArrayLike) -> Array:
    """E-value of the end of an interval that is nearer to 1, and 1 where the interval includes 1.

    What a confounder needs to make the interval include no change (VanderWeele and Ding 2017).

    Args:
        low, high: `(...)` ends of an interval of a risk ratio, above 0. An end that is NaN is needed only when the
            other does not say which of the two is nearer.

    Returns:
        `(...)` 1 or more; NaN where the nearer end cannot be told.

    Raises:
        ValueError: If an end is not above 0, or a lower end is above its upper end.
    """
    lower, upper = np.broadcast_arrays(_positive(low), _positive(high))
    if (lower > upper).any():
        first = np.flatnonzero(lower > upper)[0]
        ends = f"{lower.flat[first]} to {upper.flat[first]}"
        raise ValueError(f"an interval's lower end is not above its upper end, as in {ends}")
    includes = np.where(np.isnan(lower) | np.isnan(upper), np.nan, 1.0)
    nearer = np.where(lower > 1, lower, np.where(upper < 1, upper, includes))
    return e_value(nearer)


def _positive(value: ArrayLike) -> Array:
    ratio = np.asarray(value, dtype=np.float64)
    if (ratio <= 0).any():
        raise ValueError(f"a risk ratio is above 0, not {np.nanmin(ratio)}")
    return ratio
