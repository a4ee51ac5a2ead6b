"""Columns that tell the shape of a driver: pieces of a line that may bend, steps of a count, the ends of a rating's scale.

They stand in moments of their own, of everyone and not of segments: beside the columns of the models their number would
make every segment's matrices several times as large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lineofsight.aggregation.basis import Block, Derived
from lineofsight.aggregation.counts import CountBands
from lineofsight.aggregation.features import Outcome
from lineofsight.stats.results import Array

MOST_COLUMNS = 80
"""Columns that bends may add over all drivers. At 12 drivers, 40 other columns and 512 buckets their moments take some
30 MB for each pattern of observed outcomes."""

MOST_STEPS = 40
"""Columns that the steps of counts may add over all drivers."""

_GRIDS = (7, 3, 1)  # knots a driver: at its octiles, its quartiles, its median


def knots_each(drivers: int) -> int:
    """How many knots each of so many drivers may have: 7 (octiles), 3 (quartiles), 1 (the median) or none."""
    return next((count for count in _GRIDS if drivers * count <= MOST_COLUMNS), 0)


def fitting(counts: Mapping[str, CountBands]) -> dict[str, CountBands]:
    """The counts whose steps there is room for, in their order."""
    left, found = MOST_STEPS, {}
    for driver, bands in counts.items():
        if len(bands.steps) <= left:
            found[driver] = bands
            left -= len(bands.steps)
    return found


@dataclass(frozen=True, slots=True)
class Boxes:
    """Where the ends of a rating's scale begin: values up to `low` are its bottom boxes, from `high` on its top ones."""

    low: float
    high: float


def boxes_of(lowest: float, highest: float) -> Boxes:
    """The outer quarters of a scale: of 1–5 the boxes 1, 2 and 4, 5; of 1–7 1, 2 and 6, 7; of 0–10 0–2 and 8–10.

    The coding of penalty-reward contrasts (Matzler, Bailom, Hinterhuber, Renzl and Pichler 2004).
    """
    quarter = (highest - lowest) / 4
    return Boxes(lowest + quarter, highest - quarter)


@dataclass(frozen=True)
class ShapeBasis(Derived):
    """Controls, drivers with the excess over each knot, their steps and the ends of their scale, and outcomes.

    Attributes:
        grid: Per driver, knots inside its values, ascending; none where it has too few different values.
        pieces: Per driver, those knots that part the pieces which slopes are told of.
        outcomes: The outcomes that are looked at.
        boxes: Per driver that is a rating, the ends of its scale.
        scales: Per driver that is a rating, the lowest and highest answer.
        drawn: Per driver, from where to where pieces are told of: its 5th and 95th percentile.
        counts: Per driver that counts something, the bands of its values.
    """

    grid: Mapping[str, tuple[float, ...]]
    pieces: Mapping[str, tuple[float, ...]]
    outcomes: tuple[Outcome, ...]
    boxes: Mapping[str, Boxes] = field(default_factory=dict)
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    drawn: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    counts: Mapping[str, CountBands] = field(default_factory=dict)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All columns: controls, drivers each with its bends, steps and boxes, outcomes."""
        drivers = [column for driver in self.base.drivers for column in self._of(driver.name)]
        return (*self.base.controls, *drivers, *(outcome.name for outcome in self.outcomes))

    @property
    def too_many(self) -> bool:
        """Whether drivers are so many that none gets knots of its own."""
        return knots_each(len(self.base.drivers)) == 0

    def bends(self, driver: str, knots: tuple[float, ...] | None = None) -> tuple[str, ...]:
        """Columns of a driver's excess over some of its knots; over those of its pieces by default."""
        return tuple(bend(driver, knot) for knot in (self.pieces[driver] if knots is None else knots))

    def steps(self, driver: str) -> dict[str, float]:
        """Columns of "as many or more", with how many; none of a driver that is no count."""
        bands = self.counts.get(driver)
        return {} if bands is None else {step(driver, start): start for start in bands.steps}

    def _of(self, driver: str) -> tuple[str, ...]:
        ends = box_columns(driver) if driver in self.boxes else ()
        return (driver, *self.bends(driver, self.grid[driver]), *self.steps(driver), *ends)

    def evaluate(self, block: Block) -> Block:
        """A batch of complete episodes in these columns; a driver that is absent is NaN in all of its own."""
        at = {name: index for index, name in enumerate(self.base.columns)}
        held = len(self.base.controls)
        matrix = np.empty((len(block.matrix), len(self.columns)))
        matrix[:, :held] = block.matrix[:, :held]
        place = held
        for driver in self.base.drivers:
            value = np.ascontiguousarray(block.matrix[:, at[driver.name]])
            for column in self._values(driver.name, value):
                matrix[:, place] = column
                place += 1
        for offset, outcome in enumerate(self.outcomes):
            matrix[:, place + offset] = block.matrix[:, at[outcome.name]]
        return Block(block.rows, matrix, np.empty((len(matrix), 0)), block.pattern)

    def _values(self, driver: str, value: Array) -> list[Array]:
        found = [value, *(np.maximum(value - knot, 0.0) for knot in self.grid[driver])]
        there = ~np.isnan(value)
        found += [np.where(there, value >= start, np.nan) for start in self.steps(driver).values()]
        if (boxes := self.boxes.get(driver)) is not None:
            found.append(np.where(there, value <= boxes.low, np.nan))
            found.append(np.where(there, value >= boxes.high, np.nan))
        return found


def bend(driver: str, knot: float) -> str:
    """Name of the column with a driver's excess over a knot."""
    return f"{driver}>{knot:.15g}"


def step(driver: str, start: float) -> str:
    """Name of the column that is 1 where a count is as high as this or higher, else 0."""
    return f"{driver}≥{start:.15g}"


def box_columns(driver: str) -> tuple[str, str]:
    """Names of the indicators of the bottom and of the top boxes."""
    return f"{driver}~bottom", f"{driver}~top"
