"""A driver that others nearly give is named with the fewest of them that do."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

from lineofsight.aggregation.features import Driver
from lineofsight.analyses.leakage.collinearity import (
    CollinearDriver,
    collinear_drivers,
    suspected_collinearity,
)
from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.reasons import Reason
from model.three_drivers import DATA, OUTCOMES, SPEED, WAIT, N, with_other
from model.world import behaviour, columns, design, estimate, without

NOISE = np.random.default_rng(8).normal(size=N)


def found(values: np.ndarray) -> dict[str, tuple[str, ...]]:
    return {each.driver: each.partners for each in with_other(values, 0).functions}


def test_a_sum_of_two_names_all_three() -> None:
    total = DATA["speed"] + DATA["wait"] / 3 + 0.2 * NOISE
    assert found(total) == {
        "speed": ("other", "wait"),
        "wait": ("other", "speed"),
        "other": ("wait", "speed"),
    }


def test_the_inflation_is_that_of_statsmodels_at_the_threshold() -> None:
    """Just above and below a variance inflation of 100, with all other columns of the model."""
    made = design(drivers=(SPEED, WAIT, Driver("other", True)), outcomes=OUTCOMES)
    for noise in (0.9, 1.1):
        other = 5 * DATA["speed"] + noise * 5 * DATA["speed"].std() / np.sqrt(99) * NOISE
        x = columns(without(DATA, other=other), made)
        matrix = sm.add_constant(np.column_stack(list(x.values())))
        vif = variance_inflation_factor(matrix, 1 + list(x).index("other"))
        assert ("other" in found(other)) == (vif >= 100), (noise, vif)


def test_a_control_can_be_the_partner_and_levels_are_one_thing() -> None:
    assert found(3 * DATA["z"] + 0.05 * NOISE) == {"other": ("z",)}
    level = {"n": 1.0, "s": 5.0, "e": 2.0, "w": 9.0}
    assert found(np.array([level[r] for r in DATA["region"]]) + 0.05 * NOISE) == {"other": ("region",)}


def test_pieces_of_one_driver_are_no_function_of_each_other() -> None:
    bent = Driver("wait", False, knots=(0.001, 90.0))
    made = design(drivers=(SPEED, bent), outcomes=OUTCOMES)
    assert estimate(DATA, made, 0).functions == []


def test_what_is_exact_is_refused_elsewhere_and_what_is_strong_is_no_function() -> None:
    assert found(3 * DATA["speed"] - 1) == {}
    r2 = 0.95
    strong = DATA["speed"] + DATA["speed"].std() * np.sqrt(1 / r2 - 1) * NOISE
    assert found(strong) == {}


def test_too_few_customers_for_the_columns_say_nothing() -> None:
    few = {name: values[:60] for name, values in without(DATA, other=DATA["speed"] + 0.01 * NOISE).items()}
    few["bucket"] = np.arange(60) % 25
    made = design(drivers=(SPEED, WAIT, Driver("other", True)), outcomes=OUTCOMES)
    assert estimate(few, made, 0).functions == []
    assert [each.driver for each in with_other(DATA["speed"] + 0.01 * NOISE, 0).functions] == [
        "speed",
        "other",
    ]
    assert (
        pytest.approx(with_other(DATA["speed"] + 0.01 * NOISE, 0).functions[0].explained)
        == np.corrcoef(DATA["speed"], DATA["speed"] + 0.01 * NOISE)[0, 1] ** 2
    )


def test_without_columns_or_episodes_there_is_no_function() -> None:
    nothing = design(drivers=(), outcomes=OUTCOMES, numbers=(), regions=())
    assert collinear_drivers(nothing, estimate(DATA, nothing, 0).everyone.population()) == []
    nobody = without(DATA, speed=np.full(N, np.nan))
    made = design(drivers=(SPEED, WAIT), outcomes=OUTCOMES)
    everyone = estimate(nobody, made, 0).everyone
    assert everyone.population().n == 0
    assert collinear_drivers(made, everyone.population()) == []


@pytest.mark.parametrize(
    ("columns", "customers", "told"), [(2, 20, True), (2, 19, False), (6, 35, True), (6, 34, False)]
)
def test_a_function_is_told_from_five_customers_for_each_coefficient_and_twenty_on(
    columns: int, customers: int, told: bool
) -> None:
    rng = np.random.default_rng(columns)
    names = [f"x{at}" for at in range(columns)]
    data = {name: rng.normal(size=N) for name in names}
    data["x1"] = data["x0"] + 0.01 * data["x1"]
    data |= {"stay": rng.normal(size=N), "covered": np.ones(N), "bucket": np.arange(N) % customers}
    made = design([Driver(name, True) for name in names], (behaviour("stay"),), numbers=(), regions=())
    found = collinear_drivers(made, estimate(data, made, 0).everyone.population())
    assert [(each.driver, each.partners, each.n) for each in found] == (
        [("x0", ("x1",), N), ("x1", ("x0",), N)] if told else []
    )


def test_what_came_first_is_left_out_again_where_the_later_ones_do_without_it() -> None:
    """`third` is nearest to the sum, and not needed beside both of its parts."""
    one, two, rest, more = np.random.default_rng(4).normal(size=(4, N))
    data = {"one": one, "two": two, "third": one + two + 0.4 * rest, "other": one + two + 0.02 * more}
    data |= {"stay": rest, "covered": np.ones(N), "bucket": DATA["bucket"]}
    made = design(
        [Driver(name, True) for name in ("one", "two", "third", "other")], (behaviour("stay"),), (), ()
    )
    (found,) = [
        each
        for each in collinear_drivers(made, estimate(data, made, 0).everyone.population())
        if each.driver == "other"
    ]
    x = np.column_stack([np.ones(N), one, two])
    left = data["other"] - x @ np.linalg.lstsq(x, data["other"], rcond=None)[0]
    assert set(found.partners) == {"one", "two"}
    assert found.explained == pytest.approx(1 - left.var() / data["other"].var(), rel=1e-9)


def test_a_function_is_told_of_all_outcomes_and_of_those_that_the_project_insists_on() -> None:
    near = CollinearDriver("other", ("speed", "wait"), 0.995, 300)
    why = Reason.NEAR_FUNCTION(names=("speed", "wait"), share=0.995)
    insisted = {("other", "stay"): "known before", ("speed", "stay"): "something else"}
    assert [*suspected_collinearity([near], insisted)] == [
        Suspicion("function", "other", None, why, 0.995, 300, withheld=True),
        Suspicion("function", "other", "stay", why, 0.995, 300, insisted="known before"),
    ]


def test_a_driver_that_is_no_function_or_refused_elsewhere_hides_none_that_comes_after_it() -> None:
    constant = {"same": np.ones(N), "other": 3 * DATA["z"] + 0.05 * NOISE}
    made = design((Driver("same", True), SPEED, Driver("other", True)), OUTCOMES)
    found = estimate(without(DATA, **constant), made, 0).functions
    assert [(each.driver, each.partners) for each in found] == [("other", ("z",))]
