"""Folded episodes: moments per bucket, kept apart by segment level and by which outcomes were observed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lineofsight.core.basis import Basis, Block, Codes
from lineofsight.core.folding import accumulate
from lineofsight.core.moments import Moments
from lineofsight.core.results import Array

Cell = tuple[int, int]  # level of the segment attribute, pattern of observed outcomes


@dataclass(frozen=True)
class Cells:
    """Moments of every cell of one segment attribute.

    Attributes:
        basis: What the columns are.
        shift: `(p,)` provisional centre of all cells.
        buckets: Number of buckets.
        slots: Where each cell stands.
        count: `(S, B)` episodes.
        sums: `(S, B, p)`.
        products: `(S, B, p, p)`.
        means: `(S, B, q)` sums of the columns whose means are needed.
    """

    basis: Basis
    shift: Array
    buckets: int
    slots: Mapping[Cell, int]
    count: Array
    sums: Array
    products: Array
    means: Array

    def moments(self, keep: Callable[[int, int], bool]) -> Moments:
        """Moments per bucket of all cells for which `keep(level, pattern)` holds."""
        chosen = self._chosen(keep)
        return Moments(
            self.basis.columns,
            self.shift,
            self.count[chosen].sum(axis=0),
            self.sums[chosen].sum(axis=0),
            self.products[chosen].sum(axis=0),
        )

    def mean_sums(self, keep: Callable[[int, int], bool]) -> Array:
        """`(B, q)` sums of the columns whose means are needed, over the same cells."""
        total: Array = self.means[self._chosen(keep)].sum(axis=0)
        return total

    def observed(self, names: Iterable[str]) -> Callable[[int], bool]:
        """Tells whether a pattern has all of these outcomes' sources."""
        bits = sum(1 << self.basis.observables.index(name) for name in set(names))
        return lambda pattern: pattern & bits == bits

    def _chosen(self, keep: Callable[[int, int], bool]) -> list[int]:
        return [slot for (level, pattern), slot in self.slots.items() if keep(level, pattern)]


class CellFold:
    """Folds batches of episodes into cells, one batch after the other in the order of the stored rows."""

    def __init__(self, basis: Basis, buckets: int) -> None:
        self._basis, self._buckets = basis, buckets
        self._shift: Array | None = None
        self._slots: dict[Cell, int] = {}
        p, q = len(basis.columns), len(basis.mean_columns)
        self._count, self._sums = np.zeros(0), np.zeros((0, p))
        self._products, self._means = np.zeros((0, p, p)), np.zeros((0, q))

    def add(self, block: Block, bucket: Codes, level: Codes) -> None:
        """Adds the complete episodes of a batch.

        Args:
            block: The batch in the basis.
            bucket: `(n,)` bucket of each complete episode.
            level: `(n,)` level code of the segment attribute, -1 for none.
        """
        if not len(block.matrix):
            return
        if self._shift is None:
            self._shift = _centre(block.matrix)
        patterns = 1 << len(self._basis.observables)
        cell = (level.astype(np.int64) + 1) * patterns + block.pattern
        found, where = np.unique(cell, return_inverse=True)
        slots = np.array([self._slot(int(code) // patterns - 1, int(code) % patterns) for code in found])
        group = slots[where] * self._buckets + bucket
        matrix = np.where(np.isnan(block.matrix), self._shift, block.matrix)
        accumulate(self._count, self._sums, self._products, matrix, group, self._shift)
        order = np.argsort(group, kind="stable")
        ordered = group[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        self._means[ordered[starts]] += np.add.reduceat(block.means[order], starts, axis=0)

    def result(self) -> Cells:
        """All cells folded so far."""
        shift = self._shift if self._shift is not None else np.zeros(len(self._basis.columns))
        shape = (len(self._slots), self._buckets)
        used = shape[0] * shape[1]
        return Cells(
            self._basis,
            shift,
            self._buckets,
            dict(self._slots),
            self._count[:used].reshape(shape),
            self._sums[:used].reshape(*shape, -1),
            self._products[:used].reshape(*shape, *self._products.shape[1:]),
            self._means[:used].reshape(*shape, -1),
        )

    def _slot(self, level: int, pattern: int) -> int:
        cell = (level, pattern)
        if cell not in self._slots:
            self._slots[cell] = len(self._slots)
            needed = len(self._slots) * self._buckets
            if needed > len(self._count):
                self._grow(max(needed, 2 * len(self._count)))
        return self._slots[cell]

    def _grow(self, size: int) -> None:
        for name in ("_count", "_sums", "_products", "_means"):
            old = getattr(self, name)
            new = np.zeros((size, *old.shape[1:]))
            new[: len(old)] = old
            setattr(self, name, new)


def _centre(matrix: Array) -> Array:
    """Mean of what is there in each column; 0 where nothing is."""
    there = ~np.isnan(matrix)
    sums = np.where(there, matrix, 0.0).sum(axis=0)
    return np.asarray(sums / np.maximum(there.sum(axis=0), 1))
