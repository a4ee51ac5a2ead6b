"""The cluster bootstrap's weights and its intervals."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.intervals import excludes_zero, interval_sign, percentile_interval
from lineofsight.stats.pooling import pool
from lineofsight.stats.results import Estimate
from lineofsight.stats.sensitivity import robustness_value_interval
from lineofsight.stats.shrinkage import shrink


def test_weights_are_multinomial() -> None:
    buckets, replicates = 40, 20_000
    weights = bootstrap_weights(buckets, replicates, np.random.default_rng(0))
    assert weights.shape == (replicates, buckets)
    assert weights.dtype == np.float64
    assert (weights.sum(axis=1) == buckets).all()
    # five standard errors of a mean of 20,000, of a variance, and of a share
    assert np.abs(weights.mean(axis=0) - 1).max() < 5 / np.sqrt(replicates)
    assert np.abs(weights.var(axis=0) - (1 - 1 / buckets)).max() < 5 * np.sqrt(3 / replicates)
    never = (1 - 1 / buckets) ** buckets
    assert abs((weights[:, 0] == 0).mean() - never) < 5 * np.sqrt(never * (1 - never) / replicates)
    between = np.cov(weights[:, 0], weights[:, 1])[0, 1]
    assert abs(between + 1 / buckets) < 5 / np.sqrt(replicates)


def test_the_same_seed_gives_the_same_weights() -> None:
    one, same, other = (bootstrap_weights(9, 5, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


@pytest.mark.parametrize(("buckets", "replicates"), [(0, 5), (3, -1)])
def test_nothing_to_draw_is_refused(buckets: int, replicates: int) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        bootstrap_weights(buckets, replicates, np.random.default_rng(0))


def test_intervals_are_quantiles_of_the_finite_replicates() -> None:
    values = np.random.default_rng(5).normal(size=(4, 3, 201))
    values[0, 0, ::3] = np.nan
    values[1, 2, :50] = np.inf
    values[2, 0, 1:] = -np.inf
    values[2, 1, 2:] = np.nan
    low, high = percentile_interval(values, 0.9)
    assert low.shape == high.shape == (4, 3)
    for at in np.ndindex(4, 3):
        finite = values[at][np.isfinite(values[at])]
        expected = (
            np.quantile(finite, [(1 - 0.9) / 2, 1 - (1 - 0.9) / 2]) if finite.size > 1 else [np.nan] * 2
        )
        np.testing.assert_array_equal([low[at], high[at]], expected)
    assert np.isnan(low[2, 0])
    assert low[2, 1] < high[2, 1]


def test_one_estimate_and_many_have_the_same_interval() -> None:
    replicates = np.random.default_rng(6).exponential(size=1000)
    low, high = percentile_interval(replicates)
    assert (low, high) == Estimate(1.0, replicates).interval()
    together = percentile_interval(np.vstack([replicates, np.where(replicates > 2, np.nan, replicates)]))
    assert (together[0][0], together[1][0]) == (low, high)


@pytest.mark.parametrize("size", [0, 1])
def test_too_few_replicates_give_nan(size: int) -> None:
    low, high = percentile_interval(np.ones((3, size)))
    assert np.isnan(low).all()
    assert np.isnan(high).all()


@pytest.mark.parametrize("level", [0, 1, 95])
def test_the_level_is_a_share(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        percentile_interval(np.ones(5), level)


@pytest.mark.parametrize(
    ("low", "high", "sign"),
    [
        (0.1, 2.0, 1),
        (-2.0, -0.1, -1),
        (-1.0, 1.0, 0),
        (0.0, 1.0, 0),
        (-1.0, 0.0, 0),
        (None, None, 0),
        (np.nan, np.nan, 0),
    ],
)
def test_the_side_of_zero_of_an_interval(low: float | None, high: float | None, sign: int) -> None:
    assert interval_sign(low, high) == sign
    assert excludes_zero(low, high) == (sign != 0)


def test_two_replicates_are_the_fewest_with_an_interval() -> None:
    for values in ([1.0, 3.0], [1.0, np.nan, 3.0]):
        low, high = percentile_interval(np.array(values), 0.5)
        assert (low, high) == (1.5, 2.5)
    low, high = percentile_interval(np.array([[np.nan, np.nan, 3.0], [np.nan] * 3]))
    assert np.isnan(low).all() and np.isnan(high).all()


@pytest.mark.parametrize("level", [0, -0.5, 1, 1.5, 95])
def test_every_interval_has_a_level_between_none_and_all(level: float) -> None:
    for ask in (
        lambda: percentile_interval(np.ones(5), level),
        lambda: robustness_value_interval(1.0, 0.1, 1.0, level=level),
        lambda: pool([1.0, 2.0], [1.0, 1.0], level=level),
        lambda: shrink([1.0, 2.0], [1.0, 1.0], level=level),
    ):
        with pytest.raises(ValueError, match="between 0 and 1"):
            ask()
