"""The true effects of a world, by formula and by simulation, and how strong its hidden variable is.

The truth is what happens to the mean over all episodes (of a segment, where one is named) when the operation is 10 %
better in each of them, everything not caused by it being the same: also where a straight line is the wrong model. The
direct effect holds each customer's satisfaction where it was (the natural direct effect of Pearl 2001); "via
satisfaction" is the rest. The study uses the formula; a test holds the simulation against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from benchmarks.proof.draw import better, draw_chance, draw_operations, follow
from benchmarks.proof.world import BEHAVIOURS, PERCEPTION, SHARE, Operation, Segment, World
from lineofsight.stats.results import Array

VIA = f"via {PERCEPTION}"


class Link(NamedTuple):
    """A cause, an effect, the path between them, and the segment ('segment = level', None for everyone)."""

    cause: str
    outcome: str
    path: str
    segment: str | None


Truth = dict[Link, float]


def label(world: World, segment: Segment) -> str | None:
    """The segment's name in results; None where there is only one."""
    return None if len(world.segments) == 1 else f"segment = {segment.name}"


def by_formula(world: World) -> Truth:
    """Every effect of every segment and of everyone, exact as long as no probability leaves 0 to 1."""
    parts = [_of_segment(world, segment) for segment in world.segments]
    found: Truth = {}
    for segment, part in zip(world.segments, parts, strict=True):
        for (cause, outcome, path, _), value in part.items():
            if len(world.segments) > 1:
                found[Link(cause, outcome, path, label(world, segment))] = value
            everyone = Link(cause, outcome, path, None)
            found[everyone] = found.get(everyone, 0.0) + segment.share * value
    return found


def _of_segment(world: World, segment: Segment) -> Truth:
    found: Truth = {}
    for operation in world.operations:
        name = operation.name
        # As a multiple of what was declared for a straight line and the mean 1; values differ by customer, not effects.
        moved = segment.factor * _moved(operation, segment)
        felt = moved * world.satisfaction.effects.get(name, 0.0)
        found[Link(name, PERCEPTION, "total", None)] = felt
        for behaviour, equation in world.behaviours.items():
            direct, via = moved * equation.effects.get(name, 0.0), felt * equation.satisfaction
            found[Link(name, behaviour, "total", None)] = direct + via
            found[Link(name, behaviour, "direct", None)] = direct
            found[Link(name, behaviour, VIA, None)] = via
    for behaviour, equation in world.behaviours.items():
        found[Link(PERCEPTION, behaviour, "total", None)] = equation.satisfaction
    return found


def _moved(operation: Operation, segment: Segment) -> float:
    """Mean over the segment of the step of (the excess over the knee of) the operation, per 10 % of the mean 1."""
    if operation.knee is None:
        return segment.level
    if operation.hidden:
        raise ValueError(f"'{operation.name}': no formula for a knee beside a hidden variable")
    spread = operation.spread * segment.spread
    now = _mean_excess(segment.level, spread, operation.knee)
    then = _mean_excess(segment.level * (1 + SHARE * operation.sign), spread, operation.knee)
    return (then - now) / (SHARE * operation.sign)


def _mean_excess(mean: float, spread: float, knee: float) -> float:
    """Mean of max(x - knee, 0) for a lognormal x: the formula of Black and Scholes (1973)."""
    d = (np.log(mean / knee) + spread**2 / 2) / spread
    return float(mean * ndtr(d) - knee * ndtr(d - spread))


@dataclass(frozen=True, slots=True)
class Simulated:
    """A mean difference and its standard error."""

    value: float
    standard_error: float


def by_simulation(world: World, customers: int, rng: np.random.Generator) -> dict[Link, Simulated]:
    """The same by changing the operation for everybody, with common random numbers."""
    chance = draw_chance(world, customers, rng)
    values = draw_operations(world, chance, rng)
    now = follow(world, chance, values)
    changed: dict[tuple[str, str, str], Array] = {}
    for operation in world.operations:
        improved = better(world, values, operation.name)
        then = follow(world, chance, improved)
        held = follow(world, chance, improved, felt=now.satisfaction)
        changed[operation.name, PERCEPTION, "total"] = then.satisfaction - now.satisfaction
        for name in BEHAVIOURS:
            changed[operation.name, name, "total"] = then.behaviours[name] - now.behaviours[name]
            changed[operation.name, name, "direct"] = held.behaviours[name] - now.behaviours[name]
            changed[operation.name, name, VIA] = then.behaviours[name] - held.behaviours[name]
    pleased = follow(world, chance, values, felt=now.satisfaction + 1)
    for name in BEHAVIOURS:
        changed[PERCEPTION, name, "total"] = pleased.behaviours[name] - now.behaviours[name]
    found = {}
    for number, segment in enumerate(world.segments):
        here = chance.segment == number
        for key, difference in changed.items():
            if len(world.segments) > 1:
                found[Link(*key, label(world, segment))] = _mean(difference[here], chance.customer[here])
            found.setdefault(Link(*key, None), _mean(difference, chance.customer))
    return found


def question(link: Link) -> str:
    """Which question of the chain a link answers."""
    if link.path != "total":
        return "direct" if link.path == "direct" else "via"
    if link.cause == PERCEPTION:
        return "C→B"
    return "A→C" if link.outcome == PERCEPTION else "A→B"


def _mean(difference: Array, customer: NDArray[np.int64]) -> Simulated:
    """Mean and its standard error over customers."""
    value = float(difference.mean())
    sums = np.bincount(customer, difference - value)
    return Simulated(value, float(np.sqrt((sums**2).sum()) / len(difference)))


class Hidden(NamedTuple):
    """Partial R² of the variable nobody declared: with the cause, and with the outcome given the cause.

    Both beside the other operations and the declared control, as sensitivity analysis counts (Cinelli and Hazlett 2020).
    """

    cause: float
    outcome: float


def hidden_strength(
    world: World, cause: str, outcome: str, customers: int, rng: np.random.Generator
) -> Hidden:
    """How much the hidden variable explains, by least squares with it and without in one large sample."""
    chance = draw_chance(world, customers, rng)
    values = draw_operations(world, chance, rng)
    happened = follow(world, chance, values)
    y = {PERCEPTION: happened.satisfaction, **happened.behaviours}[outcome]
    others = [value for name, value in values.items() if name != cause]
    beside = np.column_stack([np.ones(len(y)), *others, chance.control])
    with_cause = np.column_stack([beside, values[cause]])
    return Hidden(
        _partial_r2(beside, chance.hidden, values[cause]), _partial_r2(with_cause, chance.hidden, y)
    )


def _partial_r2(beside: Array, added: Array, y: Array) -> float:
    """Share of what `beside` leaves of `y` that `added` explains (Frisch, Waugh and Lovell)."""
    coefficients = np.linalg.lstsq(beside, np.column_stack([added, y]), rcond=None)[0]
    left = np.column_stack([added, y]) - beside @ coefficients
    added_left, y_left = left.T
    return float((added_left @ y_left) ** 2 / (added_left @ added_left) / (y_left @ y_left))
