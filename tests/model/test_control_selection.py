"""Candidate controls: those that confound are held equal, the others are left out, and effects are right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from lineofsight.aggregation.features import Driver, Number
from lineofsight.model.design import Design
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate
from model.world import BUCKETS, Rows, behaviour, design, estimate, find, perception

NOISE = 12


def confounded(n: int = 4000, seed: int = 0) -> Rows:
    """`z` moves the driver strongly and the outcomes weakly: one lasso of the outcome alone may miss it."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(NOISE, n))
    z = rng.normal(size=n) + 0.3 * noise[0]
    speed = 5 + z + 0.5 * rng.normal(size=n)
    csat = 3 - 0.1 * speed + 0.25 * z + rng.normal(size=n)
    spend = 10 + 2 * csat - 0.5 * speed + 0.8 * z + rng.normal(size=n)
    answered = rng.random(n) < 0.5
    return {
        "speed": speed, "z": z, **{f"noise{at}": each for at, each in enumerate(noise)},
        "csat": np.where(answered, csat, np.nan), "spend": spend,
        "covered": np.ones(n), "bucket": rng.integers(0, BUCKETS, n),
    }  # fmt: skip


def made(*, candidate: bool) -> Design:
    numbers = tuple(
        Number(name, candidate=candidate) for name in ("z", *(f"noise{at}" for at in range(NOISE)))
    )
    drivers = (Driver("speed", False, best=4.0),)
    return design(drivers, (perception("csat"), behaviour("spend")), numbers, regions=())


@pytest.fixture(scope="module")
def data() -> Rows:
    return confounded()


def test_the_confounder_is_held_equal_and_noise_is_not(data: Rows) -> None:
    result = estimate(data, made(candidate=True))
    used = [choice.control for choice in result.controls if choice.used]
    assert "z" in used
    assert len(used) <= 3  # a false find now and then
    choice = next(c for c in result.controls if c.control == "z")
    assert choice.with_operations == ("speed",)
    assert not choice.declared


def test_effects_are_those_of_a_regression_on_what_was_selected(data: Rows) -> None:
    result = estimate(data, made(candidate=True))
    used = [choice.control for choice in result.controls if choice.used]
    x = sm.add_constant(np.column_stack([*(data[name] for name in used), data["speed"]]))
    slope = sm.OLS(data["spend"], x).fit().params[-1]
    found = find(result, "speed", "spend").result
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(slope * -0.1 * np.abs(data["speed"]).mean(), rel=1e-9)


def test_declared_controls_are_held_equal_whatever_the_data_say(data: Rows) -> None:
    result = estimate(data, made(candidate=False))
    assert all(choice.used and choice.declared for choice in result.controls)
    assert result.design.basis.unused == ()


def test_a_level_brings_its_whole_category() -> None:
    data = confounded(seed=3)
    level = np.digitize(data["z"], [-1, 0, 1])
    data["region"] = np.array(["a", "b", "c", "d"], dtype=object)[level]
    base = design(
        (Driver("speed", False, best=4.0),),
        (perception("csat"), behaviour("spend")),
        (),
        ("b", "a", "c", "d"),
    )
    categories = tuple(replace(each, candidate=True) for each in base.basis.categories)
    found = estimate(data, replace(base, basis=replace(base.basis, categories=categories)))
    assert [choice.used for choice in found.controls] == [True]
    assert found.design.basis.unused == ()


def test_too_few_customers_to_select_keep_every_candidate() -> None:
    data = {name: values[:60] for name, values in confounded(seed=4).items()}
    data["bucket"] = np.zeros(60, dtype=int)  # one customer
    result = estimate(data, made(candidate=True))
    assert all(choice.used for choice in result.controls)
    assert all(choice.reason for choice in result.controls)


def test_outcomes_that_nobody_has_or_are_second_statistics_select_nothing(data: Rows) -> None:
    """`z` moves 'spend' as well as the driver; told of 'csat' alone, only its driver and that choose."""
    base = made(candidate=True)
    aside = replace(behaviour("spend"), main=False)
    everything = estimate(data, base)
    assert next(c for c in everything.controls if c.control == "z").with_outcomes == ("csat", "spend")
    for changed, design_ in (
        (data, replace(base, outcomes=(aside, base.outcomes[0]))),
        ({**data, "spend": np.full(len(data["z"]), np.nan)}, base),
        ({**data, "spend": np.full(len(data["z"]), np.nan)}, replace(base, outcomes=base.outcomes[::-1])),
    ):
        choices = {choice.control: choice for choice in estimate(changed, design_).controls}
        assert choices["z"].with_outcomes == ("csat",)
        assert choices["z"].with_operations == ("speed",) and choices["z"].reason is None


def test_candidates_stay_with_the_reason_where_one_outcome_cannot_select_though_others_can(
    data: Rows,
) -> None:
    for outcome in ("csat", "spend"):
        constant = np.where(np.isnan(data[outcome]), np.nan, 1.0)
        found = estimate({**data, outcome: constant}, made(candidate=True))
        assert all(choice.declared and choice.used for choice in found.controls)
        assert {choice.reason for choice in found.controls} == {Reason.CONSTANT(name=outcome)}
        assert found.design.basis.unused == ()


def test_declared_controls_have_no_reason_beside_candidates_and_those_that_go_leave_their_columns(
    data: Rows,
) -> None:
    base = made(candidate=True)
    numbers = (replace(base.basis.numbers[0], candidate=False), *base.basis.numbers[1:])
    found = estimate(data, replace(base, basis=replace(base.basis, numbers=numbers)))
    first, *others = found.controls
    assert (first.control, first.declared, first.reason, first.used) == ("z", True, None, True)
    assert first.with_operations == first.with_outcomes == ()
    unused = [choice.control for choice in others if not choice.used]
    assert len(unused) >= NOISE - 3
    assert found.design.basis.unused == tuple(unused)
    assert not any(choice.declared for choice in others)


def test_a_candidate_that_a_declared_control_gives_already_is_left_out_wherever_it_stands(data: Rows) -> None:
    numbers = (Number("copy", candidate=True), Number("z"))
    made_ = design((Driver("speed", False, best=4.0),), (perception("csat"), behaviour("spend")), numbers, ())
    copy, z = estimate({**data, "copy": 2 * data["z"] - 1}, made_).controls
    assert (copy.control, copy.used, copy.declared, copy.reason) == ("copy", False, False, None)
    assert (z.control, z.used) == ("z", True)
