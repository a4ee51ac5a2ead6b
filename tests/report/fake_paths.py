"""Rows of `mediation`, `interactions` and `natural_effects`: a clear share, one refused, one clear interaction."""

from __future__ import annotations

from typing import Any

from lineofsight.reasons import Reason

from .fake_world import BEHAVIOURS, OPERATIONS

Row = dict[str, Any]
N = 40_000
_REFUSED = Reason.SHARE_NOT_TOLD()


def path_tables(perceptions: tuple[str, ...]) -> dict[str, list[Row]]:
    """All three tables; empty where nobody was asked."""
    if not perceptions:
        return {"mediation": [], "interactions": [], "natural_effects": []}
    clear, *_, hostile = OPERATIONS
    outcome = next(iter(BEHAVIOURS))
    unit = BEHAVIOURS[outcome].effect_unit
    what = {"segment": None, "change": "10 % better", "unit": unit, "n": N}
    through = tuple(perceptions)
    nothing = dict.fromkeys(
        ("share", "low", "high", "words", "total", "total_low", "total_high", "via", "via_low", "via_high",
         "direct", "direct_low", "direct_high")
    )  # fmt: skip
    mediation = [
        {
            **what, "cause": clear, "cause_kind": "operation", "outcome": outcome, "through": through,
            "share": 0.66, "low": 0.55, "high": 0.78, "words": "about two thirds",
            "total": 1.0, "total_low": 0.9, "total_high": 1.1, "via": 0.66, "via_low": 0.6, "via_high": 0.72,
            "direct": 0.34, "direct_low": 0.2, "direct_high": 0.45, "reason": None,
        },
        {
            **what, **nothing, "cause": hostile, "cause_kind": "operation", "outcome": outcome,
            "through": through, "reason": _REFUSED,
        },
    ]  # fmt: skip
    crossed = {"behaviour": outcome, "change": "10 % better", "unit": unit, "n": N, "reason": None}
    interactions = [
        {
            **crossed, "driver": name, "perception": perception, "estimate": size, "low": size - 0.04,
            "high": size + 0.04, "p_value": p, "p_beside_squares": p, "q_value": p,
        }
        for name, size, p in ((clear, -0.1, 0.0001), (hostile, 0.01, 0.6))
        for perception in perceptions
    ]  # fmt: skip
    sizes = {
        "total": 1.0, "pure direct": 0.3, "total indirect": 0.7, "total direct": 0.34,
        "pure indirect": 0.66, "mediated interaction": 0.04,
    }  # fmt: skip
    natural = [
        {
            **crossed, "driver": clear, "through": through, "effect": name, "estimate": size,
            "low": size - 0.02, "high": size + 0.02, "p_value": 0.001,
        }
        for name, size in sizes.items()
    ]  # fmt: skip
    return {"mediation": mediation, "interactions": interactions, "natural_effects": natural}
