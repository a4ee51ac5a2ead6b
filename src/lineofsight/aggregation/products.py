"""Columns for interactions: the product of each driver and each perception, their squares, and each driver's change.

They stand in moments of their own, of everyone who answered anything and not of segments: models of interactions need the
cross-products of products with all other columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lineofsight.aggregation.basis import Block, Derived
from lineofsight.aggregation.features import Outcome
from lineofsight.stats.results import Array

MOST_PRODUCTS = 40
"""Products of drivers and perceptions. With 12 drivers and 20 other columns their moments are some 100 columns wide: at
512 buckets 25 MB for each pattern of observed outcomes."""

_CHANGE: Final = "better"


@dataclass(frozen=True)
class ProductBasis(Derived):
    """Controls, drivers, the change of each by 'better', outcomes, products of drivers and perceptions, and squares.

    Attributes:
        outcomes: The outcomes that are looked at.
        perceptions: Those of them that drivers are multiplied with.
        centres: What is taken off each driver and perception before they are multiplied, so that a product hardly goes
            together with its factors. Where a driver is absent, it counts as its centre.
    """

    outcomes: tuple[Outcome, ...]
    perceptions: tuple[str, ...]
    centres: Mapping[str, float]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All columns: controls, slopes, the change of each, outcomes, products, squares."""
        changes = (changed(column) for column in self.base.slopes)
        names = tuple(outcome.name for outcome in self.outcomes)
        return (*self.base.controls, *self.base.slopes, *changes, *names, *self.products, *self.squares)

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Columns of the products; none where there would be too many."""
        if self.too_many:
            return ()
        return tuple(product(d.name, name) for d in self.base.drivers for name in self.perceptions)

    @cached_property
    def squares(self) -> tuple[str, ...]:
        """Columns of the squares of all drivers and perceptions; none where there are no products."""
        names = (*(driver.name for driver in self.base.drivers), *self.perceptions)
        return tuple(square(name) for name in names) if self.products else ()

    @property
    def too_many(self) -> bool:
        """Whether there are more products than are looked at."""
        return self.wanted > MOST_PRODUCTS

    @property
    def wanted(self) -> int:
        """How many products there are of all drivers and perceptions."""
        return len(self.base.drivers) * len(self.perceptions)

    def evaluate(self, block: Block) -> tuple[NDArray[np.bool_], Block]:
        """Which of a batch's complete episodes, with their means, have any of the perceptions, and these in the columns.

        A perception that is absent is NaN, and so are its products.
        """
        some = self._some
        answered = np.zeros(len(block.pattern), dtype=np.bool_)
        for bits in some:
            answered |= (block.pattern & bits) == bits
        whole = bool(answered.all())
        base = block.matrix if whole else block.matrix[answered]
        values = {name: np.ascontiguousarray(base[:, self._at[name]]) for name in self.centres}
        matrix = np.empty((len(base), len(self.columns)))
        width = len(self._kept)
        matrix[:, :width] = base.take(self._kept, axis=1)
        place = width
        means = block.means if whole else block.means[answered]
        place += len(self._moves)
        matrix[:, width:place] = means.take(self._moves, axis=1)
        matrix[:, place : place + len(self._felt)] = base.take(self._felt, axis=1)
        place += len(self._felt)
        for column in self._products(values):
            matrix[:, place] = column
            place += 1
        there = np.ones(len(base), dtype=np.bool_)
        pattern = block.pattern if whole else block.pattern[answered]
        return answered, Block(there, matrix, np.empty((len(base), 0)), pattern)

    def _products(self, values: Mapping[str, Array]) -> Iterator[Array]:
        """Products, then squares, of the values of drivers and perceptions about their centres."""
        if not self.products:
            return
        about = {name: value - self.centres[name] for name, value in values.items()}
        drivers = [np.nan_to_num(about[driver.name]) for driver in self.base.drivers]
        felt = [about[name] for name in self.perceptions]
        yield from (one * other for one in drivers for other in felt)
        yield from (one * one for one in (*drivers, *felt))

    @cached_property
    def _some(self) -> list[int]:
        sources = {outcome.name: outcome.source for outcome in self.outcomes}
        return [self.bits([sources[name]]) for name in self.perceptions]

    @cached_property
    def _kept(self) -> list[int]:
        """Where controls and slopes stand in the base."""
        at = self._at
        return [at[name] for name in (*self.base.controls, *self.base.slopes)]

    @cached_property
    def _moves(self) -> list[int]:
        """Where the change of each slope stands among the columns whose means are needed."""
        at = {name: index for index, name in enumerate(self.base.mean_columns)}
        return [at[changed(column)] for column in self.base.slopes]

    @cached_property
    def _felt(self) -> list[int]:
        """Where the outcomes stand in the base."""
        return [self._at[outcome.name] for outcome in self.outcomes]

    @cached_property
    def _at(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.base.columns)}


def product(driver: str, perception: str) -> str:
    """Name of the column with the product of a driver and a perception."""
    return f"{driver}×{perception}"


def square(name: str) -> str:
    """Name of the column with the square of a driver or perception, about its centre."""
    return f"{name}²"


def changed(column: str) -> str:
    """Name of the column with what a better driver does to one of its columns."""
    return f"{_CHANGE}:{column}"
