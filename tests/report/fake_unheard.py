"""Rows about who did not answer: weights, effects with weights, and the silent's own effects."""

from __future__ import annotations

from typing import Any

import numpy as np

from lineofsight.reasons import Reason

from .fake_world import BEHAVIOURS, OPERATIONS, PERCEPTIONS

Row = dict[str, Any]

RATE = 0.42
MOVED = {"late": 0.1, "first_reply": 1.4}
"""By how much weights multiply the effects of these causes on 'satisfaction'; all others move by a hundredth."""


def weighting_rows(perceptions: tuple[str, ...]) -> list[Row]:
    """The last perception's answers cannot be weighted."""
    rows = []
    for at, name in enumerate(perceptions):
        row = {"perception": name, "asked": 95_813, "answered": 40_241, "columns": 31}
        if at == len(PERCEPTIONS) - 1:
            rows.append({**row, "reason": Reason.FEW_SILENT(n=127, columns=31, needed=310)})
            continue
        rows.append(
            row
            | {
                "method": "inverse probability",
                "raked_to": ("customer_state",),
                "pseudo_r2": 0.08,
                "effective_sample_size": 27_344.4,
                "largest_weight": 7.31,
                "trimmed": 0.012,
                "nobody_like": ("stock_outs",) if at == 0 else None,
            }
        )
    return rows


def weighted_effects_rows(effects: list[Row]) -> list[Row]:
    """One for each effect that rests on answers; the perception 'ease' has no weights."""
    rows = []
    for row in effects:
        if row["segment"] is not None or row["population"] != "respondents" or row["estimate"] is None:
            continue
        factor = MOVED.get(row["cause"], 1.01) if row["outcome"] == "satisfaction" else 1.01
        clear = row["low"] > 0 or row["high"] < 0
        nearer = row["low"] if row["low"] > 0 else row["high"]
        half = (row["high"] - row["low"]) / 2
        estimate = row["estimate"] * factor
        told = "ease" not in (row["cause"], row["outcome"], row["path"].removeprefix("via "))
        weighted = {
            "estimate": estimate,
            "low": estimate - half,
            "high": estimate + half,
            "difference": estimate - row["estimate"],
            "difference_low": estimate - row["estimate"] - half / 20,
            "difference_high": estimate - row["estimate"] + half / 20,
        }
        tip = -RATE / (1 - RATE) * nearer if clear else None
        rows.append(
            {name: row[name] for name in ("cause", "outcome", "path", "change", "unit", "n")}
            | {f"unweighted{end}": row[name] for end, name in (("", "estimate"), ("_low", "low"), ("_high", "high"))}
            | (weighted if told else {"reason": Reason.FEW_SILENT(n=127, columns=31, needed=310)})
            | {
                "response_rate": RATE,
                "tipping_point": tip,
                "tipping_words": None if tip is None else f"42 % answered. For this to fall, the silent would have to be at {tip:.3f}",
            }
        )  # fmt: skip
    return rows


def populations_rows(draw: np.random.Generator) -> list[Row]:
    """The silent's effect on 'spend' is another than that of those who answered; on the other behaviours it is alike."""
    rows = []
    for driver, op in OPERATIONS.items():
        for name, it in BEHAVIOURS.items():
            everyone = it.value * 0.021 * op.strength
            gap = float(draw.normal()) * it.value * 0.002
            half = it.value * 0.003
            apart = name == "spend" and driver == "delivery_days"
            other = 4 * half if apart else gap
            rows.append(
                {
                    "driver": driver,
                    "behaviour": name,
                    "unit": it.effect_unit,
                    "everyone": everyone,
                    "respondents": everyone + gap,
                    "difference": gap,
                    "low": gap - half,
                    "high": gap + half,
                    "silent": everyone + gap - other,
                    "silent_difference": other,
                    "silent_low": other - half,
                    "silent_high": other + half,
                    "p_value": 0.0004 if apart else 0.61,
                    "p_together": 0.003 if name == "spend" else 0.47,
                }
            )
    return rows
