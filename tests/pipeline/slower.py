"""A company in which one thing got worse in the last period, and nothing else changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PROJECT = """\
name: Slower
currency: EUR
timezone: Europe/Berlin
tables:
  orders: {path: orders.parquet}
episodes: {each: orders, key: id, customer: who, at: delivered}
operations:
  days: {value: days, label: Delivery time, unit: days, better: lower}
  photos: {value: photos, label: Photos, unit: photos, better: higher}
  help: {value: help, label: Time to answer, unit: hours, better: lower, missing: indicator}
  stock: {value: stock, label: In stock, unit: share, better: higher}
perceptions:
  satisfaction: {value: stars, measure: score, scale: [0, 12], label: Satisfaction}
behaviours:
  kept: {kind: stay, value: kept, label: Stayed}
  spend: {kind: buy_more, value: spend, label: Spent}
controls: [paid, region]
estimation: {replicates: 400}
engine: ENGINE
"""

LONGER = 1.5
"""Days by which deliveries of the last quarter take longer."""

STARS, SPEND = -0.25, -3.0
"""What a day more of delivery goes with: stars, and euros."""


def write_slower(folder: Path, n: int = 6000, seed: int = 11, engine: str = "duckdb", more: str = "") -> Path:
    """The project and its orders in four quarters of 2025."""
    rng = np.random.default_rng(seed)
    start, quarter = np.datetime64("2025-01-01T12:00:00", "us"), np.sort(rng.integers(0, 4, n))
    first = np.array([0, 90, 181, 273])[quarter]
    who = rng.integers(0, n // 3, n)
    days = rng.gamma(6, 0.5, n) + LONGER * (quarter == 3)
    photos = rng.poisson(5, n).astype(float)
    help_ = np.where(rng.random(n) < 0.7, np.nan, rng.gamma(3, 4, n))
    stock = np.minimum(1.0, rng.normal(0.85, 0.1, n))
    paid, region = rng.gamma(4, 10, n), rng.choice(["north", "south", "east"], n)
    mood = rng.normal(0, 0.5, n // 3)[who]
    feel = 7 + STARS * days + 0.05 * photos + 0.5 * stock - 0.03 * np.nan_to_num(help_) + mood
    stars = np.where(rng.random(n) < 0.5, feel + rng.normal(0, 0.7, n), np.nan)
    spend = 60 + SPEND * days + 0.3 * paid + 4 * mood + rng.normal(0, 8, n)
    columns = {
        "id": np.arange(n), "who": who,
        "delivered": start + (first + rng.integers(0, 88, n)).astype("timedelta64[D]"),
        "days": days, "photos": photos, "help": help_, "stock": stock, "paid": paid, "region": region,
        "stars": stars, "kept": (rng.random(n) < 0.6).astype(float), "spend": spend,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table({name: pa.array(v, from_pandas=True) for name, v in columns.items()}), folder / "orders.parquet"
    )  # fmt: skip
    text = PROJECT.replace("ENGINE", engine)
    (folder / "lineofsight.yml").write_text(text + more, encoding="utf-8")
    return folder
