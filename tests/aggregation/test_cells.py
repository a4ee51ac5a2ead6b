"""Cells beside plain numpy: every level and pattern, batches, growth, memory."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.cells import CellAggregator, Cells
from lineofsight.aggregation.features import Driver, Outcome

BUCKETS = 16
BASIS = Basis(
    (Driver("x", False, best=1.0), Driver("w", True)), (), (), (Outcome("c", "c"), Outcome("b", "b")), 0.1
)
NAN = float("nan")


def rows(n: int = 3000, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = {name: rng.normal(5, 2, n) for name in ("x", "w", "c", "b")}
    values["c"][rng.random(n) < 0.6] = NAN
    values["b"][rng.random(n) < 0.1] = NAN
    values["w"][rng.random(n) < 0.05] = NAN
    return values, rng.integers(0, BUCKETS, n).astype(np.int32), rng.integers(-1, 4, n).astype(np.int32)


VALUES, BUCKET, LEVEL = rows()


def fold(size: int, order: np.ndarray | None = None) -> Cells:
    made = CellAggregator(BASIS, BUCKETS)
    order = np.arange(len(BUCKET)) if order is None else order
    for begin in range(0, len(order), size):
        at = order[begin : begin + size]
        block = BASIS.evaluate({name: column[at] for name, column in VALUES.items()}, {})
        made.add(block, BUCKET[at][block.rows], LEVEL[at][block.rows])
    return made.result()


CELLS = fold(1000)


def chosen(level: int | None, *observed: str) -> np.ndarray:
    keep = ~np.isnan(VALUES["x"]) & ~np.isnan(VALUES["w"])
    for name in observed:
        keep &= ~np.isnan(VALUES[name])
    return keep if level is None else keep & (level == LEVEL)


@pytest.mark.parametrize("observed", [(), ("c",), ("b",), ("c", "b")])
@pytest.mark.parametrize("level", [None, -1, 0, 3])
def test_moments_are_those_of_the_rows(level: int | None, observed: tuple[str, ...]) -> None:
    mine = CELLS.pooled() if level is None else CELLS.only(level)
    held, moments = mine.moments(mine.observed(observed))
    keep = chosen(level, *observed)
    np.testing.assert_array_equal(held, np.unique(BUCKET[keep]))
    columns = ["x", "w", *observed]
    part = moments.select(columns)
    for at, bucket in enumerate(held):
        matrix = np.column_stack([VALUES[name] for name in columns])[keep & (bucket == BUCKET)] - part.shift
        assert part.count[at] == len(matrix)
        np.testing.assert_allclose(part.sums[at], matrix.sum(axis=0), rtol=1e-10, atol=1e-9)
        np.testing.assert_allclose(part.products[at], matrix.T @ matrix, rtol=1e-10, atol=1e-9)


def test_levels_add_up_to_everyone() -> None:
    everyone = CELLS.pooled()
    assert everyone.levels == CELLS.only(2).pooled().levels == {0}
    total = everyone.moments(lambda pattern: True)[1].total()
    parts = [CELLS.only(level).moments(lambda pattern: True)[1].total() for level in sorted(CELLS.levels)]
    assert sorted(CELLS.levels) == [-1, 0, 1, 2, 3]
    np.testing.assert_allclose(sum(part.products for part in parts), total.products, rtol=1e-11)
    np.testing.assert_allclose(sum(part.sums for part in parts), total.sums, rtol=1e-9, atol=1e-7)
    assert sum(part.count[0] for part in parts) == total.count[0] == chosen(None).sum()
    means = [CELLS.only(level).mean_sums() for level in CELLS.levels]
    np.testing.assert_allclose(sum(means), everyone.mean_sums(), rtol=1e-11)
    np.testing.assert_allclose(CELLS.mean_sums(), everyone.mean_sums(), rtol=1e-11)


def test_mean_sums_are_those_of_the_rows() -> None:
    sums = dict(zip(BASIS.mean_columns, CELLS.only(2).mean_sums().T, strict=True))
    for bucket in range(BUCKETS):
        x = VALUES["x"][chosen(2) & (bucket == BUCKET)]
        assert sums["value:x"][bucket] == pytest.approx(x.sum())
        assert sums["better:x"][bucket] == pytest.approx((-0.1 * np.abs(x)).sum())
        assert sums["best:x"][bucket] == pytest.approx((np.minimum(x, 1.0) - x).sum())
        assert sums["known:x"][bucket] == len(x)


@pytest.mark.parametrize("size", [1, 100, 5000])
def test_neither_batches_nor_growth_change_what_is_folded(size: int) -> None:
    """The first batch gives the centre, so only columns that are always there are compared."""
    other = fold(size)
    for level in CELLS.levels:
        one = CELLS.only(level).moments(lambda pattern: pattern == 3)[1]
        two = other.only(level).moments(lambda pattern: pattern == 3)[1].recentre(CELLS.shift)
        np.testing.assert_array_equal(two.count, one.count)
        np.testing.assert_allclose(two.products, one.products, rtol=1e-9, atol=1e-7)


def test_the_same_batches_give_the_same_bits() -> None:
    one, two = fold(700), fold(700)
    for name in ("count", "sums", "upper", "means"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_only_groups_that_occur_take_memory() -> None:
    """Twenty levels, four patterns and 512 buckets would be 40,960 groups; 300 episodes make no more than 300."""
    made = CellAggregator(BASIS, 512)
    rng = np.random.default_rng(1)
    block = BASIS.evaluate({name: column[:300] for name, column in VALUES.items()}, {})
    n = len(block.matrix)
    made.add(block, rng.integers(0, 512, n).astype(np.int32), rng.integers(0, 20, n).astype(np.int32))
    cells = made.result()
    p = len(BASIS.columns)
    assert len(cells.count) <= n
    assert cells.upper.shape == (len(cells.count), p * (p + 1) // 2)


def test_nothing_folded_is_nothing() -> None:
    cells = CellAggregator(BASIS, BUCKETS).result()
    held, moments = cells.pooled().moments(lambda pattern: True)
    assert (len(held), len(moments.count), cells.levels) == (0, 0, frozenset())
    assert not cells.mean_sums().any()
