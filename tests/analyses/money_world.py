"""Behaviours of every kind in one small world, and projects that declare them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from lineofsight.aggregation.features import Driver
from lineofsight.project.models import Project
from model.world import behaviour, design, estimate, perception, rows

DAY = dt.timedelta(days=1)
VALUE = {"margin": 0.2, "horizon": "12 months", "discount_rate": 0.1}
WINDOWED = {"table": "sales", "at": "at", "within": "90 days"}
DRIVERS = (Driver("speed", False), Driver("wait", False))
NAMES = ("stay", "spend", "bought", "told", "cost")

DATA = rows(3000, seed=8)
_RNG = np.random.default_rng(0)
N = len(DATA["z"])
DATA |= {
    "bought": np.where(DATA["stay"] == 1, _RNG.poisson(2, N) + 1.0, DATA["stay"]),
    "told": _RNG.poisson(0.2, N).astype(float),
    "cost": _RNG.gamma(2, 3, N) + 0.1 * DATA["wait"],
    "segment:region": DATA["region"],
}
MADE = design(
    DRIVERS,
    (perception("csat"), *(behaviour(name) for name in NAMES)),
    segments={"segment:region": ("n", "s", "e", "w")},
)
RESULT = estimate(DATA, MADE, replicates=200)
KINDS: dict[str, dict[str, Any]] = {
    "stay": {"kind": "stay", **WINDOWED},
    "spend": {"kind": "buy_more", "value": "paid", **WINDOWED},
    "bought": {"kind": "buy_more", **WINDOWED},
    "told": {"kind": "recommend", **WINDOWED},
    "cost": {"kind": "cost_to_serve", "value": "cost", **WINDOWED},
}


def project(
    *names: str,
    value: Mapping[str, Any] | None = VALUE,
    every: str | None = None,
    **changed: Mapping[str, Any],
) -> Project:
    anchor = {"every": every, "customers": "c", "customer": "id"} if every else {"each": "o", "key": "k", "at": "t", "customer": "id"}  # fmt: skip
    return Project.model_validate(
        {
            "name": "test",
            "currency": "EUR",
            "tables": {"o": {"path": "o.csv"}},
            "episodes": anchor,
            "operations": {name: {"value": name, "better": "lower"} for name in ("speed", "wait")},
            "perceptions": {
                "csat": {"table": "a", "at": "t", "value": "v", "measure": "csat", "within": "14 days"}
            },
            "behaviours": {name: changed.get(name, KINDS[name]) for name in names or NAMES},
            "value": value,
        }
    )
