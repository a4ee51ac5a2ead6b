"""One pass over some of the episodes: what the representer of each driver's change is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

import numpy as np
import pyarrow as pa

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.features import Driver
from lineofsight.aggregation.representers import DictionarySums, Terms, dictionary_sums, representer_of
from lineofsight.engines.aggregate import codes_of, evaluated
from lineofsight.engines.batches import chunks
from lineofsight.engines.response_sums import EpisodeJob

ENOUGH_EPISODES = 250_000
"""About how many episodes representers are made from: they need to be near, and whatever they miss is no bias where the
line is right."""

COUNTED_UP_TO = 20
"""Of whole numbers nearly all of which lie below, 0 is one step below 1 and no value apart."""


Sums = dict[str, DictionarySums]


@dataclass(frozen=True, eq=False)
class RepresenterSums(EpisodeJob):
    """Sums of every driver's dictionary: a `MapReduce` job.

    Attributes:
        knots: Where each driver's dictionary has knots.
        counts: Drivers of which 0 is no value apart.
    """

    knots: Mapping[str, tuple[float, ...]]
    counts: frozenset[str] = frozenset()

    def map(self, batches: Iterable[pa.RecordBatch]) -> Sums:
        """The sums over these rows."""
        basis = self.episodes.basis
        terms = {driver.name: self.terms(driver) for driver in basis.drivers}
        found = {name: _none(each.width) for name, each in terms.items()}
        at = {name: index for index, name in enumerate(basis.columns)}
        for batch in chunks(batches):
            batch, block = evaluated(batch, basis, self.episodes.categories, means=False)
            codes = codes_of(batch, basis, self.episodes.categories)
            codes = {name: code[block.rows] for name, code in codes.items()}
            numbers = {
                each.name: np.ascontiguousarray(block.matrix[:, at[each.name]]) for each in basis.numbers
            }
            for driver in basis.drivers:
                value = np.ascontiguousarray(block.matrix[:, at[driver.name]])
                move = driver.move(value, "better", basis.share)
                found[driver.name] += dictionary_sums(terms[driver.name], value, move, codes, numbers)
        return found

    def reduce(self, parts: Sequence[Sums]) -> Sums:
        """The sums over all rows."""
        return {name: reduce(add, [part[name] for part in parts]) for name in parts[0]}

    def terms(self, driver: Driver) -> Terms:
        """What a driver's dictionary has: its declared knots too; of the controls those that are no mere candidates."""
        basis = self.episodes.basis
        groups = [(each.name, len(each.levels)) for each in basis.categories if not each.candidate]
        groups += [(name, len(levels)) for name, levels in basis.groups]
        numbers = tuple(number.name for number in basis.numbers if not number.candidate)
        knots = tuple(sorted({*self.knots[driver.name], *driver.knots}))
        return Terms(knots, tuple(groups), numbers, driver.name not in self.counts)

    def basis(self, sums: Sums) -> Basis:
        """The basis with the representer of each driver's change, where a straight line is not enough."""
        basis = self.episodes.basis
        drivers = tuple(
            replace(driver, representer=representer_of(self.terms(driver), sums[driver.name]))
            for driver in basis.drivers
        )
        return replace(basis, drivers=drivers)


def _none(width: int) -> DictionarySums:
    return DictionarySums(0.0, np.zeros(width), np.zeros((width, width)), np.zeros(width))
