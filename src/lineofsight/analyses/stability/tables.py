"""Table `stability`: what stayed between periods."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import change_of, number
from lineofsight.analyses.stability.estimate import Stabilities
from lineofsight.runs.columns import TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import NotEstimable

STABILITY = TableSchema(
    "stability",
    "Whether what goes with a driver stays the same over time: its total effect in each period, for one change.",
    (
        required("driver", "string", "operation"),
        required("outcome", "string", "perception or behaviour"),
        required("change", "string", "what was changed, the same in every period, as '10 % better'"),
        nullable("periods", "int", "periods in which there is an effect"),
        nullable(
            "same_sign",
            "float",
            "share of them in which the effect has the sign that it has over all periods",
        ),
        nullable("q", "float", "Cochran's Q, with the covariance of periods that share customers"),
        nullable(
            "p",
            "float",
            "probability of periods that differ as much if the effect were the same in all",
        ),
        nullable("i2", "float", "share of the spread over periods that is not sampling error, 0 to 1"),
        nullable("lowest", "float", "the lowest effect of a period, in `unit`"),
        nullable("lowest_in", "string", "that period"),
        nullable("highest", "float", "the highest effect of a period, in `unit`"),
        nullable("highest_in", "string", "that period"),
        *unit_columns("unit", "unit of the effects"),
        nullable("reason", "reason", "why nothing can be said"),
    ),
)


def stability_rows(results: Results) -> list[Row]:
    """One row per driver and main outcome, for everyone."""
    rows = []
    for entry in results[Stabilities].found:
        row: Row = {
            "driver": entry.driver,
            "outcome": entry.info.name,
            "change": change_of(results, entry.driver, "better"),
            "unit": entry.info.unit,
        }
        found = entry.result
        if isinstance(found, NotEstimable):
            rows.append(row | {"reason": found.reason})
            continue
        effects = {period: effect.value * entry.info.factor for period, effect in found.effects.items()}
        lowest, highest = min(effects, key=effects.__getitem__), max(effects, key=effects.__getitem__)
        rows.append(
            row
            | {
                "periods": len(effects),
                "same_sign": found.same_sign,
                "q": number(found.q),
                "p": number(found.p),
                "i2": number(found.i2),
                "lowest": effects[lowest],
                "lowest_in": lowest,
                "highest": effects[highest],
                "highest_in": highest,
            }
        )
    return rows
