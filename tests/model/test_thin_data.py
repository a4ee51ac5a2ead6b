"""Columns that hardly vary: what replicates cannot tell, what a knot has on one side only."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lineofsight.aggregation.features import Driver
from lineofsight.model.weak_identification import nearly_collinear, nearly_constant
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate
from model.three_drivers import DATA, OTHER, OUTCOMES, SPEED, WAIT, N, assert_estimated, with_other
from model.world import KNOT, by_hand, design, estimate, find, outside, reason, without

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def test_a_driver_that_differs_for_three_customers_is_refused_alone() -> None:
    """It is constant in 1 of 20 resamples; those that are left are not like all, so there is no interval."""
    other = np.isin(DATA["bucket"], [4, 9, 11]) & (np.arange(N) % 2 == 0)
    result = with_other(other, replicates=1000)
    assert "differs for too few customers" in reason(find(result, "other", "stay"))
    assert_estimated(result, "speed", "stay", "csat")
    enough = np.isin(DATA["bucket"], np.arange(12))
    assert_estimated(with_other(enough, replicates=1000), "other", "stay")


def test_rare_levels_of_a_control_do_not_take_the_model_down() -> None:
    region = DATA["region"].copy()
    for at, level in enumerate("ABCDEFGH"):
        region[np.flatnonzero(DATA["bucket"] == at)[:2]] = level
    made = design(drivers=(SPEED,), outcomes=OUTCOMES, regions=("n", "s", "e", "w", *"ABCDEFGH"))
    result = estimate(without(DATA, region=region), made, 300)
    assert_estimated(result, "speed", "csat", "stay")
    coefficients, _ = outside(without(DATA, region=region), made, "spend")
    expected = by_hand(DATA, SPEED, "better", coefficients)
    found = find(result, "speed", "spend").result
    assert isinstance(found, Estimate)
    # The rare levels are joined with the first one: 16 of 1,500 episodes move the estimate by little.
    assert found.value == pytest.approx(expected, abs=0.2 * found.standard_error)


def test_what_too_few_customers_tell_apart_is_refused_and_nothing_else() -> None:
    """Three columns that only together depend on each other, but for four customers."""
    rng = np.random.default_rng(2)
    other = DATA["speed"] + DATA["z"] + np.isin(DATA["bucket"], [3, 8]) * rng.normal(size=N)
    result = with_other(other, replicates=500)
    for name, beside in (("other", "'z' and 'speed'"), ("speed", "'z' and 'other'")):
        found = reason(find(result, name, "stay"))
        assert re.fullmatch(
            rf"too few customers tell it apart from {beside}: in 1\d\.\d % of the resamples none does", found
        )
    alone = estimate(DATA, design(drivers=(WAIT, SPEED), outcomes=OUTCOMES), 500)
    for outcome in ("csat", "stay", "spend"):
        one, beside_both = (find(each, "wait", outcome).result for each in (alone, result))
        assert isinstance(one, Estimate) and isinstance(beside_both, Estimate)
        assert beside_both.value == pytest.approx(one.value, abs=0.1 * one.standard_error)


def test_knots_that_nobody_or_everybody_is_beyond_leave_a_straight_line() -> None:
    straight = design(drivers=(WAIT,), outcomes=OUTCOMES)
    expected, _ = outside(DATA, straight, "spend")
    for knots in ((-5.0,), (1e6,), (-9.0, -5.0, 1e6)):
        bent = design(drivers=(Driver("wait", False, knots=knots),), outcomes=OUTCOMES)
        found = find(estimate(DATA, bent, 50), "wait", "spend").result
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(by_hand(DATA, WAIT, "better", expected), rel=1e-7)


def test_a_bend_that_another_driver_hides_is_refused_not_skipped() -> None:
    made = design(drivers=(Driver("wait", False, knots=(20.0,)), OTHER), outcomes=OUTCOMES)
    result = estimate(without(DATA, other=np.maximum(DATA["wait"] - 20, 0)), made, 50)
    assert "'other'" in reason(find(result, "wait", "stay"))


def test_a_bend_that_all_are_beyond_is_straight_and_the_next_one_bends_all_the_same() -> None:
    """Everybody waits longer than the first knot: the line has one bend, and the effect is that of the model with it."""
    every, one = (Driver("wait", False, knots=knots) for knots in ((1e-6, KNOT), (KNOT,)))
    assert DATA["wait"].min() > 1e-6
    found = [
        find(estimate(DATA, design(drivers=(SPEED, wait), outcomes=OUTCOMES), 40), "wait", "csat").result
        for wait in (every, one)
    ]
    assert isinstance(found[0], Estimate) and isinstance(found[1], Estimate)
    assert found[0].value == pytest.approx(found[1].value, rel=1e-9)
    np.testing.assert_allclose(found[0].replicates, found[1].replicates, rtol=1e-6)
    straight = find(estimate(DATA, design(drivers=(SPEED, WAIT), outcomes=OUTCOMES), 0), "wait", "csat")
    assert abs(straight.result.value / found[0].value - 1) > 0.01  # type: ignore[union-attr]  # the bend matters


@pytest.mark.parametrize("unit", [1e-7, 1e7])
def test_what_too_few_tell_apart_does_not_depend_on_units(unit: float) -> None:
    rng = np.random.default_rng(2)
    other = DATA["speed"] + DATA["z"] + np.isin(DATA["bucket"], [3, 8]) * rng.normal(size=N)
    made = design(drivers=(SPEED, WAIT, OTHER), outcomes=OUTCOMES)
    found = []
    for factor in (1.0, unit):
        data = without(DATA, other=other * factor, speed=DATA["speed"] * factor, z=DATA["z"] * factor)
        result = estimate(data, made, 200)
        found.append([reason(find(result, name, "stay")) for name in ("other", "speed")])
        assert_estimated(result, "wait", "stay")
    assert found[0] == found[1]


def test_the_column_that_most_often_has_to_go_does_so_and_those_beside_it_are_named_with_it() -> None:
    """Directly of resampled moments: a sum of two that only some buckets tell from it, and a column apart."""
    rng = np.random.default_rng(2)
    a, b, apart = rng.normal(size=(3, N))
    data = {
        "a": a,
        "b": b,
        "apart": apart,
        "total": a + b + np.isin(DATA["bucket"], [3, 8]) * rng.normal(size=N),
    }
    made = design([Driver(name, True) for name in data], OUTCOMES[2:], (), ())
    population = estimate({**DATA, **data}, made, 300).everyone.population()
    found = nearly_collinear(population, ("a", "b", "apart", "total"))
    (dropped,) = found.dropped
    others = {"a", "b", "total"} - {dropped}
    assert set(found.unidentified) == others
    for name, why in (found.dropped | found.unidentified).items():
        assert set(why.names) == {"a", "b", "total"} - {name}
        assert 0.05 < why.share < 0.25
    assert nearly_collinear(population, ("a", "b", "apart")).dropped == {}
    assert nearly_collinear(population, ("total",)).dropped == {}
    assert nearly_constant(population, ()) == {}


def test_of_columns_that_hardly_vary_the_one_that_is_most_often_the_same_goes_first_and_no_more_than_need() -> (
    None
):
    rare = {f"r{few}": (DATA["bucket"] < few).astype(float) for few in (2, 3, 8)}
    made = design([Driver(name, True) for name in rare], OUTCOMES[2:], (), ())
    result = estimate({**DATA, **rare}, made, 1000)
    found = nearly_constant(result.everyone.population(), tuple(rare))
    assert list(found) == ["r2", "r3"]
    drawn = result.everyone.weights[1:]
    for name, few in (("r2", 2), ("r3", 3)):
        assert found[name].code == Reason.DIFFERS_FOR_FEW
        assert found[name].share == pytest.approx((drawn[:, :few].sum(axis=1) == 0).mean())
