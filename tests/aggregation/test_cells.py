"""Cells beside plain numpy: every level and pattern, batches, growth, memory."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.cells import CellAggregator
from lineofsight.aggregation.features import Driver, Outcome
from lineofsight.aggregation.groups import Cells, merged
from lineofsight.model.population import EVERY_LEVEL, View, with_columns

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


def about(shift: np.ndarray, keep: np.ndarray) -> Cells:
    """The cells of some of the rows, about a shift that all parts share."""
    made = CellAggregator(BASIS, BUCKETS, shift)
    block = BASIS.evaluate({name: column[keep] for name, column in VALUES.items()}, {})
    made.add(block, BUCKET[keep][block.rows], LEVEL[keep][block.rows])
    return made.result()


@pytest.mark.parametrize(
    "parts",
    [
        [BUCKET % 2 == 0, BUCKET % 2 == 1],  # no bucket is in two parts
        [at == BUCKET % 3 for at in range(3)],
        [np.arange(len(BUCKET)) % 3 == at for at in range(3)],  # every bucket is in all
        [LEVEL < 1, LEVEL >= 1],  # a level is in one part alone
        [BUCKET >= 0],
    ],
)
def test_merged_parts_of_the_rows_are_the_cells_of_all_of_them(parts: list[np.ndarray]) -> None:
    whole = about(CELLS.shift, np.ones(len(BUCKET), dtype=bool))
    found = merged([about(CELLS.shift, part) for part in parts])
    assert found.levels == whole.levels and found.buckets == whole.buckets
    assert {cell: len(at) for cell, at in found.groups.items()} == {
        cell: len(at) for cell, at in whole.groups.items()
    }
    np.testing.assert_array_equal(found.shift, whole.shift)
    np.testing.assert_allclose(found.mean_sums(), whole.mean_sums(), rtol=1e-11)
    for level in whole.levels:
        for pattern in sorted({pattern for _, pattern in whole.groups}):
            held, mine = found.only(level).moments(lambda each, pattern=pattern: each == pattern)
            expected_held, expected = whole.only(level).moments(lambda each, pattern=pattern: each == pattern)
            np.testing.assert_array_equal(held, expected_held)
            np.testing.assert_array_equal(mine.count, expected.count)
            np.testing.assert_allclose(mine.sums, expected.sums, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(mine.products, expected.products, rtol=1e-9, atol=1e-9)


def test_one_level_is_pooled_as_it_is_and_several_into_one_group_for_each_bucket() -> None:
    one = CELLS.only(2).pooled()
    assert one.levels == {0} and one.bucket is CELLS.bucket
    several = CELLS.pooled()
    for at in several.groups.values():
        assert len(np.unique(several.bucket[at])) == len(at)
    assert len(several.count) == sum(len(at) for at in several.groups.values()) < len(CELLS.count)


# ---- views ----------------------------------------------------------------------------------------------

WEIGHTS = np.vstack(
    [np.ones((1, BUCKETS)), np.random.default_rng(3).multinomial(BUCKETS, [1 / BUCKETS] * BUCKETS, 5)]
)


def test_populations_of_a_view_are_those_of_the_rows() -> None:
    view = View(None, CELLS, EVERY_LEVEL, WEIGHTS)
    lacking = chosen(None, "b") & np.isnan(VALUES["c"])
    found = view.without(("b",), ("c",))
    assert (found.n, found.clusters) == (lacking.sum(), len(np.unique(BUCKET[lacking])))
    assert found.mean("b").value == pytest.approx(VALUES["b"][lacking].mean())
    for r in range(5):
        drawn = WEIGHTS[r + 1][BUCKET[lacking]]
        assert found.mean("b").replicates[r] == pytest.approx(np.average(VALUES["b"][lacking], weights=drawn))
        assert found.counts[r + 1] == drawn.sum()
    assert view.population(("c",)) is view.population(("c",))
    with_it, beside = view.split(("c",), ("b",))
    assert with_it.count[0] == chosen(None, "c").sum()
    assert beside.count[0] == lacking.sum()
    assert beside.mean_of("b")[0] == pytest.approx(VALUES["b"][lacking].mean())
    held, sizes = view.sizes()
    np.testing.assert_array_equal(held, np.unique(BUCKET[chosen(None)]))
    np.testing.assert_array_equal(sizes, np.bincount(BUCKET[chosen(None)])[held])


def test_a_level_of_a_view_is_its_own_and_averages_are_over_all_of_it_or_those_counted() -> None:
    view = View("k = 2", CELLS, 2, WEIGHTS)
    mine = chosen(2)
    assert view.population().n == mine.sum()
    better = view.average("better:x")
    assert better.value == pytest.approx((-0.1 * np.abs(VALUES["x"][mine])).mean())
    drawn = WEIGHTS[4][BUCKET[mine]]
    assert better.replicates[3] == pytest.approx(np.average(-0.1 * np.abs(VALUES["x"][mine]), weights=drawn))
    known = view.average("value:x", "known:x")
    assert known.value == pytest.approx(VALUES["x"][mine].mean())
    nobody = View("k = 9", CELLS, 9, WEIGHTS)
    assert nobody.population().n == 0 and np.isnan(nobody.average("better:x").value)


def test_resampled_moments_are_of_the_columns_that_vary_and_are_made_again_after_they_were_let_go() -> None:
    view = View(None, CELLS, EVERY_LEVEL, WEIGHTS)
    population = view.population(("c",))
    assert set(population.varying) <= set(BASIS.columns) and {"x", "w", "c"} <= set(population.varying)
    moments = population.moments
    assert moments is population.moments and moments.columns == population.varying
    view.release()
    again = population.moments
    assert again is not moments
    np.testing.assert_array_equal(again.products, moments.products)
    keep = chosen(None, "c")
    for r in range(6):
        drawn = WEIGHTS[r][BUCKET[keep]]
        assert moments.mean_of("x")[r] == pytest.approx(np.average(VALUES["x"][keep], weights=drawn))
    few = with_columns(population, ("x", "c"))
    assert few.varying == ("x", "c") and few.n == population.n
    columns = [("x",), ("w",), ("c",)]
    first, second, third = (population.resampled(each) for each in columns)
    assert population.resampled(("c",)) is third and population.resampled(("w",)) is second
    assert population.resampled(("x",)) is not first  # the two last made are kept
