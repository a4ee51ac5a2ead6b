"""From effects to money a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from lineofsight.chain.effects import Effect
from lineofsight.chain.population import View
from lineofsight.core.results import Estimate, NotEstimable
from lineofsight.project.models import Project
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.value.unit_values import UnitValue

Key = tuple[str, str, str | None, str, str]


def key_of(effect: Effect) -> Key:
    """What tells an effect apart: cause, outcome, segment, path, change."""
    return effect.cause, effect.outcome, effect.segment, effect.path, effect.change


@dataclass(frozen=True, slots=True)
class DriverMoney:
    """A driver's change in money a year, over all behaviours.

    Attributes:
        driver: Operation.
        segment: 'attribute = level', or None.
        change: 'better' or 'best'.
        result: Total over behaviours, in the currency a year.
        via: The part through perceptions, from the respondents' models.
        behaviours: Behaviours that are added up.
        occasions: How often a year the effect happens.
    """

    driver: str
    segment: str | None
    change: str
    result: Estimate | NotEstimable
    via: Estimate | None
    behaviours: tuple[str, ...]
    occasions: float


def occasions_per_year(project: Project, view: View, years: float, periods: int) -> Mapping[str, float]:
    """How often a year each behaviour's effect happens in a segment.

    Around events, every episode has its effect: episodes a year. On a calendar the windows of one customer
    overlap, and an improvement lasts: customers of a period times windows a year.
    """
    episodes = float(view.mean_sums["n"][0])
    if project.episodes.every is None:
        return dict.fromkeys(project.behaviours, episodes / years)
    return {
        name: episodes / periods * (DAYS_PER_YEAR * 86400 / behaviour.within.total_seconds())
        if behaviour.within is not None
        else episodes / years
        for name, behaviour in project.behaviours.items()
    }


def money_of(
    effect: Effect, worths: Mapping[str, UnitValue], occasions: Mapping[str, float]
) -> Estimate | None:
    """An effect on a behaviour in money a year; None for a perception, a refusal, or a worth nobody knows."""
    unit = worths.get(effect.outcome)
    if unit is None or isinstance(unit.worth, NotEstimable) or isinstance(effect.result, NotEstimable):
        return None
    return effect.result * unit.worth * occasions[effect.outcome]


def driver_money(
    project: Project,
    effects: Sequence[Effect],
    worths: Sequence[UnitValue],
    occasions: Mapping[str | None, Mapping[str, float]],
) -> list[DriverMoney]:
    """Adds up each driver's effects in money over the behaviours whose worth is known.

    Args:
        project: What is declared.
        effects: All effects.
        worths: Worth of one unit of each behaviour.
        occasions: Per segment and behaviour, how often a year its effect happens.
    """
    by_name = {unit.behaviour: unit for unit in worths}
    found = {key_of(effect): effect for effect in effects}
    segments = list(dict.fromkeys(effect.segment for effect in effects))
    perceptions = list(project.perceptions)
    known = [name for name in project.behaviours if not isinstance(by_name[name].worth, NotEstimable)]
    rows = []
    for segment in segments:
        often = occasions[segment]
        for driver in project.operations:
            for change in ("better", "best"):
                totals = [found[driver, name, segment, "total", change] for name in known]
                vias = [
                    found[driver, name, segment, f"via {perception}", change]
                    for name in known
                    for perception in perceptions
                ]
                rows.append(
                    DriverMoney(
                        driver,
                        segment,
                        change,
                        _total(totals, by_name, often, project),
                        _sum([money_of(effect, by_name, often) for effect in vias]),
                        tuple(known),
                        max(often.values(), default=0.0),
                    )
                )
    return rows


def _total(
    totals: Sequence[Effect], worths: Mapping[str, UnitValue], often: Mapping[str, float], project: Project
) -> Estimate | NotEstimable:
    if not project.behaviours:
        return NotEstimable("no behaviour is declared: nothing that customers do is in view")
    if not totals:
        reasons = [unit.worth.reason for unit in worths.values() if isinstance(unit.worth, NotEstimable)]
        return NotEstimable(reasons[0])
    for effect in totals:
        if isinstance(effect.result, NotEstimable):
            return effect.result
    total = _sum([money_of(effect, worths, often) for effect in totals])
    assert total is not None  # every effect and worth is known here
    return total


def _sum(parts: Sequence[Estimate | None]) -> Estimate | None:
    known = [part for part in parts if part is not None]
    return reduce(lambda a, b: a + b, known) if known and len(known) == len(parts) else None
