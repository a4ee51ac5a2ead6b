"""Partial R² from a precision matrix beside the one from covariances and beside two regressions."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from lineofsight.stats.partial import partial_r2, partial_r2_from_precision
from stats.swiss import COLUMNS, SWISS

COVARIANCE = np.cov(SWISS.T)
PRECISION = np.linalg.inv(COVARIANCE)
FERTILITY = COLUMNS.index("fertility")
GROUPS = [(1,), (2, 4), (5, 1, 3), (1, 2, 3, 4, 5)]


@pytest.mark.parametrize("group", GROUPS)
def test_as_two_regressions(group: tuple[int, ...]) -> None:
    """By statsmodels: what the residual sum of squares loses when the group comes in."""
    others = [at for at in range(6) if at not in (*group, FERTILITY)]
    without = sm.OLS(SWISS[:, FERTILITY], sm.add_constant(SWISS[:, others]) if others else np.ones(47)).fit()
    full = sm.OLS(SWISS[:, FERTILITY], sm.add_constant(SWISS[:, [*others, *group]])).fit()
    found = partial_r2_from_precision(PRECISION, FERTILITY, group)
    assert found == pytest.approx(1 - full.ssr / without.ssr, rel=1e-10)


@pytest.mark.parametrize("outcome", range(6))
@pytest.mark.parametrize("size", [1, 2, 4])
def test_as_from_covariances_with_all_the_others_given(outcome: int, size: int) -> None:
    columns = [at for at in range(6) if at != outcome]
    group, given = columns[:size], columns[size:]
    expected = float(partial_r2(COVARIANCE, outcome, group, given))
    assert partial_r2_from_precision(PRECISION, outcome, group) == pytest.approx(expected, rel=1e-10)


def test_units_and_order_do_not_matter() -> None:
    scale = np.array([1e-4, 1.0, 1e5, 3.0, 7e-2, 1e3])
    scaled = PRECISION / scale / scale[:, None]
    plain = partial_r2_from_precision(PRECISION, FERTILITY, (2, 4))
    assert partial_r2_from_precision(scaled, FERTILITY, (2, 4)) == pytest.approx(plain, rel=1e-10)
    assert partial_r2_from_precision(PRECISION, FERTILITY, (4, 2)) == pytest.approx(plain, rel=1e-12)


def test_unrelated_is_zero_and_determined_is_one() -> None:
    assert partial_r2_from_precision(np.diag([1.0, 2.0, 3.0]), 0, (1, 2)) == 0
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))
    x[:, 0] = x[:, 1] - 2 * x[:, 2] + 1e-5 * x[:, 0]
    found = partial_r2_from_precision(np.linalg.inv(np.cov(x.T)), 0, (1, 2))
    assert 1 - 1e-9 < found <= 1


def test_nothing_asked_and_nothing_known() -> None:
    assert np.isnan(partial_r2_from_precision(PRECISION, 0, ()))
    assert np.isnan(partial_r2_from_precision(np.full((3, 3), np.nan), 0, (1,)))
