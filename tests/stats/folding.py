"""Moments of rows, by the products that every engine makes."""

from __future__ import annotations

import numpy as np

from lineofsight.stats.kernel import centred, folded_runs


def fold(
    matrix: np.ndarray, group: np.ndarray, groups: int, shift: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`(G,)` counts, `(G, p)` sums and `(G, p, p)` products of each group's rows, about the shift."""
    p = matrix.shape[1]
    count, sums, products = np.zeros(groups), np.zeros((groups, p)), np.zeros((groups, p, p))
    for into, made, _ in folded_runs(centred(np.asarray(matrix, dtype=np.float64), shift), group):
        count[into] += made[:, 0, 0]
        sums[into] += made[:, 0, 1:]
        products[into] += made[:, 1:, 1:]
    return count, sums, products
