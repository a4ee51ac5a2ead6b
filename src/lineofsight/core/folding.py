"""The kernel: rows in, counts, sums and cross-products per group out.

Every engine folds its rows with it, so that every engine gives the same numbers.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lineofsight.core.results import Array

_CHUNK = 4096  # rows worked on at a time: a chunk of 30 columns stays in the processor's cache


def fold(
    matrix: Array, group: NDArray[np.integer], groups: int, shift: Array, weight: Array | None = None
) -> tuple[Array, Array, Array]:
    """Fold rows into the count, sums and products of each group; `accumulate` says how."""
    p = np.shape(matrix)[1]
    count, sums, products = np.zeros(groups), np.zeros((groups, p)), np.zeros((groups, p, p))
    accumulate(count, sums, products, matrix, group, shift, weight)
    return count, sums, products


def accumulate(
    count: Array,
    sums: Array,
    products: Array,
    matrix: Array,
    group: NDArray[np.integer],
    shift: Array,
    weight: Array | None = None,
) -> None:
    """Add a batch of rows to running counts, sums and products, in place.

    Rows are put in order of group, keeping their order within it, and each run of equal groups is one matrix
    product. The same rows in the same batches give the same bits. Large batches in C order are quickest; any
    other order is copied first.

    Parameters
    ----------
    count, sums, products
        `(G,)`, `(G, p)` and `(G, p, p)`: as in `Moments`, changed in place.
    matrix
        `(n, p)` values, in each column's own unit.
    group
        `(n,)` whole numbers from 0 to `G - 1`: the row's bucket.
    shift
        `(p,)` provisional centre.
    weight
        `(n,)` what each row counts for, not negative; 1 by default.

    Raises
    ------
    ValueError
        If the shapes differ, a group is out of range, or a value is missing or infinite (the message names
        the column's index). Nothing has been added then.
    """
    matrix, group = np.ascontiguousarray(matrix, dtype=np.float64), np.asarray(group)
    _refuse(matrix, group, count, sums)
    if not len(matrix):
        return
    order = None if np.all(group[1:] >= group[:-1]) else _stable_order(group, len(count))
    ordered = group if order is None else group[order]
    rows = np.ones((min(_CHUNK, len(matrix)), matrix.shape[1] + 1))  # a leading 1: its products are the sums
    for begin in range(0, len(matrix), _CHUNK):
        here = slice(begin, begin + _CHUNK)
        labels = ordered[here]
        taken = matrix[here] if order is None else matrix.take(order[here], axis=0)
        np.subtract(taken, shift, out=rows[: len(labels), 1:])
        if weight is not None:  # both factors of a product get a root
            root = np.sqrt(weight[here] if order is None else weight.take(order[here]))
            rows[: len(labels), 0] = root
            rows[: len(labels), 1:] *= root[:, None]
        starts = np.flatnonzero(np.append(True, labels[1:] != labels[:-1]))
        folded = np.empty((len(starts), rows.shape[1], rows.shape[1]))
        for at, (start, stop) in enumerate(pairwise([*starts.tolist(), len(labels)])):
            run = rows[start:stop]
            np.dot(run.T, run, out=folded[at])
        into = _place(labels[starts])
        count[into] += folded[:, 0, 0]
        sums[into] += folded[:, 0, 1:]
        products[into] += folded[:, 1:, 1:]


def _place(groups: NDArray[np.integer]) -> NDArray[np.integer] | slice:
    """Where to add, each group being there once: a slice when none is skipped, which spares two copies."""
    first, last = int(groups[0]), int(groups[-1])
    return slice(first, last + 1) if last - first + 1 == len(groups) else groups


def _stable_order(group: NDArray[np.integer], groups: int) -> NDArray[np.intp]:
    """Order of the rows by group; narrow integers are sorted by radix, ten times as fast."""
    narrow = group.astype(np.uint16) if groups <= 2**16 else group
    return np.argsort(narrow, kind="stable")


def _refuse(matrix: Array, group: NDArray[np.integer], count: Array, sums: Array) -> None:
    """Raise a `ValueError` if a batch cannot be folded."""
    if matrix.ndim != 2 or matrix.shape[1] != sums.shape[1] or group.shape != matrix.shape[:1]:
        raise ValueError(
            f"a batch of shape {matrix.shape} with groups of shape {group.shape} does not fit {sums.shape[1]} columns"
        )
    if not len(matrix):
        return
    if not np.issubdtype(group.dtype, np.integer) or group.min() < 0 or group.max() >= len(count):
        raise ValueError(f"groups must be whole numbers from 0 to {len(count) - 1}")
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(matrix.sum()):  # quick; a false alarm (overflow) is settled below
            return
    broken = np.flatnonzero(~np.isfinite(matrix).all(axis=0))
    if broken.size:
        raise ValueError(f"column {broken[0]} holds missing or infinite values; leave those rows out")
