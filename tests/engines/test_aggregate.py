"""Aggregates cells and bands against numpy on the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from lineofsight.aggregation.bands import BandAggregator
from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches

N, BUCKETS = 4000, 7
KNOT = 1.5


def holes(rng: np.random.Generator, values: np.ndarray, share: float) -> np.ndarray:
    return np.where(rng.random(len(values)) < share, np.nan, values)


@pytest.fixture(scope="module")
def data() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    return {
        "wait": holes(rng, rng.gamma(2.0, 1.0, N), 0.05),
        "help": holes(rng, rng.normal(50, 10, N), 0.3),
        "size": holes(rng, rng.normal(-3, 1, N), 0.02),
        "tenure": holes(rng, rng.normal(9, 2, N), 0.2),
        "area": rng.choice(
            np.array(["N", "S", "E", "rare", None], dtype=object), N, p=[0.4, 0.3, 0.1, 0.1, 0.1]
        ),
        "plan": rng.choice(np.array(["a", "b", None], dtype=object), N, p=[0.5, 0.45, 0.05]),
        "mood": holes(rng, rng.integers(0, 11, N).astype(float), 0.6),
        "kept": holes(rng, rng.integers(0, 2, N).astype(float), 0.2),
        "covered:mood": rng.integers(0, 2, N).astype(np.int8),
        "segment:area": rng.choice(np.array(["x", "y", "z", None], dtype=object), N),
        "_bucket": rng.integers(0, BUCKETS, N).astype(np.int16),
    }


@pytest.fixture(scope="module")
def batch(data: dict[str, np.ndarray]) -> pa.RecordBatch:
    columns = {name: pa.array(values, from_pandas=values.dtype.kind == "f") for name, values in data.items()}
    return pa.RecordBatch.from_pydict(columns)


BASIS = Basis(
    drivers=(
        Driver("wait", higher_is_better=False, knots=(KNOT,), best=1.0, limit=0.5),
        Driver("help", higher_is_better=True, optional=True, best=55.0),
    ),
    numbers=(Number("size"), Number("tenure", optional=True)),
    categories=(
        Category("area", ("N", "S", "E"), others=True, absent=True),
        Category("plan", ("a", "b"), others=False, absent=False),
    ),
    outcomes=(
        Outcome("mood", "mood"),
        Outcome("mood NPS", "mood", coding="nps"),
        Outcome("mood top", "mood", coding="at least", least=8),
        Outcome("kept", "kept"),
    ),
    share=0.1,
    asked=(("mood", "covered:mood"),),
)
CATEGORIES = {"area": "area", "plan": "plan"}
SEGMENTS = {"segment:area": ("x", "y")}


def matrix(data: dict[str, np.ndarray]) -> np.ndarray:
    """The basis by hand, in the order of `Basis.columns`."""
    wait, help_, tenure, mood = data["wait"], data["help"], data["tenure"], data["mood"]
    points = np.select([np.isnan(mood), mood >= 9, mood < 7], [np.nan, 100.0, -100.0], 0.0)
    top = np.where(np.isnan(mood), np.nan, 100.0 * (mood >= 8))
    columns = [data["size"], tenure, np.isnan(tenure)]
    columns += [
        data["area"] == "S",
        data["area"] == "E",
        data["area"] == "rare",
        [a is None for a in data["area"]],
    ]
    columns += [data["plan"] == "b", np.isnan(help_)]
    columns += [wait, np.maximum(wait - KNOT, 0), help_, mood, points, top, data["kept"]]
    return np.column_stack([np.asarray(column, dtype=float) for column in columns])


def complete(data: dict[str, np.ndarray]) -> np.ndarray:
    there = ~np.isnan(data["wait"]) & ~np.isnan(data["size"])
    return there & np.array([plan is not None for plan in data["plan"]])


PLAN = AggregationPlan(
    *(BASIS, CATEGORIES, SEGMENTS, "_bucket", BUCKETS),
    cuts={"wait": (1.0, 2.0), "help": (50.0,)},
    outcomes=["mood", "mood top", "kept"],
)


def test_columns_are_those_of_the_matrix() -> None:
    assert BASIS.columns == (
        *("size", "tenure", "tenure?", "area=S", "area=E", "area=other", "area=none", "plan=b", "help?"),
        *("wait", "wait>1.5", "help", "mood", "mood NPS", "mood top", "kept"),
    )


@pytest.mark.parametrize("sizes", [[N], [1, 0, 999, 3000], [100] * 40])
def test_every_cell_is_what_numpy_makes_of_its_rows(
    data: dict[str, np.ndarray], batch: pa.RecordBatch, sizes: list[int]
) -> None:
    starts = np.cumsum([0, *sizes])
    batches = [batch.slice(start, size) for start, size in zip(starts, sizes, strict=False)]
    found = aggregate_batches(batches, PLAN)
    folded, bands = found.cells, found.bands
    cells = folded["segment:area"]
    assert folded[None] is cells
    full, keep = matrix(data), complete(data)
    codes = np.array([{"x": 0, "y": 1, "z": 2, None: -1}[value] for value in data["segment:area"]])
    pattern = (~np.isnan(data["mood"])).astype(int) + 2 * (~np.isnan(data["kept"])).astype(int)
    pattern += 4 * data["covered:mood"].astype(int)
    found = {(int(c), int(p)) for c, p in zip(codes[keep], pattern[keep], strict=True)}
    assert set(cells.groups) == found and len(found) == 32
    for level, kind in found:
        rows = keep & (codes == level) & (pattern == kind)
        held, moments = cells.only(level).moments(one(kind))
        centred = np.where(np.isnan(full[rows]), 0.0, full[rows] - moments.shift)
        assert held.tolist() == np.unique(data["_bucket"][rows]).tolist()
        for at, bucket in enumerate(held):
            part = centred[data["_bucket"][rows] == bucket]
            assert moments.count[at] == len(part)
            np.testing.assert_allclose(moments.sums[at], part.sum(axis=0), atol=1e-8)
            np.testing.assert_allclose(moments.products[at], part.T @ part, rtol=1e-11, atol=1e-7)
    assert_means(data, cells, keep & (codes == 1), 1)
    assert_bands(data, bands, keep, full)


def one(kind: int) -> Callable[[int], bool]:
    return lambda pattern: pattern == kind


def assert_means(data: dict[str, np.ndarray], cells: Cells, rows: np.ndarray, level: int) -> None:
    """What a change of each driver would do, and who was asked."""
    wait, help_ = data["wait"][rows], data["help"][rows]
    known = ~np.isnan(help_)
    better = np.maximum(wait * 0.9, np.minimum(wait, 0.5))
    best = np.minimum(wait, 1.0)
    expected = [rows.sum(), wait.sum()]
    for changed in (better, best):
        expected += [
            (changed - wait).sum(),
            (np.maximum(changed - KNOT, 0) - np.maximum(wait - KNOT, 0)).sum(),
        ]
    helped = help_[known]
    expected += [
        known.sum(),
        helped.sum(),
        (0.1 * np.abs(helped)).sum(),
        (np.maximum(helped, 55) - helped).sum(),
    ]
    expected += [data["covered:mood"][rows].sum()]
    found = cells.only(level).mean_sums()
    np.testing.assert_allclose(found.sum(axis=0), expected, rtol=1e-10)


def assert_bands(
    data: dict[str, np.ndarray], bands: BandAggregator, keep: np.ndarray, full: np.ndarray
) -> None:
    result = bands.result()
    assert len(result) == 3 * (3 + 2)
    for band in result:
        driver, outcome = data[band.driver][keep], full[keep, BASIS.columns.index(band.outcome)]
        low, high = -np.inf if band.low is None else band.low, np.inf if band.high is None else band.high
        inside = (driver >= low) & (driver < high) & ~np.isnan(outcome)
        assert band.n == inside.sum()
        assert band.mean == pytest.approx(outcome[inside].mean(), rel=1e-12)


def test_without_segments_there_is_one_level(batch: pa.RecordBatch) -> None:
    folded = aggregate_batches([batch], replace(PLAN, segments={})).cells
    assert set(folded) == {None}
    assert folded[None].levels == {0}


def test_no_rows_at_all(batch: pa.RecordBatch) -> None:
    cells = aggregate_batches([batch.slice(0, 0)], PLAN).cells[None]
    assert cells.levels == set()
    assert not cells.mean_sums().any()


def test_the_same_bits_every_time(batch: pa.RecordBatch) -> None:
    first, second = (aggregate_batches([batch], PLAN).cells[None] for _ in range(2))
    (_, left), (_, right) = (cells.pooled().moments(one(7)) for cells in (first, second))
    np.testing.assert_array_equal(left.products, right.products)
