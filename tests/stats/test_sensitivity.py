"""Sensitivity to an unobserved confounder against sensemakr, and against confounders that are planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm, t

from lineofsight.stats.partial import partial_r2
from lineofsight.stats.sensitivity import (
    adjusted,
    benchmark_bounds,
    robustness_value,
    robustness_value_interval,
)
from stats.swiss import COLUMNS, SWISS

# peacefactor ~ directlyharmed + age + farmer_dar + herder_dar + pastvoted + hhsize_darfur + female + village on
# `darfur`, by PySensemakr 0.0.8 (sensitivity_stats, partial_r2, ovb_bounds); to three digits, Cinelli and Hazlett
# (2020), table 1 and section 5.
ESTIMATE, ERROR, DOF = 0.09731581928495897, 0.02325653780981118, 783
SCALE = ERROR * np.sqrt(DOF)
F = ESTIMATE / SCALE
FEMALE = (0.009081065190328756, 0.10903391542784283)  # partial R² with treatment, with outcome

FERTILITY, EDUCATION, CATHOLIC = (COLUMNS.index(name) for name in ("fertility", "education", "catholic"))
OTHERS = [at for at in range(6) if at not in (FERTILITY, EDUCATION)]


def error_with_t(error: float, dof: int, alpha: float = 0.05) -> float:
    """The error whose normal interval is as wide as sensemakr's, with Student's t and one degree less."""
    ratio = t.ppf(1 - alpha / 2, dof - 1) / norm.ppf(1 - alpha / 2)
    return float(error * ratio * np.sqrt(dof / (dof - 1)))


def confounded(seed: int, rows: int = 60, controls: int = 3, confounders: int = 1) -> np.ndarray:
    """Covariance of treatment, outcome, controls and, last, confounders; every one has to do with the others."""
    rng = np.random.default_rng(seed)
    other = rng.normal(size=(rows, controls + confounders))
    other = other @ rng.normal(size=(controls + confounders,) * 2)
    treatment = other @ rng.normal(size=controls + confounders) + 2 * rng.normal(size=rows)
    outcome = rng.normal() * treatment + other @ rng.normal(size=controls + confounders)
    outcome = outcome + 3 * rng.normal(size=rows)
    return np.cov(np.column_stack([treatment, 1e3 * outcome, other]).T)


def residuals(rows: np.ndarray, on: np.ndarray) -> np.ndarray:
    design = np.column_stack([np.ones(len(rows)), on])
    return np.asarray(rows - design @ np.linalg.lstsq(design, rows)[0])


def test_darfur_robustness_values() -> None:
    found = [robustness_value(F), robustness_value(F, q=0.5)]
    np.testing.assert_allclose(found, [0.13877635389359155, 0.0720269757956062], rtol=1e-12)
    error = error_with_t(ERROR, DOF)
    found = [robustness_value_interval(ESTIMATE, error, SCALE, q=q) for q in (1, 0.5)]
    np.testing.assert_allclose(found, [0.0762579655448608, 0.00456276081439087], rtol=1e-10)
    plain = robustness_value_interval(ESTIMATE, ERROR, SCALE)  # by the normal: 0.0764
    np.testing.assert_allclose(plain, 0.0762579655448608, rtol=0.005)


@pytest.mark.parametrize(
    ("statistic", "dof", "q", "alpha", "expected"),
    [  # PySensemakr 0.0.8: robustness_value(t_statistic=, dof=, q=, alpha=)
        (30.0, 1_000_000, 1.0, 0.05, 0.027649666598354775),
        (30.0, 1_000_000, 0.5, 0.01, 0.01234722428203881),
        (1.5, 50, 1.0, 0.05, 0.0),
        (1 / 0.3, 7, 1.0, 0.05, 0.2278069639486234),  # of these two the weaker link is that with the outcome
        (4.0, 6, 1.0, 0.05, 0.366842310525271),
    ],
)
def test_robustness_of_significance_as_in_sensemakr(
    statistic: float, dof: int, q: float, alpha: float, expected: float
) -> None:
    scale = np.sqrt(dof) / statistic * 2.0  # of an estimate of 2
    classical = scale / np.sqrt(dof)
    widened = error_with_t(classical, dof, alpha)
    found = robustness_value_interval(-2.0, widened, scale, level=1 - alpha, q=q)
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    if dof > 1000:
        found = robustness_value_interval(2.0, classical, scale, level=1 - alpha, q=q)
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_darfur_bounds_from_the_benchmark_female() -> None:
    bounds = benchmark_bounds(*FEMALE, times=[1, 2, 3])
    expected = [0.009164286675048578, 0.018328573350097157, 0.027492860025145734]
    np.testing.assert_allclose(bounds.r2_treatment, expected, rtol=1e-12)
    expected = [0.12464092303637142, 0.24932406419997846, 0.37405047103809924]
    np.testing.assert_allclose(bounds.r2_outcome, expected, rtol=1e-12)
    assert not bounds.capped.any()
    bias, left = adjusted(ESTIMATE, SCALE, bounds.r2_treatment, bounds.r2_outcome)
    expected = [0.07522027121445277, 0.05291517238444554, 0.030396023464158664]
    np.testing.assert_allclose(left, expected, rtol=1e-12)
    np.testing.assert_allclose(bias, ESTIMATE - np.array(expected), rtol=1e-12)


@dataclass(frozen=True)
class LeastSquares:
    """An effect, and the standard deviation of the outcome over that of the treatment, given all else."""

    estimate: float
    scale: float

    @property
    def f(self) -> float:
        return abs(self.estimate) / self.scale


def least_squares(
    covariance: np.ndarray, treatment: int, outcome: int, given: Sequence[int] = ()
) -> LeastSquares:
    """Of a treatment on an outcome, from the normal equations."""
    at = [treatment, *given]
    inverse = np.linalg.inv(covariance[np.ix_(at, at)])
    slopes = inverse @ covariance[at, outcome]
    left = covariance[outcome, outcome] - covariance[at, outcome] @ slopes
    return LeastSquares(float(slopes[0]), float(np.sqrt(left * inverse[0, 0])))


def test_swiss_from_the_covariance_to_the_adjusted_effect() -> None:
    """PySensemakr 0.0.8 on fertility ~ education + the four others, treatment education."""
    covariance, dof = np.cov(SWISS.T), 41
    found = least_squares(covariance, EDUCATION, FERTILITY, OTHERS)
    np.testing.assert_allclose(found.estimate, -0.8709400629394262, rtol=1e-11)
    np.testing.assert_allclose(found.scale / np.sqrt(dof), 0.183028601571259, rtol=1e-11)
    np.testing.assert_allclose(
        partial_r2(covariance, FERTILITY, [EDUCATION], OTHERS), 0.355783921116784, rtol=1e-11
    )
    np.testing.assert_allclose(found.f**2, 0.5522742023663162, rtol=1e-11)
    np.testing.assert_allclose(robustness_value(found.f), 0.5166591532329143, rtol=1e-11)
    error = error_with_t(0.183028601571259, dof)
    at_the_end = robustness_value_interval(found.estimate, error, found.scale)
    np.testing.assert_allclose(at_the_end, 0.3432729888035414, rtol=1e-10)

    rest = [at for at in OTHERS if at != CATHOLIC]
    with_treatment = partial_r2(covariance, EDUCATION, [CATHOLIC], rest)
    with_outcome = partial_r2(covariance, FERTILITY, [CATHOLIC], [*rest, EDUCATION])
    np.testing.assert_allclose(
        [with_treatment, with_outcome], [0.21617178289261954, 0.17538252866705167], rtol=1e-11
    )
    bounds = benchmark_bounds(with_treatment, with_outcome, [1, 2, 3])
    _, left = adjusted(found.estimate, found.scale, bounds.r2_treatment, bounds.r2_outcome)
    expected = [-0.42825820402701165, 0.39195363341707945, 1.69473391352144]
    np.testing.assert_allclose(left, expected, rtol=1e-10)
    assert bounds.capped.tolist() == [False, False, True]


def test_swiss_group_of_two_columns() -> None:
    """PySensemakr 0.0.8, group_partial_r2 and ovb_bounds with kd = 0.25 and 0.5."""
    covariance = np.cov(SWISS.T)
    group = [COLUMNS.index("agriculture"), COLUMNS.index("examination")]
    rest = [at for at in OTHERS if at not in group]
    with_treatment = partial_r2(covariance, EDUCATION, group, rest)
    with_outcome = partial_r2(covariance, FERTILITY, group, [EDUCATION, *rest])
    np.testing.assert_allclose(
        [with_treatment, with_outcome], [0.6288430529081387, 0.13095384360445167], rtol=1e-11
    )
    bounds = benchmark_bounds(with_treatment, with_outcome, [0.25, 0.5])
    np.testing.assert_allclose(bounds.r2_treatment, [0.4235695019555307, 0.8471390039110615], rtol=1e-11)
    np.testing.assert_allclose(bounds.r2_outcome, [0.24856626540125162, 1.0], rtol=1e-10)
    assert bounds.capped.tolist() == [False, True]


def test_a_partial_r2_is_that_of_residuals() -> None:
    d, y = (residuals(SWISS[:, at], SWISS[:, OTHERS]) for at in (EDUCATION, FERTILITY))
    one = partial_r2(np.cov(SWISS.T), FERTILITY, [EDUCATION], OTHERS)
    np.testing.assert_allclose(one, np.corrcoef(d, y)[0, 1] ** 2, rtol=1e-11)
    alone = partial_r2(np.cov(SWISS.T), FERTILITY, [EDUCATION])
    np.testing.assert_allclose(alone, np.corrcoef(SWISS[:, [0, 3]].T)[0, 1] ** 2, rtol=1e-13)


@pytest.mark.parametrize("seed", range(20))
def test_adjusting_for_a_planted_confounder_gives_the_long_regression(seed: int) -> None:
    covariance = confounded(seed)
    short = least_squares(covariance, 0, 1, [2, 3, 4])
    long = least_squares(covariance, 0, 1, [2, 3, 4, 5])
    strength = (partial_r2(covariance, 0, [5], [2, 3, 4]), partial_r2(covariance, 1, [5], [0, 2, 3, 4]))
    bias, left = adjusted(short.estimate, short.scale, *strength)
    np.testing.assert_allclose(bias, abs(short.estimate - long.estimate), rtol=1e-9)
    if (short.estimate - long.estimate) * short.estimate > 0:  # it had inflated the effect
        np.testing.assert_allclose(left, long.estimate, rtol=0, atol=1e-9 * abs(short.estimate))
    else:
        np.testing.assert_allclose(short.estimate + (short.estimate - left), long.estimate, rtol=1e-9)


def test_several_confounders_bias_no_more_than_their_joint_strength() -> None:
    shares = []
    for seed in range(40):
        covariance = confounded(seed, confounders=3)
        short = least_squares(covariance, 0, 1, [2, 3, 4])
        long = least_squares(covariance, 0, 1, range(2, 8))
        group = [5, 6, 7]
        strength = partial_r2(covariance, 0, group, [2, 3, 4]), partial_r2(covariance, 1, group, [0, 2, 3, 4])
        bias, _ = adjusted(short.estimate, short.scale, *strength)
        shares.append(abs(short.estimate - long.estimate) / bias)
    assert max(shares) <= 1 + 1e-9
    assert max(shares) > 0.5
    assert min(shares) < 0.9


@pytest.mark.parametrize("sign", [1, -1])
def test_a_confounder_like_the_benchmark_is_within_its_bounds(sign: int) -> None:
    """Two orthogonal causes of equal strength, one unseen: the bounds hold, and are tight when signs agree."""
    raw = np.random.default_rng(3).normal(size=(200, 4))
    x, z, of_d, of_y = np.linalg.qr(raw - raw.mean(axis=0))[0].T
    d = 2 * x + 2 * z + 5 * of_d
    y = 2 * x + 2 * sign * z + 5 * of_y
    covariance = np.cov(np.column_stack([d, y, x, z]).T)
    bounds = benchmark_bounds(partial_r2(covariance, 0, [2]), partial_r2(covariance, 1, [2], [0]))
    truth = partial_r2(covariance, 0, [3], [2]), partial_r2(covariance, 1, [3], [0, 2])
    np.testing.assert_allclose(bounds.r2_treatment, truth[0], rtol=1e-10)
    if sign > 0:
        np.testing.assert_allclose(bounds.r2_outcome, truth[1], rtol=1e-10)
        short = least_squares(covariance, 0, 1, [2])
        _, left = adjusted(short.estimate, short.scale, bounds.r2_treatment, bounds.r2_outcome)
        assert abs(left) < 1e-10  # the treatment does nothing
    else:
        assert bounds.r2_outcome > truth[1] * 1.01


def test_at_the_robustness_value_the_estimate_is_gone_and_not_before() -> None:
    estimate, scale = np.array([-3.0, 0.02, 1.0, 40.0]), np.array([2.0, 1.0, 1e-3, 7.0])
    for q in (0.3, 1.0, 1.5):
        value = robustness_value(estimate / scale, q)
        _, left = adjusted(estimate, scale, value, value)
        np.testing.assert_allclose(left, (1 - q) * estimate, atol=1e-9 * np.abs(estimate).max())
        bias, _ = adjusted(estimate, scale, value * 0.999, value * 0.999)
        assert (bias < q * np.abs(estimate)).all()


@pytest.mark.parametrize("error", [0.02, 0.15, 0.45])
def test_no_confounder_weaker_than_the_value_brings_the_interval_there(error: float) -> None:
    """On a grid, with the standard error a confounder changes as it does the classical one."""
    estimate, scale, q = 1.0, 0.6, 1.0
    value = float(robustness_value_interval(estimate, error, scale, q=q))
    assert (estimate / scale * norm.ppf(0.975) * error / scale > 1) == (error == 0.45)

    def nearer_end(strength: float) -> float:
        d, y = np.meshgrid(*(np.linspace(0, strength, 400),) * 2)
        _, left = adjusted(estimate, scale, d, y)
        return float((left - norm.ppf(0.975) * error * np.sqrt((1 - y) / (1 - d))).min())

    np.testing.assert_allclose(nearer_end(value), (1 - q) * estimate, atol=1e-4)
    assert nearer_end(0.99 * value) > (1 - q) * estimate
    assert value < robustness_value(estimate / scale, q)


def test_robustness_values_rise_with_the_effect_and_fall_with_its_error() -> None:
    f = np.geomspace(1e-8, 1e8, 200)
    value = robustness_value(f)
    np.testing.assert_allclose(value[:50], f[:50], rtol=1e-3)  # RV is near f when that is small
    assert (np.diff(value[:150]) > 0).all()
    assert value[-1] <= 1
    np.testing.assert_array_equal(robustness_value([0.0, np.inf, -0.3]), [0, 1, robustness_value(0.3)])
    value = robustness_value_interval(1.0, np.linspace(0, 1, 300), 3.0)
    assert (np.diff(value[value > 0]) < 0).all()
    np.testing.assert_allclose(value[0], robustness_value(1 / 3), rtol=1e-14)
    assert value[-1] == 0


def test_units_do_not_matter_and_stacks_equal_one_by_one() -> None:
    stack = np.array([confounded(seed) for seed in range(6)]).reshape(2, 3, 6, 6)
    unit = np.array([1e-6, 1e5, 1e3, 1.0, 1e-4, 7.0])
    share = partial_r2(stack, 1, [4, 5], [0, 2])
    assert share.shape == (2, 3)
    np.testing.assert_allclose(partial_r2(stack * unit * unit[:, None], 1, [4, 5], [0, 2]), share, rtol=1e-10)
    for at in np.ndindex(2, 3):
        np.testing.assert_allclose(share[at], partial_r2(stack[at], 1, [4, 5], [0, 2]), rtol=1e-13)


def test_a_whole_set_of_dummies_counts_once() -> None:
    rng = np.random.default_rng(5)
    level = rng.integers(0, 4, 300)
    dummies = np.eye(4)[level]
    d = rng.normal(size=300) + 0.5 * level
    y = rng.normal(size=300) + d - level**2
    covariance = np.cov(np.column_stack([d, y, dummies]).T)
    between = sum((level == at).sum() * (d[level == at].mean() - d.mean()) ** 2 for at in range(4))
    found = partial_r2(covariance, 0, [2, 3, 4, 5])
    np.testing.assert_allclose(found, between / ((d - d.mean()) ** 2).sum(), rtol=1e-10)
    np.testing.assert_allclose(partial_r2(covariance, 0, [2, 3, 4]), found, rtol=1e-10)


@pytest.mark.filterwarnings("error")
def test_what_depends_on_others_is_nan_and_leaves_the_others() -> None:
    rng = np.random.default_rng(6)
    rows = rng.normal(size=(100, 5))
    good = np.cov(rows.T)
    flat, holed, empty = good.copy(), good.copy(), np.full((5, 5), np.nan)
    flat[0], flat[:, 0] = 0, 0
    holed[2, 2] = np.nan
    made, leaked = rows.copy(), rows.copy()
    made[:, 0] = rows[:, 2] - 2 * rows[:, 3]  # the treatment is a function of the controls
    leaked[:, 1] = rows[:, 0] + rows[:, 2]  # the outcome is one of treatment and control
    stack = np.array([good, flat, holed, empty, np.cov(made.T), np.cov(leaked.T), good])
    share = partial_r2(stack, 1, [0], [2, 3])
    assert np.isnan(share).tolist() == [False, True, True, True, True, False, False]
    assert share[5] == pytest.approx(1, abs=1e-9)
    twins = np.cov(np.column_stack([rows, rows[:, 2]]).T)
    assert np.isnan(partial_r2(twins, 1, [5], [2]))
    np.testing.assert_allclose(partial_r2(twins, 1, [5, 3], [2]), partial_r2(twins, 1, [3], [2]), rtol=1e-9)


@pytest.mark.filterwarnings("error")
def test_a_confounder_that_cannot_be_that_strong_is_nan() -> None:
    bounds = benchmark_bounds(0.4, 0.2, [0, 1, 1.5, 2])  # 1.5 times 0.4 / 0.6 is all of the treatment
    np.testing.assert_allclose(bounds.r2_treatment, [0, 2 / 3, np.nan, np.nan], rtol=1e-12)
    assert bounds.r2_outcome[0] == 0
    assert np.isnan(bounds.r2_outcome).tolist() == [False, False, True, True]
    assert bounds.capped.tolist() == [False, True, False, False]
    assert np.isnan(benchmark_bounds([1.0, np.nan, 0.1], [0.1, 0.1, np.nan]).r2_outcome).all()
    assert benchmark_bounds(0.1, 1.0).capped
    bias, left = adjusted(0.5, 1.0, [1.0, np.nan, 0.0], 0.3)
    assert np.isnan(bias).tolist() == [True, True, False]
    assert left[2] == 0.5
    assert np.isnan(robustness_value_interval([1.0, 1.0, np.nan], [0.1, np.nan, 0.1], [0.0, 1.0, 1.0])).all()


def test_what_cannot_be_meant_is_refused() -> None:
    matrix = np.eye(4)
    for group, given in (([1, 2], [2]), ([0], []), ([1], [2, 2])):
        with pytest.raises(ValueError, match="only once"):
            partial_r2(matrix, 0, group, given)
    with pytest.raises(ValueError, match="at least one column"):
        partial_r2(matrix, 0, [], [2])
    for q in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="above 0"):
            robustness_value(0.1, q)
    with pytest.raises(ValueError, match="not at 95"):
        robustness_value_interval(1.0, 0.1, 1.0, level=95)
    with pytest.raises(ValueError, match="standard error is not negative"):
        robustness_value_interval(1.0, -0.1, 1.0)
    with pytest.raises(ValueError, match="scale is not negative"):
        adjusted(1.0, -1.0, 0.1, 0.1)
    with pytest.raises(ValueError, match=r"from 0\.1 to 1\.2"):
        adjusted(1.0, 1.0, [0.1, 1.2], 0.1)
    with pytest.raises(ValueError, match="multiple of a benchmark"):
        benchmark_bounds(0.1, 0.1, -1)


@pytest.mark.parametrize("q", [0.0, -0.5, np.nan])
def test_no_value_is_told_of_a_share_of_nothing(q: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        robustness_value_interval(1.0, 0.1, 1.0, q=q)
    half = robustness_value_interval(1.0, 0.1, 1.0, q=0.5)
    assert 0 < half < robustness_value_interval(1.0, 0.1, 1.0) < robustness_value(1.0)
