"""What moves a simulated company's customers: its operations, their own traits, the segment they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lineofsight.simulate.distributions import Distribution


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A table whose rows before the anchor are averaged into an operation.

    Attributes:
        table: Its name.
        at: Its column of time.
        value: Its column of values.
        share: Share of the episodes that have rows in it; the others are missing, at random.
        rows: Rows an episode has at most.
        days: Length of the window up to the anchor.
    """

    table: str
    at: str
    value: str
    share: float = 1.0
    rows: int = 3
    days: int = 30


@dataclass(frozen=True, slots=True)
class Operation:
    """Something the company does.

    Attributes:
        name: Its name, and its column where it is on a row.
        label: What people call it.
        function: Who owns it.
        unit: Its unit.
        better: Which direction is good.
        values: Its marginal distribution.
        loads: Loadings of its normal score on the design's common factors.
        customer: Loading on a part of its own that all episodes of a customer share.
        source: The table with one row per order that has it as a column, or a touchpoint.
        limit: No value is made better than this.
        knot: Where its slope may change.
        note: A comment for the project file.
    """

    name: str
    label: str
    function: str
    unit: str
    better: Literal["lower", "higher"]
    values: Distribution
    loads: Mapping[str, float] = field(default_factory=dict)
    customer: float = 0.3
    source: str | Touchpoint = "orders"
    limit: float | None = None
    knot: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.customer**2 + sum(load**2 for load in self.loads.values()) >= 1:
            raise ValueError(f"{self.name}: the squares of the loadings add up to 1 or more")

    @property
    def share(self) -> float:
        """Share of the episodes where it is known."""
        return self.source.share if isinstance(self.source, Touchpoint) else 1.0


@dataclass(frozen=True, slots=True)
class Control:
    """A confounder that is measured: a number, or the levels between `cuts` of its normal score.

    It moves the operations that load on the same `factor`, and the outcomes whose `controls` name it.
    """

    name: str
    factor: str
    values: Distribution | None = None
    levels: tuple[str, ...] = ()
    cuts: tuple[float, ...] = ()
    load: float = 0.9

    def __post_init__(self) -> None:
        if (self.values is None) == (not self.levels) or len(self.cuts) != max(len(self.levels) - 1, 0):
            raise ValueError(f"{self.name}: either 'values', or 'levels' with one cut between each two")


@dataclass(frozen=True, slots=True)
class Segment:
    """A category of customers, with the share of each level; independent of everything."""

    name: str
    shares: Mapping[str, float]
