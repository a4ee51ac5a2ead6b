"""Customers with several episodes: fixed effects beside statsmodels, the next episode beside pandas, cut anywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.formula.api as smf

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.aggregation.histories import WithinColumns
from lineofsight.engines.batches import chunks
from lineofsight.engines.histories import HistoryAggregation, runs, whole_runs, with_repeats
from lineofsight.engines.response_sums import Episodes

BUCKETS = 16
BASIS = Basis(
    (Driver("x", False), Driver("help", True, optional=True)), (Number("z"),),
    (Category("plan", ("a", "b"), False, False),), (Outcome("c", "c"), Outcome("y", "y")), 0.1,
)  # fmt: skip


def history(customers: int = 400, seed: int = 1) -> pd.DataFrame:
    """Episodes whose driver and outcome both go with something hidden that stays the same about a customer."""
    rng = np.random.default_rng(seed)
    who = np.sort(rng.integers(0, customers, 3 * customers))
    n = len(who)
    hidden = rng.normal(size=customers)[who]
    x, z, plan = hidden + rng.normal(size=n), rng.normal(size=n), rng.choice(["a", "b"], n)
    frame = pd.DataFrame({"x": x, "z": z, "plan": plan, "help": rng.normal(3, 1, n)})
    frame.loc[rng.random(n) < 0.2, "help"] = np.nan
    frame["y"] = (
        0.5 * x + 2 * hidden + 0.3 * z + (plan == "b") + 0.1 * frame["help"].fillna(0) + rng.normal(size=n)
    )
    frame["c"] = np.where(rng.random(n) < 0.3, 0.2 * x + rng.normal(size=n), np.nan)
    frame["who"], frame["bucket"] = who, who % BUCKETS
    frame["at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, n), unit="h")
    return frame.sort_values(["bucket", "who"], kind="stable").reset_index(drop=True)


FRAME = history()
TABLE = pa.Table.from_pandas(FRAME, preserve_index=False)
WORK = HistoryAggregation(
    Episodes(BASIS, {"plan": "plan"}, "bucket"), "who", "at", BUCKETS, np.zeros(len(BASIS.columns))
)


def slopes(cells, regressors: list[str], outcome: str, seen: tuple[str, ...]) -> dict[str, float]:
    _, moments = cells.moments(cells.observed(seen))
    covariance = moments.total().select([*regressors, outcome]).covariance()[0]
    found = np.linalg.solve(covariance[:-1, :-1], covariance[:-1, -1])
    return dict(zip(regressors, found.tolist(), strict=True))


REGRESSORS = ["z", "plan=b", "help?", "x", "help"]


def test_differences_from_the_own_mean_are_fixed_effects():
    """Beside least squares with a dummy for each customer and pattern of what was observed."""
    found = slopes(WORK.map(TABLE.to_batches()).within, REGRESSORS, "y", ("y",))
    frame = FRAME.assign(no_help=FRAME["help"].isna().astype(float), help=FRAME["help"].fillna(0))
    frame["own"] = frame["who"].astype(str) + frame["c"].notna().astype(str)
    expected = smf.ols("y ~ x + help + no_help + z + C(plan) + C(own)", frame).fit().params
    for ours, theirs in {
        "x": "x",
        "help": "help",
        "help?": "no_help",
        "z": "z",
        "plan=b": "C(plan)[T.b]",
    }.items():
        assert found[ours] == pytest.approx(expected[theirs], abs=1e-9)
    assert abs(found["x"] - 0.5) < 0.1 < abs(smf.ols("y ~ x", FRAME).fit().params["x"] - 0.5)


def test_the_next_episode_is_the_same_customers_next_in_time():
    folded = WORK.map(TABLE.to_batches()).following
    frame = FRAME.sort_values(["who", "at"], kind="stable")
    by = frame.groupby("who")
    frame["next_x"], frame["next_at"] = by["x"].shift(-1), by["at"].shift(-1)
    pairs = frame[frame["next_at"] > frame["at"]]
    _, moments = folded.moments(lambda pattern: True)
    total = moments.total()
    assert total.count[0] == len(pairs)
    covariance = total.select(["x", "next:x", "y"]).covariance()[0]
    expected = np.cov(pairs[["x", "next_x", "y"]].to_numpy().T, ddof=0)
    assert covariance == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_rows_may_come_in_any_batches(size):
    whole, cut = WORK.map(TABLE.to_batches()), WORK.map(TABLE.to_batches(max_chunksize=size))
    assert whole.customers == cut.customers == int((FRAME.groupby("who").size() > 1).sum())
    for ours, theirs in ((whole.within, cut.within), (whole.following, cut.following)):
        assert ours.groups.keys() == theirs.groups.keys()
        one, other = (cells.moments(lambda pattern: True)[1].total() for cells in (ours, theirs))
        assert one.products == pytest.approx(other.products, abs=1e-8)


def test_parts_with_whole_customers_are_put_together():
    half = FRAME["bucket"] < BUCKETS // 2
    parts = [
        WORK.map(pa.Table.from_pandas(FRAME[of], preserve_index=False).to_batches()) for of in (half, ~half)
    ]
    found, whole = WORK.reduce(parts), WORK.map(TABLE.to_batches())
    assert found.customers == whole.customers
    one, other = slopes(found.within, REGRESSORS, "y", ("y",)), slopes(whole.within, REGRESSORS, "y", ("y",))
    assert one == pytest.approx(other, abs=1e-9)


def test_what_stays_the_same_about_a_customer_is_exactly_zero():
    frame = FRAME.assign(z=FRAME["who"] * 1e6 + 1 / 3)
    rows = {name: frame[name].to_numpy(dtype=float) for name in ("x", "help", "z", "c", "y")}
    block = BASIS.evaluate(rows, {"plan": (frame["plan"] == "b").to_numpy().astype(np.int32)})
    found, _ = WithinColumns(BASIS).evaluate(block, frame["who"].to_numpy())
    assert not found.matrix[:, BASIS.columns.index("z")].any()
    assert found.matrix[:, BASIS.columns.index("x")].any()


def test_a_customer_with_one_episode_takes_no_part():
    alone = FRAME.drop_duplicates("who")
    found = WORK.map(pa.Table.from_pandas(alone, preserve_index=False).to_batches())
    assert found.customers == 0 and not found.within.groups and not found.following.groups


@pytest.mark.parametrize("size", [1, 2, 3, 50])
@pytest.mark.parametrize("values", [[1, 1, 2, 3, 3, 3, 3, 4], ["a"] * 9, ["a", "b"], [5]])
def test_cuts_never_part_equal_values(values, size):
    table = pa.table({"who": values, "row": range(len(values))})
    batches = list(whole_runs(chunks(table.to_batches(max_chunksize=size)), "who"))
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert rows == table.to_pylist()
    held = [set(batch.column("who").to_pylist()) for batch in batches]
    assert sum(map(len, held)) == len(set(values))
    kept = [row["who"] for batch in with_repeats(batches, "who") for row in batch.to_pylist()]
    assert kept == [value for value in values if values.count(value) > 1]


def test_runs_are_numbered_in_their_order():
    assert runs(pa.array(["b", "b", "a", "c", "c"])).tolist() == [0, 0, 1, 2, 2]
    assert runs(pa.array([], pa.string())).tolist() == []
