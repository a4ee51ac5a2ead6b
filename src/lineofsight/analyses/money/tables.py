"""Tables `money` and `unit_values`."""

from __future__ import annotations

from lineofsight.analyses.results import Results, Row, change_text, summarise
from lineofsight.stats.results import NotEstimable


def money_rows(results: Results) -> list[Row]:
    """Each driver's change in money a year."""
    entries = [entry for entry in results.money if entry.change == "better"]
    totals = summarise([entry.result for entry in entries], results.level)
    vias = summarise([entry.via for entry in entries], results.level)
    return [
        {
            "driver": entry.driver,
            "segment": entry.segment,
            "change": change_text(entry.change, results.project.estimation.change),
            "money_per_year": value,
            "low": low,
            "high": high,
            "episodes_per_year": entry.occasions,
            "behaviours": entry.behaviours,
            "via_perception": via,
            "via_low": via_low,
            "via_high": via_high,
            "reason": entry.result.reason if isinstance(entry.result, NotEstimable) else None,
        }
        for entry, (value, low, high, _), (via, via_low, via_high, _) in zip(
            entries, totals, vias, strict=True
        )
    ]


def unit_value_rows(results: Results) -> list[Row]:
    """Worth of one unit of each behaviour."""
    summaries = summarise([unit.worth for unit in results.worths], results.level)
    return [
        {
            "behaviour": unit.behaviour,
            "per": unit.per,
            "value": value,
            "low": low,
            "high": high,
            "how": unit.how,
            "reason": unit.worth.reason if isinstance(unit.worth, NotEstimable) else None,
        }
        for unit, (value, low, high, _) in zip(results.worths, summaries, strict=True)
    ]
