"""A shop that asks about the parcel and then about itself: paths, their shares and an interaction are planted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

#: What one day, one point of the parcel's rating and one of satisfaction go with, all else equal.
DAYS_ON_RATING, DAYS_ON_FELT, RATING_ON_FELT = -0.4, -0.1, 0.5
FELT_ON_SPEND, DAYS_ON_SPEND, CROSSED = 3.0, -0.5, 0.2
TYPICAL_DAYS, TYPICAL_FELT = 4.0, 5.0

Change = Callable[[dict[str, Any]], None]


def nothing(file: dict[str, Any]) -> None:
    pass


def columns(orders: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Rows; the share of slower delivery's loss of spend that passes through how customers feel is
    `3.0 · (0.1 + 0.5 · 0.4) / (0.5 + 0.9)`, at typical days and feelings."""
    buyers = orders * 2 // 3
    buyer = np.concatenate([np.arange(buyers), rng.integers(0, buyers, orders - buyers)])
    mood = rng.normal(size=buyers)[buyer]
    days = rng.gamma(8, 0.5, orders)
    price = rng.gamma(3, 10, orders)
    rating = 9.0 + DAYS_ON_RATING * (days - TYPICAL_DAYS) + 0.5 * mood + rng.normal(size=orders)
    felt = TYPICAL_FELT + DAYS_ON_FELT * (days - TYPICAL_DAYS) + RATING_ON_FELT * (rating - 9.0)
    felt += 0.01 * (price - 30) + rng.normal(size=orders)
    spend = 40.0 + DAYS_ON_SPEND * (days - TYPICAL_DAYS) + FELT_ON_SPEND * (felt - TYPICAL_FELT)
    spend += CROSSED * (days - TYPICAL_DAYS) * (felt - TYPICAL_FELT) + 0.05 * price
    spend += 4 * rng.normal(size=orders)
    answered = rng.random(orders) < 0.5
    return {
        "order": np.arange(orders),
        "buyer": buyer,
        "days": days,
        "packing": rng.gamma(4, 1, orders),
        "price": price,
        "rating": np.where(answered, rating, np.nan),
        "felt": np.where(answered, felt, np.nan),
        "spend": np.maximum(spend, 0.0),
        "bought_at": (
            np.datetime64("2025-01-01T12:00:00") + (np.arange(orders) * 5000).astype("timedelta64[s]")
        ).astype("datetime64[us]"),
    }


def parcels(folder: Path, orders: int = 6000, seed: int = 5, change: Change = nothing) -> Path:
    """Writes the project."""
    folder.mkdir(parents=True, exist_ok=True)
    made = columns(orders, np.random.default_rng(seed))
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in made.items()})
    pq.write_table(table, folder / "orders.parquet")
    file: dict[str, Any] = {
        "name": "Parcels",
        "currency": "EUR",
        "tables": {"orders": {"path": "orders.parquet"}},
        "episodes": {"each": "orders", "key": '"order"', "customer": "buyer", "at": "bought_at"},
        "operations": {
            "days": {"label": "Delivery time", "value": "days", "unit": "days", "better": "lower"},
            "packing": {"label": "Packing", "value": "packing", "unit": "layers", "better": "higher"},
        },
        "perceptions": {
            "rating": {
                "label": "Parcel", "value": "rating", "measure": "score", "scale": [0, 20], "leads_to": "felt",
            },
            "felt": {"label": "Satisfaction", "value": "felt", "measure": "score", "scale": [-10, 20]},
        },
        "behaviours": {"spend": {"kind": "buy_more", "value": "spend", "label": "Later spend"}},
        "controls": ["price"],
        "estimation": {"replicates": 300, "effect": "line"},
    }  # fmt: skip
    change(file)
    (folder / "lineofsight.yml").write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return folder
