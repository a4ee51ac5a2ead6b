"""The made-up company's run with all that is known of how sure its claims are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lineofsight.analyses.registry import tables
from lineofsight.reasons import Reason
from lineofsight.report.data import Story
from lineofsight.runs.writer import write_run

from .fake_run import MANIFEST, make_tables
from .fake_world import ATTRIBUTE, SEGMENTS

SCHEMAS = [*tables().values()]

Row = dict[str, Any]
Change = Callable[[dict[str, list[Row]]], None]

LEVEL = {
    "delivery_days": "robust",
    "carrier_handover": "robust",
    "late": "experimental",
    "first_reply": "quasi-experimental",
    "seller_rating": "associated",
}
"""By cause; all others are adjusted."""

BECAUSE = (Reason.HELD_EQUAL(), Reason.CLEAR_AMONG_ALL(p=0.004))
NOT_HIGHER = (Reason.NOBODY_CHANGED_IT(),)


def evident_tables() -> dict[str, list[Row]]:
    """All tables, every total with its level, and robustness, heterogeneity and segments beside it."""
    tables = make_tables()
    totals = [row for row in tables["effects"] if row["path"] == "total" and row["estimate"] is not None]
    for row in totals:
        shrunk = [
            None if row["cause_kind"] == "perception" else row[n] * 0.8 for n in ("estimate", "low", "high")
        ]
        row |= {
            "evidence": LEVEL.get(row["cause"], "adjusted"),
            "because": BECAUSE,
            "not_higher": NOT_HIGHER,
            "p_value": 0.0004,
            "q_value": 0.004,
            **dict(zip(("shrunk", "shrunk_low", "shrunk_high"), shrunk, strict=True)),
        }
    tables["robustness"] = [_robustness(row) for row in totals]
    tables["heterogeneity"] = [_heterogeneity(row) for row in totals if _of_all(row)]
    tables["segments"] = [
        _segment(row) for row in totals if row["segment"] is not None and row["cause_kind"] == "operation"
    ]
    return tables


def _of_all(row: Row) -> bool:
    return row["segment"] is None and row["cause_kind"] == "operation"


def _robustness(row: Row) -> Row:
    same = {name: row[name] for name in ("cause", "outcome", "segment", "change", "estimate", "unit")}
    left = {
        f"left{end}": row[name] * 0.9 for end, name in (("", "estimate"), ("_low", "low"), ("_high", "high"))
    }
    probability = row["outcome"] == "returned"
    return same | left | {
        "partial_r2": 0.01,
        "robustness_value": 0.0953,
        "robustness_value_interval": 0.0712,
        "benchmark": "customer_state",
        "benchmark_r2_cause": 0.01,
        "benchmark_r2_outcome": 0.02,
        "e_value": 1.27 if probability else None,
        "e_value_interval": 1.19 if probability else None,
    }  # fmt: skip


def _heterogeneity(row: Row) -> Row:
    return {
        "driver": row["cause"], "outcome": row["outcome"], "attribute": ATTRIBUTE, "segments": 9,
        "mean": row["estimate"], "low": row["low"], "high": row["high"], "spread": abs(row["estimate"]) / 3,
        "unit": row["unit"], "cochran_q": 11.0, "p_value": 0.2, "q_value": 0.4, "i2": 0.27, "reversed": "no",
    }  # fmt: skip


def _segment(row: Row) -> Row:
    same = {name: row[name] for name in ("outcome", "segment", "n", "estimate", "low", "high", "unit")}
    half = (row["high"] - row["low"]) / 2
    return same | {
        "driver": row["cause"], "attribute": ATTRIBUTE, "pooled": row["estimate"] * 0.7,
        "pooled_low": row["estimate"] * 0.7 - half, "pooled_high": row["estimate"] * 0.7 + half,
        "rest": row["estimate"] * 0.5, "difference": row["estimate"] * 0.5,
        "difference_low": row["estimate"] * 0.5 - half, "difference_high": row["estimate"] * 0.5 + half,
        "p_value": 0.3, "q_value": 0.6,
    }  # fmt: skip


def evident_story(folder: Path, *changes: Change, confidence: float = 0.95) -> Story:
    """The run as its report reads it, after these changes of its tables."""
    tables = evident_tables()
    for change in changes:
        change(tables)
    return Story(
        write_run(folder, "20260314-092653", SCHEMAS, tables, {**MANIFEST, "confidence": confidence})
    )


def put(table: str, values: Row, **equal: Any) -> Change:
    """Other values in the rows of a table that have these."""

    def change(tables: dict[str, list[Row]]) -> None:
        found = [row for row in tables[table] if all(row[name] == value for name, value in equal.items())]
        assert found, (table, equal)
        for row in found:
            row |= values

    return change


SEGMENT = SEGMENTS[0]
