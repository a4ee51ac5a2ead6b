"""Rows of `effects` and `headroom`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .fake_world import BEHAVIOURS, NO_VARIATION, OPERATIONS, PERCEPTIONS, SEGMENTS, TOO_FEW

Row = dict[str, Any]
N = 95_813


def _row(
    cause: str,
    outcome: str,
    segment: str | None,
    path: str,
    value: float | None,
    se: float,
    unit: str,
    mean: float,
) -> Row:
    operation = OPERATIONS.get(cause)
    to_perception = outcome in PERCEPTIONS
    known = value is not None
    elasticity = None if value is None or not mean else value / mean / 0.1
    return {
        "cause": cause,
        "cause_kind": "operation" if operation else "perception",
        "outcome": outcome,
        "outcome_kind": "perception" if to_perception else "behaviour",
        "segment": segment,
        "path": path,
        "change": "10 % better",
        "estimate": value,
        "unit": unit,
        "low": value - 1.96 * se if known else None,
        "high": value + 1.96 * se if known else None,
        "elasticity": elasticity,
        "elasticity_low": None if elasticity is None else elasticity - 19.6 * se / mean,
        "elasticity_high": None if elasticity is None else elasticity + 19.6 * se / mean,
        "standard_error": se if known else None,
        "n": N if segment is None else N // 12,
        "population": "everyone" if path == "total" and not to_perception else "respondents",
        "cause_from": operation.mean if operation else PERCEPTIONS[cause].mean,
        "cause_to": _better(cause),
        "cause_unit": operation.unit if operation else "points",
        "outcome_mean": mean,
        "outcome_unit": "points" if to_perception else BEHAVIOURS[outcome].unit,
        "money_per_year": None if to_perception or not known else value * 40_000,
        "money_low": None if to_perception or not known else (value - 1.96 * se) * 40_000,
        "money_high": None if to_perception or not known else (value + 1.96 * se) * 40_000,
        "function": operation.function if operation else None,
        "evidence": "adjusted",
        "adjusted_for": ("paid", "customer_state", "month", "other operations"),
        "reason": None if known else (NO_VARIATION if segment is None else TOO_FEW),
    }


def _better(cause: str) -> float:
    if cause in PERCEPTIONS:
        return PERCEPTIONS[cause].mean + 1
    operation = OPERATIONS[cause]
    return operation.mean * (0.9 if operation.better == "lower" else 1.1)


def effect_rows(
    draw: np.random.Generator, perceptions: tuple[str, ...], to: str, scale: float = 1.0
) -> list[Row]:
    """Each operation on each outcome, for everyone and by segment, in total and along each path."""
    rows: list[Row] = []
    for name, operation in OPERATIONS.items():
        for at, outcome in enumerate((*perceptions, *BEHAVIOURS)):
            felt = outcome in PERCEPTIONS
            mean = PERCEPTIONS[outcome].mean if felt else BEHAVIOURS[outcome].value
            size = operation.strength * scale * mean * (0.016 if felt else 0.021) * (1 + 0.25 * draw.normal())
            if outcome == "care_cost":
                size = -size
            if name == "freight_share" and not felt:
                size = abs(size) * (-1 if outcome == "care_cost" else 1)
            unit = "points" if felt else BEHAVIOURS[outcome].effect_unit
            se = mean * 0.0018 * (1 + 0.4 * draw.random()) * (12 if name == "stock_outs" else 1)
            for segment in (None, *SEGMENTS):
                wide = se if segment is None else se * 2.8
                here = size if segment is None else size * (1 + 0.5 * draw.normal())
                silent = (name == "instalments" and segment is None) or (segment == SEGMENTS[-1] and at % 2)
                rows.append(_row(name, outcome, segment, "total", None if silent else here, wide, unit, mean))
            if felt or name == "instalments":
                continue
            parts = draw.dirichlet([2.0] * (len(perceptions) + 1)) * size
            paths = ["direct", *(f"via {perception}" for perception in perceptions)]
            rows += [
                _row(name, outcome, None, path, part, se * 1.3, unit, mean)
                for path, part in zip(paths, parts, strict=True)
                if perceptions
            ]
    return [{**row, "change": to} for row in rows]


def perception_rows(draw: np.random.Generator, perceptions: tuple[str, ...]) -> list[Row]:
    """Each perception, a point higher, on each behaviour."""
    rows = []
    for perception in perceptions:
        for outcome, behaviour in BEHAVIOURS.items():
            mean = behaviour.value
            size = mean * draw.uniform(0.01, 0.12) * (-1 if outcome == "care_cost" else 1)
            row = _row(perception, outcome, None, "total", size, mean * 0.018, behaviour.effect_unit, mean)
            rows.append({**row, "change": "1 point higher", "population": "respondents"})
    return rows
