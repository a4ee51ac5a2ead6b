"""How strong an unobserved cause would have to be to make an effect disappear, beside the strongest observed control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lineofsight.aggregation.basis import Basis
from lineofsight.model.population import Population
from lineofsight.stats.evalues import e_value, e_value_interval, risk_ratio
from lineofsight.stats.partial import partial_r2_from_precision
from lineofsight.stats.results import Array, Estimate
from lineofsight.stats.sensitivity import (
    adjusted,
    benchmark_bounds,
    robustness_value,
    robustness_value_interval,
)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a hidden cause as strong as an observed control would do.

    Attributes:
        control: The control that would do most.
        r2_cause: Partial R² of the cause with the hidden one.
        r2_outcome: Partial R² of the outcome with the hidden one, the cause given.
        left: What would be left of the effect, in its own unit.
        bias: What would be taken off, not negative; infinite, and nothing is known of what is left, where the control
            explains half of the cause or more: of the other half nothing hidden can explain as much.
    """

    control: str
    r2_cause: float
    r2_outcome: float
    left: float
    bias: float

    def interval(self, effect: Estimate, level: float) -> tuple[float, float]:
        """What would be left of the effect's interval.

        It moves with the effect, and widens as the standard error does: by `sqrt((1 - R²_YZ) / (1 - R²_DZ))`, where
        the hidden cause explains more of the cause than of the outcome (Cinelli and Hazlett 2020, section 4.1). Where
        it would narrow, it is left as it is.
        """
        if not np.isfinite(self.left):
            return float("nan"), float("nan")
        wider = max(1.0, float(np.sqrt((1 - self.r2_outcome) / (1 - self.r2_cause))))
        low, high = effect.interval(level)
        return self.left - wider * (effect.value - low), self.left + wider * (high - effect.value)


@dataclass(frozen=True, slots=True)
class Robustness:
    """How an effect stands against causes that nobody measured (Cinelli and Hazlett 2020).

    Attributes:
        partial_r2: Share of what the others leave of the outcome that the cause explains.
        value: Share that a hidden cause must explain of both, cause and outcome, to bring the effect to zero.
        interval_value: The same, to bring the nearer end of the interval to zero.
        benchmark: The strongest observed control as a measure; None where there is none.
        e_value: Risk ratio a hidden cause must have with both (VanderWeele and Ding 2017); NaN unless it is a probability.
        e_value_interval: The same for the nearer end of the interval.
        clusters: Customers, or buckets of them, that it rests on.
    """

    partial_r2: float
    value: float
    interval_value: float
    benchmark: Benchmark | None
    e_value: float
    e_value_interval: float
    clusters: int


class ConfoundingCheck:
    """One model's regressors, and what each effect that it gives can stand.

    Args:
        basis: Where the controls' columns are told.
        population: The episodes.
        regressors: Columns of the model that do not depend on each other.
        level: Coverage of intervals.
    """

    def __init__(self, basis: Basis, population: Population, regressors: Sequence[str], level: float) -> None:
        self._basis, self._population, self._level = basis, population, level
        self._place = {name: at for at, name in enumerate(regressors)}

    def of(
        self, outcome: str, change: Mapping[str, float], effect: Estimate, *, probability: bool
    ) -> Robustness | None:
        """How robust an effect is; None where the outcome's variance is exhausted, or nothing changes.

        Args:
            outcome: Column of the outcome.
            change: By how much each of the cause's columns changes: the effect is the sum of these times the slopes.
            effect: The effect, in the outcome's unit.
            probability: Whether the outcome is 0 or 1.
        """
        c = np.zeros(len(self._place))
        for column, step in change.items():
            if column in self._place:
                c[self._place[column]] = step
        spread = float(c @ self._precision @ c)
        joint = self._joint(outcome)
        unexplained = 1 / joint[-1, -1]
        if not (np.isfinite(joint).all() and spread > 0 and unexplained > 0):
            return None
        scale = float(np.sqrt(unexplained * spread))
        f = abs(effect.value) / scale
        baseline = self._population.mean(outcome).value
        low, high = effect.interval(self._level)
        ratios = [
            float(risk_ratio(end, baseline)) if probability else float("nan")
            for end in (effect.value, low, high)
        ]
        return Robustness(
            partial_r2=f**2 / (1 + f**2),
            value=float(robustness_value(f)),
            interval_value=float(
                robustness_value_interval(effect.value, effect.standard_error, scale, self._level)
            ),
            benchmark=self._benchmark(joint, c, effect.value, scale),
            e_value=float(e_value(ratios[0])),
            e_value_interval=1.0
            if probability and not effect.excludes_zero(self._level)
            else float(e_value_interval(ratios[1], ratios[2])),
            clusters=self._population.clusters,
        )

    def _benchmark(self, joint: Array, change: Array, effect: float, scale: float) -> Benchmark | None:
        """The control whose equal, if it were hidden, would take most off the effect.

        Of what is left of the cause once all else is known, a control explains `1 - c'P₋c / c'Pc`, where `P₋` is the
        precision without it: for one column its partial R², for a sum of several that of the sum.
        """
        found: list[Benchmark] = []
        towards = self._precision @ change
        bordered = np.block(
            [[self._precision, towards[:, None]], [towards[None, :], np.array([[change @ towards]])]]
        )
        for control, columns in self._controls.items():
            group = [self._place[name] for name in columns if name in self._place]
            with_cause = partial_r2_from_precision(bordered, len(change), group)
            with_outcome = partial_r2_from_precision(joint, len(joint) - 1, group)
            if not np.isfinite([with_cause, with_outcome]).all():
                continue
            bounds = benchmark_bounds(with_cause, with_outcome)
            if not np.isfinite(
                bounds.r2_treatment
            ):  # towards a half of the cause, the bias grows without bounds
                found.append(Benchmark(control, 1.0, float("nan"), float("nan"), float("inf")))
                continue
            bias, left = adjusted(effect, scale, bounds.r2_treatment, bounds.r2_outcome)
            strengths = (float(bounds.r2_treatment), float(bounds.r2_outcome))
            found.append(Benchmark(control, *strengths, float(left), float(bias)))
        return max(found, key=lambda each: each.bias, default=None)

    @cached_property
    def _controls(self) -> dict[str, tuple[str, ...]]:
        """Columns of every control."""
        numbers = {number.name: number.columns for number in self._basis.numbers}
        return numbers | {category.name: category.columns for category in self._basis.categories}

    @cached_property
    def _precision(self) -> Array:
        return _inverse(self._population.first.select(tuple(self._place)).covariance()[0])

    def _joint(self, outcome: str) -> Array:
        """Precision of the regressors and, last, the outcome."""
        return _inverse(self._population.first.select((*self._place, outcome)).covariance()[0])


def _inverse(covariance: Array) -> Array:
    """Inverse of a covariance, in standardised units on the way; NaN where it has none."""
    scale = np.sqrt(np.diag(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = covariance / scale / scale[:, None]
    if not np.isfinite(correlation).all():
        return np.full_like(covariance, np.nan)
    try:
        return np.asarray(np.linalg.inv(correlation) / scale / scale[:, None])
    except np.linalg.LinAlgError:
        return np.full_like(covariance, np.nan)
