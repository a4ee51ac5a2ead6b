"""Whether an effect stays the same over time: Q beside a meta-analysis, its size, and a slope that turned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyses.test_changes import PERIODS, dated
from lineofsight.analyses.stability.estimate import (
    PeriodHeterogeneity,
    Stability,
    cochran_q,
    unstable_effects,
)
from lineofsight.episodes.columns import CALENDAR
from lineofsight.stats.pooling import Pooled, pool
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.reasons import clause
from model.world import by_hand, columns, design, estimate, find, rows

DESIGN = replace(design(), periods=PERIODS)
DATA = dated(rows())


def entry(found: list[Stability], driver: str, outcome: str) -> Stability:
    (one,) = [s for s in found if (s.driver, s.info.name) == (driver, outcome)]
    return one


def test_with_independent_periods_it_is_a_random_effects_meta_analysis() -> None:
    rng = np.random.default_rng(1)
    values, errors = np.array([0.2, 0.5, 0.1, 0.9]), np.array([0.1, 0.2, 0.1, 0.3])
    noise = rng.normal(size=(4, 400))
    noise -= noise.mean(axis=1, keepdims=True)
    noise = np.linalg.qr(noise.T)[0].T * np.sqrt(399)  # uncorrelated, with standard deviation 1
    expected = pool(values, errors)
    assert isinstance(expected, Pooled)
    assert cochran_q(values, values[:, None] + errors[:, None] * noise) == pytest.approx(
        (expected.q, expected.q_p_value, expected.i2), rel=1e-9
    )


def test_q_is_refused_where_replicates_do_not_tell_it() -> None:
    rng = np.random.default_rng(3)
    values, replicates = np.array([0.1, 0.4, 0.3]), rng.normal(size=(3, 6))
    assert not isinstance(cochran_q(values, replicates), NotEstimable)  # two for each period are enough
    holed = replicates.copy()
    holed[1, 2] = np.nan
    assert isinstance(cochran_q(values, holed), NotEstimable)
    constant = np.vstack([replicates[:2], np.full(6, 0.3)])
    assert isinstance(cochran_q(values, constant), NotEstimable)
    as_one = np.vstack([replicates[:2], 2 * replicates[0] - 1])
    assert isinstance(cochran_q(values, as_one), NotEstimable)


def test_estimates_that_are_the_same_have_no_heterogeneity() -> None:
    assert cochran_q(np.full(2, 0.5), np.random.default_rng(4).normal(size=(2, 50))) == (0.0, 1.0, 0.0)


def test_customers_in_every_period_are_not_taken_for_others() -> None:
    """Under no difference, one in twenty is below 0.05, also where the same customers are in all periods."""
    rng = np.random.default_rng(2)
    root = np.linalg.cholesky(0.02 * np.eye(5) + 0.08)
    small = sum(
        cochran_q(y, y[:, None] + root @ rng.normal(size=(5, 300)))[1] < 0.05  # type: ignore[index]  # there is one, or the test fails
        for y in (root @ rng.normal(size=5) for _ in range(1500))
    )
    assert 0.035 < small / 1500 < 0.075  # a standard error of 0.006, and 300 resamples for a covariance of 5


def test_a_slope_that_turned_is_found_and_one_that_stayed_is_not() -> None:
    turned = DATA[CALENDAR] == PERIODS[2]
    data = {**DATA, "spend": DATA["spend"] + np.where(turned, 6.0, 0.0) * (DATA["speed"] - 8)}
    found = estimate(data, DESIGN, replicates=300).stability
    speed, wait = (entry(found, name, "spend").result for name in ("speed", "wait"))
    assert isinstance(speed, PeriodHeterogeneity) and isinstance(wait, PeriodHeterogeneity)
    assert speed.p < 0.001 and speed.i2 > 0.8
    assert min(speed.effects, key=lambda period: speed.effects[period].value) == PERIODS[2]
    assert wait.p > 0.01
    assert set(speed.effects) == set(PERIODS)


def test_the_change_is_the_same_in_every_period() -> None:
    """A period's own slope, times what 10 % better means over all periods together."""
    found = entry(estimate(DATA, DESIGN, replicates=50).stability, "wait", "spend").result
    assert isinstance(found, PeriodHeterogeneity)
    driver = next(d for d in DESIGN.basis.drivers if d.name == "wait")
    for period in PERIODS:
        keep = (DATA[CALENDAR] == period) & ~np.isnan(DATA["spend"])
        x = columns(DATA, DESIGN)
        matrix = np.column_stack([np.ones(keep.sum()), *(values[keep] for values in x.values())])
        slopes = np.linalg.lstsq(matrix, DATA["spend"][keep], rcond=None)[0][1:]
        expected = by_hand(DATA, driver, "better", dict(zip(x, slopes, strict=True)))
        assert found.effects[period].value == pytest.approx(expected, rel=1e-7)


def test_one_period_that_tells_is_none_to_compare() -> None:
    few = np.flatnonzero(DATA[CALENDAR] != PERIODS[0])[15:]
    data = {name: np.delete(column, few) for name, column in DATA.items()}
    found = entry(estimate(data, DESIGN, replicates=50).stability, "speed", "stay").result
    assert isinstance(found, NotEstimable)
    assert clause(found.reason).startswith("its effect can be told in 1 of 3 periods: in 2024-Q3: too few")


def test_without_periods_there_is_nothing() -> None:
    result = estimate(rows(600), design(), replicates=20)
    assert (result.changes, result.stability) == ([], [])


def test_signs_are_held_against_the_total_effect_not_against_one_path_of_it() -> None:
    """Slower service makes customers spend more here, though through satisfaction it makes them spend less."""
    data = {**DATA, "spend": DATA["spend"] + 6.0 * DATA["speed"]}
    result = estimate(data, DESIGN, replicates=50)
    total, via = (find(result, "speed", "spend", path).result for path in ("total", "via csat"))
    assert isinstance(total, Estimate) and isinstance(via, Estimate)
    assert total.value < 0 < via.value
    found = entry(result.stability, "speed", "spend").result
    assert isinstance(found, PeriodHeterogeneity)
    assert all(effect.value < 0 for effect in found.effects.values())
    assert found.same_sign == 1.0


@pytest.mark.parametrize(
    ("p", "same_sign", "held_against"),
    [(0.01, 2 / 3, True), (0.011, 2 / 3, False), (0.0001, 1.0, False), (0.0001, 0.0, True)],
)
def test_clear_differences_that_change_the_sign_are_held_against_a_claim(
    p: float, same_sign: float, held_against: bool
) -> None:
    effects = {period: Estimate(1.0, np.ones(3)) for period in PERIODS}
    info = DESIGN.outcomes[0]
    differs = Stability("speed", info, PeriodHeterogeneity(effects, same_sign, 9.0, p, 0.8))
    untold = Stability("wait", info, NotEstimable("too few"))
    found = unstable_effects([untold, differs])
    assert list(found) == [("speed", info.name)] * held_against
