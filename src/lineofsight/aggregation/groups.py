"""Aggregates episodes: moments per bucket, kept apart by segment level and by which outcomes were observed.

Most cells of a small segment hold an episode in few of the buckets. Only groups that occur, of one cell and one bucket,
take memory, and of a symmetric matrix only the upper triangle.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lineofsight.aggregation.basis import Codes
from lineofsight.aggregation.features import Outcome
from lineofsight.stats.moments import Moments
from lineofsight.stats.results import Array

Cell = tuple[int, int]  # level of the segment attribute, pattern of observed outcomes
Places = NDArray[np.intp]


class Columns(Protocol):
    """What is aggregated: columns whose cross-products are kept, columns whose sums are, and what a pattern tells of."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns whose cross-products are kept."""
        ...

    @property
    def mean_columns(self) -> tuple[str, ...]:
        """Columns whose sums are kept."""
        ...

    @property
    def flags(self) -> tuple[str, ...]:
        """What tells episodes apart."""
        ...

    def bits(self, flags: Iterable[str]) -> int:
        """These flags as a number, one bit each."""
        ...

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Perceptions and behaviours among the columns."""
        ...


@dataclass(frozen=True, eq=False)
class Cells:
    """Moments of the cells of one segment attribute, in `G` groups of one cell and one bucket.

    Attributes:
        basis: What the `p` columns and `q` mean columns are.
        shift: `(p,)` provisional centre of all groups.
        buckets: Number of buckets.
        groups: Places of each cell's groups, no two of them in the same bucket.
        bucket: `(G,)` bucket of each group.
        count: `(G,)` episodes.
        sums: `(G, p)` as in `Moments`.
        upper: `(G, p (p + 1) / 2)` upper triangles of the products, row by row.
        means: `(G, q)` sums of the columns whose means are needed.
    """

    basis: Columns
    shift: Array
    buckets: int
    groups: Mapping[Cell, Places]
    bucket: Codes
    count: Array
    sums: Array
    upper: Array
    means: Array

    @property
    def levels(self) -> frozenset[int]:
        """Codes of the levels that hold an episode."""
        return frozenset(level for level, _ in self.groups)

    def only(self, level: int) -> Cells:
        """The cells of one level."""
        mine = {cell: places for cell, places in self.groups.items() if cell[0] == level}
        return replace(self, groups=mine)

    def pooled(self) -> Cells:
        """The same episodes with all levels in one, whose code is 0."""
        if len(self.levels) < 2:
            return replace(self, groups={(0, pattern): at for (_, pattern), at in self.groups.items()})
        held = {pattern: self._held((pattern,)) for pattern in dict.fromkeys(p for _, p in self.groups)}
        start = dict(zip(held, np.cumsum([0, *map(len, held.values())]).tolist(), strict=False))
        into = {
            (level, pattern): start[pattern] + np.searchsorted(held[pattern], self.bucket[at])
            for (level, pattern), at in self.groups.items()
        }
        bucket = np.concatenate(list(held.values())).astype(np.int32)
        return Cells(
            self.basis,
            self.shift,
            self.buckets,
            {(0, pattern): start[pattern] + np.arange(len(mine)) for pattern, mine in held.items()},
            bucket,
            *(
                self._added(part, into, len(bucket))
                for part in (self.count, self.sums, self.upper, self.means)
            ),
        )

    def moments(self, keep: Callable[[int], bool]) -> tuple[Places, Moments]:
        """The buckets that hold an episode of a pattern for which `keep` holds, and their moments."""
        patterns = {pattern for _, pattern in self.groups if keep(pattern)}
        held = self._held(patterns)
        into = {
            cell: np.searchsorted(held, self.bucket[at])
            for cell, at in self.groups.items()
            if cell[1] in patterns
        }
        count, sums, upper = (
            self._added(part, into, len(held)) for part in (self.count, self.sums, self.upper)
        )
        p = len(self.basis.columns)
        products = np.empty((len(held), p, p))
        row, column = np.triu_indices(p)
        products[:, row, column] = upper
        products[:, column, row] = upper
        return held, Moments(self.basis.columns, self.shift, count, sums, products)

    def mean_sums(self) -> Array:
        """`(B, q)` sums of the columns whose means are needed, over all cells."""
        into = {cell: self.bucket[at].astype(np.intp) for cell, at in self.groups.items()}
        return self._added(self.means, into, self.buckets)

    def observed(self, names: Iterable[str]) -> Callable[[int], bool]:
        """Tells whether a pattern has all of these flags: sources of outcomes, and who was asked."""
        bits = self.basis.bits(names)
        return lambda pattern: pattern & bits == bits

    def _held(self, patterns: Collection[int]) -> Places:
        """Buckets that hold an episode of one of these patterns."""
        found = np.zeros(self.buckets, dtype=np.bool_)
        for (_, pattern), at in self.groups.items():
            if pattern in patterns:
                found[self.bucket[at]] = True
        return np.flatnonzero(found)

    def _added(self, part: Array, into: Mapping[Cell, Places], size: int) -> Array:
        """Rows of all these cells, added up where they go; the rows of one cell go to different places."""
        total = np.zeros((size, *part.shape[1:]))
        for cell, where in into.items():
            total[where] += part[self.groups[cell]]
        return total


def merged(parts: Sequence[Cells]) -> Cells:
    """The cells of all parts of the rows, aggregated about the same shift, added up in the order of the parts."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    cells = sorted({cell for part in parts for cell in part.groups})
    number = {cell: at for at, cell in enumerate(cells)}
    keys = []
    for part in parts:
        key = np.empty(len(part.bucket), dtype=np.int64)
        for cell, places in part.groups.items():
            key[places] = number[cell] * first.buckets + part.bucket[places]
        keys.append(key)
    groups = np.unique(np.concatenate(keys))
    into = [np.searchsorted(groups, key) for key in keys]

    apart = len(groups) == sum(map(len, keys))  # no bucket in two parts: nothing is added up

    def added(name: str) -> Array:
        shape = (len(groups), *getattr(first, name).shape[1:])
        total = np.empty(shape) if apart else np.zeros(shape)
        for part, places in zip(parts, into, strict=True):
            if apart:
                total[places] = getattr(part, name)
            else:
                total[places] += getattr(part, name)
        return total

    starts = np.searchsorted(groups, np.arange(len(cells) + 1) * first.buckets)
    return Cells(
        first.basis,
        first.shift,
        first.buckets,
        {cell: np.arange(starts[at], starts[at + 1]) for cell, at in number.items()},
        (groups % first.buckets).astype(np.int32),
        *(added(name) for name in ("count", "sums", "upper", "means")),
    )
