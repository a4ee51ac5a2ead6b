"""Claims about everyone, each held against placebos and against the same customers compared with themselves.

Placebos are an effect on what was done before, and of what came only in the next episode. Customers with several episodes
are compared with themselves by fixed effects: from the differences between their own episodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineofsight.aggregation.features import Driver
from lineofsight.aggregation.histories import next_slopes
from lineofsight.analyses.comparisons.comparison import Comparison
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.engines.histories import Histories, HistoryAggregation
from lineofsight.engines.response_sums import Episodes
from lineofsight.episodes.columns import AT, BUCKET, CUSTOMER
from lineofsight.model.chain import ChainModels
from lineofsight.model.effects import Effect
from lineofsight.model.inputs import Counting
from lineofsight.model.mediator_paths import downstream
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.model.regression import FEWEST_CUSTOMERS, Fit, fit
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable

Claims = dict[tuple[str, str], Estimate | NotEstimable]


def count_histories(counting: Counting) -> Histories | None:
    """Moments of the customers with several episodes; None where they are too few for a model."""
    file, design = counting.aligned.file, counting.design
    if file.repeat_customers < FEWEST_CUSTOMERS:
        return None
    episodes = Episodes(design.basis, design.categories, BUCKET)
    work = HistoryAggregation(episodes, CUSTOMER, AT, file.buckets, counting.everyone.shift)
    return counting.reader.map_reduce(file.path, work)


def claims_of(effects: Sequence[Effect]) -> Claims:
    """Total effects on everyone, of operations 10 % better and of perceptions one point higher, by cause and outcome."""
    return {
        (effect.cause, effect.outcome): effect.result
        for effect in effects
        if effect.segment is None and effect.path == "total" and effect.change != "best"
    }


def pre_period_placebos(chain: ChainModels, everyone: View, claims: Claims) -> Iterator[Comparison]:
    """Effects on what customers did before the operations began, by the models of what they did afterwards.

    The later behaviour cannot have brought the earlier about; a hidden difference between customers brings about both.
    """
    pre_period = chain.pre_period
    for model in chain.models(everyone, pre_period.values()):
        for after, info in pre_period.items():
            if info not in model.outcomes:
                continue
            for driver in chain.all_drivers:
                result = chain.driver_effect(everyone, driver, "better", model.found, info)
                rests = (model.found.n, model.population.clusters)
                yield Comparison(driver.name, after, "before", result, claims[driver.name, after], *rests)
    for behaviour in chain.outcomes:
        after = behaviour.name
        if after in pre_period:
            for name, result, n, customers in perception_slopes(
                chain, everyone, everyone, behaviour, pre_period[after]
            ):
                yield Comparison(name, after, "before", result, claims[name, after], n, customers)


def perception_slopes(
    chain: ChainModels, everyone: View, view: View, outcome: OutcomeInfo, info: OutcomeInfo
) -> Iterator[tuple[str, Estimate | NotEstimable, int, int]]:
    """What each perception goes with, by the models of its claims: those that it leads to are not held equal.

    Args:
        chain: What the models are made of.
        everyone: Says which perceptions are asked about together.
        view: Whose episodes the models are fitted on.
        outcome: Of the claims.
        info: What is asked of in its place.

    Yields:
        The perception, its slope, and how many episodes and customers that rests on.
    """
    for mediators in chain.usable_mediator_sets(everyone, outcome):
        names = [each.name for each in mediators]
        population = view.population((*(each.source for each in mediators), info.source))
        x = chain.regressors(info, population, mediators)
        fits: dict[tuple[str, ...], Fit] = {}
        for name in names:
            free = downstream(chain.leads_to, name)
            beside = tuple(other for other in names if other not in free)
            if beside not in fits:
                fits[beside] = fit(population, (*x, *beside), (info.name,))
            yield name, fits[beside].slope(name, info.name), fits[beside].n, population.clusters


def next_episode_placebos(chain: ChainModels, everyone: View, pairs: View) -> Iterator[Comparison]:
    """Effects of each driver's value in the customer's next episode, beside this episode's.

    Args:
        chain: What the models are made of.
        everyone: All episodes: the change is that of the claims.
        pairs: The episodes that another follows, with its drivers.
    """
    for info in chain.outcomes:
        population = pairs.population((info.source,))
        x = chain.regressors(info, population)
        drivers = chain.drivers(info)
        averaging = {column for driver in drivers for column in driver.averaging}
        later = tuple(
            following
            for driver in drivers
            for column, following in zip(driver.slopes, next_slopes(driver), strict=True)
            if column in x or column not in averaging
        )
        found = fit(population, (*x, *later), (info.name,))
        for driver in drivers:
            now = _change_effect(found, info, driver, driver.slopes, everyone)
            then = _change_effect(found, info, driver, next_slopes(driver), everyone)
            yield Comparison(driver.name, info.name, "next", then, now, found.n, population.clusters)


def _change_effect(
    found: Fit, info: OutcomeInfo, driver: Driver, columns: Sequence[str], everyone: View
) -> Estimate | NotEstimable:
    """What the driver's mean change does by these of a model's columns, one for each of its slopes."""
    main = found.slope(columns[0], info.name)
    if isinstance(main, NotEstimable):
        return main
    total = main * everyone.average(f"better:{driver.name}")
    for column, slope in zip(columns[1:], driver.slopes[1:], strict=True):
        bend = found.slope(column, info.name) if found.has(column, info.name) else None
        if isinstance(bend, Estimate):  # else hardly anybody is on the other side: a straight line
            total = total + bend * everyone.average(f"better:{slope}")
    return total


def within_customers(
    chain: ChainModels, everyone: View, differences: View, claims: Claims
) -> Iterator[Comparison]:
    """Fixed-effects estimates of every total effect, by the columns of the models of everyone.

    Args:
        chain: What the models are made of.
        everyone: All episodes: the change, and which perceptions are asked about together, are those of the claims.
        differences: The differences of episodes from the mean of their customer's.
        claims: What the estimates are held against.
    """
    for model in chain.models(differences, changed=everyone):
        for info in model.outcomes:
            for driver in chain.drivers(info):
                result = chain.driver_effect(everyone, driver, "better", model.found, info)
                rests = (model.found.n, model.population.clusters)
                claimed = claims[driver.name, info.name]
                yield Comparison(
                    driver.name, info.name, "within", _among_same_customers(result), claimed, *rests
                )
    for info in chain.outcomes:
        if info.main:
            for name, slope, n, customers in perception_slopes(chain, everyone, differences, info, info):
                yield Comparison(
                    name,
                    info.name,
                    "within",
                    _among_same_customers(slope),
                    claims[name, info.name],
                    n,
                    customers,
                )


def _among_same_customers(result: Estimate | NotEstimable) -> Estimate | NotEstimable:
    if isinstance(result, Estimate):
        return result
    return NotEstimable(Reason.AMONG_SAME_CUSTOMERS, inner=(result.reason,))


@dataclass(frozen=True, eq=False)
class Comparisons:
    """All comparisons, whatever they say."""

    found: Sequence[Comparison]


def compare(sample: Sample, effects: Effects, histories: Histories | None) -> Comparisons:
    """Placebo tests of the claims about everyone; with several episodes of a customer, within customers too.

    Args:
        sample: All episodes.
        effects: The claims.
        histories: Moments of customers with several episodes; None where they are too few.
    """
    chain, everyone, claims = effects.chain, sample.everyone, claims_of(effects.effects)
    found = list(pre_period_placebos(chain, everyone, claims))
    if histories is None:
        return Comparisons(found)
    pairs, differences = sample.of(histories.following), sample.of(histories.within)
    found += next_episode_placebos(chain, everyone, pairs)
    pairs.release()
    found += within_customers(chain, everyone, differences, claims)
    differences.release()
    return Comparisons(found)
