"""A realistic run of a made-up company, with rows in every table; reproducible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lineofsight.analyses.registry import tables
from lineofsight.runs.reader import Run
from lineofsight.runs.writer import write_run

from .fake_effects import effect_rows, perception_rows
from .fake_rest import rest_of_tables
from .fake_world import ATTRIBUTE, BEHAVIOURS, OPERATIONS, PERCEPTIONS

SCHEMAS = [*tables().values()]

MANIFEST: dict[str, Any] = {
    "project": {"name": "Olist & Söhne <Marketplace>", "currency": "BRL"},
    "created": "2026-03-14T09:26:53",
    "seed": 20260314,
    "replicates": 1000,
    "confidence": 0.95,
    "change": 0.1,
    "simulated": True,
    "versions": {"lineofsight": "0.1.0", "python": "3.11.9", "duckdb": "2.0.1", "numpy": "2.4.0"},
    "data": [
        {
            "table": "orders_raw",
            "path": "data/olist_orders_dataset.csv",
            "bytes": 17654914,
            "modified": "2025-11-02T10:00:00",
        },
        {
            "table": "reviews",
            "path": "data/olist_order_reviews_dataset.csv",
            "bytes": 14451670,
            "modified": "2025-11-02T10:00:00",
        },
    ],
    "seconds": {"read": 0.84, "episodes": 1.92, "moments": 0.71, "estimate": 2.4, "value": 0.05},
    "project_hash": "9f2b6c0d4a1e8f7731c5",
    "labels": {
        name: thing.label for group in (OPERATIONS, PERCEPTIONS, BEHAVIOURS) for name, thing in group.items()
    },
    "segments": [ATTRIBUTE],
    "landmark_days": 14,
}


def make_tables(*, felt: bool = True, seed: int = 7) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table; without perceptions where `felt` is false."""
    draw = np.random.default_rng(seed)
    perceptions = PERCEPTIONS if felt else {}
    effects = effect_rows(draw, tuple(perceptions), to="10 % better")
    effects += perception_rows(draw, tuple(perceptions))
    headroom = [
        row
        for row in effect_rows(draw, tuple(perceptions), to="to the best quartile", scale=2.6)
        if row["segment"] is None
    ]
    return {"effects": effects, "headroom": headroom, **rest_of_tables(draw, tuple(perceptions), effects)}


def make_run(
    folder: Path, *, felt: bool = True, simulated: bool = True, run_id: str = "20260314-092653"
) -> Run:
    """The run, written below `folder`."""
    manifest = {**MANIFEST, "simulated": simulated}
    return write_run(folder, run_id, SCHEMAS, make_tables(felt=felt), manifest)
