"""From effects to money a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from lineofsight.aggregation.features import CHANGES
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.money.unit_values import UnitValue, unit_values
from lineofsight.episodes import EpisodeFile
from lineofsight.episodes.file import FEWEST_DAYS, SHORTEST_DAYS
from lineofsight.model.effects import Effect
from lineofsight.model.population import View
from lineofsight.model.sample import Sample
from lineofsight.project.models import Behaviour, Project
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Estimate, NotEstimable

_PERIOD_DAYS = {"week": 7.0, "month": DAYS_PER_YEAR / 12, "quarter": DAYS_PER_YEAR / 4}


@dataclass(frozen=True, slots=True)
class DriverMoney:
    """A driver's change in money a year, over all behaviours.

    Attributes:
        driver: Operation.
        segment: 'attribute = level', or None.
        change: 'better' or 'best'.
        result: Total over behaviours, in the currency a year.
        via: The part through all perceptions together, from the respondents' models; None where perceptions were
            answered by different people, as their parts overlap then and do not add up.
        behaviours: Behaviours that are added up.
        episodes_per_year: How often a year the effect happens; None where that cannot be told.
    """

    driver: str
    segment: str | None
    change: str
    result: Estimate | NotEstimable
    via: Estimate | None
    behaviours: tuple[str, ...]
    episodes_per_year: float | None


def yearly_episodes(project: Project, view: View, years: float, periods: int) -> Mapping[str, float]:
    """How often a year each behaviour's effect happens in a segment.

    Around events, every episode has its effect: episodes a year. On a calendar the windows of one customer
    overlap, and an improvement lasts: customers of a period times windows (without one: periods) a year.
    """
    episodes = float(view.mean_sums["n"][0])
    every = project.episodes.every
    if every is None:
        return dict.fromkeys(project.behaviours, episodes / years)
    return {
        name: episodes / periods * DAYS_PER_YEAR / _days(behaviour, _PERIOD_DAYS[every])
        for name, behaviour in project.behaviours.items()
    }


def _days(behaviour: Behaviour, period: float) -> float:
    """Days a behaviour is followed: its window, or the period where it has none."""
    return period if behaviour.within is None else behaviour.within.total_seconds() / 86400


def money_of(
    effect: Effect, values: Mapping[str, UnitValue], episodes_per_year: Mapping[str, float]
) -> Estimate | None:
    """An effect on a behaviour in money a year; None for a perception, a refusal, or a worth or a year nobody knows."""
    unit = values.get(effect.outcome)
    if unit is None or effect.outcome not in episodes_per_year:
        return None
    if isinstance(unit.value, NotEstimable) or isinstance(effect.result, NotEstimable):
        return None
    return effect.result * unit.value * episodes_per_year[effect.outcome]


def driver_money(
    project: Project,
    effects: Sequence[Effect],
    values: Sequence[UnitValue],
    episodes_per_year: Mapping[str | None, Mapping[str, float]],
    no_year: Statement | None = None,
) -> list[DriverMoney]:
    """Adds up each driver's effects in money over the behaviours whose worth is known.

    Args:
        project: What is declared.
        effects: All effects.
        values: Worth of one unit of each behaviour.
        episodes_per_year: Per segment and behaviour, how often a year its effect happens.
        no_year: Why that cannot be told, where it cannot.
    """
    by_name = {unit.behaviour: unit for unit in values}
    found = {effect.key: effect for effect in effects}
    known = summed(values)
    through: dict[tuple[str, str, str | None, str], list[Effect]] = defaultdict(list)
    for effect in effects:
        if effect.path.startswith("via "):
            through[effect.cause, effect.outcome, effect.segment, effect.change].append(effect)
    rows = []
    for segment in dict.fromkeys(effect.segment for effect in effects):
        per_year = episodes_per_year[segment]
        for driver in project.operations:
            for change in CHANGES:
                totals = [found[driver, name, segment, "total", change] for name in known]
                vias = [effect for name in known for effect in through[driver, name, segment, change]]
                joint = all(set(effect.given) == set(project.perceptions) for effect in vias)
                rows.append(
                    DriverMoney(
                        driver,
                        segment,
                        change,
                        _total(totals, by_name, per_year, no_year),
                        _sum([money_of(effect, by_name, per_year) for effect in vias]) if joint else None,
                        known,
                        None
                        if no_year is not None
                        else max((per_year[name] for name in known or per_year), default=0.0),
                    )
                )
    return rows


def summed(values: Sequence[UnitValue]) -> tuple[str, ...]:
    """Behaviours that a driver's money adds up: their worth is known, and counted by no other."""
    return tuple(
        unit.behaviour
        for unit in values
        if not isinstance(unit.value, NotEstimable) and unit.counted_in is None
    )


def _total(
    totals: Sequence[Effect],
    values: Mapping[str, UnitValue],
    per_year: Mapping[str, float],
    no_year: Statement | None,
) -> Estimate | NotEstimable:
    if not values:
        return NotEstimable(Reason.NO_BEHAVIOUR)
    if not totals:
        reasons: dict[Statement, list[str]] = {}
        for name, unit in values.items():
            if isinstance(unit.value, NotEstimable):
                reasons.setdefault(unit.value.reason, []).append(name)
        each = [Reason.OF_NAMES(names=tuple(names), inner=(why,)) for why, names in reasons.items()]
        return NotEstimable(each[0] if len(each) == 1 else Reason.SEVERAL(inner=tuple(each)))
    for effect in totals:
        if isinstance(effect.result, NotEstimable):
            return NotEstimable(Reason.OF_NAMES, names=(effect.outcome,), inner=(effect.result.reason,))
    if no_year is not None:
        return NotEstimable(no_year)
    total = _sum([money_of(effect, values, per_year) for effect in totals])
    assert total is not None  # every effect and worth is known here
    return total


def _sum(parts: Sequence[Estimate | None]) -> Estimate | None:
    known = [part for part in parts if part is not None]
    return reduce(lambda a, b: a + b, known) if known and len(known) == len(parts) else None


@dataclass(frozen=True, eq=False)
class Money:
    """What behaviours are worth, and each driver's change in money a year.

    Attributes:
        unit_values: Worth of one unit of each behaviour.
        episodes_per_year: Per segment (None: everyone) and behaviour, how often a year its effect happens; nothing where
            that cannot be told.
        drivers: Each driver's change, over all behaviours whose worth is known.
        no_year: Why nothing is told of a year, where nothing is.
    """

    unit_values: Sequence[UnitValue]
    episodes_per_year: Mapping[str | None, Mapping[str, float]]
    drivers: Sequence[DriverMoney]
    no_year: Statement | None = None


def estimate_money(project: Project, file: EpisodeFile, sample: Sample, effects: Effects) -> Money:
    """Puts money on all total effects on behaviours."""
    values = unit_values(project, sample.everyone)
    years, no_year = years_of(project, file, sample.everyone), year_untold(project, file)
    periods = _calendar_periods(project, file)
    per_year = {
        view.label: {} if years is None else yearly_episodes(project, view, years, periods)
        for view in sample.views
    }
    return Money(values, per_year, driver_money(project, effects.effects, values, per_year, no_year), no_year)


def years_of(project: Project, file: EpisodeFile, everyone: View) -> float | None:
    """How many years the episodes make up: as declared, else as long as their moments span; None where that is too short."""
    declared = None if project.value is None else project.value.episodes_per_year
    if declared is not None:
        return float(everyone.mean_sums["n"][0]) / declared
    return None if year_untold(project, file) is not None else file.years


def year_untold(project: Project, file: EpisodeFile) -> Statement | None:
    """Why moments do not tell how many there are in a year; None where they do, or it is declared, or a calendar says it."""
    declared = None if project.value is None else project.value.episodes_per_year
    if project.episodes.every is not None or declared is not None or file.tells_year:
        return None
    if project.episodes.snapshot:
        return Reason.NO_TIME()
    if file.days == 1:
        return Reason.ONE_DAY()
    return Reason.SHORT_SPAN(
        n=file.days, value=round(file.days_between, 1), needed=SHORTEST_DAYS, total=FEWEST_DAYS
    )


def _calendar_periods(project: Project, file: EpisodeFile) -> int:
    """How many periods a calendar of episodes has: at least one."""
    every = project.episodes.every
    if every is None:
        return 1
    return round(file.days_between / _PERIOD_DAYS[every]) + 1


def episodes_of_year(project: Project, file: EpisodeFile, everyone: View) -> float | None:
    """Episodes a year; None where the moments do not tell."""
    episodes, every = float(everyone.mean_sums["n"][0]), project.episodes.every
    if every is not None:
        return episodes / _calendar_periods(project, file) * DAYS_PER_YEAR / _PERIOD_DAYS[every]
    years = years_of(project, file, everyone)
    return None if years is None else episodes / years
