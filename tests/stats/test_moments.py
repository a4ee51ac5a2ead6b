"""Moments: the same whatever the batches, the order, the shift and the engine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineofsight.stats.kernel import centred
from lineofsight.stats.moments import Moments, means_about
from stats.folding import fold

NAMES = ("a", "b", "c")


def rows(n: int, seed: int = 0, buckets: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    mixing = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, -1.0], [0.0, 0.0, 0.1]])
    return rng.normal(size=(n, 3)) @ mixing + [10.0, -3.0, 0.0], rng.integers(0, buckets, n)


def moments(matrix: np.ndarray, group: np.ndarray, shift: np.ndarray, buckets: int = 5) -> Moments:
    return Moments(NAMES, shift, *fold(matrix, group, buckets, shift))


def assert_same(left: Moments, right: Moments) -> None:
    right = right.recentre(left.shift)
    np.testing.assert_array_equal(left.count, right.count)
    np.testing.assert_allclose(left.sums, right.sums, rtol=1e-11, atol=1e-8)
    np.testing.assert_allclose(left.products, right.products, rtol=1e-11, atol=1e-8)


def test_fold_sums_each_group_apart() -> None:
    matrix, group = rows(10_000)
    shift = matrix.mean(axis=0)
    count, sums, products = fold(matrix, group, 6, shift)
    for bucket in range(6):
        part = matrix[group == bucket] - shift
        assert count[bucket] == len(part)
        np.testing.assert_allclose(sums[bucket], part.sum(axis=0), rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(products[bucket], part.T @ part, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.uint64])
def test_fold_takes_any_layout_and_integer(dtype: type) -> None:
    matrix, group = rows(9_000)
    plain = fold(matrix, group, 5, np.zeros(3))
    for other in (np.asfortranarray(matrix), np.repeat(matrix, 2, axis=1)[:, ::2]):
        for got, expected in zip(fold(other, group.astype(dtype), 5, np.zeros(3)), plain, strict=True):
            np.testing.assert_array_equal(got, expected)


def test_more_groups_than_16_bits_hold() -> None:
    matrix, _ = rows(3_000)
    group = np.random.default_rng(1).choice([1, 65_537, 69_999], 3_000)
    count, sums, _ = fold(matrix, group, 70_000, np.zeros(3))
    np.testing.assert_array_equal(count, np.bincount(group, minlength=70_000))
    expected = np.bincount(group, weights=matrix[:, 1], minlength=70_000)
    np.testing.assert_allclose(sums[:, 1], expected, rtol=1e-12)


def test_rows_keep_their_order_within_a_group() -> None:
    matrix, group = rows(20_000, buckets=50)
    order = np.argsort(group, kind="stable")
    sorted_first = fold(matrix[order], group[order], 50, matrix[0])
    for one, other in zip(fold(matrix, group, 50, matrix[0]), sorted_first, strict=True):
        assert one.tobytes() == other.tobytes()


def test_the_same_rows_give_the_same_bits() -> None:
    matrix, group = rows(20_000, buckets=50)
    for one, other in zip(
        fold(matrix, group, 50, matrix[0]), fold(matrix.copy(), group, 50, matrix[0]), strict=True
    ):
        assert one.tobytes() == other.tobytes()


@settings(max_examples=60, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 300), max_size=5),
    order=st.randoms(use_true_random=False),
    shifts=st.lists(st.floats(-50, 50), min_size=6, max_size=6),
    seed=st.integers(0, 2**16),
)
def test_any_split_in_any_order_equals_one_pass(
    cuts: list[int], order: object, shifts: list[float], seed: int
) -> None:
    matrix, group = rows(300, seed)
    parts = np.split(np.arange(300), sorted(cuts))
    order.shuffle(parts)  # type: ignore[attr-defined]
    made = [moments(matrix[part], group[part], np.full(3, shifts[i])) for i, part in enumerate(parts)]
    merged = made[0]
    for part in made[1:]:
        merged = merged + part
    assert_same(merged, moments(matrix, group, np.array([10.0, -3.0, 0.0])))


def test_empty_moments_take_the_other_shift() -> None:
    matrix, group = rows(100)
    filled, empty = moments(matrix, group, matrix[0]), moments(matrix[:0], group[:0], np.zeros(3))
    assert_same(empty + filled, filled)
    assert (empty + filled).shift is filled.shift
    assert (filled + empty).shift is filled.shift


@pytest.mark.parametrize("wrong", [0.0, 3.0])
def test_ten_digits_at_mean_1e9_sd_1(wrong: float) -> None:
    rng = np.random.default_rng(3)
    small = rng.integers(-3000, 3000, size=(100_000, 2)) / 1024  # exact in binary next to 1e9
    group = rng.integers(0, 64, 100_000)
    large = small + np.array([1e9, 0.0])
    first = large[:5_000].mean(axis=0) + wrong
    made = [
        Moments(("x", "y"), shift, *fold(large[part], group[part], 64, shift))
        for part, shift in ((slice(0, 50_000), first), (slice(50_000, None), first + 1.5))
    ]
    merged = made[0] + made[1]
    np.testing.assert_allclose(
        merged.total().covariance()[0], np.cov(small.T, ddof=0), rtol=1e-10, atol=1e-12
    )
    part = small[group == 7]
    np.testing.assert_allclose(merged.covariance()[7], np.cov(part.T, ddof=0), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(
        merged.total().mean()[0], small.mean(axis=0) + np.array([1e9, 0.0]), rtol=1e-15, atol=1e-12
    )


def test_total_select_mean_and_resample() -> None:
    matrix, group = rows(2_000)
    made = moments(matrix, group, matrix[0])
    np.testing.assert_allclose(made.total().mean()[0], matrix.mean(axis=0), rtol=1e-12)
    chosen = made.select(["c", "a"])
    assert chosen.columns == ("c", "a")
    np.testing.assert_allclose(
        chosen.total().covariance()[0], np.cov(matrix[:, [2, 0]].T, ddof=0), rtol=1e-11
    )
    np.testing.assert_allclose(
        made.mean_of("b"), [matrix[group == g, 1].mean() for g in range(5)], rtol=1e-12
    )
    weights = np.array([[1, 1, 1, 1, 1], [3, 0, 2, 0, 0]], dtype=np.float64)
    drawn = made.resample(weights)
    repeated = np.concatenate([matrix[group == 0]] * 3 + [matrix[group == 2]] * 2)
    assert drawn.count.tolist() == [2_000, len(repeated)]
    np.testing.assert_allclose(drawn.mean()[1], repeated.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(drawn.covariance()[1], np.cov(repeated.T, ddof=0), rtol=1e-11, atol=1e-12)
    np.testing.assert_array_equal(drawn.products, drawn.products.transpose(0, 2, 1))


@pytest.mark.filterwarnings("error")
def test_buckets_without_rows_are_nan_and_silent() -> None:
    matrix, _ = rows(10)
    made = moments(matrix, np.zeros(10, dtype=np.int64), matrix[0])
    assert np.isnan(made.mean()[1:]).all()
    assert np.isnan(made.covariance()[1:]).all()
    assert np.isfinite(made.covariance()[0]).all()


@pytest.mark.parametrize("value", [0.1, 1e9 + 0.1, 1e-30, -7.3e12])
@pytest.mark.parametrize("miss", [0.0, 1e-16, 0.01])
def test_a_constant_column_has_no_variance(value: float, miss: float) -> None:
    matrix, group = rows(5_000)
    matrix[:, 0] = value
    made = moments(matrix, group, matrix.mean(axis=0) + np.array([miss * value, 0, 0]))
    assert (made.covariance()[:, 0] == 0).all()
    assert (made.resample(np.array([[1.0, 2, 0, 1, 1]])).covariance()[0, 0] == 0).all()


def test_a_rare_event_missing_from_a_resample_has_no_variance() -> None:
    matrix, group = rows(1_000)
    matrix[:, 1] = group == 4
    made = moments(matrix, group, matrix.mean(axis=0))
    covariance = made.resample(np.array([[2.0, 1, 1, 1, 0], [1, 1, 1, 1, 1]])).covariance()
    assert covariance[0, 1, 1] == 0
    assert covariance[1, 1, 1] > 0.1


def test_refusals_name_what_is_wrong() -> None:
    matrix, group = rows(20)
    made = moments(matrix, group, np.zeros(3))
    with pytest.raises(ValueError, match="no column 'aa': did you mean 'a'"):
        made.select(["aa"])
    with pytest.raises(ValueError, match="same columns and buckets"):
        made + made.select(["a"])
    with pytest.raises(ValueError, match="shapes"):
        Moments(NAMES, np.zeros(2), made.count, made.sums, made.products)
    for bad in (np.inf, -np.inf):
        broken = matrix.copy()
        broken[7, 2] = bad
        with pytest.raises(ValueError, match="column 2 holds missing or infinite"):
            fold(broken, group, 5, np.zeros(3))


def test_a_missing_value_counts_as_the_centre() -> None:
    matrix, _ = rows(20)
    matrix[7, 2] = np.nan
    found = centred(matrix, np.array([1.0, 2.0, 3.0]))
    assert found[7].tolist() == [1.0, matrix[7, 0] - 1, matrix[7, 1] - 2, 0.0]


@pytest.mark.filterwarnings("error")
def test_finite_values_whose_sum_overflows_are_not_taken_for_missing() -> None:
    assert centred(np.full((4, 1), 1e308), np.zeros(1))[:, 1].tolist() == [1e308] * 4


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("weight", [1.0, 0.25])
def test_a_bucket_of_one_row_has_its_value_for_mean_and_no_variance_however_little_it_weighs(
    weight: float,
) -> None:
    shift = np.array([1.0, -2.0])
    step = np.array([3.0, 5.0]) - shift
    made = Moments(
        ("a", "b"), shift, np.array([weight, 0.0]), np.array([weight * step, [0.0, 0.0]]),
        np.array([weight * np.outer(step, step), np.zeros((2, 2))]),
    )  # fmt: skip
    np.testing.assert_allclose(made.mean()[0], [3.0, 5.0])
    np.testing.assert_array_equal(made.covariance()[0], np.zeros((2, 2)))
    assert np.isnan(made.mean()[1]).all() and np.isnan(made.covariance()[1]).all()
    assert made.mean_of("b")[0] == pytest.approx(5.0)


def test_a_mean_that_rounding_alone_keeps_from_zero_is_zero_and_no_other() -> None:
    shift = np.array([5.0, 5.0, 5.0, 0.0])
    offset = np.array([-5.0 + 4e-15, -5.0 + 1e-9, 1.0, 1e-300])
    assert means_about(shift, offset).tolist() == [0.0, pytest.approx(1e-9, rel=1e-5), 6.0, 1e-300]


def test_moments_of_no_rows_added_are_the_others_and_recentred_they_stay_the_same() -> None:
    rng = np.random.default_rng(1)
    rows, shift = rng.normal(size=(30, 2)) + 4, np.array([3.0, 5.0])
    about = rows - shift
    full = Moments(("a", "b"), shift, np.array([30.0]), about.sum(axis=0)[None], (about.T @ about)[None])
    assert full.recentre(shift) is full
    moved = full.recentre(np.array([0.0, 1.0]))
    np.testing.assert_allclose(moved.sums[0], (rows - [0.0, 1.0]).sum(axis=0))
    np.testing.assert_allclose(moved.products[0], (rows - [0.0, 1.0]).T @ (rows - [0.0, 1.0]))
    np.testing.assert_allclose(moved.covariance()[0], np.cov(rows.T, ddof=0))
    np.testing.assert_allclose(moved.mean()[0], rows.mean(axis=0))
