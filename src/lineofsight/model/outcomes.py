"""Perceptions and behaviours as outcomes of models: their statistics by definition, and their units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lineofsight.aggregation.features import Outcome
from lineofsight.episodes.columns import before
from lineofsight.project.models import Behaviour, Perception, Project
from lineofsight.units import UNNAMED, Unit, UnitKind, declared_unit

POINTS = Unit("points", UnitKind.POINTS)
NPS_POINTS = Unit("NPS points", UnitKind.NPS_POINTS)
PERCENTAGE_POINTS = Unit("percentage points", UnitKind.PERCENTAGE_POINTS)
PER_CENT = Unit("per cent", UnitKind.PER_CENT)
PER_EPISODE = Unit("per episode", UnitKind.COUNT)

_CSAT_TOP = 4.0  # the upper two of five boxes
_CES_AGREE = 5.0  # CES 2.0 counts answers 5 to 7 of 7 (Dixon, Toman and DeLisi 2013)


@dataclass(frozen=True, slots=True)
class OutcomeInfo:
    """An outcome and how its numbers are told.

    Attributes:
        outcome: How it is computed from the episodes; its `name` is the outcome's in results.
        kind: 'perception' or 'behaviour'.
        statistic: What its mean is: 'mean', 'NPS', 'top-2-box', 'agree (5–7)'; a behaviour's kind.
        factor: From the model's unit to the one reported: 100 for a probability told in per cent.
        unit: Unit of a difference.
        mean_unit: Unit of the mean itself.
        positive: Whether a per cent of the mean has a sense (an NPS may be 0 or negative, as may a scale).
        main: False for a second statistic of the same perception.
        better: 'lower' or 'higher'.
    """

    outcome: Outcome
    kind: Literal["perception", "behaviour"]
    statistic: str
    factor: float
    unit: Unit
    mean_unit: Unit
    positive: bool
    main: bool
    better: str

    @property
    def name(self) -> str:
        """The outcome's name."""
        return self.outcome.name

    @property
    def source(self) -> str:
        """The perception or behaviour it belongs to."""
        return self.outcome.source

    @property
    def is_probability(self) -> bool:
        """Whether it is 0 or 1."""
        return self.statistic == "stay"


def outcomes_of(project: Project) -> list[OutcomeInfo]:
    """All outcomes: of every perception its standard statistics, then the behaviours."""
    found = [
        info for name, perception in project.perceptions.items() for info in _perception(name, perception)
    ]
    found += [_behaviour(project, name, behaviour) for name, behaviour in project.behaviours.items()]
    return found


def pre_period_outcome(info: OutcomeInfo) -> OutcomeInfo:
    """The same behaviour before any operation of the episode had begun."""
    name = before(info.name)
    return replace(info, outcome=replace(info.outcome, name=name, source=name), main=False)


def _perception(name: str, perception: Perception) -> list[OutcomeInfo]:
    def info(
        outcome: Outcome, statistic: str, unit: Unit, mean_unit: Unit, *, main: bool = True
    ) -> OutcomeInfo:
        positive = statistic != "NPS" and (perception.bounds or (0.0, 0.0))[0] >= 0
        return OutcomeInfo(outcome, "perception", statistic, 1.0, unit, mean_unit, positive, main, "higher")

    mean = info(Outcome(name, name), "mean", POINTS, POINTS)
    match perception.measure:
        case "nps":
            # The three-valued score has the NPS as its mean; the mean of the answers is never used.
            return [info(Outcome(name, name, "nps"), "NPS", NPS_POINTS, NPS_POINTS)]
        case "csat":
            top = Outcome(f"{name}:top-2-box", name, "at least", _CSAT_TOP)
            return [mean, info(top, "top-2-box", PERCENTAGE_POINTS, PER_CENT, main=False)]
        case "ces":
            agree = Outcome(f"{name}:agree", name, "at least", _CES_AGREE)
            return [mean, info(agree, "agree (5–7)", PERCENTAGE_POINTS, PER_CENT, main=False)]
        case _:
            return [mean]


def _behaviour(project: Project, name: str, behaviour: Behaviour) -> OutcomeInfo:
    outcome = Outcome(name, name)
    if behaviour.kind == "stay":
        return OutcomeInfo(
            outcome, "behaviour", "stay", 100.0, PERCENTAGE_POINTS, PER_CENT, True, True, behaviour.better
        )
    if behaviour.is_money:
        unit = Unit(project.currency or UNNAMED, UnitKind.MONEY)
    else:
        unit = declared_unit(behaviour.unit, project.currency) if behaviour.unit else PER_EPISODE
    return OutcomeInfo(outcome, "behaviour", behaviour.kind, 1.0, unit, unit, True, True, behaviour.better)
