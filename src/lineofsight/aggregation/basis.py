"""From an episode's values to the columns that models are linear in.

A driver is a straight line, bent at its knots; a category is a set of indicators; a value that may be absent has an
indicator of its absence, so that the episode stays. Beside these columns, whose cross-products are needed, stand
columns whose means alone are needed: what a change of a driver would do to each of its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from lineofsight.aggregation.features import CHANGES, Category, Driver, Number, Outcome
from lineofsight.stats.results import Array

Codes = NDArray[np.int32]
Patterns = NDArray[np.int64]
Parts = tuple[Array, Array]


@dataclass(frozen=True, slots=True)
class Block:
    """A batch of complete episodes in the basis.

    Attributes:
        rows: Which rows of the batch are complete, as a mask over it.
        matrix: `(n, p)` columns of the basis; absent outcomes and optional values are NaN.
        means: `(n, q)` columns whose means are needed.
        pattern: `(n,)` bit `i` says that flag `i` of the basis holds.
    """

    rows: NDArray[np.bool_]
    matrix: Array
    means: Array
    pattern: Patterns


@dataclass(frozen=True)
class Basis:
    """Everything a project's models are linear in.

    Attributes:
        drivers: Operations.
        numbers: Numeric controls.
        categories: Controls with levels, and periods.
        outcomes: Perceptions, then behaviours, and their statistics.
        share: How much better '10 % better' is, of drivers without a step of their own: 0.1.
        unused: Columns of candidate controls that no model needs.
        asked: By perception, the column of 0 and 1 that says who could have answered it.
        groups: Column and levels of each segment attribute that is no control: representers differ by them.
    """

    drivers: tuple[Driver, ...]
    numbers: tuple[Number, ...]
    categories: tuple[Category, ...]
    outcomes: tuple[Outcome, ...]
    share: float
    asked: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def controls(self) -> tuple[str, ...]:
        """Columns that are held equal and not asked about: controls, and what tells that a driver is absent."""
        return tuple(column for column in self._all_controls if column not in self.unused)

    @cached_property
    def _all_controls(self) -> tuple[str, ...]:
        absent = [f"{driver.name}?" for driver in self.drivers if driver.optional]
        numbers = [column for number in self.numbers for column in number.columns]
        return (*numbers, *(column for category in self.categories for column in category.columns), *absent)

    def controls_beside(self, left_out: Collection[str]) -> tuple[str, ...]:
        """The controls where these drivers and controls are kept out, and so is what tells that they are absent."""
        gone = {f"{name}?" for name in left_out}
        columns = {each.name: each.columns for each in self.numbers}
        columns |= {each.name: each.columns for each in self.categories}
        gone.update(column for name in left_out for column in columns.get(name, ()))
        return tuple(name for name in self.controls if name not in gone)

    @cached_property
    def slopes(self) -> tuple[str, ...]:
        """Columns that move with the drivers."""
        return tuple(column for driver in self.drivers for column in driver.slopes)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Those of them that are not representers."""
        return tuple(column for driver in self.drivers for column in driver.lines)

    @cached_property
    def averaging(self) -> frozenset[str]:
        """Those of them that are."""
        return frozenset(column for driver in self.drivers for column in driver.averaging)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All columns: controls, also those that no model needs, slopes, outcomes."""
        return (*self._all_controls, *self.slopes, *(outcome.name for outcome in self.outcomes))

    @cached_property
    def observables(self) -> tuple[str, ...]:
        """Columns of the episodes that may be missing on their own: the sources of the outcomes."""
        return tuple(dict.fromkeys(outcome.source for outcome in self.outcomes))

    @cached_property
    def flags(self) -> tuple[str, ...]:
        """What tells episodes apart: which observables are there, and which perceptions were asked for."""
        return (*self.observables, *(asked(name) for name, _ in self.asked))

    def bits(self, flags: Iterable[str]) -> int:
        """These flags as a number, one bit each."""
        return sum(1 << self.flags.index(name) for name in set(flags))

    @cached_property
    def mean_columns(self) -> tuple[str, ...]:
        """Columns of `Block.means`: per driver whether and what it is, then each slope's change by 'better' and 'best'."""
        names = []
        for driver in self.drivers:
            names += [f"known:{driver.name}", f"value:{driver.name}"]
            for change in CHANGES:
                names += [f"{change}:{column}" for column in driver.slopes]
        return (*names, *(asked(name) for name, _ in self.asked))

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Columns of the episodes without which an episode is left out."""
        drivers = [driver.name for driver in self.drivers if not driver.optional]
        return (*drivers, *(number.name for number in self.numbers if not number.optional))

    @property
    def sources(self) -> tuple[str, ...]:
        """Numeric columns of the episodes that are needed."""
        names = [*(driver.name for driver in self.drivers), *(number.name for number in self.numbers)]
        return (*names, *self.observables, *(column for _, column in self.asked))

    def evaluate(
        self, values: Mapping[str, Array], codes: Mapping[str, Codes], *, means: bool = True
    ) -> Block:
        """The complete episodes of a batch in the basis.

        Args:
            values: `(n,)` doubles of every name in `sources`, NaN where missing.
            codes: `(n,)` level codes of every category and every group.
            means: Whether the columns whose means are needed are wanted; without, there are none.
        """
        total = len(next(iter(values.values())))
        rows = np.ones(total, dtype=np.bool_)
        for name in self.required:
            rows &= ~np.isnan(values[name])
        whole = bool(rows.all())

        def of(name: str) -> Array:
            return values[name] if whole else values[name][rows]

        n = int(rows.sum())
        level = {name: code if whole else code[rows] for name, code in codes.items()}
        numbers = {number.name: of(number.name) for number in self.numbers}
        parts = {
            driver.name: driver.representer.parts(level, numbers, n)
            for driver in self.drivers
            if driver.representer is not None
        }
        matrix = np.empty((n, len(self.columns)))
        at = {name: index for index, name in enumerate(self.columns)}
        for number in self.numbers:
            self._optional(matrix, at, number, numbers[number.name])
        for category in self.categories:
            _indicators(matrix, at, category, level[category.name])
        for driver in self.drivers:
            value = of(driver.name)
            self._optional(matrix, at, driver, value)
            for knot, column in zip(driver.knots, driver.lines[1:], strict=True):
                matrix[:, at[column]] = np.maximum(value - knot, 0.0)
            if driver.representer is not None:
                matrix[:, at[driver.averaging[0]]] = driver.representer.at(value, parts[driver.name])
        holds = [~np.isnan(of(name)) for name in self.observables]
        holds += [of(column) > 0 for _, column in self.asked]
        pattern = np.zeros(n, dtype=np.int64)
        for bit, flag in enumerate(holds):
            pattern |= flag.astype(np.int64) << bit
        for outcome in self.outcomes:
            matrix[:, at[outcome.name]] = outcome.coded(of(outcome.source))
        return Block(rows, matrix, self._means(of, parts, n) if means else np.zeros((n, 0)), pattern)

    def _means(self, of: Callable[[str], Array], parts: Mapping[str, Parts], n: int) -> Array:
        means = np.empty((n, len(self.mean_columns)))
        place = 0
        for driver in self.drivers:
            place = _changes(means, place, driver, of(driver.name), parts.get(driver.name), self.share)
        for offset, (_, column) in enumerate(self.asked):
            means[:, place + offset] = of(column)
        return means

    @staticmethod
    def _optional(matrix: Array, at: Mapping[str, int], entry: Number | Driver, value: Array) -> None:
        matrix[:, at[entry.name]] = value
        if entry.optional:
            matrix[:, at[f"{entry.name}?"]] = np.isnan(value)


def asked(perception: str) -> str:
    """The flag, and the column of means, that says who could have answered a perception."""
    return f"asked:{perception}"


def _indicators(matrix: Array, at: Mapping[str, int], category: Category, codes: Codes) -> None:
    count = len(category.levels)
    wanted: Sequence[int] = [*range(1, count), *[count] * category.others, *[-1] * category.absent]
    for code, column in zip(wanted, category.columns, strict=True):
        matrix[:, at[column]] = codes == code


def _excess(knot: float) -> Callable[[Array], Array]:
    return lambda value: np.maximum(value - knot, 0.0)


def _changes(
    means: Array, place: int, driver: Driver, value: Array, parts: Parts | None, share: float
) -> int:
    """Writes the driver's columns of `Block.means` from `place` on, 0 where it is absent; returns where the next's start."""
    columns = [value]
    for change in CHANGES:
        move = driver.move(value, change, share)
        columns += [move.of(each) for each in (lambda at: at, *map(_excess, driver.knots))]
        if driver.representer is not None and parts is not None:
            columns.append(move.of(partial(driver.representer.at, parts=parts)))
    known = ~np.isnan(value)
    whole = bool(known.all())
    means[:, place] = known
    for at, column in enumerate(columns, place + 1):
        means[:, at] = column if whole else np.where(known, column, 0.0)
    return place + 1 + len(columns)


@dataclass(frozen=True)
class Derived:
    """What all columns that are made of a basis have in common with it; none has columns whose means are needed.

    Attributes:
        base: What they are made of.
    """

    base: Basis

    @property
    def mean_columns(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def flags(self) -> tuple[str, ...]:
        """What tells episodes apart, as in `base`."""
        return self.base.flags

    def bits(self, flags: Iterable[str]) -> int:
        """These flags as a number, as in `base`."""
        return self.base.bits(flags)
