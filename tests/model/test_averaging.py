"""Effects as averages over customers: which representers stand in a model, how far they are trusted, and that sums stay sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from lineofsight.aggregation.features import Driver
from lineofsight.aggregation.representers import knots_among
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches, evaluated
from lineofsight.engines.representers import RepresenterSums
from lineofsight.engines.response_sums import Episodes
from lineofsight.model.averaging import MOST_WIDE, WIDEST, shrinkage, usable_representers
from lineofsight.model.chain import ChainModels
from lineofsight.model.design import Design
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.model.regression import fit
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.results import Estimate
from model.world import BUCKETS, Rows, behaviour, design, estimate, find, perception, table

N = 9000


def company(seed: int = 0, *, bent: bool = True, far: float = 0.5) -> Rows:
    """Delivery days whose spread is `far`, which hurt beyond 1.2 days where they are bent; a wait that does nothing."""
    rng = np.random.default_rng(seed)
    customer = np.sort(rng.integers(0, N // 3, N))
    z, common = rng.normal(size=N), rng.normal(size=N)
    days = np.exp(far * (0.5 * common + np.sqrt(0.75) * rng.normal(size=N)))
    wait = np.exp(0.4 * (0.5 * common + np.sqrt(0.75) * rng.normal(size=N)))
    hurt = np.maximum(days - 1.2, 0) if bent else days
    felt = 4 - 0.8 * hurt + 0.1 * z + 0.7 * rng.normal(size=N)
    spend = 50 - 6 * hurt + 4 * felt + 10 * rng.normal(size=N)
    return {
        "days": days, "wait": wait, "z": z, "csat": np.where(rng.random(N) < 0.6, felt, np.nan), "spend": spend,
        "covered": np.ones(N), "bucket": (customer * 7919) % BUCKETS,
    }  # fmt: skip


def plain() -> Design:
    drivers = (Driver("days", False, best=0.7), Driver("wait", False, best=0.7))
    return design(drivers, (perception("csat"), behaviour("spend")), regions=())


def averaging(data: Rows, made: Design) -> Design:
    """The design with representers, as a run makes them."""
    knots = {
        driver.name: knots_among(np.quantile(data[driver.name], [0.25, 0.5, 0.75, 0.9]), 0, np.inf)
        for driver in made.basis.drivers
    }
    work = RepresenterSums(Episodes(made.basis, made.categories, "bucket"), knots)
    return made.on(work.basis(work.reduce([work.map(table(data).to_batches())])))


def view_of(data: Rows, made: Design, replicates: int = 60) -> View:
    plan = AggregationPlan(made.basis, made.categories, {}, "bucket", BUCKETS, {}, [])
    cells = aggregate_batches(table(data).to_batches(), plan).cells
    drawn = bootstrap_weights(BUCKETS, replicates, np.random.default_rng(5))
    return View(None, cells[None], EVERY_LEVEL, np.vstack([np.ones((1, BUCKETS)), drawn]))


@pytest.mark.parametrize("seed", range(3))
def test_a_threshold_nobody_declared_is_no_bias(seed: int) -> None:
    data = company(seed)
    now, then = (np.maximum(data["days"] * by - 1.2, 0).mean() for by in (1.0, 0.9))
    truth = -0.8 * (then - now)
    line, average = (
        find(estimate(data, made, 200), "days", "csat").result for made in (plain(), averaging(data, plain()))
    )
    assert isinstance(line, Estimate) and isinstance(average, Estimate)
    assert line.value > 1.1 * truth and not line.interval(0.95)[0] <= truth
    assert average.value == pytest.approx(truth, rel=0.08)
    assert average.interval(0.95)[0] <= truth <= average.interval(0.95)[1]
    assert average.standard_error <= WIDEST * line.standard_error * 1.05


def test_the_effect_is_that_of_statsmodels_with_the_representer_as_a_column() -> None:
    data = company()
    made = averaging(data, plain())
    block = evaluated(table(data).to_batches()[0], made.basis, {})[1]
    at = {name: place for place, name in enumerate(made.basis.columns)}
    columns = ["z", *made.basis.slopes]
    matrix = sm.add_constant(block.matrix[:, [at[name] for name in columns]])
    fitted = dict(zip(columns, sm.OLS(data["spend"], matrix).fit().params[1:], strict=True))
    (driver, _) = made.basis.drivers
    means = dict(zip(made.basis.mean_columns, block.means.mean(axis=0), strict=True))
    expected = sum(fitted[name] * means[f"better:{name}"] for name in driver.slopes)
    found = find(estimate(data, made), "days", "spend").result
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("far", [0.5, 1.3])
def test_the_total_among_those_who_answered_is_what_goes_directly_and_by_way_of_how_they_feel(
    far: float,
) -> None:
    """Also where representers are shrunk, as they are in the wide company: all models of these episodes by the same."""
    data = company(bent=False, far=far)
    made = averaging(data, plain())
    view = view_of(data, made)
    chain = ChainModels(made, {})
    csat, spend = made.outcomes
    population = view.population(("csat", "spend"))
    x = chain.regressors(spend, population, (csat,))
    ridge = chain.shrinkage(view, population, x, ("csat", "spend"))
    assert bool(ridge) == (far > 1)
    alone = fit(population, x, ("csat", "spend"), ridge=ridge)
    both = fit(population, (*x, "csat"), ("spend",), ridge=ridge)
    for driver in made.basis.drivers:
        total, onto = (chain.driver_effect(view, driver, "better", alone, info) for info in (spend, csat))
        direct = chain.driver_effect(view, driver, "better", both, spend)
        along = onto * both.slope("csat", "spend")  # type: ignore[operator]
        assert isinstance(total, Estimate) and isinstance(direct, Estimate)
        assert total.value == pytest.approx(direct.value + along.value, rel=1e-9)
        np.testing.assert_allclose(total.replicates, direct.replicates + along.replicates, rtol=1e-8)


def test_where_values_reach_far_and_nothing_asks_for_it_intervals_stay_narrow() -> None:
    data = company(bent=False, far=1.3)
    data["spend"] = data["spend"] + 200 * np.random.default_rng(2).normal(size=N)
    made = averaging(data, plain())
    view = view_of(data, made, 300)
    chain = ChainModels(made, {})
    (_, spend) = made.outcomes
    population = view.population(("spend",))
    x = chain.regressors(spend, population)
    straight = [name for name in x if name not in made.basis.averaging]
    (driver, _) = made.basis.drivers

    def error(regressors: list[str], ridge: dict[str, float]) -> float:
        found = chain.driver_effect(
            view, driver, "better", fit(population, regressors, ("spend",), ridge=ridge), spend
        )
        assert isinstance(found, Estimate)
        return found.standard_error

    line, free = error(straight, {}), error([*x], {})
    shrunk = error([*x], chain.shrinkage(view, population, x, ("spend",)))
    assert free > 1.3 * line
    assert 0.95 * line < shrunk < 1.25 * line


def test_where_an_outcome_asks_for_it_it_is_trusted_but_never_beyond_twice_the_width() -> None:
    data = company(bent=True, far=1.3)
    data["spend"] = 100 - 30 * np.minimum(data["days"], 2) + np.random.default_rng(1).normal(size=N)
    made = averaging(data, plain())
    view = view_of(data, made, 100)
    chain = ChainModels(made, {})
    population = view.population(("spend",))
    x = chain.regressors(made.outcomes[1], population)
    changes = {
        "average:days": {name: view.average(f"better:{name}").value for name in made.basis.drivers[0].slopes}
    }
    asked = shrinkage(population, x, ("spend",), changes)
    indifferent = shrinkage(population, x, ("covered",), changes) if "covered" in population.varying else {}
    assert not indifferent
    covariance = population.first.select(x).covariance()[0]
    precision = np.linalg.inv(covariance + np.diag([asked.get(name, 0.0) for name in x]))
    c = np.array([changes["average:days"].get(name, 0.0) for name in x])
    weights = precision @ c
    straight = [at for at, name in enumerate(x) if name not in made.basis.averaging]
    line = np.linalg.inv(covariance[np.ix_(straight, straight)])
    ratio = float(weights @ covariance @ weights) / float(c[straight] @ line @ c[straight])
    assert 1.0 < np.sqrt(ratio) <= MOST_WIDE * 1.01


def test_few_customers_and_columns_that_tell_the_same_have_none() -> None:
    data = company()
    made = averaging(data, plain())
    view = view_of(data, made)
    population = view.population(("spend",))
    lines = ("z", *made.basis.lines)
    wanted = ("average:days", "average:wait")
    assert usable_representers(population, lines, wanted) == wanted
    few = replace(population, clusters=59, memo={})
    assert usable_representers(few, lines, wanted) == ()
    twice = ("average:days", "average:days")
    assert usable_representers(population, lines, twice) == ("average:days",)
    nobody = view.where(lambda pattern: False)
    assert usable_representers(nobody, lines, wanted) == ()


def test_of_an_average_effect_the_whole_case_is_asked() -> None:
    """Sensitivity, paths, goals: nothing is left out where representers stand in the models."""
    data = company()
    found = estimate(data, averaging(data, plain()), 100)
    for change in ("better", "best"):
        for path in ("total", "direct", "via csat"):
            assert isinstance(find(found, "days", "spend", path, change).result, Estimate)
    stands = find(found, "days", "spend").robustness
    assert stands is not None and 0 < stands.value < 1
    share = {one.driver: one.result.value for one in found.importances if one.outcome == "csat"}  # type: ignore[union-attr]
    assert share["days"] > 10 * abs(share["wait"])
