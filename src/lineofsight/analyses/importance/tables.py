"""Table `importance`."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.importance.estimate import Importances
from lineofsight.analyses.rows import number, summarise
from lineofsight.runs.columns import SEGMENT, TableSchema, nullable, required
from lineofsight.stats.results import NotEstimable

IMPORTANCE = TableSchema(
    "importance",
    "How much of what varies in an outcome goes with each driver.",
    (
        required("outcome", "string", "perception or behaviour"),
        required("outcome_kind", "string", "'perception' or 'behaviour'"),
        required("driver", "string", "operation"),
        SEGMENT,
        nullable(
            "importance",
            "float",
            "the driver's part of R², 0 to 1; over the drivers they add up to `r2_drivers`",
        ),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable("share", "float", "importance as a share of `r2_drivers`"),
        nullable("r2_drivers", "float", "R² gained by all drivers over the controls alone"),
        nullable("r2", "float", "R² of drivers and controls"),
        required(
            "method",
            "string",
            "'LMG' (Shapley value of R²), or 'Johnson' (relative weights) beyond 20 drivers",
        ),
        required("n", "int", "episodes"),
        nullable("reason", "reason", "why there is none"),
    ),
)


def importance_rows(results: Results) -> list[Row]:
    """Every driver's part of every outcome's R²."""
    entries = results[Importances].found
    return [
        {
            "outcome": entry.outcome,
            "outcome_kind": results.info[entry.outcome].kind,
            "driver": entry.driver,
            "segment": entry.segment,
            "importance": value,
            "low": low,
            "high": high,
            "share": number(entry.share),
            "r2_drivers": number(entry.r2_drivers),
            "r2": number(entry.r2),
            "method": entry.method,
            "n": entry.n,
            "reason": entry.result.reason if isinstance(entry.result, NotEstimable) else None,
        }
        for entry, (value, low, high, _) in zip(
            entries, summarise([entry.result for entry in entries], results.level), strict=True
        )
    ]
