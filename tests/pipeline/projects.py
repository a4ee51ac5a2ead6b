"""Small project folders: one as it should be, in variants, and one in which much goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from lineofsight.pipeline.run import run
from lineofsight.runs.reader import Run
from lineofsight.simulate import small_company, write_company

Change = Callable[[dict[str, Any]], None]


def nothing(file: dict[str, Any]) -> None:
    pass


def simulated(folder: Path, change: Change = nothing, customers: int = 400, seed: int = 1) -> Run:
    """A simulated company, its project file changed."""
    write_company(small_company(np.random.default_rng(seed), customers), folder)
    path = folder / "lineofsight.yml"
    file = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # "on" is a key
    file["estimation"] = {"replicates": 200}
    change(file)
    path.write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return run(folder)


def with_segments(file: dict[str, Any]) -> None:
    file["segments"] = {"value_group": "case when prior_spend > 200 then 'high' else 'low' end"}
    file["operations"]["delivery_days"]["knots"] = [3]
    file["behaviours"]["purchases_made"] = {
        "kind": "buy_more", "table": "purchases", "at": "purchased_at", "within": "90 days",
    }  # fmt: skip


def without_perceptions(file: dict[str, Any]) -> None:
    del file["perceptions"], file["tables"]["answers"]


def without_behaviours(file: dict[str, Any]) -> None:
    del file["behaviours"], file["value"]


def without_value(file: dict[str, Any]) -> None:
    del file["value"]


def on_a_calendar(file: dict[str, Any]) -> None:
    file["episodes"] = {"every": "month", "customers": "customers", "customer": "customer_id", "first": "2024-03-01", "last": "2025-06-01"}  # fmt: skip
    for name, operation in file["operations"].items():
        operation |= {
            "table": "orders_raw",
            "at": "delivered_at",
            "agg": "mean",
            "over": "180 days",
            "value": name,
        }
    file["operations"] = {"delivered": {"table": "orders_raw", "at": "delivered_at", "agg": "count", "over": "180 days", "better": "higher"}}  # fmt: skip
    file["perceptions"] = {}
    del file["perceptions"], file["tables"]["answers"], file["controls"]


VARIANTS: dict[str, Change] = {
    "full": with_segments,
    "no perceptions": without_perceptions,
    "no behaviours": without_behaviours,
    "no value": without_value,
    "calendar": on_a_calendar,
}

HOSTILE = """\
name: Hostile
currency: EUR
tables:
  visits: {path: visits.parquet}
episodes: {each: visits, key: visit, customer: customer, at: seen}
operations:
  hours: {value: hours, label: Time to answer, unit: hours, better: lower}
  pressure: {value: pressure, label: Sales pressure, unit: calls, better: higher}
  stock: {value: stock, label: In stock, unit: share, better: higher, limit: 1}
  photos: {value: photos, label: Photos, unit: photos, better: higher}
  flat: {value: flat, label: Never varies, unit: points, better: higher}
  even: {value: even, label: Always seven, unit: points, better: higher}
  leak: {value: leak, label: Known afterwards, unit: points, better: higher}
perceptions:
  rating: {value: rating, measure: csat, label: Rating}
behaviours:
  kept: {kind: stay, value: kept, label: Stayed}
  rare: {kind: stay, value: rare, label: Won a prize}
  spend: {kind: buy_more, value: spend, label: Spent}
  calls: {kind: cost_to_serve, value: calls, unit: calls, label: Calls made}
controls: [age]
value: {margin: 50 %, horizon: 1 year, per_unit: {kept: 20}}
estimation: {replicates: 300}
"""


def hostile(folder: Path, n: int = 3000) -> Run:
    """One that skips, leaks, extracts, and knows the worth of only some behaviours."""
    rng = np.random.default_rng(6)
    hours, pressure, photos = (
        rng.gamma(4, 5, n),
        rng.poisson(4, n).astype(float),
        rng.poisson(5, n).astype(float),
    )
    stock = np.minimum(1, rng.normal(0.9, 0.15, n))
    age = rng.normal(40, 10, n)
    rating = np.clip(np.round(4.2 - 0.05 * hours - 0.15 * pressure + rng.normal(size=n)), 1, 5)
    kept = (rng.random(n) < 0.2 + 0.1 * rating).astype(float)
    spend = np.maximum(0, 20 + 4 * pressure + 3 * rating + 20 * stock + rng.normal(0, 8, n))
    calls = rng.poisson(1 + 0.05 * hours).astype(float)
    rare = np.zeros(n)
    rare[rng.choice(n, 25, replace=False)] = 1
    leak = 10 * kept + rng.random(n)
    answered = rng.random(n) < 0.5 - 0.012 * hours + 0.1
    columns = {
        "visit": np.arange(n), "customer": rng.integers(0, n // 2, n),
        "seen": np.datetime64("2024-01-01") + rng.integers(0, 500, n).astype("timedelta64[D]"),
        "hours": hours, "pressure": pressure, "stock": stock, "photos": photos, "flat": np.full(n, 3.0), "even": np.full(n, 7.0),
        "leak": leak, "rating": np.where(answered, rating, np.nan), "kept": kept, "rare": rare,
        "spend": spend, "calls": calls, "age": age,
    }  # fmt: skip
    pq.write_table(
        pa.table({name: pa.array(v, from_pandas=True) for name, v in columns.items()}),
        folder / "visits.parquet",
    )
    (folder / "lineofsight.yml").write_text(HOSTILE, encoding="utf-8")
    return run(folder)
