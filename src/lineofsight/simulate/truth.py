"""The truth that was planted: what the table `effects` of a run should hold."""

from __future__ import annotations

import numpy as np

from lineofsight.simulate.design import Design
from lineofsight.simulate.inputs import Operation
from lineofsight.simulate.linear import part, pooled_slope
from lineofsight.simulate.outcomes import Effect, Linear
from lineofsight.stats.results import Array

CHANGE = 0.10

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
        return part(operation, effect, slope, changed) - part(operation, effect, slope, values)

    return operation.share * operation.values.expect(gain) + 0.0
