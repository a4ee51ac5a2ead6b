"""The headline of a run is the average over customers of what the change does, whoever minds more and whatever the shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm

import lineofsight as los

N, CUSTOMERS = 6000, 4000
PROJECT = """\
name: Retailer
tables: {orders: {path: orders.parquet}}
episodes: {each: orders, key: id, customer: customer, at: day}
operations:
  delivery: {value: delivery, better: lower, unit: days}
  waiting: {value: waiting, better: lower, unit: minutes}
perceptions:
  satisfaction: {value: satisfaction, measure: score}
behaviours:
  spend: {kind: buy_more, value: spend}
controls: [tier, age]
segments: [region]
"""

Values = dict[str, np.ndarray]


def customers(seed: int) -> Values:
    """Delivery spreads by region, and half of the customers never wait."""
    rng = np.random.default_rng([14, seed])
    customer = np.sort(rng.integers(0, CUSTOMERS, N))
    region = rng.choice(4, CUSTOMERS, p=[0.4, 0.3, 0.2, 0.1])[customer]
    tier = rng.choice(2, CUSTOMERS, p=[0.7, 0.3])[customer]
    common, own = rng.normal(size=N), rng.normal(size=N)
    spread, usual = np.array([0.25, 0.4, 0.5, 0.6])[region], np.array([3, 3.5, 4, 5])[region]
    return {
        "id": np.arange(N), "customer": customer, "region": region, "tier": tier,
        "age": rng.normal(40, 10, CUSTOMERS)[customer],
        "delivery": usual * np.where(tier == 1, 0.8, 1.0) * np.exp(spread * (0.4 * common + 0.9 * own)),
        "waiting": np.where(rng.random(N) < 0.45, 0.0, rng.exponential(9, N) * np.exp(0.3 * common)),
        "noise": rng.normal(size=N), "spent": rng.normal(size=N), "answers": rng.random(N),
    }  # fmt: skip


def satisfaction(it: Values) -> np.ndarray:
    """One tier minds delays more, regions with a wide spread mind them less, and waiting hurts only beyond ten minutes."""
    minds = np.where(it["tier"] == 1, -0.2, -0.08) * np.array([1.5, 1.2, 0.8, 0.5])[it["region"]]
    late = -0.04 * np.maximum(it["waiting"] - 10, 0)
    return 4 + minds * it["delivery"] + late + 0.005 * it["age"] + 0.1 * it["tier"] + 0.5 * it["noise"]


def spend(it: Values, felt: np.ndarray) -> np.ndarray:
    minds = np.where(it["tier"] == 1, -3.0, -1.0) * np.array([1.5, 1.2, 0.8, 0.5])[it["region"]]
    return 40 + 6 * felt + minds * it["delivery"] - 0.3 * np.maximum(it["waiting"] - 10, 0) + 8 * it["spent"]


def written(folder: Path, it: Values, more: str = "") -> Path:
    folder.mkdir(parents=True)
    felt = satisfaction(it)
    day = np.datetime64("2025-01-01") + (it["id"] % 300).astype("timedelta64[D]")
    columns: dict[str, Any] = {name: it[name] for name in ("id", "customer", "age", "delivery", "waiting")}
    columns |= {"day": day.astype("datetime64[us]"), "region": np.array(list("NSEW"))[it["region"]]}
    columns |= {"tier": np.array(["basic", "gold"])[it["tier"]], "spend": spend(it, felt)}
    columns["satisfaction"] = np.where(it["answers"] < 0.5, felt, np.nan)
    pq.write_table(pa.table(columns), folder / "orders.parquet")
    (folder / "lineofsight.yml").write_text(PROJECT + more, encoding="utf-8")
    return folder


def truth(it: Values, cause: str) -> dict[tuple[str, str], float]:
    """By changing the operation for everybody, all else being equal."""
    then = it | {cause: 0.9 * it[cause]}
    felt, feels = satisfaction(it), satisfaction(then)
    now, total, direct = spend(it, felt), spend(then, feels), spend(then, felt)
    return {
        ("satisfaction", "total"): float((feels - felt).mean()),
        ("spend", "total"): float((total - now).mean()),
        ("spend", "direct"): float((direct - now).mean()),
        ("spend", "via satisfaction"): float((total - direct).mean()),
    }


def effects(run: los.Run, segment: str | None = None) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (row["cause"], row["outcome"], row["path"]): row
        for row in run.table("effects").rows()
        if row["segment"] == segment and row["cause_kind"] == "operation"
    }


@pytest.fixture(scope="module", params=range(2))
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Values, Path]:
    it = customers(request.param)
    return it, written(tmp_path_factory.mktemp("average") / "shop", it, "estimation: {replicates: 400}\n")


def test_every_interval_holds_the_average_over_customers(company: tuple[Values, Path]) -> None:
    it, folder = company
    found = effects(los.run(folder))
    held, errors = [], []
    for cause in ("delivery", "waiting"):
        for (outcome, path), true in truth(it, cause).items():
            row = found[cause, outcome, path]
            held.append(row["low"] <= true <= row["high"])
            errors.append((row["estimate"] - true) / row["standard_error"])
            if path == "total":
                assert row["estimate"] == pytest.approx(true, rel=0.15), (cause, outcome)
    assert sum(held) >= 7 and max(map(abs, errors)) < 3.3


def test_a_straight_line_is_told_where_it_is_asked_for_and_misses(tmp_path: Path) -> None:
    it = customers(0)
    found = effects(los.run(written(tmp_path / "line", it, "estimation: {replicates: 100, effect: line}\n")))
    row = found["delivery", "spend", "total"]
    matrix = np.column_stack([it["delivery"], it["waiting"], it["age"], it["tier"]])
    slope = sm.OLS(spend(it, satisfaction(it)), sm.add_constant(matrix)).fit().params[1]
    assert row["estimate"] == pytest.approx(slope * -0.1 * it["delivery"].mean(), rel=1e-9)
    true = truth(it, "delivery")["spend", "total"]
    assert row["high"] < true and row["estimate"] < 0.8 * true


def test_segments_have_the_average_over_their_own_customers(company: tuple[Values, Path]) -> None:
    it, folder = company
    run = los.run(folder)
    for at, region in enumerate("NSEW"):
        mine = it["region"] == at
        true = truth({name: values[mine] for name, values in it.items()}, "delivery")["spend", "total"]
        row = effects(run, f"region = {region}")["delivery", "spend", "total"]
        assert abs(row["estimate"] - true) < 3.3 * row["standard_error"], region
