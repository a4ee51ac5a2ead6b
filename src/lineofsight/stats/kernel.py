"""The kernel: rows in, counts, sums and cross-products per group out.

Every engine folds its rows with it, so that every engine gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lineofsight.stats.results import Array

Groups = NDArray[np.integer]

_AT_A_TIME = 1 << 17  # doubles in the rows of one step: 1 MB stays in the processor's cache
_MADE = 1 << 20  # doubles that the matrices of one step may take: 8 MB


def centred(matrix: Array, shift: Array, weight: Array | None = None) -> Array:
    """Rows as `folded_runs` takes them: a leading 1, so that their products hold the sums, and what is left of the centre.

    Args:
        matrix: `(n, p)` values, NaN where missing; a missing value counts as the centre.
        shift: `(p,)` provisional centre.
        weight: `(n,)` what each row counts for, not negative; both factors of a product get its root. 1 by default.

    Returns:
        `(n, p + 1)`.

    Raises:
        ValueError: A value is infinite; the message names the column's index.
    """
    rows = np.empty((len(matrix), matrix.shape[1] + 1))
    rows[:, 0] = 1.0
    np.subtract(matrix, shift, out=rows[:, 1:])
    if not _finite(rows):
        np.copyto(rows, 0.0, where=np.isnan(rows))
        if not _finite(rows) and (broken := np.flatnonzero(~np.isfinite(rows).all(axis=0))).size:
            raise _broken(int(broken[0]) - 1)
    if weight is not None:
        rows *= np.sqrt(weight)[:, None]
    return rows


def folded_runs(
    rows: Array, group: Groups, beside: Array | None = None
) -> Iterator[tuple[NDArray[np.intp], Array, Array]]:
    """Products of the rows of each group, a few groups at a time.

    Rows are put in order of group, keeping their order within it, and each run of equal groups is one matrix product.

    Args:
        rows: `(n, m)` rows, none of them missing anything.
        group: `(n,)` whole numbers, not negative.
        beside: `(n, q)` columns whose sums alone are needed; none by default.

    Yields:
        `(k,)` groups, each once and ascending; `(k, m, m)` their products; `(k, q)` their sums of what is beside. A
        group whose rows do not fit into one step comes in several.
    """
    n, m = rows.shape
    beside = np.empty((n, 0)) if beside is None else beside
    order = None if np.all(group[1:] >= group[:-1]) else _stable_order(group)
    ordered = group if order is None else group[order]
    ones, step = np.ones(min(n, max(1, _AT_A_TIME // m))), max(1, _AT_A_TIME // m)
    taken = np.empty((len(ones), m)), np.empty((len(ones), beside.shape[1]))
    most, begin = max(1, _MADE // (m * m)), 0
    while begin < n:
        labels = ordered[begin : begin + step]
        starts = np.flatnonzero(np.append(True, labels[1:] != labels[:-1]))
        end = begin + len(labels)
        if len(starts) > most:
            end, starts = begin + int(starts[most]), starts[:most]
        here, more = (_take(*each, order, begin, end) for each in zip((rows, beside), taken, strict=True))
        made, sums = np.empty((len(starts), m, m)), np.empty((len(starts), beside.shape[1]))
        for at, (start, stop) in enumerate(pairwise([*starts.tolist(), end - begin])):
            run = here[start:stop]
            np.dot(run.T, run, out=made[at])
            if sums.shape[1]:
                np.dot(ones[: stop - start], more[start:stop], out=sums[at])
        yield labels[starts].astype(np.intp), made, sums
        begin = end


def _take(rows: Array, into: Array, order: NDArray[np.intp] | None, begin: int, end: int) -> Array:
    """Some of the rows in their order; `into` is overwritten."""
    if order is None:
        return rows[begin:end]
    return rows.take(
        order[begin:end], axis=0, out=into[: end - begin], mode="clip"
    )  # other modes copy once more


def _stable_order(group: Groups) -> NDArray[np.intp]:
    """Order of the rows by group; narrow integers are sorted by radix, ten times as fast."""
    least = group.min()
    narrow = (group - least).astype(np.uint16) if group.max() - least < 1 << 16 else group
    return np.argsort(narrow, kind="stable")


def _finite(matrix: Array) -> bool:
    """Whether nothing is missing or infinite; quick, and False too where a sum is too large for a double."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(np.ones(len(matrix)) @ matrix).all())


def _broken(column: int) -> ValueError:
    return ValueError(f"column {column} holds missing or infinite values; leave those rows out")
