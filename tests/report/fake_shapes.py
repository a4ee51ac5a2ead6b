"""Rows of `shape` and `kano`: one threshold, one straight line, one without; a must-have."""

from __future__ import annotations

from typing import Any

from lineofsight.reasons import Reason

from .fake_world import BEHAVIOURS, OPERATIONS

Row = dict[str, Any]


def shape_rows(perceptions: tuple[str, ...]) -> list[Row]:
    outcome = perceptions[0] if perceptions else next(iter(BEHAVIOURS))
    unit = ("points", "points") if perceptions else ("percentage points", "per cent")
    bent, straight, silent = list(OPERATIONS)[:3]
    return [
        *_line(
            bent, outcome, unit, "threshold", "threshold near 12 days (9 to 14)", (0.0, 0.0, -0.3, -0.3), 12.0
        ),
        *_line(straight, outcome, unit, "straight", "straight, as far as can be told", (-0.1,) * 4, None),
        {**_what(silent, outcome, unit), "reason": Reason.FEW_VALUES()},
    ]


def _what(driver: str, outcome: str, unit: tuple[str, str]) -> Row:
    return {
        "driver": driver, "outcome": outcome, "unit": unit[0], "outcome_unit": unit[1],
        "driver_unit": OPERATIONS[driver].unit, "n": 40_000,
    }  # fmt: skip


def _line(
    driver: str, outcome: str, unit: tuple[str, str], shape: str, verdict: str, slopes: tuple[float, ...], knot: float | None
) -> list[Row]:  # fmt: skip
    ends, height, rows = (3.0, 7.0, 12.0, 18.0, 31.0), 4.2, []
    for begin, end, slope in zip(ends, ends[1:], slopes, strict=False):
        after = height + slope * (end - begin) / 10
        rows.append(
            {
                **_what(driver, outcome, unit),
                "piece_from": begin, "piece_to": end,
                "slope": slope / 10, "low": slope / 10 - 0.01, "high": slope / 10 + 0.01,
                "at_from": height, "at_from_low": height - 0.05, "at_from_high": height + 0.05,
                "at_to": after, "at_to_low": after - 0.05, "at_to_high": after + 0.05,
                "curvature_p": 0.0001 if knot else 0.4, "curvature_q": 0.001 if knot else 0.6,
                "shape": shape, "verdict": verdict, "knot_suggested": knot,
            }
        )  # fmt: skip
        height = after
    return rows


def kano_rows(perceptions: tuple[str, ...]) -> list[Row]:
    if not perceptions:
        return []
    return [
        {
            "attribute": list(OPERATIONS)[-1], "outcome": perceptions[0], "class": "must-have", "unit": "points",
            "penalty": -0.62, "penalty_low": -0.7, "penalty_high": -0.54,
            "reward": 0.03, "reward_low": -0.04, "reward_high": 0.1,
            "boxes": "1 to 2 against 4 to 5", "n": 40_000,
        }
    ]  # fmt: skip
