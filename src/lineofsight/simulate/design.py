"""What a simulated company is made of: everything that its truth follows from, declared.

Every outcome is linear in the operations (with a bend at a knot), the controls and, for a behaviour, in the perceptions
as they are measured. So the planted coefficients are exactly what the linear models of the product estimate.
Levels of the segment are drawn independently of everything else; slopes differ by level only on the way from
operations to perceptions. Then the slope of a model pooled over levels is their mean weighted by the levels' shares,
and the product of pooled slopes is the pooled indirect effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lineofsight.simulate.inputs import Control, Operation, Segment
from lineofsight.simulate.outcomes import Behaviour, Linear, Perception


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
