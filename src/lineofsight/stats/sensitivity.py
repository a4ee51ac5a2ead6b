"""How strong an unobserved confounder would have to be to change a least-squares effect, from moments.

Omitted-variable bias in partial R² (Cinelli and Hazlett 2020, "Making sense of sensitivity", JRSS-B 82(1); the R
package sensemakr). The algebra is exact in the sample for one confounder and conservative for several, whatever
their distribution. Throughout, Y is the outcome, D the treatment, X the controls, Z the confounder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from lineofsight.stats.results import Array


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The most that a confounder as strong as an observed benchmark could explain; each field is `(...)`.

    Attributes:
        r2_treatment: Partial R² of D on Z given X.
        r2_outcome: Partial R² of Y on Z given D and X.
        capped: True where the bound on `r2_outcome` came out above 1 and was set to 1: it then says nothing.
    """

    r2_treatment: Array
    r2_outcome: Array
    capped: NDArray[np.bool_]


def robustness_value(f: ArrayLike, q: float = 1.0) -> Array:
    """Partial R² a confounder needs with treatment and outcome alike to take a share `q` off the estimate.

    `RV_q = (sqrt(f_q⁴ + 4 f_q²) - f_q²) / 2` with `f_q = q |f|` (Cinelli and Hazlett 2020, section 4.2),
    in a form that keeps its digits for large `f`. A confounder weaker than this in both cannot do it.

    Args:
        f: `(...)` partial Cohen's f of treatment with outcome, `PartialAssociation.f`; its sign is ignored.
        q: Share of the estimate to be explained away, above 0: 1 brings it to zero.

    Returns:
        `(...)` between 0 and 1; NaN where `f` is.

    Raises:
        ValueError: If `q` is not above 0.
    """
    _check_q(q)
    return _equal_strength(q * np.abs(np.asarray(f, dtype=np.float64)))


def robustness_value_interval(
    estimate: ArrayLike, standard_error: ArrayLike, scale: ArrayLike, level: float = 0.95, q: float = 1.0
) -> Array:
    """Partial R² at which the interval's nearer end has lost a share `q` of the estimate (RV_q,α).

    With `f_q = q |estimate| / scale` and `f_c = z standard_error / scale`, it is `RV` of `f_q - f_c` (Cinelli
    and Hazlett 2020, section 4.2), and 0 where that is negative: the interval is there already. Where
    `f_q f_c > 1`, a confounder that explains less of the outcome than of the treatment does more harm, since it
    narrows the interval less, and the value is `(f_q² - f_c²) / (1 + f_q²)` (sensemakr's `robustness_value`).

    A confounder is taken to multiply the standard error by `sqrt((1 - R²_YZ) / (1 - R²_DZ))`, which is 1 at
    equal strengths: exact for the classical error but for one degree of freedom, an approximation for others.
    `z` is normal, where sensemakr has Student's t: meant for hundreds of rows or clusters, not for tens.

    Args:
        estimate, standard_error: `(...)` effect and its standard error of any kind (cluster-robust, bootstrap), in the
            same unit.
        scale: `(...)` `PartialAssociation.scale`, in the same unit.
        level: Coverage of the interval, between 0 and 1.
        q: As for `robustness_value`.

    Returns:
        `(...)` between 0 and 1, never above `robustness_value`; NaN where an input is, or the scale is 0.

    Raises:
        ValueError: If the level is not between 0 and 1, `q` is not above 0, or an error or a scale is negative.
    """
    _check_q(q)
    if not 0 < level < 1:
        raise ValueError(f"an interval's level lies between 0 and 1, not at {level}")
    error, unit = _not_negative(standard_error, "a standard error"), _not_negative(scale, "a scale")
    unit = np.where(unit > 0, unit, np.nan)
    needed = q * np.abs(np.asarray(estimate, dtype=np.float64)) / unit
    critical = ndtri((1 + level) / 2) * error / unit
    equal = _equal_strength(np.maximum(needed - critical, 0.0))
    unequal = (needed**2 - critical**2) / (1 + needed**2)
    return np.where((needed > critical) & (needed * critical > 1), unequal, equal)


def adjusted(
    estimate: ArrayLike, scale: ArrayLike, r2_treatment: ArrayLike, r2_outcome: ArrayLike
) -> tuple[Array, Array]:
    """Bias from an unobserved confounder of given strength, and what would be left of the estimate.

    `bias = scale sqrt(R²_YZ R²_DZ / (1 - R²_DZ))` (Cinelli and Hazlett 2020, section 4.1), taken off towards
    zero, and beyond it where the bias is larger: the worse of the two directions.

    Args:
        estimate, scale: `(...)` as in `PartialAssociation`.
        r2_treatment, r2_outcome: `(...)` partial R² of D on Z given X, and of Y on Z given D and X, between 0 and 1.

    Returns:
        Bias, never negative, and adjusted estimate, each `(...)` in the unit of the estimate; NaN where the confounder
        would determine the treatment.

    Raises:
        ValueError: If a partial R² is not between 0 and 1, or a scale is negative.
    """
    effect, unit = np.asarray(estimate, dtype=np.float64), _not_negative(scale, "a scale")
    with_treatment, with_outcome = _share(r2_treatment), _share(r2_outcome)
    left = np.where(with_treatment < 1, 1 - with_treatment, np.nan)
    bias = np.asarray(unit * np.sqrt(with_outcome * with_treatment / left))
    return bias, np.asarray(effect - np.copysign(bias, effect))


def benchmark_bounds(
    r2_treatment_benchmark: ArrayLike, r2_outcome_benchmark: ArrayLike, times: ArrayLike = 1.0
) -> Bounds:
    """Bounds on a confounder that is `times` as strong as an observed control or group of controls.

    Strength is the share explained of what the other controls leave of treatment and outcome, and the
    confounder is unrelated to the controls (Cinelli and Hazlett 2020, section 4.4; sensemakr's `ovb_bounds` with
    `kd = ky`). The bound on the treatment's share is exact, that on the outcome's conservative.

    Args:
        r2_treatment_benchmark: `(...)` partial R² of D on the benchmark given the other controls.
        r2_outcome_benchmark: `(...)` partial R² of Y on the benchmark given D and the other controls.
        times: `(...)` how many times as strong, not negative.

    Returns:
        NaN where no confounder can be that strong: it would explain all of the treatment or more.

    Raises:
        ValueError: If a partial R² is not between 0 and 1, or `times` is negative.
    """
    with_treatment, with_outcome = _share(r2_treatment_benchmark), _share(r2_outcome_benchmark)
    k = _not_negative(times, "a multiple of a benchmark")
    with_treatment, with_outcome, k = np.broadcast_arrays(with_treatment, with_outcome, k)
    possible = k * with_treatment < 1 - with_treatment
    r = np.where(possible, with_treatment, np.nan)
    # Z is unrelated to the benchmark, but not once D is known: its partial R² with it, given D and the rest
    shared = k * r**2 / ((1 - k * r) * (1 - r))
    factor = (np.sqrt(k) + np.sqrt(shared)) ** 2 / (1 - shared)
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = factor * (with_outcome / (1 - with_outcome))
    return Bounds(np.asarray(k * r / (1 - r)), np.minimum(bound, 1.0), bound > 1)


def _equal_strength(f: Array) -> Array:
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(2 / (1 + np.hypot(1.0, 2 / f)))


def _check_q(q: float) -> None:
    if not q > 0:
        raise ValueError(f"the share of the estimate to explain away is above 0, not {q}")


def _share(value: ArrayLike) -> Array:
    share = np.asarray(value, dtype=np.float64)
    if ((share < 0) | (share > 1)).any():
        raise ValueError(
            f"a partial R² lies between 0 and 1, not from {np.nanmin(share)} to {np.nanmax(share)}"
        )
    return share


def _not_negative(value: ArrayLike, what: str) -> Array:
    number = np.asarray(value, dtype=np.float64)
    if (number < 0).any():
        raise ValueError(f"{what} is not negative, but {np.nanmin(number)} was given")
    return number
