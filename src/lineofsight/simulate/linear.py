"""Linear predictors: their values, their expectations and the ends of what they can be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lineofsight.simulate.design import Design
from lineofsight.simulate.distributions import normal_grid, normal_mean
from lineofsight.simulate.inputs import Control, Operation
from lineofsight.simulate.outcomes import Effect, Levels, Linear
from lineofsight.stats.results import Array

Codes = NDArray[np.int64]


def slopes(design: Design, effect: Effect) -> Array:
    """The slope in each level of the segment, shape `(levels,)`; one slope where there is no segment."""
    return np.array([effect.by_level.get(level, effect.slope) for level in design.levels or ("",)])


def pooled_slope(design: Design, effect: Effect, level: str | None = None) -> float:
    """The slope in one level, or the mean over levels that a model of everyone converges to."""
    if level is not None:
        return effect.by_level.get(level, effect.slope)
    if design.segment is None:
        return effect.slope
    return float(slopes(design, effect) @ np.array(list(design.segment.shares.values())))


def part(operation: Operation, effect: Effect, slope: float | Array, values: Array) -> Array:
    """The operation's part of an outcome at `values`, all present; `slope` broadcasts against them."""
    bent = 0.0 if operation.knot is None else effect.bend * np.maximum(values - operation.knot, 0.0)
    return effect.presence + slope * values + bent


def predict(
    design: Design,
    linear: Linear,
    operations: Mapping[str, Array],
    controls: Mapping[str, Array],
    perceptions: Mapping[str, Array],
    level: Codes,
) -> Array:
    """The predictor without its uniform parts, shape `(episodes,)`.

    Args:
        design: The company.
        linear: The predictor.
        operations: Values by name, NaN where absent; each of shape `(episodes,)`.
        controls: Values by name; a control with levels by the level's number.
        perceptions: Answers by name as they are modelled.
        level: The level of the segment, by number.
    """
    total = np.full(len(level), linear.mean)
    for operation in design.operations:
        effect = linear.effects.get(operation.name)
        if effect is None:
            continue
        values = operations[operation.name]
        terms = part(operation, effect, slopes(design, effect)[level], values)
        total += np.where(np.isnan(values), 0.0, terms) - _expected_part(design, operation, effect)
    for control in design.controls:
        if control.name in linear.controls:
            amount, values = linear.controls[control.name], controls[control.name]
            total += _control_part(control, amount, values) - _expected_control(control, amount)
    for perception in design.perceptions:
        if perception.name in linear.perceptions:
            centred = perceptions[perception.name] - perception.predictor.mean
            total += linear.perceptions[perception.name] * centred
    return total


def bounds(design: Design, linear: Linear) -> tuple[float, float]:
    """The smallest and largest value the predictor could take, were every input at its worst end at once."""
    low = high = linear.mean
    low, high = low - linear.customer - linear.noise, high + linear.customer + linear.noise
    for operation in design.operations:
        effect = linear.effects.get(operation.name)
        if effect is not None:
            knots = [] if operation.knot is None else [operation.knot]
            points = np.array([*operation.values.ends, *knots])[:, None]
            terms = part(operation, effect, slopes(design, effect), points)
            absent = [0.0] if operation.share < 1 else []
            expected = _expected_part(design, operation, effect)
            low += min([float(terms.min()), *absent]) - expected
            high += max([float(terms.max()), *absent]) - expected
    for control in design.controls:
        if control.name in linear.controls:
            amount = linear.controls[control.name]
            ends = np.arange(len(control.levels)) if control.values is None else control.values.ends
            terms = _control_part(control, amount, np.asarray(ends, dtype=np.float64))
            expected = _expected_control(control, amount)
            low, high = low + float(terms.min()) - expected, high + float(terms.max()) - expected
    for perception in design.perceptions:
        slope = linear.perceptions.get(perception.name, 0.0)
        terms = slope * (np.array(perception.range) - perception.predictor.mean)
        low, high = low + float(terms.min()), high + float(terms.max())
    return low, high


def control_values(control: Control, normal: Array) -> Array:
    """A control's values from its normal score: numbers, or the numbers of levels."""
    if control.values is not None:
        return control.values.at(normal)
    return np.searchsorted(np.array(control.cuts), normal).astype(np.float64)


def _control_part(control: Control, amount: float | Levels, values: Array) -> Array:
    if isinstance(amount, Mapping):
        by_level = np.array([amount.get(level, 0.0) for level in control.levels])
        return np.asarray(by_level[values.astype(np.int64)], dtype=np.float64)
    return amount * values


def _expected_control(control: Control, amount: float | Levels) -> float:
    return normal_mean(_control_part(control, amount, control_values(control, normal_grid())))


def _expected_part(design: Design, operation: Operation, effect: Effect) -> float:
    slope = pooled_slope(design, effect)
    return operation.share * operation.values.expect(lambda values: part(operation, effect, slope, values))
