"""The company that every scenario changes something of, and what a scenario is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from benchmarks.proof.world import Equation, Operation, World

NULL = ("parking", "music")
"""Operations on which nothing depends, in any scenario."""

WORLD = World(
    operations=(
        Operation("delivery", "lower", control=0.2),
        Operation("defects", "lower"),
        Operation("advice", "higher"),
        Operation("tracking", "higher", control=0.2),
        Operation("parking", "higher"),
        Operation("music", "lower", common=0.3, control=0.1),
    ),
    satisfaction=Equation(
        3.5, {"delivery": 0.04, "defects": 0.03, "advice": 0.02}, control=0.1, customer=0.3, noise=0.9
    ),
    stays=Equation(0.5, {"advice": 0.008, "tracking": 0.01}, satisfaction=0.06, control=0.03, customer=0.05),
    spend=Equation(60.0, {"defects": 0.8}, satisfaction=6.0, control=3.0, customer=6.0, noise=0.6),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of company, and what the product promises for it.

    Attributes:
        name: Short, for the command line.
        title: What is special about it, for the table.
        world: The company.
        biased: Questions whose estimates for everyone are known to be off: 'A→C', 'A→B', 'direct', 'via', 'C→B'.
        biased_in_segments: The same of the estimates for segments.
        confounded: The operation that a variable nobody declared is behind.
        known: Promises that are known not to be kept, as `promises` names them; the page says so.
    """

    name: str
    title: str
    world: World
    biased: frozenset[str] = frozenset()
    biased_in_segments: frozenset[str] = frozenset()
    confounded: str | None = None
    known: frozenset[str] = frozenset()


def changed(world: World, name: str, **how: Any) -> World:
    """The world with something of one operation changed."""
    operations = tuple(replace(each, **how) if each.name == name else each for each in world.operations)
    return replace(world, operations=operations)
