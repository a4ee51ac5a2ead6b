"""What a simulated company's customers feel and do: linear predictors, and what is drawn around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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
