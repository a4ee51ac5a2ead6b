"""Least squares and its standard errors from moments, against statsmodels on the rows."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from lineofsight.reasons import Reason
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.identification import identify
from lineofsight.stats.moments import Moments
from lineofsight.stats.regression import cluster_robust_covariance, regress
from lineofsight.words.reasons import clause
from stats.folding import fold
from stats.swiss import SWISS

Case = tuple[np.ndarray, np.ndarray, int]


def clustered(n: int, buckets: int, k: int, seed: int) -> Case:
    """Rows with effects of their cluster in regressors and outcome; the outcome comes last."""
    rng = np.random.default_rng(seed)
    group = np.sort(rng.integers(0, buckets, n))
    x = rng.normal(size=(n, k)) + 0.8 * rng.normal(size=(buckets, k))[group]
    y = x @ rng.normal(size=k) + rng.normal(size=n) + 0.7 * rng.normal(size=buckets)[group]
    return np.column_stack([x, y]), group, buckets


def unequal() -> Case:
    rows, _, _ = clustered(800, 20, 3, 1)
    return rows, np.repeat(np.arange(9), [400, 200, 100, 50, 25, 15, 6, 3, 1]), 12  # three buckets stay empty


def binary() -> Case:
    rows, group, buckets = clustered(1500, 60, 4, 2)
    rows[:, -1] = rows[:, -1] > 1
    rows[:, 0] = rows[:, 0] > 0
    return rows, group, buckets


def large_means() -> Case:
    rows, group, buckets = clustered(1200, 40, 3, 3)
    return rows * [1, 1e-3, 1e4, 1] + [1e6, 5.0, -1e7, 1e3], group, buckets


def correlated() -> Case:
    rows, group, buckets = clustered(1000, 50, 4, 4)
    rows[:, 1] = 0.99 * rows[:, 0] + 0.1 * rows[:, 1]
    return rows, group, buckets


def swiss() -> Case:
    return SWISS[:, [1, 2, 3, 4, 5, 0]], np.arange(47), 47  # every row its own cluster


CASES = {
    "plain": clustered(2000, 512, 5, 0),
    "unequal": unequal(),
    "binary": binary(),
    "large means": large_means(),
    "correlated": correlated(),
    "swiss": swiss(),
}


def moments(rows: np.ndarray, group: np.ndarray, buckets: int) -> tuple[Moments, list[str]]:
    names = [f"x{at}" for at in range(rows.shape[1] - 1)]
    shift = rows[: len(rows) // 4 + 1].mean(axis=0)
    return Moments((*names, "y"), shift, *fold(rows, group, buckets, shift)), names


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request: pytest.FixtureRequest) -> Case:
    return request.param  # type: ignore[no-any-return]


def least_squares(case: Case) -> object:
    """Statsmodels' fit; on centred columns, for its own digits: slopes and their errors are the same."""
    rows, group, _ = case
    x = rows[:, :-1] - rows[:, :-1].mean(axis=0)
    return sm.OLS(rows[:, -1], sm.add_constant(x)).fit(cov_type="cluster", cov_kwds={"groups": group})


def test_coefficients_equal_statsmodels(case: Case) -> None:
    made, names = moments(*case)
    fit, expected = regress(made.total(), names, ["y"]), least_squares(case)
    np.testing.assert_allclose(fit.coefficients[0, :, 0], expected.params[1:], rtol=1e-8)  # type: ignore[attr-defined]
    np.testing.assert_allclose(fit.r_squared[0, 0], expected.rsquared, rtol=1e-8)  # type: ignore[attr-defined]
    fitted = fit.intercepts[0, 0] + case[0][:, :-1] @ fit.coefficients[0, :, 0]
    np.testing.assert_allclose(fitted, expected.fittedvalues, rtol=1e-8, atol=1e-7)  # type: ignore[attr-defined]


def test_cluster_robust_errors_equal_statsmodels(case: Case) -> None:
    made, names = moments(*case)
    found, expected = cluster_robust_covariance(made, names, "y"), least_squares(case)
    np.testing.assert_allclose(np.sqrt(np.diag(found)), expected.bse[1:], rtol=1e-8)  # type: ignore[attr-defined]
    scale = np.sqrt(np.diag(found))
    covariance = expected.cov_params()[1:, 1:]  # type: ignore[attr-defined]
    np.testing.assert_allclose(found / scale / scale[:, None], covariance / scale / scale[:, None], atol=1e-8)


@pytest.mark.parametrize("name", ["plain", "binary", "correlated"])
def test_bootstrap_of_buckets_equals_cluster_robust_errors(name: str) -> None:
    """Within 10 %: 1,000 replicates leave 2 % of noise, 512 buckets a few per cent of small-sample bias."""
    rows, group, _ = clustered(4000, 512, 5, 11)
    if name == "binary":
        rows[:, -1] = rows[:, -1] > 0
    if name == "correlated":
        rows[:, 1] += 2 * rows[:, 0]
    made, names = moments(rows, group, 512)
    drawn = made.resample(bootstrap_weights(512, 1000, np.random.default_rng(12)))
    errors = regress(drawn, names, ["y"]).coefficients[:, :, 0].std(axis=0, ddof=1)
    np.testing.assert_allclose(errors, least_squares((rows, group, 512)).bse[1:], rtol=0.1)  # type: ignore[attr-defined]


def test_all_buckets_and_outcomes_at_once() -> None:
    rows, group, _ = clustered(900, 6, 4, 5)
    made, _ = moments(rows, group, 6)
    fit = regress(made, ["x2", "x0"], ["y", "x1", "x3"])
    for bucket in range(6):
        part = rows[group == bucket]
        design = np.column_stack([part[:, [2, 0]], np.ones(len(part))])
        expected, left, _, _ = np.linalg.lstsq(design, part[:, [4, 1, 3]])
        np.testing.assert_allclose(fit.coefficients[bucket], expected[:2], atol=1e-10)
        np.testing.assert_allclose(fit.intercepts[bucket], expected[2], atol=1e-10)
        spread = part[:, [4, 1, 3]].var(axis=0) * len(part)
        np.testing.assert_allclose(fit.r_squared[bucket], 1 - left / spread, atol=1e-10)


def test_unidentified_columns_leave_the_other_coefficients_alone() -> None:
    rows, group, buckets = clustered(600, 30, 4, 6)
    rows[:, 2] = 3 * rows[:, 0] - 1
    made, names = moments(rows, group, buckets)
    found = identify(made.total().covariance()[0, :4, :4], names)
    assert found.identified == ("x1", "x3")
    fit = regress(made.total(), found.kept, ["y"])
    expected = np.linalg.pinv(np.column_stack([rows[:, :4], np.ones(600)])) @ rows[:, 4]
    for name in found.identified:
        at = found.kept.index(name)
        np.testing.assert_allclose(fit.coefficients[0, at, 0], expected[names.index(name)], rtol=1e-9)


@pytest.mark.filterwarnings("error")
def test_a_singular_resample_is_nan_and_leaves_the_others() -> None:
    rows, group, buckets = clustered(600, 30, 3, 7)
    rows[:, 1] = np.where(group < 3, rows[:, 1], 0.25)  # varies in three buckets only
    made, names = moments(rows, group, buckets)
    weights = np.ones((4, 30))
    weights[1, :3] = 0
    weights[2] = 0
    fit = regress(made.resample(weights), names, ["y"])
    assert np.isnan(fit.coefficients[1:3]).all()
    assert np.isnan(fit.r_squared[1:3]).all()
    assert np.isfinite(fit.coefficients[[0, 3]]).all()
    alone = regress(made.resample(weights[:1]), names, ["y"]).coefficients[0]
    np.testing.assert_allclose(fit.coefficients[0], alone, rtol=1e-12)


@pytest.mark.filterwarnings("error")
def test_an_outcome_that_does_not_vary_is_not_moved_and_has_no_r_squared() -> None:
    rows, group, buckets = clustered(100, 10, 2, 8)
    rows[:, 2] = 1.0
    made, names = moments(rows, group, buckets)
    fit = regress(made.total(), names, ["y"])
    assert (fit.coefficients == 0).all()
    assert fit.intercepts[0, 0] == 1
    assert np.isnan(fit.r_squared).all()
    assert regress(made.total(), [], ["x0"]).r_squared.tolist() == [[0.0]]


@pytest.mark.filterwarnings("error")
def test_no_robust_errors_where_there_can_be_none() -> None:
    rows, group, buckets = clustered(100, 10, 2, 9)
    made, names = moments(rows, np.zeros(100, dtype=np.int64), 5)
    assert np.isnan(cluster_robust_covariance(made, names, "y")).all()  # one cluster
    few, names = moments(rows[:3], np.arange(3), 3)
    assert np.isnan(cluster_robust_covariance(few, names, "y")).all()  # no degrees of freedom
    rows[:, 1] = rows[:, 0]
    twins, names = moments(rows, group, buckets)
    assert np.isnan(cluster_robust_covariance(twins, names, "y")).all()
    with pytest.raises(ValueError, match="did you mean 'x0'"):
        cluster_robust_covariance(made, ["x00"], "y")


def reasons(rows: np.ndarray, names: str) -> tuple[tuple[str, ...], dict[str, str]]:
    found = identify(np.cov(rows.T, ddof=0), list(names))
    return found.kept, {name: clause(why) for name, why in found.reasons.items()}


def test_identify_names_constants_twins_and_combinations() -> None:
    a, b, c, d = np.random.default_rng(10).normal(size=(4, 200))
    zero = np.zeros(200)
    assert reasons(np.column_stack([a, b, c]), "abc") == (("a", "b", "c"), {})
    assert reasons(np.column_stack([a, zero, c]), "abc") == (
        ("a", "c"),
        {"b": "it is the same in every episode"},
    )
    kept, why = reasons(np.column_stack([a, b, 1000 * a + 5, d]), "abcd")
    assert kept == ("a", "b", "d")
    assert why == {
        "a": "it moves exactly with 'c': the two cannot be told apart",
        "c": "it moves exactly with 'a': the two cannot be told apart",
    }
    _, why = reasons(np.column_stack([a, -a, a, b]), "abcd")
    assert why["a"] == "it moves exactly with 'c' and exactly against 'b': they cannot be told apart"
    assert "d" not in why
    kept, why = reasons(np.column_stack([a, b, a + 1e-3 * b, c]), "abcd")
    assert len(kept) == 3
    assert why["c"] == "it is a linear combination of 'a' and 'b'"
    assert set(why) == {"a", "b", "c"}


def test_identify_keeps_separate_dependencies_apart() -> None:
    a, b, c, d = np.random.default_rng(11).normal(size=(4, 300))
    rows = np.column_stack([a, a, b, c, b + c, d, 2 * d])
    kept, why = reasons(rows, "abcdefg")
    assert kept == ("a", "c", "d", "f")
    assert why["b"] == "it moves exactly with 'a': the two cannot be told apart"
    assert why["e"] == "it is a linear combination of 'c' and 'd'"
    assert why["f"] == "it moves exactly with 'g': the two cannot be told apart"


def test_identify_sees_a_full_set_of_dummies_but_not_near_collinearity() -> None:
    rng = np.random.default_rng(12)
    dummies = np.eye(12)[rng.integers(0, 12, 3000)]
    names = [f"state{at}" for at in range(12)]
    found = identify(np.cov(dummies.T, ddof=0), names)
    assert len(found.kept) == 11
    assert set(found.reasons) == set(names)
    assert clause(found.reasons["state0"]).endswith("'state8' and 3 more")
    near = np.column_stack([dummies[:, 0], dummies[:, 0] + 1e-4 * rng.normal(size=3000)])
    assert reasons(near, "ab") == (("a", "b"), {})


@pytest.mark.filterwarnings("error")
def test_what_is_kept_can_always_be_regressed_on() -> None:
    rng = np.random.default_rng(13)
    for _ in range(40):
        basis = rng.normal(size=(80, 5))
        mixing = rng.integers(-1, 2, size=(5, 9)).astype(float)
        names = [f"x{at}" for at in range(9)]
        matrix = np.column_stack([basis @ mixing, basis @ rng.normal(size=5)])
        shift = matrix[:20].mean(axis=0)
        made = Moments((*names, "y"), shift, *fold(matrix, np.zeros(80, dtype=int), 1, shift))
        found = identify(made.covariance()[0, :9, :9], names)
        assert len(found.kept) == np.linalg.matrix_rank(basis @ mixing)
        assert np.isfinite(regress(made, found.kept, ["y"]).coefficients).all()
        for at, name in enumerate(names):  # identified if and only if its unit vector lies in the row space
            column, others = (basis @ mixing)[:, [at]], np.delete(basis @ mixing, at, axis=1)
            grows = np.linalg.matrix_rank(np.hstack([others, column])) > np.linalg.matrix_rank(others)
            assert grows == (name not in found.reasons)


def test_identify_refuses_what_does_not_fit() -> None:
    assert identify(np.zeros((0, 0)), []).kept == ()
    for covariance in (np.eye(3), np.full((2, 2), np.nan)):
        with pytest.raises(ValueError, match="finite covariance of 2 columns"):
            identify(covariance, ["a", "b"])


@pytest.mark.parametrize(("weight", "told"), [(1.2e-5, True), (0.8e-5, False)])
def test_identify_names_a_column_from_a_hundred_thousandth_of_a_standard_deviation_on(
    weight: float, told: bool
) -> None:
    """`c` is `a` and a trace of `b`, whose part in the dependency is that trace over the root of two."""
    trace = weight * np.sqrt(2)
    covariance = np.array([[1, 0, 1], [0, 1, trace], [1, trace, 1 + trace**2]])
    found = identify(covariance, ["a", "b", "c"])
    assert ("b" in found.reasons) == told
    assert found.identified == (() if told else ("b",))
    assert found.reasons["a"].names == (("b", "c") if told else ("c",))


def test_identify_tells_columns_that_move_along_from_those_that_move_against() -> None:
    rng = np.random.default_rng(0)
    a, other = rng.normal(size=(2, 200))
    rows = np.column_stack([a, 2 * a + 1, -a, other])
    found = identify(np.cov(rows.T, bias=True), ["a", "twice", "against", "other"])
    assert found.reasons == {
        "a": Reason.MOVES_WITH(names=("twice",), others=("against",)),
        "twice": Reason.MOVES_WITH(names=("a",), others=("against",)),
        "against": Reason.MOVES_WITH(names=(), others=("a", "twice")),
    }
    assert found.kept == ("a", "other") and found.identified == ("other",)


def test_identify_of_columns_that_are_all_the_same_everywhere_keeps_none() -> None:
    found = identify(np.zeros((2, 2)), ["a", "b"])
    assert found.kept == found.identified == ()
    assert found.reasons == {"a": Reason.SAME_EVERYWHERE(), "b": Reason.SAME_EVERYWHERE()}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("clusters", "rows", "told"), [(2, 8, True), (1, 8, False), (4, 4, True), (3, 3, False)]
)
def test_robust_errors_need_two_clusters_and_a_degree_of_freedom(
    clusters: int, rows: int, told: bool
) -> None:
    """One regressor and the intercept: three rows leave one degree of freedom, two none."""
    rng = np.random.default_rng(2)
    data = rng.normal(size=(rows - (clusters > 2), 2))
    made, _ = moments(data, np.arange(len(data)) % clusters, clusters)
    found = cluster_robust_covariance(made, ["x0"], "y")
    assert np.isfinite(found).all() == told
