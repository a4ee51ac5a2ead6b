"""Tests of bends against other packages and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from lineofsight.stats.curvature import bends_beside, best_bend, change_of_slope, without_others
from lineofsight.stats.moments import Moments
from lineofsight.stats.wald import bootstrap_wald, wald_p_value
from stats.folding import fold

KNOTS = {"x>1": 1.0, "x>2": 2.0, "x>3": 3.0}


def moments(data: dict[str, np.ndarray], group: np.ndarray) -> Moments:
    matrix = np.column_stack(list(data.values()))
    shift = matrix.mean(axis=0)
    return Moments(tuple(data), shift, *fold(matrix, group, int(group.max()) + 1, shift))


def world(place: float, n: int = 4000, noise: float = 0.3) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(3)
    x, z = rng.uniform(0, 4, n), rng.normal(size=n)
    group = np.arange(n) % 80
    y = (
        z
        + 0.2 * x
        + 1.5 * np.maximum(x - place, 0)
        + noise * (rng.normal(size=n) + rng.normal(size=80)[group])
    )
    return {"z": z, "x": x, **{name: np.maximum(x - k, 0) for name, k in KNOTS.items()}, "y": y}, group


def test_the_joint_test_is_hotellings() -> None:
    # Hotelling's T² of a mean against 0, by its definition from a sample.
    sample = np.random.default_rng(1).normal(0.3, 1, (25, 3)) @ np.array(
        [[1, 0.5, 0], [0, 1, 0.2], [0, 0, 2.0]]
    )
    mean, covariance = sample.mean(axis=0), np.cov(sample.T) / 25
    t2 = mean @ np.linalg.inv(covariance) @ mean
    expected = stats.f.sf(t2 * (25 - 3) / (3 * 24), 3, 22)
    assert wald_p_value(mean, covariance, 25) == pytest.approx(expected, rel=1e-10)
    scaled = np.diag([1e6, 1e-6, 1.0])
    assert wald_p_value(scaled @ mean, scaled @ covariance @ scaled, 25) == pytest.approx(expected, rel=1e-6)


def test_one_estimate_is_a_t_test() -> None:
    assert wald_p_value(np.array([2.0]), np.array([[1.0]]), 30) == pytest.approx(2 * stats.t.sf(2.0, 29))


@pytest.mark.parametrize(
    ("estimates", "covariance", "clusters"),
    [([], np.zeros((0, 0)), 30), ([1.0, 1.0], np.ones((2, 2)), 30), ([1.0], [[0.0]], 30), ([1.0], [[1.0]], 1),
     ([np.nan], [[1.0]], 30)],
)  # fmt: skip
def test_what_cannot_be_tested_has_no_p_value(estimates: object, covariance: object, clusters: int) -> None:
    assert np.isnan(wald_p_value(np.array(estimates, dtype=float), np.array(covariance), clusters))


def test_replicates_that_failed_are_left_out() -> None:
    drawn = np.random.default_rng(0).normal(size=(2, 400))
    holed = np.hstack([drawn, [[np.nan, 1.0], [0.0, np.inf]]])
    estimates = np.array([2.0, 1.0])
    assert bootstrap_wald(estimates, holed, 50) == bootstrap_wald(estimates, drawn, 50)


def test_bends_are_tested_as_statsmodels_does() -> None:
    data, group = world(2.0, n=800, noise=2.0)
    x = sm.add_constant(np.column_stack([data[name] for name in ("z", "x", *KNOTS)]))
    fitted = sm.OLS(data["y"], x).fit(cov_type="cluster", cov_kwds={"groups": group})
    found = moments(data, group)
    wald = fitted.wald_test(np.eye(6)[[3, 5]], use_f=False, scalar=True).statistic
    expected = stats.f.sf(wald * 78 / (2 * 79), 2, 78)
    assert bends_beside(found, ("z", "x", *KNOTS), ("x>1", "x>3"), "y") == pytest.approx(expected, rel=1e-8)
    change = change_of_slope(found, ("z", "x", *KNOTS), ("x>1", "x>2"), "y")
    together = fitted.t_test(np.array([0, 0, 0, 1, 1, 0]))
    assert change.value == pytest.approx(float(together.effect[0]), rel=1e-9)
    assert change.standard_error == pytest.approx(float(together.sd[0, 0]), rel=1e-9)


@pytest.mark.parametrize("place", [1.0, 1.4, 2.0, 2.75, 3.0])
def test_the_bend_is_found_at_and_between_knots(place: float) -> None:
    found = best_bend(moments(*world(place)).total(), ["z"], "x", KNOTS, "y")
    assert found.place[0] == pytest.approx(place, abs=0.08)
    assert found.columns(tuple(KNOTS))[0] in KNOTS


def test_the_best_bend_leaves_least_unexplained() -> None:
    data, group = world(1.6, noise=1.0)
    left = {}
    for names in [("x>1",), ("x>2",), ("x>3",), ("x>1", "x>2"), ("x>2", "x>3")]:
        fitted = sm.OLS(
            data["y"], sm.add_constant(np.column_stack([data[n] for n in ("z", "x", *names)]))
        ).fit()
        if len({value > 0 for value in fitted.params[3:]}) == 1:
            left[names] = fitted.ssr
    found = best_bend(moments(data, group).total(), ["z"], "x", KNOTS, "y")
    assert found.columns(tuple(KNOTS)) == min(left, key=left.__getitem__)


def test_each_resample_finds_its_own_bend() -> None:
    data, group = world(2.2)
    weights = np.random.default_rng(2).multinomial(80, np.full(80, 1 / 80), 5).astype(float)
    each = best_bend(moments(data, group).resample(weights), ["z"], "x", KNOTS, "y")
    for at, weight in enumerate(weights):
        alone = best_bend(moments(data, group).resample(weight[None]), ["z"], "x", KNOTS, "y")
        assert alone.place[0] == pytest.approx(each.place[at], rel=1e-9)
    assert each.place.std() > 0


def test_a_constant_driver_bends_nowhere() -> None:
    data, group = world(2.0)
    data |= {name: np.zeros(len(group)) for name in KNOTS}
    assert np.isnan(best_bend(moments(data, group).total(), ["z"], "x", KNOTS, "y").place[0])


def test_leaving_out_is_a_smaller_model() -> None:
    # With the true covariance of least squares the restricted estimate is exactly the smaller model's.
    data, _ = world(2.0)
    x = np.column_stack([data[name] for name in ("z", "x", *KNOTS)])
    x -= x.mean(axis=0)
    covariance = np.linalg.inv(x.T @ x)
    full = covariance @ x.T @ data["y"]
    root = np.linalg.cholesky(covariance)
    drawn = np.hstack([root, -root])  # replicates with a covariance proportional to it
    found = without_others(np.column_stack([full, drawn]), (0, 1, 3))
    smaller = np.linalg.lstsq(x[:, [0, 1, 3]], data["y"], rcond=None)[0]
    np.testing.assert_allclose(found[:, 0], smaller, rtol=1e-8)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("variance", [(0.0, 1.0), (1.0, 0.0)])
def test_one_estimate_without_a_variance_leaves_nothing_to_test_together(
    variance: tuple[float, float],
) -> None:
    assert np.isnan(wald_p_value(np.array([1.0, 2.0]), np.diag(variance), 30))


@pytest.mark.parametrize(("clusters", "told"), [(3, True), (2, False), (1, False)])
def test_clusters_have_to_be_more_than_the_estimates_tested(clusters: int, told: bool) -> None:
    found = wald_p_value(np.array([1.0, 2.0]), np.eye(2), clusters)
    assert np.isfinite(found) == told
    if told:  # F of 2 and 1 degrees of freedom
        assert found == pytest.approx(stats.f.sf(5 * 1 / (2 * 2), 2, 1))


@pytest.mark.parametrize(("replicates", "told"), [(6, True), (5, False), (4, False)])
def test_estimates_have_to_be_fewer_than_half_of_the_replicates(replicates: int, told: bool) -> None:
    drawn = np.random.default_rng(4).normal(size=(2, 40))
    drawn[0, replicates:] = np.nan
    found = bootstrap_wald([1.0, 2.0], drawn, 50)
    assert np.isfinite(found) == told
    if told:
        expected = wald_p_value(np.array([1.0, 2.0]), np.cov(drawn[:, :replicates]), 50)
        assert found == pytest.approx(expected, rel=1e-12)


def test_no_estimates_have_no_joint_test() -> None:
    assert np.isnan(bootstrap_wald([], np.empty((0, 40)), 50))
    data, group = world(2.0, n=400)
    made = moments(data, group)
    assert np.isnan(bends_beside(made, [made.columns[0]], [], made.columns[-1]))
