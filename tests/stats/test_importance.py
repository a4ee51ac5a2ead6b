"""LMG and Johnson's weights against published numbers, brute force and a direct implementation."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineofsight.stats.importance import MOST_DRIVERS, johnson, lmg
from stats.swiss import COLUMNS, SWISS

FIVE = [[at] for at in range(1, 6)]


def covariance(q: int, seed: int, rows: int = 60) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.cov((rng.normal(size=(rows, q)) @ rng.normal(size=(q, q))).T)


def r_squared(matrix: np.ndarray, outcome: int, columns: list[int]) -> float:
    inner = np.linalg.pinv(matrix[np.ix_(columns, columns)], rcond=1e-10, hermitian=True)
    cross = matrix[columns, outcome]
    return float(cross @ inner @ cross / matrix[outcome, outcome]) if columns else 0.0


def by_brute_force(
    matrix: np.ndarray, outcome: int, groups: list[list[int]], always: list[int]
) -> np.ndarray:
    """The definition: the mean gain over all orders in which drivers come in."""
    orders = list(permutations(range(len(groups))))
    shares = np.zeros(len(groups))
    for order in orders:
        columns = list(always)
        for driver in order:
            before = r_squared(matrix, outcome, columns)
            columns = columns + groups[driver]
            shares[driver] += r_squared(matrix, outcome, columns) - before
    return shares / len(orders)


def test_swiss_lmg_as_relaimpo_prints_it() -> None:
    assert COLUMNS[0] == "fertility"
    found = lmg(np.cov(SWISS.T)[None], 0, FIVE)
    expected = [0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265]
    np.testing.assert_allclose(found.shares[0], expected, atol=1e-12, rtol=0)
    np.testing.assert_allclose(found.r_squared[0], 0.706735001593, atol=1e-12, rtol=0)
    assert found.r_squared_always[0] == 0


def test_swiss_johnson_as_published() -> None:
    found = johnson(np.cov(SWISS.T)[None], 0, FIVE)
    expected = [0.048417, 0.154708, 0.271964, 0.114680, 0.116966]  # printed with six digits
    np.testing.assert_allclose(found.shares[0], expected, atol=5.1e-7, rtol=0)
    np.testing.assert_allclose(found.r_squared[0], 0.706735001593, atol=1e-12, rtol=0)


def test_johnson_equals_a_direct_implementation_on_rows() -> None:
    """Johnson (2000): regress on the orthonormal matrix nearest to the standardised columns, by SVD."""
    rows = (SWISS - SWISS.mean(axis=0)) / SWISS.std(axis=0) / np.sqrt(len(SWISS))
    left, singular, right = np.linalg.svd(rows[:, 1:], full_matrices=False)
    nearest = left @ right
    loadings = right.T * singular @ right
    weights = loadings**2 @ (nearest.T @ rows[:, 0]) ** 2
    np.testing.assert_allclose(johnson(np.cov(SWISS.T)[None], 0, FIVE).shares[0], weights, atol=1e-9, rtol=0)


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    controls=st.integers(0, 2),
    seed=st.integers(0, 2**20),
)
def test_lmg_is_the_mean_over_all_orders(sizes: list[int], controls: int, seed: int) -> None:
    q = sum(sizes) + controls + 1
    places = np.random.default_rng(seed).permutation(q).tolist()
    outcome, always, rest = places[0], places[1 : 1 + controls], places[1 + controls :]
    groups = [part.tolist() for part in np.split(np.array(rest), np.cumsum(sizes)[:-1])]
    stack = np.array([covariance(q, seed + replicate) for replicate in range(3)])
    found = lmg(stack, outcome, groups, always)
    for replicate in range(3):
        expected = by_brute_force(stack[replicate], outcome, groups, always)
        np.testing.assert_allclose(found.shares[replicate], expected, atol=1e-8)


@pytest.mark.parametrize("method", [lmg, johnson])
@pytest.mark.parametrize("always", [[], [6], [6, 2]])
def test_shares_add_up_to_the_gain(method: object, always: list[int]) -> None:
    stack = np.array([covariance(8, seed) for seed in range(40)])
    groups = [[0], [3, 4], [5], [7]]
    found = method(stack, 1, groups, always)  # type: ignore[operator]
    for replicate, matrix in enumerate(stack):
        alone, full = (r_squared(matrix, 1, columns) for columns in (always, [*always, 0, 3, 4, 5, 7]))
        np.testing.assert_allclose(found.r_squared_always[replicate], alone, atol=1e-10)
        np.testing.assert_allclose(found.r_squared[replicate], full, atol=1e-8)
    gain = found.r_squared - found.r_squared_always
    np.testing.assert_allclose(found.shares.sum(axis=1), gain, atol=1e-12)
    assert (found.shares >= 0).all()


@pytest.mark.parametrize("method", [lmg, johnson])
@pytest.mark.filterwarnings("error")
def test_identical_drivers_share_equally(method: object) -> None:
    wide = np.concatenate([SWISS, 5 * SWISS[:, [3]] - 2, np.full((47, 1), 4.0)], axis=1)
    found = method(np.cov(wide.T)[None], 0, [*FIVE, [6], [7]])  # type: ignore[operator]
    once = method(np.cov(SWISS.T)[None], 0, FIVE)  # type: ignore[operator]
    np.testing.assert_allclose(found.shares[0, 2], found.shares[0, 5], rtol=1e-9)
    assert found.shares[0, 2] < once.shares[0, 2]
    np.testing.assert_allclose(found.r_squared, once.r_squared, rtol=1e-12)
    assert abs(found.shares[0, 6]) < 1e-14  # a constant brings nothing


@pytest.mark.parametrize("method", [lmg, johnson])
def test_drivers_that_the_controls_determine_bring_nothing(method: object) -> None:
    education, catholic = SWISS[:, 3], SWISS[:, 4]
    for slope in np.linspace(0.1, 3, 20):  # each leaves other rounding behind
        wide = np.column_stack([SWISS, education + slope * catholic, education - 1.7 * catholic])
        found = method(np.cov(wide.T)[None], 0, FIVE, [6, 7])  # type: ignore[operator]
        np.testing.assert_allclose(found.shares[0, 2:4], 0, atol=1e-12)
        np.testing.assert_allclose(found.r_squared[0], 0.706735001593, atol=1e-10)


def test_dependent_columns_match_brute_force() -> None:
    rng = np.random.default_rng(8)
    rows = rng.normal(size=(50, 5))
    rows[:, 2] = rows[:, 0] + rows[:, 1]
    rows[:, 4] += rows[:, 2]
    matrix = np.cov(rows.T)
    expected = by_brute_force(matrix, 4, [[0], [1], [2], [3]], [])
    np.testing.assert_allclose(lmg(matrix[None], 4, [[0], [1], [2], [3]]).shares[0], expected, atol=1e-9)


@pytest.mark.parametrize("method", [lmg, johnson])
def test_independent_drivers_have_their_squared_correlation(method: object) -> None:
    matrix = np.diag([4.0, 9.0, 1.0, 2.0])
    matrix[3, :3] = matrix[:3, 3] = [1.0, 0.0, 0.5]
    found = method(matrix[None], 3, [[0], [1], [2]])  # type: ignore[operator]
    np.testing.assert_allclose(found.shares[0], [1 / 8, 0, 0.25 / 2], atol=1e-14)


@pytest.mark.parametrize("method", [lmg, johnson])
@pytest.mark.filterwarnings("error")
def test_a_replicate_that_cannot_be_had_is_nan_and_leaves_the_others(method: object) -> None:
    good = np.cov(SWISS.T)
    flat = good.copy()
    flat[0] = flat[:, 0] = 0
    holed = good.copy()
    holed[2, 4] = holed[4, 2] = np.nan
    found = method(np.array([good, flat, np.full((6, 6), np.nan), holed, good]), 0, FIVE)  # type: ignore[operator]
    assert np.isnan(found.shares[1:4]).all()
    assert np.isnan(found.r_squared[1:4]).all()
    np.testing.assert_allclose(found.r_squared[[0, 4]], 0.706735001593, atol=1e-12)
    np.testing.assert_array_equal(found.shares[0], found.shares[4])


def test_so_many_drivers_that_one_replicate_fills_the_memory_taken() -> None:
    """Independent ones have their squared correlations, also with 2^20 subsets."""
    q = 20
    stack = np.stack([np.eye(q + 1)] * 2)
    correlations = np.array([np.arange(1, q + 1) / 60, np.arange(q, 0, -1) / 70])
    stack[:, -1, :-1] = stack[:, :-1, -1] = correlations
    found = lmg(stack, q, [[driver] for driver in range(q)])
    np.testing.assert_allclose(found.shares, correlations**2, atol=1e-12)


def test_replicates_in_many_chunks_equal_one_by_one() -> None:
    stack = np.array([covariance(14, seed) for seed in range(70)])
    groups = [[at] for at in range(13)]
    together = lmg(stack, 13, groups).shares
    some = [0, 31, 32, 63, 64, 69]
    np.testing.assert_allclose(together[some], lmg(stack[some], 13, groups).shares, atol=1e-12)


@pytest.mark.parametrize("method", [lmg, johnson])
def test_what_cannot_be_meant_is_refused(method: object) -> None:
    matrix = np.eye(4)[None]
    for groups, always in (([], []), ([[0], []], [])):
        with pytest.raises(ValueError, match="at least one driver"):
            method(matrix, 3, groups, always)  # type: ignore[operator]
    for groups, always in (([[0], [0, 1]], []), ([[0]], [0]), ([[3]], [])):
        with pytest.raises(ValueError, match="only once"):
            method(matrix, 3, groups, always)  # type: ignore[operator]


def test_too_many_drivers_are_sent_to_johnson() -> None:
    q = MOST_DRIVERS + 2
    groups = [[at] for at in range(q - 1)]
    with pytest.raises(ValueError, match="Johnson"):
        lmg(np.eye(q)[None], q - 1, groups)
    assert johnson(covariance(q, 0, 200)[None], q - 1, groups).shares.shape == (1, q - 1)


@pytest.mark.parametrize("method", [lmg, johnson])
@pytest.mark.filterwarnings("error")
def test_one_driver_brings_all_that_drivers_bring_and_one_that_never_varies_nothing(method: object) -> None:
    matrix = covariance(5, seed=3)
    only = method(matrix[None], 4, [[0, 1]], [2])  # type: ignore[operator]  # one of the two
    gain = r_squared(matrix, 4, [0, 1, 2]) - r_squared(matrix, 4, [2])
    assert only.shares[0, 0] == pytest.approx(gain, rel=1e-9)
    assert only.r_squared[0] == pytest.approx(r_squared(matrix, 4, [0, 1, 2]), rel=1e-9)
    assert only.r_squared_always[0] == pytest.approx(r_squared(matrix, 4, [2]), rel=1e-9)
    still = matrix.copy()
    still[3], still[:, 3] = 0.0, 0.0
    found = method(still[None], 4, [[0], [3], [1]], [2])  # type: ignore[operator]  # one of the two
    assert found.shares[0, 1] == pytest.approx(0.0, abs=1e-12)
    assert found.shares[0].sum() == pytest.approx(gain, rel=1e-9)
    assert method(matrix[None], 4, [[0]]).r_squared_always[0] == pytest.approx(0.0, abs=1e-12)  # type: ignore[operator]  # one of the two
