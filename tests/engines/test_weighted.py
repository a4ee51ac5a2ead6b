"""Passes for weights beside numpy: sums, tables of margins and weighted cells, whole and in parts."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pytest

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.engines.jobs import first_buckets
from lineofsight.engines.response_sums import Episodes, ModelAt, Regressors, ResponseSums
from lineofsight.engines.weighted import Margin, MarginCounts, WeightedAggregation, Weighting
from lineofsight.stats.logistic import logistic_sums

N, BUCKETS = 5000, 20
rng = np.random.default_rng(2)
X, HELP, Z = rng.normal(5, 2, N), rng.normal(3, 1, N), rng.normal(size=N)
HELP[rng.random(N) < 0.3] = np.nan
REGION = rng.choice(np.array(["n", "s", "odd", None], dtype=object), N, p=[0.5, 0.3, 0.1, 0.1])
PLAN = rng.choice(np.array(["a", "b"], dtype=object), N)
C = np.where(rng.random(N) < 0.4, rng.normal(3, 1, N), np.nan)
D = np.where(~np.isnan(C) & (rng.random(N) < 0.5), rng.normal(3, 1, N), np.nan)
ASKED = np.where(np.isnan(C), rng.integers(0, 2, N), 1).astype(float)
BUCKET = np.sort(rng.integers(0, BUCKETS, N))
TABLE = pa.table(
    {"x": X, "help": pa.array(HELP, from_pandas=True), "z": Z, "region": REGION, "plan": PLAN,
     "c": pa.array(C, from_pandas=True), "d": pa.array(D, from_pandas=True), "asked": ASKED, "bucket": BUCKET}
)  # fmt: skip
BASIS = Basis(
    (Driver("x", False), Driver("help", True, optional=True)), (Number("z"),),
    (Category("plan", ("a", "b"), False, False),), (Outcome("c", "c"), Outcome("d", "d")), 0.1,
    (("c", "asked"), ("d", "asked")),
)  # fmt: skip
NAMES = ("z", "plan=b", "help?", "x", "help")
PLACE = np.array([BASIS.columns.index(name) for name in NAMES])
REGRESSORS = Regressors(PLACE, np.array([0, 0, 0, 0, 3.3]), np.array([0.1, 0.5, 0.3, 5, 3]), np.array([1, 0.5, 0.5, 2, 1.0]))  # fmt: skip
ROWS = np.column_stack([Z, PLAN == "b", np.isnan(HELP), X, np.where(np.isnan(HELP), 3.3, HELP)]).astype(float)
MATRIX = np.column_stack([np.ones(N), (ROWS - REGRESSORS.centre) / REGRESSORS.scale])
MODELS = tuple(
    ModelAt((name,), BASIS.bits([name]), BASIS.bits([f"asked:{name}"]), REGRESSORS, np.array(at))
    for name, at in (("c", [-0.5, 0.3, 0.1, -0.2, 0.4, 0.2]), ("d", [-1.5, 0.1, 0.2, 0.3, -0.4, 0.5]))
)
EPISODES = Episodes(BASIS, {"plan": "plan"}, "bucket")
LEAST = 0.3
REGIONS, PLANS = Margin("region", ("s", "n")), Margin("plan", ("a", "b"))
FACTORS = (np.array([2.0, 0.5, 1.0, 1.0]), np.array([0.7, 1.3, 1.0, 1.0]))


def parts(size: int) -> list[list[pa.RecordBatch]]:
    return [TABLE.slice(start, size).to_batches(max_chunksize=700) for start in range(0, N, size)]


@pytest.mark.parametrize("size", [N, 1234])
@pytest.mark.parametrize("below", [None, 7])
def test_sums_are_those_of_the_rows(size: int, below: int | None) -> None:
    work = ResponseSums(Episodes(BASIS, {"plan": "plan"}, "bucket", below), MODELS)
    found = work.reduce([work.map(first_buckets(part, work)) for part in parts(size)])
    rows = (ASKED == 1) & (True if below is None else below > BUCKET)
    for sums, answer, model in zip(found, (C, D), MODELS, strict=True):
        expected = logistic_sums(MATRIX[rows], ~np.isnan(answer)[rows], model.coefficients)
        assert (sums.rows, sums.ones) == (expected.rows, expected.ones)
        assert sums.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-12)
        np.testing.assert_allclose(sums.information, expected.information, rtol=1e-10, atol=1e-9)
        np.testing.assert_allclose(sums.gradient, expected.gradient, atol=1e-9)


def weights(model: ModelAt) -> np.ndarray:
    return 1 / np.maximum(1 / (1 + np.exp(-MATRIX @ model.coefficients)), LEAST)


def test_rows_are_no_longer_read_once_the_first_buckets_are_over() -> None:
    work = ResponseSums(Episodes(BASIS, {"plan": "plan"}, "bucket", 3), MODELS)
    batches = iter(TABLE.to_batches(max_chunksize=100))
    taken = sum(batch.num_rows for batch in first_buckets(batches, work))
    assert taken == (BUCKET < 3).sum()
    assert next(batches).column("bucket")[0].as_py() == 3


@pytest.mark.parametrize("size", [N, 1234])
def test_margins_are_counted_by_weight(size: int) -> None:
    work = MarginCounts(EPISODES, tuple(Weighting(model, LEAST) for model in MODELS), (REGIONS, PLANS))
    assert {"region", "plan", "bucket"} <= set(work.columns)
    found = work.reduce([work.map(part) for part in parts(size)])
    for table, answer, model in zip(found, (C, D), MODELS, strict=True):
        expected, weight = np.zeros((4, 4)), weights(model)
        place = {"s": 0, "n": 1, "odd": 2, None: 3}
        for at in np.flatnonzero(~np.isnan(answer)):
            expected[place[REGION[at]], "ab".index(PLAN[at])] += weight[at]
        np.testing.assert_allclose(table, expected, rtol=1e-10)


@pytest.mark.parametrize("size", [N, 1234])
@pytest.mark.parametrize("raked", [False, True])
def test_weighted_cells_are_those_of_the_rows(size: int, raked: bool) -> None:
    factors, margins = (FACTORS, (REGIONS, PLANS)) if raked else ((), ())
    shift = np.arange(len(BASIS.columns), dtype=float)
    made = tuple(Weighting(model, LEAST, factors) for model in MODELS)
    apart = {"plan": ("b",), "region": ("n", "s", "odd")}
    work = pickle.loads(pickle.dumps(WeightedAggregation(EPISODES, made, margins, shift, BUCKETS, apart)))
    assert set(apart) <= set(work.columns)
    found = work.reduce([work.map(part) for part in parts(size)])
    for weighed, name, answer, model in zip(found, ("c", "d"), (C, D), MODELS, strict=True):
        weight = weights(model)
        if raked:
            region = np.array([{"s": 2.0, "n": 0.5}.get(level, 1.0) for level in REGION])
            weight = weight * region * np.where(PLAN == "a", 0.7, 1.3)
        keep = ~np.isnan(answer)
        tally = sum(weighed.tallies.values(), start=type(next(iter(weighed.tallies.values())))())
        assert tally.n == keep.sum()
        assert tally.total == pytest.approx(weight[keep].sum())
        assert tally.squares == pytest.approx((weight[keep] ** 2).sum())
        assert tally.largest == pytest.approx(weight[keep].max())
        p = 1 / (1 + np.exp(-MATRIX @ model.coefficients))
        assert tally.trimmed == (p[keep] < LEAST).sum()
        for column, code, mine in (("plan", 1, PLAN == "a"), ("region", -1, REGION == None)):  # noqa: E711
            level = weighed.by_segment[column].only(code)
            _, inside = level.moments(level.observed((name,)))
            assert inside.total().count[0] == pytest.approx(weight[keep & mine].sum())
        cells = weighed.cells.pooled()
        held, moments = cells.moments(cells.observed((name,)))
        part = moments.select(["x", "z", name])
        centred = np.column_stack([X, Z, answer]) - part.shift
        for at, bucket in enumerate(held):
            rows = keep & (bucket == BUCKET)
            w = weight[rows][:, None]
            assert part.count[at] == pytest.approx(w.sum())
            np.testing.assert_allclose(part.sums[at], (w * centred[rows]).sum(axis=0), rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(
                part.products[at], centred[rows].T @ (w * centred[rows]), rtol=1e-9, atol=1e-9
            )
