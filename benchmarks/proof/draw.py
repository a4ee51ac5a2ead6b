"""From a world to episodes: what chance gives once, and what follows from it for any values of the operations.

The same chance with other operations is the same customers in another world (common random numbers), which is what a
true effect is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.proof.world import BEHAVIOURS, CONTROL, PERCEPTION, SEGMENT, SHARE, Equation, World
from lineofsight.episodes.columns import before
from lineofsight.stats.results import Array

Values = Mapping[str, Array]
MOST_BUCKETS = 512


@dataclass(frozen=True, eq=False)
class Chance:
    """Everything that is not decided by anything else; arrays are `(n,)`, one per episode.

    Attributes:
        customer: Number of the customer, ascending.
        segment: Number of the customer's segment.
        control: The declared control, standard normal, the customer's own.
        hidden: The variable nobody declared: 1 or -1 with equal chance, the customer's own.
        own: Standard normal, the customer's own, per outcome and for how much they mind.
        noise: Standard normal, per outcome.
        uniform: Between 0 and 1, per outcome and for answering.
    """

    customer: NDArray[np.int64]
    segment: NDArray[np.int64]
    control: Array
    hidden: Array
    own: Mapping[str, Array]
    noise: Mapping[str, Array]
    uniform: Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What follows for every episode, the silent ones included; `expected` are the outcomes without their noise."""

    satisfaction: Array
    behaviours: Values
    expected: Values


def draw_chance(world: World, customers: int, rng: np.random.Generator) -> Chance:
    """Customers with their episodes."""
    more = rng.geometric(1 / world.episodes, customers) if world.episodes > 1 else np.ones(customers, int)
    customer = np.repeat(np.arange(customers), more)
    n, names = len(customer), (PERCEPTION, *BEHAVIOURS)
    shares = np.array([segment.share for segment in world.segments])
    return Chance(
        customer,
        rng.choice(len(shares), customers, p=shares)[customer],
        rng.normal(size=customers)[customer],
        rng.choice([-1.0, 1.0], customers)[customer],
        {name: rng.normal(size=customers)[customer] for name in (*names, "minds")},
        {name: rng.normal(size=n) for name in names},
        {name: rng.random(n) for name in (*names, "answers")},
    )


def draw_operations(world: World, chance: Chance, rng: np.random.Generator) -> dict[str, Array]:
    """Values of the operations, in multiples of their means; lognormal, correlated."""
    n, customers = len(chance.customer), int(chance.customer[-1]) + 1
    common = rng.normal(size=n)
    level = np.array([segment.level for segment in world.segments])[chance.segment]
    wider = np.array([segment.spread for segment in world.segments])[chance.segment]
    values = {}
    for each in world.operations:
        own = np.sqrt(each.customer) * rng.normal(size=customers)[chance.customer]
        own += np.sqrt(1 - each.customer) * rng.normal(size=n)
        normal = each.common * common + each.control * chance.control
        left = 1 - each.common**2 - each.control**2 - each.hidden**2
        normal += np.sqrt(left) * own
        spread = each.spread * wider
        # The mean of exp(spread * z), where z has a two-valued part and is normal otherwise.
        mean = np.exp(spread**2 * (1 - each.hidden**2) / 2) * np.cosh(spread * each.hidden)
        values[each.name] = level * np.exp(spread * (normal + each.hidden * chance.hidden)) / mean
    return values


def better(world: World, values: Values, name: str) -> dict[str, Array]:
    """The operations with one of them 10 % better in every episode."""
    (operation,) = (each for each in world.operations if each.name == name)
    return {**values, name: values[name] * (1 + SHARE * operation.sign)}


def follow(world: World, chance: Chance, values: Values, felt: Array | None = None) -> Outcomes:
    """How customers feel and what they do.

    Args:
        world: The company.
        chance: What is given.
        values: The operations.
        felt: Satisfaction to act on, in place of the one that follows from the operations.
    """
    own = _expected(world, world.satisfaction, PERCEPTION, chance, values)
    satisfaction = own + world.satisfaction.noise * chance.noise[PERCEPTION]
    acted_on = (satisfaction if felt is None else felt) - world.satisfaction.mean
    expected, behaviours = {PERCEPTION: own}, {}
    for name, equation in world.behaviours.items():
        likely = _expected(world, equation, name, chance, values) + equation.satisfaction * acted_on
        expected[name] = likely
        behaviours[name] = (
            (chance.uniform[name] < likely).astype(np.float64)
            if name == "stays"
            else _spent(equation, likely, chance)
        )
    return Outcomes(satisfaction, behaviours, expected)


def answers(world: World, chance: Chance, values: Values, satisfaction: Array) -> NDArray[np.bool_]:
    """Who answers."""
    response = world.response
    rate = response.rate + response.satisfaction * (satisfaction - world.satisfaction.mean)
    for name, amount in response.operations.items():
        rate = rate + amount * (values[name] - 1)
    return np.asarray(chance.uniform["answers"] < np.clip(rate, 0.02, 0.98))


def draw_company(world: World, rng: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    """The episodes of one company as the library stores them: columns by name, NaN where nobody answered."""
    chance = draw_chance(world, world.customers, rng)
    values = draw_operations(world, chance, rng)
    outcomes = follow(world, chance, values)
    answered = answers(world, chance, values, outcomes.satisfaction)
    bucket = chance.customer
    if world.customers > MOST_BUCKETS:
        bucket = rng.integers(0, MOST_BUCKETS, world.customers)[chance.customer]
    names = np.array([segment.name for segment in world.segments], dtype=object)
    past = _again(world, chance, rng)
    return {
        **values,
        CONTROL: chance.control,
        SEGMENT: names[chance.segment],
        PERCEPTION: np.where(answered, outcomes.satisfaction, np.nan),
        **outcomes.behaviours,
        **{before(name): values for name, values in past.behaviours.items()},
        "customer": chance.customer,
        "at": np.arange(len(bucket)),
        "covered": np.ones(len(bucket)),
        "bucket": bucket,
    }


def _again(world: World, chance: Chance, rng: np.random.Generator) -> Outcomes:
    """What the same customers felt and did another time, with other operations."""
    n = len(chance.customer)
    other = replace(
        chance,
        noise={name: rng.normal(size=n) for name in chance.noise},
        uniform={name: rng.random(n) for name in chance.uniform},
    )
    return follow(world, other, draw_operations(world, other, rng))


def _expected(world: World, equation: Equation, name: str, chance: Chance, values: Values) -> Array:
    """The outcome's own expectation, satisfaction aside; the mean is that at the operations' averages."""
    factor = np.array([segment.factor for segment in world.segments])[chance.segment]
    factor = factor * (1 + world.varied * chance.own["minds"])
    total = equation.mean + equation.control * chance.control + equation.hidden * chance.hidden
    total = total + equation.customer * chance.own[name]
    for operation in world.operations:
        if effect := equation.effects.get(operation.name, 0.0):
            value = values[operation.name]
            beyond = value - 1 if operation.knee is None else np.maximum(value - operation.knee, 0)
            total = total + factor * (operation.sign * effect / SHARE) * beyond
    return np.asarray(total)


def _spent(equation: Equation, likely: Array, chance: Chance) -> Array:
    """Spend with the expectation `likely`: whether at all, and how much, lognormal."""
    spread = np.sqrt(np.log1p(equation.noise**2))
    amount = np.exp(spread * chance.noise["spend"] - spread**2 / 2)
    if equation.buyers == 1:
        return np.asarray(likely * amount)
    typical = equation.mean / equation.buyers
    return np.where(chance.uniform["spend"] < likely / typical, typical * amount, 0.0)
