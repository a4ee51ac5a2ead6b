"""Effects along paths: directly, through one perception, and through one that leads to another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, reduce
from itertools import pairwise
from operator import add
from typing import Literal

from lineofsight.aggregation.features import CHANGES, Change
from lineofsight.model.chain import ChainModels, HasPopulations
from lineofsight.model.confounding import ConfoundingCheck, Robustness
from lineofsight.model.effects import Effect, total_effects
from lineofsight.model.mediator_paths import Route, downstream, mediator_routes, path_of, upstream
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.regression import Fit, fit
from lineofsight.stats.results import Estimate, NotEstimable


def all_effects(chain: ChainModels, view: HasPopulations) -> list[Effect]:
    """Every effect in this segment: in total, and along every path."""
    return [*total_effects(chain, view), *path_effects(chain, view)]


def respondent_effects(chain: ChainModels, view: HasPopulations) -> list[Effect]:
    """Every effect that rests on those who answered."""
    perceptions = [info for info in chain.outcomes if info.kind == "perception"]
    return [
        *total_effects(chain, view, perceptions, checked=False),
        *path_effects(chain, view, checked=False),
    ]


def path_effects(
    chain: ChainModels,
    view: HasPopulations,
    outcomes: Iterable[OutcomeInfo] | None = None,
    *,
    checked: bool = True,
) -> list[Effect]:
    """Every effect along a path to a perception or behaviour, or to some of these, and those of perceptions."""
    effects: list[Effect] = []
    every = (*chain.perceptions, *chain.behaviours)
    for outcome in every if outcomes is None else [info for info in outcomes if info in every]:
        sets = chain.mediator_sets(view, outcome)
        for number, mediators in enumerate(sets):
            effects += _through(chain, view, outcome, mediators, direct=number == 0, checked=checked)
    return effects


def _through(
    chain: ChainModels,
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
    leads_to = chain.design.leads_to
    population = view.population((*(info.source for info in mediators), behaviour.source))
    x = chain.regressors(behaviour, population, mediators)
    leak = chain.leaks.get((mediators[0].source, behaviour.source))  # such a perception comes alone
    earlier = {name: upstream(leads_to, name, names) for name in names}
    if leak is None:
        ridge = chain.shrinkage(view, population, x, (*names, behaviour.name))
        onto_b = fit(population, (*x, *names), (behaviour.name,), ridge=ridge)
        onto_c = {
            beside: fit(
                population, (*x, *beside), [n for n in names if earlier[n] == beside], onto_b.left_out, ridge
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
        return ConfoundingCheck(chain.basis, population, held.regressors, chain.level)

    every = [(route, along(route)) for route in mediator_routes(leads_to, names)]
    effects: list[Effect] = []
    for name in names:
        mine = [(route, found) for route, found in every if route[0] == name]
        free = tuple(other for other in downstream(leads_to, name) if other in names)
        total = _sum([found for _, found in mine])
        beside = tuple(other for other in names if other not in free)
        stands = None
        if checked and isinstance(total, Estimate) and all(set(earlier[n]) >= set(beside) for n in free):
            probability = behaviour.is_probability
            stands = check(beside).of(behaviour.name, {name: 1.0}, total, probability=probability)
        effects.append(effect(name, "total", "point", total, free, stands))
        if free:
            ways = {route: path_of(route[1:]) if route[1:] else "direct" for route, _ in mine}
            effects += [effect(name, ways[route], "point", found) for route, found in mine]
    for driver in chain.basis.drivers:
        for change in CHANGES if checked else CHANGES[:1]:
            if direct:
                apart = chain.driver_effect(view, driver, change, onto_b, behaviour)
                effects.append(effect(driver.name, "direct", change, apart))
            for route, second in every:
                result = second
                if isinstance(second, Estimate):
                    info = mediators[names.index(route[0])]
                    onto = onto_c[earlier[info.name]]
                    first = chain.driver_effect(view, driver, change, onto, info, behaviour)
                    result = first if isinstance(first, NotEstimable) else first * second
                effects.append(effect(driver.name, path_of(route), change, result))
    return effects


def _sum(parts: Sequence[Estimate | NotEstimable]) -> Estimate | NotEstimable:
    """The sum; the first reason where one of them has none."""
    refused = next((part for part in parts if isinstance(part, NotEstimable)), None)
    return refused or reduce(add, [part for part in parts if isinstance(part, Estimate)])
