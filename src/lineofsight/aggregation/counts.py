"""Operations that count: few different whole numbers, of which each is a band of its own as long as it has episodes enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 30
"""Episodes that a band of a count needs: a value with fewer is pooled with those above it, the highest ones together."""

MOST_VALUES = 12
"""Different values up to the pooled ones beyond which an operation is measured rather than counted."""


@dataclass(frozen=True, slots=True)
class CountBands:
    """The bands of a count.

    Attributes:
        starts: Lowest value of each band, ascending; at least three.
        means: Mean value of each.
        sizes: Episodes in each.
        highest: The highest value of all.
    """

    starts: tuple[float, ...]
    means: tuple[float, ...]
    sizes: tuple[int, ...]
    highest: float

    @property
    def steps(self) -> tuple[float, ...]:
        """Where bands after the first begin."""
        return self.starts[1:]

    def pooled(self, starts: Sequence[float]) -> CountBands:
        """The same count with bands that begin at some of these places only, the lowest among them."""
        groups: list[list[int]] = []
        for at, start in enumerate(self.starts):
            if start in starts or not groups:
                groups.append([])
            groups[-1].append(at)
        sizes = tuple(sum(self.sizes[at] for at in group) for group in groups)
        sums = [sum(self.means[at] * self.sizes[at] for at in group) for group in groups]
        means = tuple(total / size for total, size in zip(sums, sizes, strict=True))
        return CountBands(tuple(self.starts[group[0]] for group in groups), means, sizes, self.highest)


def count_bands(tally: Sequence[tuple[float, int]]) -> CountBands | None:
    """The bands of a count, from its values with their episodes, ascending.

    None where it has too many values, or too few for three bands.
    """
    left = sum(episodes for _, episodes in tally)
    starts: list[float] = []
    sizes: list[int] = []
    sums: list[float] = []
    for different, (value, episodes) in enumerate(tally):
        if not starts or (sizes[-1] >= ENOUGH and left >= ENOUGH):
            if different >= MOST_VALUES:
                return None
            starts.append(value)
            sizes.append(0)
            sums.append(0.0)
        sizes[-1] += episodes
        sums[-1] += value * episodes
        left -= episodes
    if len(starts) < 3:
        return None
    means = tuple(total / size for total, size in zip(sums, sizes, strict=True))
    return CountBands(tuple(starts), means, tuple(sizes), tally[-1][0])
