"""Rows of all tables but `effects` and `headroom`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .fake_changes import changes_rows, stability_rows
from .fake_facts import columns_rows, drops_rows, episodes_rows, findings_rows, tables_rows
from .fake_paths import path_tables
from .fake_shapes import kano_rows, shape_rows
from .fake_unheard import populations_rows, weighted_effects_rows, weighting_rows
from .fake_voices import answers_rows, behaviours_rows, perceptions_rows, response_rows, silent_rows
from .fake_world import (
    BEHAVIOURS,
    NO_VARIATION,
    OPERATIONS,
    PERCEPTIONS,
    SEGMENTS,
)

Row = dict[str, Any]
N = 95_813


def rest_of_tables(
    draw: np.random.Generator, perceptions: tuple[str, ...], effects: list[Row]
) -> dict[str, list[Row]]:
    return {
        "importance": _importance(draw, perceptions),
        "drivers": _drivers(draw),
        "perceptions": perceptions_rows(draw, perceptions),
        "behaviours": behaviours_rows(draw),
        "unit_values": _unit_values(),
        "money": _money(draw),
        "bands": _bands(draw, perceptions),
        "changes": changes_rows(perceptions),
        "stability": stability_rows(perceptions),
        "populations": populations_rows(draw) if perceptions else [],
        "answers": answers_rows(perceptions),
        "response": response_rows(draw, perceptions),
        "silent": silent_rows(draw, perceptions),
        "weighting": weighting_rows(perceptions),
        "weighted_effects": weighted_effects_rows(effects),
        "episodes": episodes_rows(),
        "drops": drops_rows(),
        "tables": tables_rows(),
        "columns": columns_rows(),
        "shape": shape_rows(perceptions),
        "kano": kano_rows(perceptions),
        **path_tables(perceptions),
        "findings": findings_rows(bool(perceptions)),
    }


def _importance(draw: np.random.Generator, perceptions: tuple[str, ...]) -> list[Row]:
    rows = []
    for outcome in (*perceptions, *BEHAVIOURS):
        weights = np.array([abs(op.strength) + 0.02 for op in OPERATIONS.values()]) * draw.uniform(
            0.7, 1.3, 12
        )
        shares = weights / weights.sum()
        for (name, _), share in zip(OPERATIONS.items(), shares, strict=True):
            silent = name == "instalments"
            row = {
                "outcome": outcome,
                "outcome_kind": "perception" if outcome in PERCEPTIONS else "behaviour",
                "driver": name,
                "segment": None,
                "r2_drivers": 0.18,
                "r2": 0.23,
                "method": "LMG",
                "n": N,
                "importance": share * 0.18,
                "low": share * 0.15,
                "high": share * 0.21 + 0.002,
                "share": share,
            }
            blank = dict.fromkeys(("importance", "low", "high", "share")) if silent else {}
            rows.append({**row, **blank, "reason": NO_VARIATION if silent else None})
    return rows


def _drivers(draw: np.random.Generator) -> list[Row]:
    return [
        {
            "driver": name,
            "label": op.label,
            "function": op.function,
            "unit": op.unit,
            "better": op.better,
            "segment": segment,
            "n": N if segment is None else N // 12,
            "missing": int(draw.integers(0, 900)),
            "mean": op.mean,
            "sd": op.sd,
            "p5": op.mean * 0.2,
            "p25": op.mean * 0.6,
            "median": op.mean * 0.95,
            "p75": op.mean * 1.3,
            "p95": op.mean * 2.1,
            "best_quartile": op.mean * 0.6,
            "performance": float(draw.uniform(28, 88)),
            "headroom": float(draw.uniform(0.05, 0.45)),
        }
        for name, op in OPERATIONS.items()
        for segment in (None, *SEGMENTS)
    ]


def _unit_values() -> list[Row]:
    how = "BRL 11.42 spent in 180 days × margin 20 % over 12 months, discounted at 10 % a year"
    return [
        {
            "behaviour": "returned",
            "per": "customer kept",
            "value": 41.3,
            "low": 38.9,
            "high": 44.0,
            "how": how,
        },
        {
            "behaviour": "spend",
            "per": "BRL spent",
            "value": 0.2,
            "low": None,
            "high": None,
            "how": "margin of 20 %",
        },
        {
            "behaviour": "care_cost",
            "per": "BRL of cost",
            "value": -1.0,
            "low": None,
            "high": None,
            "how": "a cost counts in full",
            "reason": None,
        },
    ]


def _money(draw: np.random.Generator) -> list[Row]:
    rows = []
    for name, op in OPERATIONS.items():
        for segment in (None, *SEGMENTS):
            silent = name == "instalments"
            value = abs(op.strength) * 1.24e6 * (1 if segment is None else 0.09) * (1 + 0.2 * draw.normal())
            half = 1.1e5 * (12 if name == "stock_outs" else 1) * (1 if segment is None else 0.4)
            rows.append(
                {
                    "driver": name,
                    "segment": segment,
                    "change": "10 % better",
                    "money_per_year": None if silent else value,
                    "low": None if silent else value - half,
                    "high": None if silent else value + half,
                    "episodes_per_year": 51_212.4,
                    "behaviours": ("returned", "spend", "care_cost"),
                    "reason": NO_VARIATION if silent else None,
                    **_via(None if silent else value * (-0.4 if name == "freight_share" else 0.6)),
                }
            )
    return rows


def _via(value: float | None) -> Row:
    ends = (None, None) if value is None else (value - 1.5e5, value + 1.5e5)
    return {"via_perception": value, "via_low": ends[0], "via_high": ends[1]}


def _bands(draw: np.random.Generator, perceptions: tuple[str, ...]) -> list[Row]:
    rows = []
    for driver, op in OPERATIONS.items():
        edges = [None, *(round(op.mean * part, 1) for part in (0.4, 0.7, 1.0, 1.6)), None]
        for outcome in (*perceptions, *BEHAVIOURS):
            mean = PERCEPTIONS[outcome].mean if outcome in PERCEPTIONS else BEHAVIOURS[outcome].value
            for at in range(5):
                low, high = edges[at], edges[at + 1]
                value = mean * (1.06 - 0.03 * at * op.strength - 0.03 * (at > 2) + 0.004 * draw.normal())
                name = f"[{low if low is not None else '−∞'}, {high if high is not None else '∞'})"
                rows.append(
                    {
                        "driver": driver,
                        "band": name,
                        "from": low,
                        "to": high,
                        "outcome": outcome,
                        "n": int(draw.integers(8_000, 24_000)),
                        "mean": value,
                    }
                )
    return rows
