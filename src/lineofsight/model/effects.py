"""The questions of the chain: A→C, C→B, A→B in total, directly and through each perception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise
from operator import add
from typing import Literal, Protocol

from lineofsight.aggregation.basis import asked
from lineofsight.aggregation.features import CHANGES, Change, Driver
from lineofsight.model.confounding import ConfoundingCheck, Robustness
from lineofsight.model.design import Design
from lineofsight.model.fits import Fit, fit
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population, View
from lineofsight.model.routes import LeadsTo, Route, after, before, path_of, routes
from lineofsight.reasons import Statement
from lineofsight.stats.results import Estimate, NotEstimable

_JOINT_SHARE = 0.5

Leaks = Mapping[tuple[str, str], Statement]
EffectKey = tuple[str, str, str | None, str, str]
"""Cause, outcome, segment, path and change."""

Who = Literal["everyone", "respondents", "silent"]


class HasPopulations(Protocol):
    """Whose episodes a question is asked of: a segment's, or everyone's with weights."""

    @property
    def label(self) -> str | None:
        """'attribute = level', or None for everyone."""

    def population(self, observed: Iterable[str] = ()) -> Population:
        """The episodes in which all of these sources of outcomes were observed."""

    def average(self, column: str) -> Estimate:
        """Mean over all episodes of a column whose mean is needed."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One cause on one outcome along one path in one segment.

    Attributes:
        cause: Operation or perception.
        outcome: Perception (or a statistic of one) or behaviour.
        segment: 'attribute = level', or None.
        path: 'total', 'direct', 'via NAME', or 'via NAME → NAME' where one perception leads to the other.
        change: 'better' (by the share declared), 'best' (to the best quartile) or 'point' (a perception's).
        result: In the outcome's own unit, before its factor.
        n: Episodes the models rest on.
        population: Whose episodes these are.
        given: Names held equal: other drivers' and controls' names are implied; perceptions are listed.
        robustness: How a total stands against hidden causes; None for other paths and where there is no estimate.
        answered: Perceptions beyond those named that everybody had to answer.
    """

    cause: str
    outcome: str
    segment: str | None
    path: str
    change: Change | Literal["point"]
    result: Estimate | NotEstimable
    n: int
    population: Who
    given: tuple[str, ...] = ()
    robustness: Robustness | None = None
    answered: tuple[str, ...] = ()

    @property
    def key(self) -> EffectKey:
        """What tells it apart from all others of a run."""
        return self.cause, self.outcome, self.segment, self.path, self.change


@dataclass(frozen=True, eq=False)
class Model:
    """One fit that outcomes share which were observed in the same episodes.

    Attributes:
        population: The episodes.
        outcomes: The outcomes.
        found: Their coefficients.
    """

    population: Population
    outcomes: tuple[OutcomeInfo, ...]
    found: Fit


class ChainQuestions:
    """Asks all questions of the chain in one segment."""

    def __init__(self, design: Design, leaks: Leaks, level: float = 0.95) -> None:
        self._design, self._leaks, self._level = design, leaks, level
        self._basis = design.basis
        self._perceptions = tuple(i for i in design.outcomes if i.kind == "perception" and i.main)
        self._behaviours = tuple(i for i in design.outcomes if i.kind == "behaviour")

    @property
    def outcomes(self) -> tuple[OutcomeInfo, ...]:
        """Every outcome that is asked about."""
        return self._design.outcomes

    @property
    def pre_period(self) -> Mapping[str, OutcomeInfo]:
        """By behaviour, what it was before the operations began, where the episodes tell."""
        return self._design.pre_period

    @property
    def leads_to(self) -> LeadsTo:
        """Per perception of a touchpoint, the one that it leads to."""
        return self._design.leads_to

    @property
    def all_drivers(self) -> tuple[Driver, ...]:
        """Every operation."""
        return self._basis.drivers

    def ask(self, view: HasPopulations) -> list[Effect]:
        """Every effect in this segment."""
        return [*self.totals(view), *self._behind(view)]

    def ask_respondents(self, view: HasPopulations) -> list[Effect]:
        """Every effect that rests on those who answered."""
        perceptions = [info for info in self._design.outcomes if info.kind == "perception"]
        return [*self.totals(view, perceptions, checked=False), *self._behind(view, checked=False)]

    def ask_silent(self, view: View) -> list[Effect]:
        """Total effects on each behaviour of those who were asked, but did not answer all that its paths go through."""
        effects = []
        for behaviour in self._behaviours:
            for mediators in self.mediator_sets(view, behaviour)[:1]:
                names = [info.source for info in mediators]
                if (mediators[0].source, behaviour.source) in self._leaks:
                    continue
                silent = view.without((*map(asked, names), behaviour.source), names)
                found = fit(silent, self.regressors(behaviour, silent), (behaviour.name,))
                for driver in self._basis.drivers if silent.n else ():
                    result = self._driver(view, driver, "better", found, behaviour, behaviour)
                    effects.append(
                        Effect(
                            driver.name,
                            behaviour.name,
                            view.label,
                            "total",
                            "better",
                            result,
                            found.n,
                            "silent",
                        )
                    )
        return effects

    def _behind(self, view: HasPopulations, *, checked: bool = True) -> list[Effect]:
        effects: list[Effect] = []
        for outcome in (*self._perceptions, *self._behaviours):
            sets = self.mediator_sets(view, outcome)
            for number, mediators in enumerate(sets):
                effects += self._paths(view, outcome, mediators, direct=number == 0, checked=checked)
        return effects

    def _between(self, outcome: OutcomeInfo) -> tuple[OutcomeInfo, ...]:
        """What may lie between operations and an outcome: all perceptions; of a perception those that lead to it."""
        if outcome.kind == "behaviour":
            return self._perceptions
        names = before(self._design.leads_to, outcome.name, [info.name for info in self._perceptions])
        return tuple(info for info in self._perceptions if info.name in names)

    def mediator_sets(self, view: HasPopulations, behaviour: OutcomeInfo) -> list[tuple[OutcomeInfo, ...]]:
        """All perceptions at once where mostly the same people answered them; else each alone, the largest first.

        A perception that gives the behaviour away comes alone and last, to have its refusal told.
        """
        between = self._between(behaviour)
        leaking = [info for info in between if (info.source, behaviour.source) in self._leaks]
        usable = tuple(info for info in between if info not in leaking)
        alone = {info: view.population((info.source, behaviour.source)).n for info in usable}
        joint = view.population((*(info.source for info in usable), behaviour.source)).n
        if not usable:
            sets = []
        elif joint >= _JOINT_SHARE * max(alone.values()):
            sets = [usable]
        else:
            sets = [(info,) for info in sorted(usable, key=lambda info: -alone[info])]
        return sets + [(info,) for info in leaking]

    def usable_mediator_sets(
        self, view: HasPopulations, behaviour: OutcomeInfo
    ) -> list[tuple[OutcomeInfo, ...]]:
        """Perceptions that are asked about together, without those that give the behaviour away."""
        sets = self.mediator_sets(view, behaviour)
        return [each for each in sets if (each[0].source, behaviour.source) not in self._leaks]

    def drivers(self, outcome: OutcomeInfo) -> list[Driver]:
        """The drivers that do not give the outcome away."""
        leaking = self._leaking(outcome)
        return [driver for driver in self._basis.drivers if driver.name not in leaking]

    def controls(self, outcome: OutcomeInfo) -> tuple[str, ...]:
        """Columns that are held equal, but for controls that give the outcome away."""
        return self._basis.controls_beside(self._leaking(outcome))

    def _leaking(self, outcome: OutcomeInfo) -> set[str]:
        return {cause for cause, effect in self._leaks if effect == outcome.source}

    def regressors(self, outcome: OutcomeInfo, population: Population) -> tuple[str, ...]:
        """The columns of every control and driver that does not give the outcome away.

        Where one does, its being absent may as well.
        """
        columns = [column for driver in self.drivers(outcome) for column in _bent(driver, population)]
        return (*self.controls(outcome), *columns)

    def models(self, view: HasPopulations, outcomes: Iterable[OutcomeInfo] | None = None) -> Iterator[Model]:
        """The models of total effects on some outcomes, or all: A→C among respondents, A→B among everyone."""
        shared: dict[tuple[int, tuple[str, ...]], list[OutcomeInfo]] = {}
        for info in self._design.outcomes if outcomes is None else outcomes:
            population = view.population((info.source,))
            key = (id(population), self.regressors(info, population))
            shared.setdefault(key, []).append(info)
        for (_, regressors), infos in shared.items():
            population = view.population((infos[0].source,))
            yield Model(population, tuple(infos), fit(population, regressors, [info.name for info in infos]))

    def total(
        self, view: HasPopulations, driver: Driver, change: Change, found: Fit, info: OutcomeInfo
    ) -> Estimate | NotEstimable:
        """Total effect of a driver: of its change among the view's episodes, by a fit on these or on others."""
        return self._driver(view, driver, change, found, info, info)

    def totals(
        self, view: HasPopulations, outcomes: Iterable[OutcomeInfo] | None = None, *, checked: bool = True
    ) -> list[Effect]:
        """A→C among respondents and A→B among everyone; outcomes seen in the same episodes share one model.

        Those that are not `checked` are of '10 % better' alone, and not asked what a hidden factor could do to them: that is
        a third of the time.
        """
        effects = []
        for model in self.models(view, outcomes):
            found = model.found
            check = ConfoundingCheck(self._basis, model.population, found.regressors, self._level)
            for info in model.outcomes:
                who: Who = "respondents" if info.kind == "perception" else "everyone"
                for driver in self._basis.drivers:
                    for change in CHANGES if checked else CHANGES[:1]:
                        result = self.total(view, driver, change, found, info)
                        stands = None
                        if checked and change == "better" and isinstance(result, Estimate):
                            steps = {name: view.average(f"{change}:{name}").value for name in driver.slopes}
                            stands = check.of(info.name, steps, result, probability=_is_probability(info))
                        effects.append(
                            Effect(
                                *(driver.name, info.name, view.label, "total", change, result, found.n, who),
                                robustness=stands,
                            )
                        )
        return effects

    def _paths(
        self,
        view: HasPopulations,
        behaviour: OutcomeInfo,
        mediators: tuple[OutcomeInfo, ...],
        *,
        direct: bool,
        checked: bool,
    ) -> list[Effect]:
        """Direct, via each perception, and the perceptions' own effects, all from the same respondents.

        As the same episodes and columns are used throughout, the total among respondents is exactly the
        direct effect plus all via (the omitted-variable formula of least squares). A perception that others lead to is
        regressed on these too, so that what goes through it is told apart from what goes through them and then it.
        """
        names = tuple(info.name for info in mediators)
        leads_to = self._design.leads_to
        population = view.population((*(info.source for info in mediators), behaviour.source))
        x = self.regressors(behaviour, population)
        leak = self._leaks.get((mediators[0].source, behaviour.source))  # such a perception comes alone
        earlier = {name: before(leads_to, name, names) for name in names}
        if leak is None:
            onto_b = fit(population, (*x, *names), (behaviour.name,))
            onto_c = {
                beside: fit(
                    population, (*x, *beside), [n for n in names if earlier[n] == beside], onto_b.left_out
                )
                for beside in dict.fromkeys(earlier.values())
            }
        else:
            onto_b = Fit(population.n, refused={behaviour.name: leak})
            onto_c = dict.fromkeys(earlier.values(), onto_b)

        def effect(
            cause: str,
            path: str,
            change: Change | Literal["point"],
            result: Estimate | NotEstimable,
            free: tuple[str, ...] = (),
            stands: Robustness | None = None,
        ) -> Effect:
            given = tuple(name for name in names if name != cause and name not in free and leak is None)
            what = (cause, behaviour.name, view.label, path, change)
            return Effect(*what, result, population.n, "respondents", given, stands, free)

        def along(route: Route) -> Estimate | NotEstimable:
            """What one point more of the first perception goes with in the behaviour, on this way alone."""
            found = onto_b.slope(route[-1], behaviour.name)
            for first, following in reversed([*pairwise(route)]):
                if isinstance(found, NotEstimable):
                    break
                step = onto_c[earlier[following]].slope(first, following)
                found = step if isinstance(step, NotEstimable) else step * found
            return found

        @cache
        def check(beside: tuple[str, ...]) -> ConfoundingCheck:
            held = onto_b if beside == names else fit(population, (*x, *beside), (behaviour.name,))
            return ConfoundingCheck(self._basis, population, held.regressors, self._level)

        every = [(route, along(route)) for route in routes(leads_to, names)]
        effects: list[Effect] = []
        for name in names:
            mine = [(route, found) for route, found in every if route[0] == name]
            free = tuple(other for other in after(leads_to, name) if other in names)
            total = _sum([found for _, found in mine])
            beside = tuple(other for other in names if other not in free)
            stands = None
            if checked and isinstance(total, Estimate) and all(set(earlier[n]) >= set(beside) for n in free):
                probability = _is_probability(behaviour)
                stands = check(beside).of(behaviour.name, {name: 1.0}, total, probability=probability)
            effects.append(effect(name, "total", "point", total, free, stands))
            if free:
                ways = {route: path_of(route[1:]) if route[1:] else "direct" for route, _ in mine}
                effects += [effect(name, ways[route], "point", found) for route, found in mine]
        for driver in self._basis.drivers:
            for change in CHANGES if checked else CHANGES[:1]:
                if direct:
                    apart = self._driver(view, driver, change, onto_b, behaviour, behaviour)
                    effects.append(effect(driver.name, "direct", change, apart))
                for route, second in every:
                    result = second
                    if isinstance(second, Estimate):
                        info = mediators[names.index(route[0])]
                        onto = onto_c[earlier[info.name]]
                        first = self._driver(view, driver, change, onto, info, behaviour)
                        result = first if isinstance(first, NotEstimable) else first * second
                    effects.append(effect(driver.name, path_of(route), change, result))
        return effects

    def _driver(
        self,
        view: HasPopulations,
        driver: Driver,
        change: Change,
        found: Fit,
        outcome: OutcomeInfo,
        behaviour: OutcomeInfo,
    ) -> Estimate | NotEstimable:
        """Expected difference of an outcome's mean, over everyone, when the driver changes.

        Each of the driver's columns changes by its own mean difference; the effect is the sum of these times
        the coefficients, which is exact for a model linear in them.
        """
        if (leak := self._leaks.get((driver.name, behaviour.source))) is not None:
            return NotEstimable(leak)
        main = found.slope(driver.name, outcome.name)
        if isinstance(main, NotEstimable):
            return main
        total = main * view.average(f"{change}:{driver.name}")
        for column in driver.slopes[1:]:
            if not found.has(
                column, outcome.name
            ):  # hardly anybody here is on the other side: a straight line
                continue
            bend = found.slope(column, outcome.name)
            if isinstance(bend, NotEstimable):
                return bend
            total = total + bend * view.average(f"{change}:{column}")
        return total


def _sum(parts: Sequence[Estimate | NotEstimable]) -> Estimate | NotEstimable:
    """The sum; the first reason where one of them has none."""
    refused = next((part for part in parts if isinstance(part, NotEstimable)), None)
    return refused or reduce(add, [part for part in parts if isinstance(part, Estimate)])


def _is_probability(info: OutcomeInfo) -> bool:
    return info.statistic == "stay"


def _bent(driver: Driver, population: Population) -> tuple[str, ...]:
    """The driver's columns that differ from each other in this population.

    Where nobody is on one side of a knot, the line is straight there: the bend is constant, or the same as the
    line itself.
    """
    if not driver.knots or population.n == 0:
        return driver.slopes
    kept = population.identification(driver.slopes).kept
    return (driver.name, *(column for column in kept if column != driver.name))
