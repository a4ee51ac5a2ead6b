"""Batches of episodes, folded into cells: a segment level and a pattern of observed outcomes each."""

from __future__ import annotations

import numpy as np

from lineofsight.core.basis import Block, Codes, Patterns
from lineofsight.core.folding import fold
from lineofsight.core.groups import Cell, Cells, Columns, Places
from lineofsight.core.results import Array

__all__ = ["CellFold", "Cells"]

_WORKED_ON = 1 << 22  # doubles that the matrices of one step may take: 32 MB


class CellFold:
    """Folds batches of episodes into cells, one batch after the other in the order of the stored rows.

    Args:
        basis: What the columns are.
        buckets: Number of buckets.
        shift: `(p,)` provisional centre; by default the mean of the first batch.
    """

    def __init__(self, basis: Columns, buckets: int, shift: Array | None = None) -> None:
        self._basis, self._buckets = basis, buckets
        self._shift = shift
        self._slots: dict[Cell, int] = {}
        self._place = np.zeros((0, buckets), dtype=np.intp)  # of each cell and bucket; -1 until it occurs
        self._held = 0
        p, q = len(basis.columns), len(basis.mean_columns)
        row, column = np.triu_indices(p)
        self._triangle = row * p + column
        self._bucket = np.zeros(0, dtype=np.int32)
        self._count, self._sums = np.zeros(0), np.zeros((0, p))
        self._upper, self._means = np.zeros((0, len(row))), np.zeros((0, q))

    def add(self, block: Block, bucket: Codes, level: Codes, weight: Array | None = None) -> None:
        """Adds the complete episodes of a batch.

        Args:
            block: The batch in the basis.
            bucket: `(n,)` bucket of each complete episode.
            level: `(n,)` level code of the segment attribute, -1 for none.
            weight: `(n,)` what each episode counts for in the moments; 1 by default.
        """
        if not len(block.matrix):
            return
        if self._shift is None:
            self._shift = centre(block.matrix)
        place = self._places(level, block.pattern, bucket)
        order = np.argsort(place, kind="stable")
        ordered = place[order]
        self._add_means(block.means, place)
        p = block.matrix.shape[1]
        step = max(1, _WORKED_ON // (p * p))
        for begin in range(0, len(order), step):
            chosen = order[begin : begin + step]
            taken = block.matrix.take(chosen, axis=0)
            missing = np.isnan(taken)
            if missing.any():
                taken = np.where(missing, self._shift, taken)
            part = ordered[begin : begin + step]
            new = np.diff(part, prepend=-1) != 0
            into, local = part[new], np.cumsum(new) - 1
            heavy = None if weight is None else weight[chosen]
            count, sums, products = fold(taken, local, len(into), self._shift, heavy)
            self._count[into] += count
            self._sums[into] += sums
            self._upper[into] += products.reshape(len(into), p * p).take(self._triangle, axis=1)

    def result(self) -> Cells:
        """All cells folded so far."""
        shift = self._shift if self._shift is not None else np.zeros(len(self._basis.columns))
        used = slice(self._held)
        groups = {cell: self._place[slot][self._place[slot] >= 0] for cell, slot in self._slots.items()}
        return Cells(
            self._basis,
            shift,
            self._buckets,
            groups,
            self._bucket[used],
            self._count[used],
            self._sums[used],
            self._upper[used],
            self._means[used],
        )

    def _add_means(self, means: Array, place: Places) -> None:
        """Adds up each column by group, in the order of the rows; the columns need no sorting for that."""
        groups, where = np.unique(place, return_inverse=True)
        for at, column in enumerate(means.T):
            self._means[groups, at] += np.bincount(where, weights=column, minlength=len(groups))

    def _places(self, level: Codes, pattern: Patterns, bucket: Codes) -> Places:
        """`(n,)` where each episode's group stands; new groups get the next places."""
        patterns = 1 << len(self._basis.flags)
        found, where = np.unique((level.astype(np.int64) + 1) * patterns + pattern, return_inverse=True)
        slots = np.array([self._slot((code // patterns - 1, code % patterns)) for code in found.tolist()])
        flat = slots[where] * self._buckets + bucket
        index = self._place.reshape(-1)
        new = np.unique(flat[index[flat] < 0])
        if new.size:
            held = self._held + len(new)
            self._reserve(held)
            index[new] = np.arange(self._held, held)
            self._bucket[self._held : held] = new % self._buckets
            self._held = held
        return index[flat]

    def _slot(self, cell: Cell) -> int:
        if cell not in self._slots:
            self._slots[cell] = len(self._slots)
            self._place = np.vstack([self._place, np.full((1, self._buckets), -1, dtype=np.intp)])
        return self._slots[cell]

    def _reserve(self, size: int) -> None:
        if size <= len(self._count):
            return
        size = max(size, len(self._count) * 3 // 2)
        for name in ("_bucket", "_count", "_sums", "_upper", "_means"):
            old = getattr(self, name)
            new = np.zeros((size, *old.shape[1:]), dtype=old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)


def centre(matrix: Array) -> Array:
    """`(p,)` mean of what is there in each column; 0 where nothing is."""
    there = ~np.isnan(matrix)
    sums = np.where(there, matrix, 0.0).sum(axis=0)
    return np.asarray(sums / np.maximum(there.sum(axis=0), 1))
