"""Table `importance`."""

from __future__ import annotations

from lineofsight.analyses.results import Results, Row, number, summarise
from lineofsight.stats.results import NotEstimable


def importance_rows(results: Results) -> list[Row]:
    """Every driver's part of every outcome's R²."""
    entries = results.chain.importances
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
