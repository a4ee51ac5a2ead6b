"""Batches of episodes, aggregated into cells: a segment level and a pattern of observed outcomes each."""

from __future__ import annotations

import numpy as np

from lineofsight.aggregation.basis import Block, Codes, Patterns
from lineofsight.aggregation.groups import Cell, Cells, Columns, Places
from lineofsight.stats.kernel import centred, folded_runs
from lineofsight.stats.results import Array

__all__ = ["CellAggregator", "Cells"]


class CellAggregator:
    """Aggregates batches of episodes into cells, one batch after the other in the order of the stored rows.

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
        p = len(basis.columns)
        row, column = np.triu_indices(p)
        self._triangle = (row + 1) * (p + 1) + column + 1  # in products with a leading 1
        self._bucket = np.zeros(0, dtype=np.int32)
        self._line = np.zeros((0, p + 1))  # the count, then the sums
        self._upper, self._means = np.zeros((0, len(row))), np.zeros((0, len(basis.mean_columns)))

    def add(
        self,
        block: Block,
        bucket: Codes,
        level: Codes,
        weight: Array | None = None,
        rows: Array | None = None,
    ) -> None:
        """Adds the complete episodes of a batch.

        Args:
            block: The batch in the basis.
            bucket: `(n,)` bucket of each complete episode.
            level: `(n,)` level code of the segment attribute, -1 for none.
            weight: `(n,)` what each episode counts for in the moments; 1 by default.
            rows: The block as `centred` makes it about this centre, where several aggregators share one.
        """
        if not len(block.matrix):
            return
        if self._shift is None:
            self._shift = centre(block.matrix)
        if rows is None:
            rows = centred(block.matrix, self._shift, weight)
        place = self._places(level, block.pattern, bucket)
        for into, made, means in folded_runs(rows, place, block.means):
            self._line[into] += made[:, 0]
            self._upper[into] += made.reshape(len(into), -1).take(self._triangle, axis=1)
            if means.shape[1]:
                self._means[into] += means

    def result(self) -> Cells:
        """All cells so far."""
        shift = self._shift if self._shift is not None else np.zeros(len(self._basis.columns))
        groups = {cell: self._place[slot][self._place[slot] >= 0] for cell, slot in self._slots.items()}
        used = slice(self._held)
        return Cells(
            self._basis,
            shift,
            self._buckets,
            groups,
            self._bucket[used],
            self._line[used, 0],
            self._line[used, 1:],
            self._upper[used],
            self._means[used],
        )

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
        if size <= len(self._bucket):
            return
        size = max(size, 2 * len(self._bucket))
        for name in ("_bucket", "_line", "_upper", "_means"):
            old = getattr(self, name)
            new = np.zeros((size, *old.shape[1:]), dtype=old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)


def centre(matrix: Array) -> Array:
    """`(p,)` mean of what is there in each column; 0 where nothing is."""
    there = ~np.isnan(matrix)
    sums = np.where(there, matrix, 0.0).sum(axis=0)
    return np.asarray(sums / np.maximum(there.sum(axis=0), 1))
