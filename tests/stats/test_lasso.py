"""The lasso from covariances, against scikit-learn on rows and its own optimality conditions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from lineofsight.stats.lasso import lasso, plug_in_penalty, slopes_on
from stats.swiss import SWISS

Matrix = np.ndarray


def covariances(rows: Matrix, outcomes: int = 1) -> tuple[Matrix, Matrix]:
    """Of the columns, and of them with the outcomes, which come last."""
    both = np.cov(rows.T, ddof=0)
    return both[:-outcomes, :-outcomes], both[:-outcomes, -outcomes:].squeeze()


def sample(p: int, outcomes: int, seed: int, n: int = 80) -> Matrix:
    """Rows of correlated columns of very different units, the outcomes last."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) * 10.0 ** rng.integers(-3, 4, p)
    y = (x / x.std(axis=0)) @ rng.normal(size=(p, outcomes)) + rng.normal(size=(n, outcomes))
    return np.column_stack([x, y])


def missed(covariance: Matrix, cross: Matrix, penalties: Matrix, solution: Matrix) -> float:
    """The largest violation of the optimality conditions, on columns of standard deviation 1."""
    sd = np.sqrt(np.where(np.diag(covariance) > 0, np.diag(covariance), 1))
    gradient = (cross - covariance @ solution) / sd
    inside = solution != 0
    apart = np.where(inside, abs(gradient - penalties * np.sign(solution)), abs(gradient) - penalties)
    return float(apart.max())


# scikit-learn 1.9.1: Lasso(alpha, tol=1e-16, max_iter=10**6).fit(z, fertility).coef_ / sd, with z the other
# five columns of swiss (agriculture, examination, education, catholic, infant mortality), standardised by sd
SCIKIT_LEARN = {
    0.1: [
        -0.15442011014027218,
        -0.24571452939880956,
        -0.8435532129840085,
        0.10018968147419875,
        1.07342427860043,
    ],
    1.0: [0, -0.1393376531113908, -0.6017467460927333, 0.06535791562718668, 1.034400619467019],
    3.0: [0, -0.20640374664866407, -0.39692479256947233, 0.023451245218226897, 0.49184370754377843],
    6.0: [0, -0.10961865512872304, -0.16808451553921694, 0, 0],
}


@pytest.mark.parametrize("penalty", SCIKIT_LEARN)
def test_swiss_as_scikit_learn_has_it(penalty: float) -> None:
    found = lasso(*covariances(SWISS[:, [1, 2, 3, 4, 5, 0]]), penalty)
    np.testing.assert_allclose(found, SCIKIT_LEARN[penalty], atol=1e-10, rtol=0)
    assert (found != 0).tolist() == [value != 0 for value in SCIKIT_LEARN[penalty]]


def test_many_outcomes_at_once_equal_one_by_one() -> None:
    covariance, cross = covariances(SWISS[:, [1, 2, 3, 4, 5, 0]])
    penalties = np.array(list(SCIKIT_LEARN))
    together = lasso(covariance, np.column_stack([cross] * 4), penalties)
    np.testing.assert_allclose(together.T, list(SCIKIT_LEARN.values()), atol=1e-10, rtol=0)


def test_the_plug_in_penalty_as_lassopack_prints_it() -> None:
    """`e(lambda0)` of `rlasso` for 97 rows and 8 candidates (statalasso.github.io/docs/rlasso)."""
    assert plug_in_penalty(97, 8) * 2 * 97 == pytest.approx(64.923165, abs=5e-7)


@settings(max_examples=60, deadline=None)
@given(
    p=st.integers(1, 12),
    outcomes=st.integers(1, 4),
    seed=st.integers(0, 2**20),
    share=st.floats(0.001, 1.2),
)
def test_the_optimality_conditions_hold(p: int, outcomes: int, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    both = np.cov(sample(p, outcomes, seed).T, ddof=0)
    covariance, cross = both[:p, :p], both[:p, p:]
    loadings = rng.uniform(0.2, 2, size=(p, outcomes))
    largest = abs(cross / np.sqrt(np.diag(covariance))[:, None]).max(axis=0)
    found = lasso(covariance, cross, share * largest, loadings)
    for at in range(outcomes):
        gap = missed(covariance, cross[:, at], share * largest[at] * loadings[:, at], found[:, at])
        assert gap <= 1e-9 * largest[at]


@pytest.mark.parametrize("rows", [30, 5_000])
def test_many_nearly_collinear_columns(rows: int) -> None:
    """Correlations of 0.999, and with 30 rows twice as many columns as rows."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(rows, 60)) + 30 * rng.normal(size=(rows, 1))
    y = x[:, :6] @ rng.normal(size=(6, 5)) + rng.normal(size=(rows, 5))
    covariance, cross = covariances(np.column_stack([x, y]), 5)
    found = lasso(covariance, cross, 0.02)
    for at in range(5):
        assert missed(covariance, cross[:, at], np.full(60, 0.02), found[:, at]) < 1e-7
    assert 0 < (found != 0).sum() < 60


def test_without_penalty_it_is_least_squares() -> None:
    rows = SWISS[:, [1, 2, 3, 4, 5, 0]]
    centred = rows - rows.mean(axis=0)
    expected = np.linalg.lstsq(centred[:, :5], centred[:, 5])[0]
    np.testing.assert_allclose(lasso(*covariances(rows), 0.0), expected, rtol=1e-9)
    np.testing.assert_allclose(lasso(*covariances(rows), 9.0, np.zeros(5)), expected, rtol=1e-9)
    np.testing.assert_allclose(lasso(*covariances(rows), 9.0, always=range(5)), expected, rtol=1e-9)


def test_above_the_largest_covariance_nothing_is_selected() -> None:
    covariance, cross = covariances(SWISS[:, [1, 2, 3, 4, 5, 0]])
    largest = abs(cross / np.sqrt(np.diag(covariance))).max()
    assert not lasso(covariance, cross, largest * (1 + 1e-9)).any()
    assert np.count_nonzero(lasso(covariance, cross, largest * (1 - 1e-6))) == 1


def test_columns_always_in_are_those_without_loading() -> None:
    """Projected out or kept without penalty: the Frisch-Waugh-Lovell theorem for the lasso."""
    for seed in range(5):
        both = np.cov(sample(8, 3, seed).T, ddof=0)
        covariance, cross = both[:8, :8], both[:8, 8:]
        loadings = np.ones(8)
        loadings[[5, 2]] = 0
        largest = abs(cross / np.sqrt(np.diag(covariance))[:, None]).max(axis=0)
        kept = lasso(covariance, cross, 0.1 * largest, loadings)
        out = lasso(covariance, cross, 0.1 * largest, always=[5, 2])
        np.testing.assert_allclose(
            out * np.sqrt(np.diag(covariance))[:, None],
            kept * np.sqrt(np.diag(covariance))[:, None],
            atol=1e-7,
        )
        assert (out[[5, 2]] != 0).all()


def test_an_infinite_loading_keeps_a_column_out() -> None:
    covariance, cross = covariances(SWISS[:, [1, 2, 3, 4, 5, 0]])
    loadings = np.array([1, 1, np.inf, 1, 1])
    for penalty in (0.0, 1.0):
        found = lasso(covariance, cross, penalty, loadings)
        assert found[2] == 0
        rest = [0, 1, 3, 4]
        np.testing.assert_allclose(
            found[rest], lasso(covariance[np.ix_(rest, rest)], cross[rest], penalty), atol=1e-9
        )


@pytest.mark.filterwarnings("error")
def test_constant_and_identical_columns() -> None:
    plain = SWISS[:, [1, 2, 3, 4, 5]]
    extra = np.column_stack([plain, np.full(47, 3.0), 5 * plain[:, 2] - 2, -plain[:, 4], SWISS[:, 0]])
    both = np.cov(extra.T, ddof=0)
    both[5] = both[:, 5] = 0
    for penalty, expected in SCIKIT_LEARN.items():
        found = lasso(both[:8, :8], both[:8, 8], penalty)
        np.testing.assert_allclose(found[:5], expected, atol=1e-9)
        assert (found[5:] == 0).all()
    dear = np.array([1, 1, 1.5, 1, 1, 1, 1, 1])  # the later one of two is taken where it is cheaper
    swapped = lasso(both[:8, :8], both[:8, 8], 1.0, dear)
    assert swapped[2] == 0
    np.testing.assert_allclose(5 * swapped[6], SCIKIT_LEARN[1.0][2], atol=1e-9)
    assert np.count_nonzero(lasso(both[:8, :8], both[:8, 8], 0.0)) == 5
    assert not lasso(both[:8, :8], both[:8, 8], 1.0, np.full(8, np.inf)).any()
    fixed = lasso(both[:8, :8], both[:8, 8], 1.0, always=[2])
    assert fixed[6] == 0  # a function of what is always in
    assert fixed[2] != 0


@pytest.mark.filterwarnings("error")
def test_a_full_set_of_dummies_has_a_solution() -> None:
    rng = np.random.default_rng(5)
    group = rng.integers(0, 6, 500)
    rows = np.column_stack([np.eye(6)[group], rng.normal(size=500), group + rng.normal(size=500)])
    covariance, cross = covariances(rows)
    for penalty in (1e-4, 0.01, 0.3):
        found = lasso(covariance, cross, penalty)
        assert missed(covariance, cross, np.full(7, penalty), found) < 1e-8


@pytest.mark.filterwarnings("error")
def test_what_is_not_known_is_nan_and_leaves_the_others() -> None:
    covariance, cross = covariances(SWISS[:, [1, 2, 3, 4, 5, 0]])
    three = np.column_stack([cross, np.full(5, np.nan), np.zeros(5)])
    found = lasso(covariance, three, 1.0)
    assert np.isnan(found[:, 1]).all()
    np.testing.assert_allclose(found[:, 0], SCIKIT_LEARN[1.0], atol=1e-10)
    assert (found[:, 2] == 0).all()
    assert np.isnan(lasso(np.full((5, 5), np.nan), cross, 1.0)).all()
    assert lasso(np.zeros((0, 0)), np.zeros(0), 1.0).shape == (0,)


def test_a_descent_that_does_not_get_there_is_nan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineofsight.stats.lasso._ROUNDS", 1)
    covariance, cross = covariances(SWISS[:, [1, 2, 3, 4, 5, 0]])
    assert np.isnan(lasso(covariance, cross, 1.0)).all()


def test_slopes_are_least_squares_and_shared_by_identical_columns() -> None:
    centred = SWISS - SWISS.mean(axis=0)
    both = np.cov(SWISS.T, ddof=0)
    expected = np.linalg.lstsq(centred[:, [3, 1]], centred)[0]
    np.testing.assert_allclose(slopes_on(both, [3, 1]), expected, atol=1e-10)
    twice = np.column_stack([SWISS, SWISS[:, 3]])
    found = slopes_on(np.cov(twice.T, ddof=0), [3, 6])[:, 0]
    np.testing.assert_allclose(found, slopes_on(both, [3])[0, 0] / 2, rtol=1e-9)


def test_refusals_name_what_is_wrong() -> None:
    covariance, cross = covariances(SWISS[:, [1, 2, 3, 4, 5, 0]])
    for penalty, loadings in (
        (-1.0, None),
        (np.nan, None),
        (1.0, np.full(5, -1.0)),
        (1.0, np.full(5, np.nan)),
    ):
        with pytest.raises(ValueError, match="0 or more"):
            lasso(covariance, cross, penalty, loadings)
    for penalty, loadings in (([1.0, 2.0], None), (1.0, np.ones(4))):
        with pytest.raises(ValueError, match="do not fit 5 columns and 1 outcomes"):
            lasso(covariance, cross, penalty, loadings)
    with pytest.raises(ValueError, match=r"\(p, p\)"):
        lasso(covariance, cross[:4], 1.0)
    for always in ([5], [-1], [0, 0]):
        with pytest.raises(ValueError, match="some of 0 to 4"):
            lasso(covariance, cross, 1.0, always=always)
    for observations, candidates in ((1, 5), (np.nan, 5), (10, 0)):
        with pytest.raises(ValueError, match="at least 2 independent observations"):
            plug_in_penalty(observations, candidates)


@pytest.mark.parametrize("cheap", [1, 2])
def test_of_identical_columns_the_cheaper_stands_for_both_beside_columns_always_in(cheap: int) -> None:
    """What the column always in leaves of them has a length of its own, and is identical all the same."""
    rng = np.random.default_rng(8)
    z, x = rng.normal(size=(2, 200))
    same = z + 0.5 * x
    matrix, cross = covariances(np.column_stack([z, same, same, x + 0.1 * rng.normal(size=200)]))
    loadings = np.array([1.0, 1.0, 1.0])
    loadings[cheap] = 0.5
    found = lasso(matrix, cross, 0.05, loadings, always=[0])
    assert found[cheap] != 0 and found[3 - cheap] == 0
    alone = [0, cheap]
    expected = lasso(matrix[np.ix_(alone, alone)], cross[alone], 0.05, loadings[alone], always=[0])
    np.testing.assert_allclose(found[alone], expected, rtol=1e-8)
    equal = lasso(matrix, cross, 0.05, always=[0])
    assert equal[1] != 0 and equal[2] == 0


def test_two_observations_and_one_candidate_are_the_fewest_with_a_penalty() -> None:
    gamma = 0.1 / np.log(2)
    assert plug_in_penalty(2, 1) == pytest.approx(1.1 * norm.isf(gamma / 2) / np.sqrt(2), rel=1e-12)
    assert plug_in_penalty(50, 3) == pytest.approx(
        1.1 * norm.isf(0.1 / np.log(50) / 6) / np.sqrt(50), rel=1e-12
    )
    for observations, candidates in ((1.99, 1), (2, 0), (float("nan"), 1)):
        with pytest.raises(ValueError, match="at least 2 independent observations"):
            plug_in_penalty(observations, candidates)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_the_unit_of_the_outcome_does_not_matter(unit: float) -> None:
    matrix, cross = covariances(sample(6, 1, seed=2))
    level = 0.1 * float(np.max(np.abs(cross) / np.sqrt(np.diag(matrix))))
    plain = lasso(matrix, cross, level)
    assert np.count_nonzero(plain) > 0
    np.testing.assert_allclose(lasso(matrix, unit * cross, unit * level), unit * plain, rtol=1e-6)


@pytest.mark.parametrize("penalty", [0.1, 1.0, 3.0])
def test_of_three_identical_columns_one_stands_for_all_for_each_outcome(penalty: float) -> None:
    """Beside the column always in they are one, of different lengths; what counts is what each pays for an effect."""
    plain = SWISS[:, [1, 2, 3, 4, 5]]
    given, infants = plain[:, 2], plain[:, 4]
    rows = np.column_stack([plain, 2 * infants - 1, 3 * given - infants, SWISS[:, 0], SWISS[:, 0] + given])
    both = np.cov(rows.T, ddof=0)
    covariance, cross = both[:7, :7], both[:7, 7:]
    left = infants - np.polyval(np.polyfit(given, infants, 1), given)
    length = left.std() * np.array([1, 2, 1]) / rows[:, 4:7].std(axis=0)
    assert length[2] < 0.5 * length[0]
    # The first outcome pays as much for the first and the third, the second least for the second.
    loadings = np.ones((7, 2))
    loadings[4:] = length[:, None] * np.array([[1, 2], [1.5, 1], [1, 1.5]])
    found = lasso(covariance, cross, penalty, loadings, always=[2])
    assert (found[4:] != 0).tolist() == [[True, False], [False, True], [False, False]]
    for outcome, taken in ((0, 4), (1, 5)):
        alone = [0, 1, 2, 3, taken]
        expected = lasso(
            covariance[np.ix_(alone, alone)],
            cross[alone, outcome],
            penalty,
            loadings[alone, outcome],
            always=[2],
        )
        np.testing.assert_allclose(found[alone, outcome], expected, atol=1e-9)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(12))
def test_the_first_of_identical_columns_that_pay_alike_stands_for_all(seed: int, share: float) -> None:
    """However the others draw on it: beside the column always in the last three are the fifth, two of them shorter."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 8)) @ rng.normal(size=(8, 8))
    given, one = x[:, 0], x[:, 4]
    y = x @ rng.normal(size=8) + rng.normal(size=60)
    more = (3 * given - one, one + given, 2 * one - 9 * given)
    covariance, cross = covariances(np.column_stack([x, *more, y]))
    left = one - np.polyval(np.polyfit(given, one, 1), given)
    loadings = np.ones(11)
    places = [4, 8, 9, 10]
    loadings[places] = left.std() * np.array([1, 1.5, 1, 2]) / np.sqrt(np.diag(covariance))[places]
    penalty = share * float(np.max(np.abs(cross) / np.sqrt(np.diag(covariance))))
    found = lasso(covariance, cross, penalty, loadings, always=[0])
    assert not found[8:].any()
    expected = lasso(covariance[:8, :8], cross[:8], penalty, loadings[:8], always=[0])
    np.testing.assert_allclose(found[:8], expected, atol=1e-8)
