"""What a simulated company is made of: everything that its truth follows from, declared.

Every outcome is linear in the operations (with a bend at a knot), the controls and, for a behaviour, in the perceptions
as they are measured. So the planted coefficients are exactly what the linear models of the product estimate.
Levels of the segment are drawn independently of everything else; slopes differ by level only on the way from
operations to perceptions. Then the slope of a model pooled over levels is their mean weighted by the levels' shares,
and the product of pooled slopes is the pooled indirect effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
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


Levels = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Effect:
    """An operation's part of an outcome: `presence + slope · value + bend · (value − knot)₊`; nothing where absent.

    `by_level` overrides `slope` in levels of the segment.
    """

    slope: float = 0.0
    bend: float = 0.0
    presence: float = 0.0
    by_level: Levels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear predictor, centred: its mean over the population is `mean`.

    Attributes:
        mean: Population mean of the outcome.
        effects: By operation. An operation that is not named does nothing.
        controls: By control: a slope, or an amount for each level.
        perceptions: By perception: per point of the answer as it is modelled.
        customer: Half-width of the uniform part that all episodes of a customer share.
        noise: Half-width of the uniform part that each episode has of its own.
    """

    mean: float
    effects: Mapping[str, Effect] = field(default_factory=dict)
    controls: Mapping[str, float | Levels] = field(default_factory=dict)
    perceptions: Mapping[str, float] = field(default_factory=dict)
    customer: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True, slots=True)
class Perception:
    """What customers would say, of whom those who respond do.

    Attributes:
        name: Its name and column.
        measure: `csat`, an answer of 1 to 5 whose mean is modelled, or `nps`, modelled by +100, 0 and −100.
        label: What people call it.
        predictor: Mean of what is modelled, given everything.
        spread: Share of `csat` answers that are at an end of the scale, the others being binomial; for `nps`,
            the share of passives.
    """

    name: str
    measure: Literal["csat", "nps"]
    label: str
    predictor: Linear
    spread: float = 0.2

    @property
    def range(self) -> tuple[float, float]:
        """The ends of what is modelled."""
        return (1.0, 5.0) if self.measure == "csat" else (-100.0, 100.0)

    @property
    def means(self) -> tuple[float, float]:
        """The ends of what its conditional mean may be."""
        return (1.0, 5.0) if self.measure == "csat" else (-100 * (1 - self.spread), 100 * (1 - self.spread))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What customers do in the window: for `stay` the predictor is a probability, else an amount of money."""

    name: str
    kind: Literal["stay", "buy_more", "cost_to_serve"]
    label: str
    predictor: Linear

    @property
    def scale(self) -> float:
        """From the predictor's unit to the one reported: shares of customers become percentage points."""
        return 100.0 if self.kind == "stay" else 1.0


@dataclass(frozen=True, slots=True)
class Calendar:
    """When things happen. Episodes of one customer are further apart than the landmark and the window together.

    Attributes:
        start: First day the tables are complete for.
        days: Days they are complete for.
        landmark: Days after the anchor in which answers count and behaviours do not.
        window: Days after the landmark in which behaviours count.
        uncovered: Share of customers whose last window is longer than the data.
        strays: Share of episodes with a purchase before the landmark, and of silent ones with an answer after it;
            neither counts.
    """

    start: dt.date = dt.date(2024, 1, 1)
    days: int = 731
    landmark: int = 14
    window: int = 90
    uncovered: float = 0.0
    strays: float = 0.0

    @property
    def reach(self) -> int:
        """Days after the anchor at which its window of behaviours ends."""
        return self.landmark + self.window

    @property
    def end(self) -> dt.date:
        """Last day the tables are complete for."""
        return self.start + dt.timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class Design:
    """A whole company before anything is drawn.

    Attributes:
        name: Its name.
        currency: What its money is in.
        factors: Common factors that are the same in all episodes of a customer.
        moments: Common factors drawn anew for each episode.
        operations: What it does.
        elapsed: The operation that is the days from order to delivery.
        controls: Its customers' measured confounders.
        response: Probability to answer.
        perceptions: What customers feel.
        stay: Whether they come back.
        spend: What they spend when they do.
        cost: What it costs to serve them.
        segment: A category of customers.
        episodes: Shares of customers with one, two, … episodes.
        habit: Share of answers and decisions that follow the customer's one draw rather than the moment's: residuals
            of one customer go together, while the mean given everything stays what it is.
        calendar: When things happen.
        csv: Names of the tables that are written as CSV rather than Parquet.
        about: Comment at the top of the project file.
    """

    name: str
    currency: str
    factors: tuple[str, ...]
    moments: tuple[str, ...]
    operations: tuple[Operation, ...]
    elapsed: str
    controls: tuple[Control, ...]
    response: Linear
    perceptions: tuple[Perception, ...]
    stay: Behaviour
    spend: Behaviour
    cost: Behaviour | None = None
    segment: Segment | None = None
    episodes: tuple[float, ...] = (0.5, 0.3, 0.2)
    habit: float = 0.0
    calendar: Calendar = Calendar()
    csv: frozenset[str] = frozenset()
    about: str = ""

    @property
    def behaviours(self) -> tuple[Behaviour, ...]:
        """What customers do next."""
        return tuple(behaviour for behaviour in (self.stay, self.spend, self.cost) if behaviour is not None)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of its segment; without one, none."""
        return tuple(self.segment.shares) if self.segment is not None else ()

    def predictors(self) -> Iterator[tuple[str, Linear]]:
        """Name and predictor of the response and of each outcome."""
        yield "response", self.response
        yield from ((perception.name, perception.predictor) for perception in self.perceptions)
        yield from ((behaviour.name, behaviour.predictor) for behaviour in self.behaviours)
