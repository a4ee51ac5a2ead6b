"""Tables `money` and `unit_values`."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.money.estimate import Money
from lineofsight.analyses.rows import change_of, summarise
from lineofsight.runs.columns import SEGMENT, TableSchema, nullable, required
from lineofsight.stats.results import NotEstimable
from lineofsight.words.unit_values import unit_words

UNIT_VALUES = TableSchema(
    "unit_values",
    "What one unit of each behaviour is worth.",
    (
        required("behaviour", "string", "name"),
        required("per", "string", "the unit valued, as 'customer kept'"),
        nullable("value", "float", "worth in the currency; negative for a cost"),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable("how", "reason", "how it was made, with its numbers"),
        nullable("reason", "reason", "why there is none"),
    ),
)

MONEY = TableSchema(
    "money",
    "Each driver made 10 % better: money a year, over all behaviours.",
    (
        required("driver", "string", "operation"),
        SEGMENT,
        required("change", "string", "what was changed"),
        nullable("money_per_year", "float", "worth a year, in the currency"),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable(
            "episodes_per_year",
            "float",
            "episodes a year it is counted over; absent where the moments span too little to tell",
        ),
        required("behaviours", "names", "behaviours it adds up"),
        nullable(
            "via_perception",
            "float",
            "the part that goes through how customers feel, in the currency (respondents' estimate)",
        ),
        nullable("via_low", "float", "lower end of its interval"),
        nullable("via_high", "float", "upper end of its interval"),
        nullable("reason", "reason", "why there is none"),
    ),
)


def money_rows(results: Results) -> list[Row]:
    """Each driver's change in money a year."""
    entries = [entry for entry in results[Money].drivers if entry.change == "better"]
    totals = summarise([entry.result for entry in entries], results.level)
    vias = summarise([entry.via for entry in entries], results.level)
    return [
        {
            "driver": entry.driver,
            "segment": entry.segment,
            "change": change_of(results, entry.driver, entry.change, entry.segment),
            "money_per_year": value,
            "low": low,
            "high": high,
            "episodes_per_year": entry.episodes_per_year,
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
    summaries = summarise([unit.value for unit in results[Money].unit_values], results.level)
    return [
        {
            "behaviour": unit.behaviour,
            "per": unit_words(unit.valued, results.project.currency),
            "value": value,
            "low": low,
            "high": high,
            "how": unit.how,
            "reason": unit.value.reason if isinstance(unit.value, NotEstimable) else None,
        }
        for unit, (value, low, high, _) in zip(results[Money].unit_values, summaries, strict=True)
    ]
