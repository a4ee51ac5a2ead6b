"""What cannot be estimated is refused with its reason, and nothing else with it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from lineofsight.aggregation.features import Number
from lineofsight.model.chain import ChainModels
from lineofsight.model.effects import nonrespondent_effects
from lineofsight.model.regression import Fit, fit
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.reasons.__init__ import clause
from model.three_drivers import DATA, OUTCOMES, SPEED, WAIT, N, assert_estimated, with_other
from model.world import (
    BUCKETS,
    behaviour,
    by_hand,
    design,
    estimate,
    find,
    outside,
    perception,
    reason,
    without,
)

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def test_a_constant_driver() -> None:
    result = with_other(np.full(N, 7.0))
    for effect in result.effects:
        if effect.cause == "other":
            assert reason(effect) == "it is the same in every episode"
    assert_estimated(result, "speed", "csat", "stay", "spend")
    (entry,) = [i for i in result.importances if (i.driver, i.outcome) == ("other", "stay")]
    assert isinstance(entry.result, NotEstimable)


def test_identical_drivers_name_each_other() -> None:
    result = with_other(3 * DATA["speed"] - 1)
    assert "'speed'" in reason(find(result, "other", "stay"))
    assert "'other'" in reason(find(result, "speed", "stay"))
    assert_estimated(result, "wait", "csat", "stay")


def test_a_function_of_a_control() -> None:
    result = with_other(2 * DATA["z"] + 1)
    assert "'z'" in reason(find(result, "other", "csat"))
    assert_estimated(result, "speed", "csat", "stay")


def test_too_few_customers() -> None:
    few = {name: values[:30] for name, values in DATA.items()}
    found = reason(find(estimate(few, design(outcomes=OUTCOMES), 100), "speed", "csat"))
    assert found.startswith("too few") and "customers" in found


@pytest.mark.parametrize(("levels", "estimated"), [(29, True), (30, False)])
def test_a_model_needs_twice_as_many_customers_as_it_has_coefficients(levels: int, estimated: bool) -> None:
    """'speed', 'z', the levels but one and the intercept: 31 coefficients at most for 62 of the 64 buckets."""
    regions = tuple(f"r{level}" for level in range(levels))
    among = DATA["bucket"] < 62
    data = {name: values[among] for name, values in DATA.items()}
    region = np.array(regions, object)[np.arange(among.sum()) % levels]
    made = design(drivers=(SPEED,), outcomes=(behaviour("spend"),), numbers=(Number("z"),), regions=regions)
    found = find(estimate({**data, "region": region}, made, 0), "speed", "spend").result
    assert len(np.unique(data["bucket"])) == 2 * (29 - 1 + 3)
    assert isinstance(found, Estimate) == estimated


@pytest.mark.parametrize(("buckets", "estimated"), [(20, True), (19, False)])
def test_the_smallest_model_needs_twenty_customers(buckets: int, estimated: bool) -> None:
    data = {name: values[DATA["bucket"] < buckets] for name, values in DATA.items()}
    made = design(drivers=(SPEED,), outcomes=(behaviour("spend"),), numbers=(), regions=())
    assert isinstance(find(estimate(data, made, 0), "speed", "spend").result, Estimate) == estimated


def test_columns_that_do_not_vary_do_not_count_towards_too_few() -> None:
    """In a segment the indicators of the other segments are constant: they cost no customers."""
    made = design(outcomes=OUTCOMES, drivers=(SPEED,), regions=("n", "s", "e", "w", *map(str, range(20))))
    few = {name: values[:80] for name, values in DATA.items()}
    assert_estimated(estimate(few, made, 0), "speed", "spend")


def test_a_constant_outcome() -> None:
    made = design(drivers=(SPEED,), outcomes=OUTCOMES)
    result = estimate(without(DATA, stay=np.zeros(N)), made, 100)
    assert reason(find(result, "speed", "stay")) == "the outcome is the same in every episode"
    assert_estimated(result, "speed", "csat", "spend")
    assert isinstance(find(result, "csat", "spend", change="point").result, Estimate)


def test_perfect_separation_takes_the_column_out_of_that_model_only() -> None:
    other = np.nan_to_num(DATA["stay"]) * 5 + np.random.default_rng(0).random(N)
    result = with_other(other, separated=frozenset({("other", "stay")}))
    assert "separates 'stay' perfectly" in reason(find(result, "other", "stay"))
    assert_estimated(result, "other", "csat")
    alone = design(drivers=(SPEED, WAIT), outcomes=OUTCOMES)
    coefficients, _ = outside(DATA, alone, "stay")
    expected = by_hand(DATA, SPEED, "better", coefficients)
    assert find(result, "speed", "stay").result.value == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(("of", "kind"), [("spend", "behaviour"), ("csat", "perception")])
def test_a_copy_of_an_outcome(of: str, kind: str) -> None:
    known = ~np.isnan(DATA[of])
    values = np.where(known, -2 * np.nan_to_num(DATA[of]) + 10, np.random.default_rng(1).normal(size=N))
    result = with_other(values)
    assert reason(find(result, "other", of)) == f"'other' is a copy of '{of}': it tells nothing about it"
    assert {pair: clause(leak) for pair, leak in result.leaks.items()} == {
        ("other", of): reason(find(result, "other", of))
    }
    assert_estimated(result, "speed", of)
    assert [i.driver for i in result.importances if isinstance(i.result, NotEstimable)] == ["other"]


def test_a_perception_that_leaks_comes_alone_and_is_refused() -> None:
    known = ~np.isnan(DATA["csat"])
    nps = np.where(known, np.where(np.nan_to_num(DATA["stay"]) > 0, 9.0, 2.0), np.nan)
    made = design(drivers=(SPEED,), outcomes=(perception("csat"), perception("nps"), behaviour("stay"), behaviour("spend")))  # fmt: skip
    result = estimate(without(DATA, nps=nps), made, 100, separated=frozenset({("nps", "stay")}))
    assert "separates" in reason(find(result, "nps", "stay", change="point"))
    assert "separates" in reason(find(result, "speed", "stay", "via nps"))
    direct, via = find(result, "speed", "stay", "direct"), find(result, "speed", "stay", "via csat")
    assert direct.given == via.given == ("csat",)
    coefficients, _ = outside(
        without(DATA, nps=np.zeros(N)), design(drivers=(SPEED,)), "stay", beside=("csat",)
    )
    assert direct.result.value == pytest.approx(by_hand(DATA, SPEED, "better", coefficients), rel=1e-8)
    assert find(result, "speed", "spend", "direct").given == ("csat", "nps")
    assert not any(i.driver == "nps" for i in result.importances)


def test_when_every_perception_leaks_there_is_no_direct_effect_either() -> None:
    made = design(drivers=(SPEED,), outcomes=OUTCOMES)
    result = estimate(DATA, made, 100, separated=frozenset({("csat", "stay")}))
    for path in ("direct", "via csat"):
        assert "separates" in reason(find(result, "speed", "stay", path))
    assert_estimated(result, "speed", "stay", "spend")


def test_an_exact_fit() -> None:
    spend = np.where(np.isnan(DATA["spend"]), np.nan, 4 * DATA["speed"] - DATA["wait"] + DATA["z"])
    result = estimate(without(DATA, spend=spend), design(drivers=(SPEED, WAIT), outcomes=OUTCOMES), 100)
    assert "exactly" in reason(find(result, "speed", "spend"))
    assert_estimated(result, "speed", "csat", "stay")
    assert all(isinstance(i.result, NotEstimable) for i in result.importances if i.outcome == "spend")


def test_a_segment_without_respondents_or_episodes_enough() -> None:
    region = np.where(np.arange(N) < 10, "tiny", DATA["region"]).astype(object)
    csat = np.where(region == "s", np.nan, DATA["csat"])
    made = design(
        drivers=(SPEED,),
        outcomes=OUTCOMES,
        regions=(),
        segments={"segment:region": ("n", "s", "e", "w", "tiny")},
    )
    result = estimate({**without(DATA, csat=csat), "segment:region": region}, made, 100)
    assert reason(find(result, "speed", "csat", segment="region = s")) == "no episode has what it takes"
    assert (
        reason(find(result, "csat", "stay", change="point", segment="region = s"))
        == "no episode has what it takes"
    )
    assert isinstance(find(result, "speed", "stay", segment="region = s").result, Estimate)
    assert "too few" in reason(find(result, "speed", "stay", segment="region = tiny"))


def test_without_replicates_and_without_outcomes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_estimated(estimate(DATA, design(drivers=(SPEED,), outcomes=OUTCOMES), 0), "speed", "stay")
        assert estimate(DATA, design(drivers=(SPEED,), outcomes=()), 10).effects == []
    assert BUCKETS == 64


# ---- fits -----------------------------------------------------------------------------------------------

FIRST, SECOND, THIRD = Reason.SAME_OUTCOME(), Reason.SAME_EVERYWHERE(), Reason.DIFFERS_FOR_FEW(share=0.2)


def test_a_fit_tells_the_outcomes_reason_first_then_what_depends_then_what_was_left_out() -> None:
    slopes = {("a", "y"): np.array([2.0, 1.0, 3.0])}
    made = Fit(9, slopes, {"b": SECOND, "c": SECOND}, {"z": FIRST}, {"c": THIRD, "d": THIRD}, ("a",))
    found = made.slope("a", "y")
    assert isinstance(found, Estimate)
    assert (found.value, found.replicates.tolist()) == (2.0, [1.0, 3.0])
    told = {name: made.slope(name, "y") for name in "bcd"}
    assert told == {"b": NotEstimable(SECOND), "c": NotEstimable(SECOND), "d": NotEstimable(THIRD)}
    assert {made.slope(name, "z") == NotEstimable(FIRST) for name in "abcd"} == {True}
    assert [made.has(name, "y") for name in "abcde"] == [True, True, True, False, False]


def test_a_fit_of_several_outcomes_refuses_each_for_itself() -> None:
    """One that does not vary, one that is made from its causes, and one that can be told."""
    made = design((SPEED, WAIT), (*OUTCOMES, behaviour("made")))
    flat = {
        **DATA,
        "stay": np.ones(N),
        "spend": np.random.default_rng(0).normal(size=N),
        "made": DATA["wait"] * 2 - DATA["z"],
    }
    population = estimate(flat, made, 20).everyone.population(("stay", "spend", "made"))
    columns = ("z", "speed", "wait")
    found = fit(population, columns, ("stay", "made", "spend"))
    assert found.refused == {"stay": Reason.SAME_OUTCOME(), "made": Reason.MADE_FROM()}
    assert (found.n, found.regressors, found.unidentified, found.left_out) == (N, columns, {}, {})
    x = np.column_stack([np.ones(N), *(flat[name] for name in columns)])
    expected = np.linalg.lstsq(x, flat["spend"], rcond=None)[0][1:]
    for name, slope in zip(columns, expected, strict=True):
        told = found.slope(name, "spend")
        assert isinstance(told, Estimate) and told.value == pytest.approx(slope, rel=1e-7)
        assert told.replicates.shape == (20,)
    nothing = fit(population, columns, ("stay",))
    assert nothing.refused == {"stay": Reason.SAME_OUTCOME()} and nothing.regressors == ()
    without_wait = fit(population, columns, ("spend",), {"wait": THIRD})
    assert without_wait.regressors == ("z", "speed")
    assert without_wait.slope("wait", "spend") == NotEstimable(THIRD)
    x = np.column_stack([np.ones(N), flat["z"], flat["speed"]])
    told = without_wait.slope("speed", "spend")
    assert isinstance(told, Estimate)
    assert told.value == pytest.approx(np.linalg.lstsq(x, flat["spend"], rcond=None)[0][2], rel=1e-7)
    nobody = estimate({**flat, "spend": np.full(N, np.nan)}, made, 5).everyone.population(("spend",))
    none = fit(nobody, columns, ("spend",))
    assert (none.n, none.refused, none.regressors) == (0, {"spend": Reason.NO_EPISODE()}, ())


@pytest.mark.parametrize(("noise", "made_from"), [(3e-6, True), (1e-4, False)])
def test_an_outcome_is_made_from_its_causes_where_less_than_a_billionth_is_left(
    noise: float, made_from: bool
) -> None:
    x = DATA["wait"]
    y = x + noise * x.std() * np.random.default_rng(0).normal(size=N)
    made = design((WAIT,), (behaviour("spend"),), (), ())
    population = estimate({**DATA, "spend": y}, made, 5).everyone.population(("spend",))
    assert (fit(population, ("wait",), ("spend",)).refused == {"spend": Reason.MADE_FROM()}) == made_from


def test_the_silent_are_asked_of_behaviours_that_no_perception_gives_away() -> None:
    questions = ChainModels(design(drivers=(SPEED, WAIT), outcomes=OUTCOMES), {("csat", "stay"): FIRST})
    everyone = estimate(DATA, design(drivers=(SPEED, WAIT), outcomes=OUTCOMES), 5).everyone
    found = nonrespondent_effects(questions, everyone)
    assert [(e.cause, e.outcome, e.path, e.change, e.population) for e in found] == [
        (name, "spend", "total", "better", "silent") for name in ("speed", "wait")
    ]
    silent = np.isnan(DATA["csat"]) & ~np.isnan(DATA["spend"])
    assert {e.n for e in found} == {silent.sum()}
    flipped = ChainModels(design(drivers=(SPEED, WAIT), outcomes=OUTCOMES), {("csat", "spend"): FIRST})
    assert [e.outcome for e in nonrespondent_effects(flipped, everyone)] == ["stay", "stay"]
