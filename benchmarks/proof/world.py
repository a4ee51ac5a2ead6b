"""What a company of the study is made of: operations, how customers feel, what they do, and who answers.

Everything is linear in what follows unless a scenario bends it, so that the truth of every effect has a closed form.
Operations are in multiples of their mean: a value of 1 is today's average.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

SHARE = 0.1
"""How much better '10 % better' is."""

CONTROL = "prior_spend"
SEGMENT = "segment"
PERCEPTION = "satisfaction"
BEHAVIOURS = ("stays", "spend")


@dataclass(frozen=True, slots=True)
class Operation:
    """A lognormal operation with mean 1.

    Attributes:
        name: Its column.
        better: Which way is better.
        spread: Standard deviation of the logarithm.
        common: Correlation of the logarithm with what all operations of an episode have in common.
        control: The same with the declared control.
        hidden: The same with the variable nobody declared.
        customer: Share of what is left that is the same in all episodes of a customer.
        knee: Below it, in multiples of the mean, nothing depends on the operation; None for a straight line.
        declared: Whether the knee is declared as a knot.
    """

    name: str
    better: Literal["lower", "higher"]
    spread: float = 0.4
    common: float = 0.5
    control: float = 0.0
    hidden: float = 0.0
    customer: float = 0.3
    knee: float | None = None
    declared: bool = False

    @property
    def sign(self) -> float:
        """Which way the value goes when it gets better."""
        return 1.0 if self.better == "higher" else -1.0


@dataclass(frozen=True, slots=True)
class Equation:
    """What an outcome is expected to be.

    Attributes:
        mean: Its mean, in points, a share or money.
        effects: What '10 % better' of an operation does, everything else equal, on a straight line.
        satisfaction: What one point more of satisfaction does.
        control: What one standard deviation of the declared control does.
        hidden: The same of the variable nobody declared.
        customer: Standard deviation of what is the customer's own.
        noise: Standard deviation of the rest: points for satisfaction, a share of the amount for spend.
        buyers: Share of episodes after which anything is spent at all; the others spend 0.
    """

    mean: float
    effects: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    satisfaction: float = 0.0
    control: float = 0.0
    hidden: float = 0.0
    customer: float = 0.0
    noise: float = 0.0
    buyers: float = 1.0


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of the customers.

    Attributes:
        name: Its level.
        share: Of the customers.
        factor: What all effects of operations are multiplied by.
        level: What all operations are multiplied by.
        spread: What the spreads of the operations' logarithms are multiplied by.
    """

    name: str
    share: float
    factor: float = 1.0
    level: float = 1.0
    spread: float = 1.0


@dataclass(frozen=True, slots=True)
class Response:
    """Who answers the survey, as a share between 0.02 and 0.98.

    Attributes:
        rate: Share of the average episode.
        operations: What an operation at twice its mean adds.
        satisfaction: What one point more of satisfaction adds.
    """

    rate: float = 0.45
    operations: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    satisfaction: float = 0.0


@dataclass(frozen=True, slots=True)
class World:
    """A kind of company.

    Attributes:
        operations: What the company does.
        satisfaction: How customers feel.
        stays: Share of them who come back.
        spend: What they spend.
        response: Who answers.
        customers: Number of customers.
        episodes: Mean number of episodes per customer: 1, and a geometric number more.
        segments: Parts of the customers; one of them is no segment.
        varied: Standard deviation over customers of what all effects of operations are multiplied by, around 1.
    """

    operations: tuple[Operation, ...]
    satisfaction: Equation
    stays: Equation
    spend: Equation
    response: Response = Response()
    customers: int = 1500
    episodes: float = 1.7
    segments: tuple[Segment, ...] = (Segment("all", 1.0),)
    varied: float = 0.0

    @property
    def behaviours(self) -> dict[str, Equation]:
        """The behaviours by name."""
        return dict(zip(BEHAVIOURS, (self.stays, self.spend), strict=True))
