"""Newton's steps beside statsmodels, the start beside a discriminant by hand, and what has no maximum."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import statsmodels.api as sm

from lineofsight.reasons import Reason
from lineofsight.stats.logistic import (
    Logistic,
    LogisticSums,
    discriminant_start,
    efficiently,
    logistic_sums,
    maximised,
    newton_steps,
    precisely,
    probabilities,
    roughly,
)
from lineofsight.stats.results import NotEstimable

N = 4000


def data(seed: int = 0, n: int = N) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.gamma(2, 1, n), rng.random(n) < 0.1]).astype(float)
    linear = -1.0 + x @ np.array([0.8, -0.4, 1.5])
    return np.column_stack([np.ones(n), x]), rng.random(n) < 1 / (1 + np.exp(-linear))


X, Y = data()


def newton(sums_at, start, enough=precisely):  # type: ignore[no-untyped-def]
    return maximised([newton_steps(start, enough)], lambda at: [sums_at(at[0])])[0]


def fitted(x: np.ndarray = X, y: np.ndarray = Y, start: np.ndarray | None = None) -> Logistic | NotEstimable:
    return newton(lambda at: logistic_sums(x, y, at), np.zeros(x.shape[1]) if start is None else start)


def test_coefficients_errors_and_fit_are_those_of_statsmodels() -> None:
    outside = sm.GLM(Y.astype(float), X, family=sm.families.Binomial()).fit(tol=1e-14)
    found = fitted()
    assert isinstance(found, Logistic)
    np.testing.assert_allclose(found.coefficients, outside.params, rtol=1e-8)
    np.testing.assert_allclose(
        np.sqrt(np.diag(np.linalg.inv(found.sums.information))), outside.bse, rtol=1e-6
    )
    assert found.sums.log_likelihood == pytest.approx(outside.llf, rel=1e-10)
    assert found.pseudo_r_squared == pytest.approx(1 - outside.llf / outside.llnull, rel=1e-8)
    np.testing.assert_allclose(probabilities(X, found.coefficients), outside.fittedvalues, rtol=1e-8)


def test_sums_add_up_over_batches() -> None:
    at = np.array([0.1, -0.3, 0.2, 1.0])
    parts = [logistic_sums(X[a : a + 700], Y[a : a + 700], at) for a in range(0, N, 700)]
    whole = logistic_sums(X, Y, at)
    total = sum(parts, LogisticSums.zeros(4))
    assert (total.rows, total.ones) == (N, Y.sum())
    assert total.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(total.information, whole.information, rtol=1e-11)
    np.testing.assert_allclose(total.gradient, whole.gradient, atol=1e-9)


def test_gradient_and_information_are_the_derivatives_of_the_likelihood() -> None:
    at, step = np.array([0.1, -0.3, 0.2, 1.0]), 1e-5
    here = logistic_sums(X, Y, at)
    for k in range(4):
        ahead, behind = (logistic_sums(X, Y, at + sign * step * np.eye(4)[k]) for sign in (1, -1))
        slope = (ahead.log_likelihood - behind.log_likelihood) / (2 * step)
        assert here.gradient[k] == pytest.approx(slope, rel=1e-6)
        bend = -(ahead.gradient - behind.gradient) / (2 * step)
        np.testing.assert_allclose(here.information[k], bend, rtol=1e-5)


def test_the_start_is_the_linear_discriminant_and_near() -> None:
    """With normal columns of one covariance it estimates the same coefficients."""
    rng = np.random.default_rng(3)
    y = rng.random(20000) < 0.3
    z = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 2]], len(y)) + y[:, None] * np.array([0.7, -0.5])
    within = (np.cov(z[y].T, bias=True) * y.sum() + np.cov(z[~y].T, bias=True) * (~y).sum()) / len(y)
    start = discriminant_start((y.sum(), z[y].mean(axis=0)), ((~y).sum(), z[~y].mean(axis=0)), within)
    found = fitted(np.column_stack([np.ones(len(y)), z]), y, start)
    assert isinstance(found, Logistic)
    np.testing.assert_allclose(start, found.coefficients, atol=0.05)


def test_one_step_from_a_sample_is_as_good_as_the_maximum() -> None:
    """The difference is small beside the standard errors, and much smaller than that of the sample alone."""
    x, y = data(5, 60_000)
    sample = newton(lambda at: logistic_sums(x[:15000], y[:15000], at), np.zeros(4), roughly)
    assert isinstance(sample, Logistic)
    passes = []

    def once(at: np.ndarray) -> LogisticSums:
        passes.append(at)
        return logistic_sums(x, y, at)

    step, full = newton(once, sample.coefficients, efficiently), fitted(x, y)
    assert isinstance(step, Logistic) and isinstance(full, Logistic)
    errors = np.sqrt(np.diag(np.linalg.inv(full.sums.information)))
    assert len(passes) == 1
    assert np.abs((step.coefficients - full.coefficients) / errors).max() < 0.15
    assert np.abs((sample.coefficients - full.coefficients) / errors).max() > 0.5


def test_a_bad_start_is_halved_back() -> None:
    start = np.array([1.0, -2.0, 1.0, -3.0])
    sums = logistic_sums(X, Y, start)
    whole_step = start + np.linalg.solve(sums.information, sums.gradient)
    assert logistic_sums(X, Y, whole_step).log_likelihood < sums.log_likelihood  # it overshoots
    outside, found = fitted(), fitted(start=start)
    assert isinstance(found, Logistic) and isinstance(outside, Logistic)
    np.testing.assert_allclose(found.coefficients, outside.coefficients, rtol=1e-8)


@pytest.mark.parametrize("kind", ["exactly", "in one level"])
def test_what_separates_is_refused(kind: str) -> None:
    y = X[:, 1] > 0.3 if kind == "exactly" else Y & (X[:, 3] == 0)
    assert fitted(X, y) == NotEstimable(Reason.ANSWERS_TOLD_EXACTLY)


def test_columns_that_depend_on_each_other_are_refused() -> None:
    assert isinstance(fitted(np.column_stack([X, X[:, 1]])), NotEstimable)


def test_extreme_columns_do_not_overflow() -> None:
    sums = logistic_sums(np.array([[1.0, 1e4], [1.0, -1e4]]), np.array([True, False]), np.array([0.0, 1.0]))
    assert sums.log_likelihood == 0.0 and np.isfinite(sums.information).all()
    assert probabilities(np.array([[-1e4], [1e4]]), np.ones(1)).tolist() == [0.0, 1.0]


def test_models_share_passes_and_each_ends_where_it_would_alone() -> None:
    one, two = (X, Y), (X[:, :3], ~Y)
    passes = []

    def sums_at(at: Mapping[int, np.ndarray]) -> list[LogisticSums]:
        passes.append(list(at))
        return [logistic_sums(*(one, two)[place], coefficients) for place, coefficients in at.items()]

    starts = [np.array([-1.0, 0.8, -0.4, 1.5]), np.zeros(3)]
    found = maximised([newton_steps(start) for start in starts], sums_at)
    alone = [fitted(*one, start=starts[0]), fitted(*two)]
    for mine, other in zip(found, alone, strict=True):
        assert isinstance(mine, Logistic) and isinstance(other, Logistic)
        np.testing.assert_array_equal(mine.coefficients, other.coefficients)
    assert passes[0] == [0, 1] and passes[-1] == [1]


@pytest.mark.parametrize(
    ("rows", "ones", "expected"), [(10, 0, 0.0), (10, 10, 0.0), (10, 1, None), (0, 0, 0.0)]
)
def test_an_intercept_alone_explains_all_of_a_response_that_never_varies(
    rows: float, ones: float, expected: float | None
) -> None:
    found = LogisticSums(rows, ones, 0.0, np.zeros(1), np.zeros((1, 1))).null_log_likelihood
    assert found == (pytest.approx(np.log(0.1) + 9 * np.log(0.9)) if expected is None else expected)


def test_a_step_is_enough_at_once_nearly_or_beside_the_errors_of_as_many_rows() -> None:
    sums = LogisticSums(800.0, 400.0, 0.0, np.zeros(1), np.zeros((1, 1)))
    assert precisely(sums, 0.99e-10) and not precisely(sums, 1e-10)
    assert roughly(sums, 0.99) and not roughly(sums, 1.0)
    assert efficiently(sums, 10.0) and not efficiently(sums, 10.1)  # half of 800 · ½ · ½ is 10²
    rare = LogisticSums(800.0, 8.0, 0.0, np.zeros(1), np.zeros((1, 1)))
    assert efficiently(rare, 1.98) and not efficiently(rare, 2.0)  # half of 800 · 0.01 · 0.99


def test_who_has_not_arrived_after_so_many_passes_has_no_maximum() -> None:
    def after(most: int) -> Logistic | NotEstimable:
        model = newton_steps(np.zeros(4), most=most)
        return maximised([model], lambda at: [logistic_sums(X, Y, at[0])])[0]

    needed = next(most for most in range(1, 30) if isinstance(after(most), Logistic))
    assert 3 < needed < 10
    assert after(needed - 1) == NotEstimable(Reason.ANSWERS_TOLD_EXACTLY)


def test_a_column_without_any_variance_has_no_step() -> None:
    assert fitted(np.column_stack([X, np.zeros(N)])) == NotEstimable(Reason.ANSWERS_TOLD_EXACTLY)


def test_what_is_told_nearly_exactly_counts_as_told_exactly() -> None:
    """One row of many on the other side keeps a maximum; two clouds far apart have one only by their rounding."""
    x = np.column_stack([np.ones(2000), np.r_[np.full(1000, -1.0), np.full(1000, 1.0)]])
    y = x[:, 1] > 0
    y[0] = True
    found = fitted(x, y)
    assert found == NotEstimable(Reason.ANSWERS_TOLD_EXACTLY)
    y[-1] = False
    both = fitted(x, y)
    assert isinstance(both, Logistic)
    assert both.coefficients[1] == pytest.approx(np.log(999), rel=1e-8)
