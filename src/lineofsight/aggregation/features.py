"""What models see of an episode: operations, controls and outcomes, each with its columns and its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lineofsight.aggregation.representers import Move, Representer
from lineofsight.changes import Step
from lineofsight.stats.results import Array

Change = Literal["better", "best"]
Coding = Literal["as it is", "nps", "at least"]

CHANGES: tuple[Change, ...] = ("better", "best")
OTHER = "other"
ABSENT = "none"


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric column of the episodes used as it is.

    `optional` keeps episodes where it is absent; a `candidate` is in the models only where it is found to matter.
    """

    name: str
    optional: bool = False
    candidate: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the basis: the value, and whether it is absent."""
        return (self.name, f"{self.name}?") if self.optional else (self.name,)


@dataclass(frozen=True, slots=True)
class Driver:
    """An operation as models see it.

    Attributes:
        name: Column of the episodes.
        higher_is_better: Direction.
        knots: Where the slope may change, ascending.
        optional: Whether an episode without it stays, with an indicator.
        limit: The best value there can be, in the driver's unit.
        step: What the change 'better' does to it; None for a share of each value.
        best: Today's best quartile, the target of the change 'best'; None when it is not known.
        representer: Of the change 'better', so that effects are averages over customers; None where a line is enough.
    """

    name: str
    higher_is_better: bool
    knots: tuple[float, ...] = ()
    optional: bool = False
    limit: float | None = None
    best: float | None = None
    representer: Representer | None = None
    step: Step | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The value, then its excess over each knot."""
        return (self.name, *(f"{self.name}>{knot:.15g}" for knot in self.knots))

    @property
    def averaging(self) -> tuple[str, ...]:
        """The column of the representer, if there is one."""
        return () if self.representer is None else (f"average:{self.name}",)

    @property
    def slopes(self) -> tuple[str, ...]:
        """Columns that move with the driver: the value, its excess over each knot, the representer of its change."""
        return (*self.lines, *self.averaging)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the basis: the slopes, and whether the value is absent."""
        return (*self.slopes, f"{self.name}?") if self.optional else self.slopes

    def changed(self, value: Array, change: Change, share: float) -> Array:
        """Each episode's value after the change, in the driver's unit; the same where nothing gets better.

        `better` moves each value by its step, else by `share` of its own size, in the good direction and not beyond the
        limit; `best` brings every value that is worse than the best quartile up to it.
        """
        sign = 1.0 if self.higher_is_better else -1.0
        step = self.step or Step("share", share)
        if change == "best":
            return value if self.best is None else self._at_least_as_good(value, self.best)
        if step.kind == "target":
            return self._at_least_as_good(value, step.size)
        moved = value + sign * (step.size * np.abs(value) if step.kind == "share" else step.size)
        if self.limit is None:
            return moved
        if self.higher_is_better:
            return np.minimum(moved, np.maximum(value, self.limit))
        return np.maximum(moved, np.minimum(value, self.limit))

    def move(self, value: Array, change: Change, share: float) -> Move:
        """From where to where a change takes each episode, and how many of a case.

        Where more cases become good, everyone goes from the bad value to the good one: that is the average over customers
        of what a case differs by; and of it as much as cases become good.
        """
        if change == "best" or self.step is None or self.step.kind != "cases":
            return Move(value, self.changed(value, change, share))
        good = np.where(np.isnan(value), value, 1.0 if self.higher_is_better else 0.0)
        return Move(1.0 - good, good, self.step.size)

    def _at_least_as_good(self, value: Array, target: float) -> Array:
        return np.maximum(value, target) if self.higher_is_better else np.minimum(value, target)


@dataclass(frozen=True, slots=True)
class Category:
    """A control with levels, as indicators; the first level is what the others are compared with.

    Codes count the levels from 0; `len(levels)` stands for any other level, and -1 for none. A `candidate` is in the
    models only where it is found to matter.
    """

    name: str
    levels: tuple[str, ...]
    others: bool
    absent: bool
    candidate: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the basis: one per level but the first, then 'other' and 'none' where they occur."""
        extra = [_unlike(OTHER, self.levels)] * self.others + [_unlike(ABSENT, self.levels)] * self.absent
        return tuple(f"{self.name}={level}" for level in (*self.levels[1:], *extra))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A perception or behaviour, or a statistic of one.

    Attributes:
        name: Column of the basis.
        source: Column of the episodes.
        coding: 'as it is'; 'nps' (100 from 9, 0 from 7, −100 below); 'at least' (100 from `least`, else 0).
        least: Lowest answer that counts as agreement.
    """

    name: str
    source: str
    coding: Coding = "as it is"
    least: float = 0.0

    def coded(self, value: Array) -> Array:
        """The outcome in its own unit, missing where the source is."""
        if self.coding == "as it is":
            return value
        if self.coding == "nps":
            points = 100.0 * (value >= 9) - 100.0 * (value < 7)
        else:
            points = 100.0 * (value >= self.least)
        return np.where(np.isnan(value), np.nan, points)


def _unlike(word: str, levels: Sequence[str]) -> str:
    """The word, in brackets while a level has that very name."""
    while word in levels:
        word = f"({word})"
    return word
