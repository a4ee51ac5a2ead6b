"""Observed averages of outcomes by band of a driver, as they are, adjusted for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap

import numpy as np

from lineofsight.stats.results import Array

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a driver and one outcome in it.

    Attributes:
        driver: Operation.
        low: Lower end, included; None for the lowest band.
        high: Upper end, excluded; None for the highest band.
        outcome: Perception or behaviour.
        n: Episodes in the band with the outcome.
        mean: Mean of the outcome there; NaN without any.
    """

    driver: str
    low: float | None
    high: float | None
    outcome: str
    n: int
    mean: float


class BandAggregator:
    """Adds up outcomes by band of each driver, batch by batch.

    Args:
        cuts: Per driver, where one band ends and the next begins, ascending.
        outcomes: Names of the outcomes.
    """

    def __init__(self, cuts: Mapping[str, Sequence[float] | Array], outcomes: Sequence[str]) -> None:
        self._cuts = {name: np.asarray(ends, dtype=np.float64) for name, ends in cuts.items()}
        self._outcomes = tuple(outcomes)
        self._count = {name: np.zeros((len(outcomes), len(ends) + 1)) for name, ends in cuts.items()}
        self._sum = {name: np.zeros((len(outcomes), len(ends) + 1)) for name, ends in cuts.items()}
        # A value that rounding alone keeps from a cut has reached it.
        lows = [np.append(-np.inf, ends - _ROUNDING * np.abs(ends)) for ends in self._cuts.values()]
        starts = np.cumsum([0, *map(len, lows)]).tolist()
        self._lows = np.concatenate([np.zeros(0), *lows])
        self._bands = dict(zip(cuts, starmap(slice, pairwise(starts)), strict=True))

    @property
    def cuts(self) -> Mapping[str, Array]:
        """Per driver, where one band ends and the next begins."""
        return self._cuts

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return self._outcomes

    def add(self, drivers: Mapping[str, Array], outcomes: Mapping[str, Array]) -> None:
        """Adds a batch: `(n,)` values of every driver and outcome, NaN where missing."""
        if not self._outcomes:
            return
        values = np.column_stack([outcomes[name] for name in self._outcomes])
        there = ~np.isnan(values)
        both = np.hstack([there, np.where(there, values, 0.0)])  # counts and sums by one product
        inside = np.empty((len(self._lows), len(values)), dtype=np.bool_)
        for driver, bands in self._bands.items():
            # Those of a lower band have not reached the next; a missing value reaches none.
            reached = drivers[driver] >= self._lows[bands, None]
            inside[bands] = reached
            np.greater(reached[:-1], reached[1:], out=inside[bands][:-1])
        found = inside.astype(np.float64) @ both
        for driver, bands in self._bands.items():
            self._count[driver] += found[bands, : len(self._outcomes)].T
            self._sum[driver] += found[bands, len(self._outcomes) :].T

    def sums(self) -> Array:
        """All counts and sums in a row, as `merge` takes them."""
        parts = [part.ravel() for name in self._cuts for part in (self._count[name], self._sum[name])]
        return np.concatenate([np.zeros(0), *parts])

    def merge(self, sums: Array) -> None:
        """Adds the `sums` of another aggregator with the same cuts and outcomes."""
        start = 0
        for name in self._cuts:
            for part in (self._count[name], self._sum[name]):
                part += sums[start : start + part.size].reshape(part.shape)
                start += part.size

    def result(self) -> list[Band]:
        """All bands that hold an episode."""
        bands = []
        for driver, cuts in self._cuts.items():
            ends = [None, *cuts.tolist(), None]
            for row, outcome in enumerate(self._outcomes):
                for at, (count, total) in enumerate(
                    zip(self._count[driver][row], self._sum[driver][row], strict=True)
                ):
                    if count:
                        bands.append(
                            Band(driver, ends[at], ends[at + 1], outcome, int(count), float(total / count))
                        )
        return bands
