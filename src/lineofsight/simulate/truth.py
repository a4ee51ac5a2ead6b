"""Linear predictors, and the truth that follows from them: what the table `effects` of a run should hold.

A design is refused where that truth would not be exact.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lineofsight.simulate.design import Control, Design, Effect, Levels, Linear, Operation
from lineofsight.simulate.distributions import normal_grid, normal_mean
from lineofsight.stats.results import Array

CHANGE = 0.10

Codes = NDArray[np.int64]
TruthRow = dict[str, str | float | None]


def truth_rows(design: Design, change: float = CHANGE) -> list[TruthRow]:
    """The true effects, one row per cause, outcome, segment and path, named as in the table `effects`.

    The estimand is the difference of the outcome's population mean when every episode's own value of an operation
    gets better by the share `change`, as far as its limit; whoever has no value keeps none. For a
    perception it is one point more. The population's drivers have their exact means, not a sample's.

    Returns:
        Rows with `cause`, `outcome`, `segment` (as 'attribute = level'; None for everyone), `path` ('total',
        'direct' or 'via NAME') and `estimate`: percentage points of a stay, points of a perception, money of the rest.
    """
    rows: list[TruthRow] = []
    for level in (None, *design.levels):
        segment = f"{design.segment.name} = {level}" if design.segment and level else None
        for cause, outcome, path, estimate in _effects(design, level, change):
            rows.append(
                {"cause": cause, "outcome": outcome, "segment": segment, "path": path, "estimate": estimate}
            )
    return rows


def better(operation: Operation, values: Array, change: float = CHANGE) -> Array:
    """The values made better by the share `change`, as far as the operation's limit."""
    sign = 1 if operation.better == "higher" else -1
    changed = values * (1 + sign * change)
    if operation.limit is None:
        return changed
    if sign > 0:
        return np.minimum(changed, np.maximum(values, operation.limit))
    return np.maximum(changed, np.minimum(values, operation.limit))


def _effects(design: Design, level: str | None, change: float) -> list[tuple[str, str, str, float]]:
    found: list[tuple[str, str, str, float]] = []
    for operation in design.operations:
        gains = {p.name: _gain(design, operation, p.predictor, level, change) for p in design.perceptions}
        found += [(operation.name, name, "total", gain) for name, gain in gains.items()]
        for behaviour in design.behaviours:
            direct = behaviour.scale * _gain(design, operation, behaviour.predictor, level, change)
            via = {
                name: behaviour.scale * behaviour.predictor.perceptions.get(name, 0.0) * gain
                for name, gain in gains.items()
            }
            paths = {"total": direct + sum(via.values()), "direct": direct}
            paths |= {f"via {name}": value for name, value in via.items()}
            found += [(operation.name, behaviour.name, path, value + 0.0) for path, value in paths.items()]
    for perception in design.perceptions:
        for behaviour in design.behaviours:
            slope = behaviour.scale * behaviour.predictor.perceptions.get(perception.name, 0.0)
            found.append((perception.name, behaviour.name, "total", slope))
    return found


def _gain(design: Design, operation: Operation, linear: Linear, level: str | None, change: float) -> float:
    effect = linear.effects.get(operation.name, Effect())
    slope = pooled_slope(design, effect, level)

    def gain(values: Array) -> Array:
        changed = better(operation, values, change)
        return contribution(operation, effect, slope, changed) - contribution(
            operation, effect, slope, values
        )

    return operation.share * operation.values.expect(gain) + 0.0


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


def contribution(operation: Operation, effect: Effect, slope: float | Array, values: Array) -> Array:
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
        terms = contribution(operation, effect, slopes(design, effect)[level], values)
        total += np.where(np.isnan(values), 0.0, terms) - _expected_contribution(design, operation, effect)
    for control in design.controls:
        if control.name in linear.controls:
            amount, values = linear.controls[control.name], controls[control.name]
            total += _control_contribution(control, amount, values) - _expected_control(control, amount)
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
            terms = contribution(operation, effect, slopes(design, effect), points)
            absent = [0.0] if operation.share < 1 else []
            expected = _expected_contribution(design, operation, effect)
            low += min([float(terms.min()), *absent]) - expected
            high += max([float(terms.max()), *absent]) - expected
    for control in design.controls:
        if control.name in linear.controls:
            amount = linear.controls[control.name]
            ends = np.arange(len(control.levels)) if control.values is None else control.values.ends
            terms = _control_contribution(control, amount, np.asarray(ends, dtype=np.float64))
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


def _control_contribution(control: Control, amount: float | Levels, values: Array) -> Array:
    if isinstance(amount, Mapping):
        by_level = np.array([amount.get(level, 0.0) for level in control.levels])
        return np.asarray(by_level[values.astype(np.int64)], dtype=np.float64)
    return amount * values


def _expected_control(control: Control, amount: float | Levels) -> float:
    return normal_mean(_control_contribution(control, amount, control_values(control, normal_grid())))


def _expected_contribution(design: Design, operation: Operation, effect: Effect) -> float:
    slope = pooled_slope(design, effect)
    return operation.share * operation.values.expect(
        lambda values: contribution(operation, effect, slope, values)
    )


def check_design(design: Design) -> None:
    """Refuse a design whose planted truth would not be what linear models estimate.

    Raises:
        ValueError: A name is unknown; a probability could leave 0 to 1, a mean answer its scale or a mean amount
            be negative; shares do not add up to 1; slopes differ by level elsewhere than on perceptions.
    """
    _check_names(design)
    _check_shares(design)
    for name, (low, high) in _allowed(design).items():
        least, most = bounds(design, dict(design.predictors())[name])
        if not low < least <= most < high:
            raise ValueError(
                f"{name}: its mean can be {least:.3f} to {most:.3f}; allowed is {low:g} to {high:g}"
            )
    for behaviour in design.behaviours:
        if any(effect.by_level for effect in behaviour.predictor.effects.values()):
            raise ValueError(f"{behaviour.name}: slopes differ by level on perceptions only")


def _allowed(design: Design) -> dict[str, tuple[float, float]]:
    allowed = {"response": (0.0, 1.0), design.stay.name: (0.0, 1.0)}
    allowed |= {perception.name: perception.means for perception in design.perceptions}
    return allowed | {b.name: (0.0, float("inf")) for b in design.behaviours if b.kind != "stay"}


def _check_names(design: Design) -> None:
    known = {
        "operations": {operation.name for operation in design.operations},
        "controls": {control.name for control in design.controls},
        "perceptions": {perception.name for perception in design.perceptions},
        "levels": set(design.levels),
        "factors": {*design.factors, *design.moments},
    }
    used: dict[str, set[str]] = {"operations": {design.elapsed}, "controls": set(), "perceptions": set()}
    used["factors"] = {factor for operation in design.operations for factor in operation.loads}
    used["factors"] |= {control.factor for control in design.controls}
    used["levels"] = set()
    for _, linear in design.predictors():
        used["operations"] |= set(linear.effects)
        used["controls"] |= set(linear.controls)
        used["perceptions"] |= set(linear.perceptions)
        used["levels"] |= {level for effect in linear.effects.values() for level in effect.by_level}
    for what, names in used.items():
        if names - known[what]:
            raise ValueError(f"unknown {what}: {', '.join(sorted(names - known[what]))}")


def _check_shares(design: Design) -> None:
    shares = {"episodes": design.episodes}
    if design.segment is not None:
        shares[design.segment.name] = tuple(design.segment.shares.values())
    for name, values in shares.items():
        if abs(sum(values) - 1) > 1e-9:
            raise ValueError(f"{name}: the shares add up to {sum(values):g}, not to 1")
