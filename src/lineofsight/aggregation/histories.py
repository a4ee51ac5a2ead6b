"""Episodes of the same customer beside each other: compared with the customer's own mean, and with what came next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lineofsight.aggregation.basis import Block, Derived
from lineofsight.aggregation.features import Driver, Outcome
from lineofsight.stats.results import Array

Runs = NDArray[np.integer]

_ROUNDING = 1e-12  # of a column's size: what is left of equal values when their mean is taken away


@dataclass(frozen=True)
class WithinColumns(Derived):
    """Columns of a basis, each as the difference from the mean over the same customer's episodes."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the basis."""
        return self.base.columns

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Perceptions and behaviours, as in `base`."""
        return self.base.outcomes

    def evaluate(self, block: Block, run: Runs) -> tuple[Block, NDArray[np.intp]]:
        """Differences from the customer's mean, over those of their episodes in which the same things were observed.

        Least squares of these is the fixed-effects ("within") estimator with an effect for each customer and pattern of
        what was observed (Wooldridge 2010, section 10.5): whatever stays the same about a customer takes no part in it.

        Parameters
        ----------
        block
            `(n, p)` complete episodes in the basis.
        run
            `(n,)` number of the customer; the same customer's episodes stand together.

        Returns
        -------
            The differences of episodes that have another to be compared with, and `(m,)` their places in the block. An
            absent value counts as 0; the indicator of its absence is among the columns.
        """
        pattern = block.pattern
        order = np.lexsort((pattern, run))
        first = _first_of_each(run[order], pattern[order])
        length = np.diff(np.append(np.flatnonzero(first), len(order)))
        chosen = order[np.repeat(length > 1, length)]
        size = length[length > 1]
        matrix = block.matrix[chosen]
        matrix[np.isnan(matrix)] = 0.0
        if len(chosen):
            starts = np.append(0, np.cumsum(size)[:-1])
            mean = np.repeat(np.add.reduceat(matrix, starts, axis=0) / size[:, None], size, axis=0)
            matrix -= mean
            matrix[np.abs(matrix) <= _ROUNDING * np.abs(mean)] = 0.0
        return _block(matrix, pattern[chosen]), chosen


@dataclass(frozen=True)
class NextColumns(Derived):
    """Columns of a basis, and beside them the drivers of the same customer's next episode."""

    @cached_property
    def following(self) -> tuple[str, ...]:
        """Columns of the basis that are taken of the next episode."""
        return tuple(column for driver in self.base.drivers for column in driver.columns)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Those of the basis, then those of the next episode."""
        return (*self.base.columns, *map(following, self.following))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Perceptions and behaviours, as in `base`."""
        return self.base.outcomes

    def evaluate(self, block: Block, run: Runs, at: NDArray[np.int64]) -> tuple[Block, NDArray[np.intp]]:
        """Episodes that another of the same customer follows, each beside the next one's drivers.

        Parameters
        ----------
        block
            `(n, p)` complete episodes in the basis.
        run
            `(n,)` number of the customer; the same customer's episodes stand together.
        at
            `(n,)` when the episode was. Of several at the same instant none follows another.

        Returns
        -------
            The episodes with `p` and the next one's columns, and `(m,)` their places in the block.
        """
        order = np.lexsort((at, run))
        same = (run[order][1:] == run[order][:-1]) & (at[order][1:] > at[order][:-1])
        here, then = order[:-1][same], order[1:][same]
        place = [self.base.columns.index(name) for name in self.following]
        matrix = np.hstack([block.matrix[here], block.matrix[then][:, place]])
        return _block(matrix, block.pattern[here]), here


def following(column: str) -> str:
    """Name of a column of the next episode."""
    return f"next:{column}"


def next_slopes(driver: Driver) -> tuple[str, ...]:
    """Columns that move with a driver of the next episode."""
    return tuple(map(following, driver.slopes))


def _first_of_each(run: Runs, pattern: NDArray[np.int64]) -> NDArray[np.bool_]:
    """`(n,)` whether a row is the first of its customer and pattern."""
    first = np.ones(len(run), dtype=np.bool_)
    first[1:] = (run[1:] != run[:-1]) | (pattern[1:] != pattern[:-1])
    return first


def _block(matrix: Array, pattern: NDArray[np.int64]) -> Block:
    everything = np.ones(len(matrix), dtype=np.bool_)
    return Block(everything, matrix, np.empty((len(matrix), 0)), pattern)
