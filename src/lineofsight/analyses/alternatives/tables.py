"""Table `alternatives`: each claim beside what it would be with other columns held equal."""

from __future__ import annotations

from lineofsight.analyses.alternatives.estimate import Alternatives
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import change_of, summarise
from lineofsight.runs.columns import INTERVAL, TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate, NotEstimable

ALTERNATIVES = TableSchema(
    "alternatives",
    "What a total effect would be with a control that is kept out held equal, or without a column that is doubted.",
    (
        required("cause", "string", "operation or perception that is changed"),
        required("outcome", "string", "perception or behaviour"),
        required("column", "string", "the control, operation or perception that makes the difference"),
        required(
            "held_equal",
            "string",
            "'yes' where it is held equal here, and kept out of the claim's model; 'no' where it is the other way round",
        ),
        required("change", "string", "what was changed"),
        nullable("estimate", "float", "what the effect would be, in `unit`"),
        *INTERVAL,
        nullable("standard_error", "float", "bootstrap standard error, in `unit`"),
        *unit_columns("unit", "unit of the effect"),
        required("n", "int", "episodes it rests on"),
        nullable("reason", "reason", "why there is no estimate; null where there is one"),
    ),
)


def alternative_rows(results: Results) -> list[Row]:
    """One row for each effect and column."""
    found = results[Alternatives].found
    scaled = [
        each.effect.result * results.info[each.effect.outcome].factor
        if isinstance(each.effect.result, Estimate)
        else each.effect.result
        for each in found
    ]
    rows = []
    for each, summary in zip(found, summarise(scaled, results.level), strict=True):
        effect, info = each.effect, results.info[each.effect.outcome]
        rows.append(
            {
                "cause": effect.cause,
                "outcome": effect.outcome,
                "column": each.column,
                "held_equal": "yes" if each.held_equal else "no",
                "change": change_of(results, effect.cause, effect.change),
                **dict(zip(("estimate", "low", "high", "standard_error"), summary, strict=True)),
                "unit": info.unit,
                "n": effect.n,
                "reason": effect.result.reason if isinstance(effect.result, NotEstimable) else None,
            }
        )
    return rows
