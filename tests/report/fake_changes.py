"""Rows of `changes` and `stability`: one outcome fell, one cannot be split, the others hardly moved."""

from __future__ import annotations

from typing import Any

import numpy as np

from lineofsight.reasons import Reason

from .fake_world import BEHAVIOURS, NO_VARIATION, OPERATIONS, PERCEPTIONS

Row = dict[str, Any]
PERIODS = ("2017-Q4", "2018-Q1", "2018-Q2")
TOO_FEW = Reason.IN_PERIOD(at="2018-Q2", inner=(Reason.TOO_FEW(n=17, columns=15, needed=32),))
SWITCHED = Reason.TIED_TO_PERIOD(at="2018-Q1", other="2018-Q2")


def changes_rows(perceptions: tuple[str, ...]) -> list[Row]:
    return [
        row
        for outcome in (*perceptions, *BEHAVIOURS)
        for start, end in ((0, 1), (0, 2), (1, 2))
        for row in _pair(outcome, PERIODS[start], PERIODS[end])
    ]


def _pair(outcome: str, start: str, end: str) -> list[Row]:
    draw = np.random.default_rng(5)
    behaviour = BEHAVIOURS.get(outcome)
    unit = "points" if behaviour is None else behaviour.effect_unit
    size = {"satisfaction": 0.1, "returned": 0.4}.get(outcome, 0.02)
    refused = outcome == "ease" and end == PERIODS[2]
    common = {
        "outcome": outcome,
        "outcome_kind": "perception" if outcome in PERCEPTIONS else "behaviour",
        "from": start,
        "to": end,
        "unit": unit,
        "n_from": 21_004,
        "n_to": 18_377,
    }
    rows: list[Row] = [
        common | {"part": "mix", "estimate": 0.11 * size, "low": -0.1 * size, "high": 0.3 * size}
    ]
    for at, (name, op) in enumerate(OPERATIONS.items()):
        value = -size if name == "delivery_days" else size * 0.15 * float(draw.normal())
        half = size * (3.0 if name == "stock_outs" else 0.25)
        switched = name == "instalments"
        rows.append(
            common
            | {
                "part": "operation",
                "driver": name,
                "mean_from": op.mean,
                "mean_to": op.mean * (1.25 if name == "delivery_days" else 1 + 0.02 * (at % 3)),
                "mean_unit": op.unit,
                "known_from": 0.42 if name == "first_reply" else 1.0,
                "known_to": 0.47 if name == "first_reply" else 1.0,
                "note": NO_VARIATION if name == "photos" else None,
                "reason": SWITCHED if switched else None,
            }
            | ({} if switched else {"estimate": value, "low": value - half, "high": value + half})
        )
    rest = 0.3 * size
    rows.append(common | {"part": "unexplained", "estimate": rest, "low": -size, "high": 1.6 * size})
    total = sum(row["estimate"] for row in rows if "estimate" in row)
    whole = common | {
        "part": "difference",
        "estimate": total,
        "low": total - 0.3 * size,
        "high": total + 0.3 * size,
    }
    mean = {"mean_from": 4.0, "mean_to": 4.0 + total, "mean_unit": unit}
    if refused:
        rows = [{k: v for k, v in row.items() if k not in ("estimate", "low", "high")} | {"reason": TOO_FEW} for row in rows]  # fmt: skip
    return [whole | mean, *rows]


def stability_rows(perceptions: tuple[str, ...]) -> list[Row]:
    return [
        {
            "driver": name,
            "outcome": outcome,
            "change": "10 % better",
            "periods": 3,
            "same_sign": 2 / 3,
            "q": 3.1,
            "p": 0.21,
            "i2": 0.35,
            "lowest": -0.1,
            "lowest_in": PERIODS[0],
            "highest": 0.2,
            "highest_in": PERIODS[2],
            "unit": "points",
        }
        for name in OPERATIONS
        for outcome in (*perceptions, *BEHAVIOURS)
    ]
