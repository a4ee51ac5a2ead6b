"""Tables `changes` and `stability`: what moved between periods, and what stayed."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import can_be_shown, number, summarise, unit_of, with_intervals
from lineofsight.analyses.why_moved.estimate import Changes, Part, PeriodChange
from lineofsight.reasons import Reason
from lineofsight.runs.columns import INTERVAL, TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate, NotEstimable

CHANGES = TableSchema(
    "changes",
    "Why an outcome's mean moved between two periods: the difference, and its parts, which add up to it.",
    (
        required("outcome", "string", "perception or behaviour"),
        required("outcome_kind", "string", "'perception' or 'behaviour'"),
        required("from", "string", "the earlier period, as '2025-Q2'"),
        required("to", "string", "the later period"),
        required(
            "part",
            "string",
            "'difference' (the whole), 'mix' (of customers: all controls), 'operation', 'unexplained'",
        ),
        nullable("driver", "string", "the operation, where it is one"),
        nullable("mean_from", "float", "mean of the outcome, or of the operation, in the earlier period"),
        nullable("mean_to", "float", "the same in the later"),
        *unit_columns("mean_unit", "unit of these means", or_empty=True),
        nullable(
            "known_from", "float", "share of the episodes in which the operation is known, earlier period"
        ),
        nullable("known_to", "float", "the same in the later"),
        nullable("estimate", "float", "the part, in `unit`; those that are there add up to the difference"),
        *INTERVAL,
        *unit_columns("unit", "unit of the estimate"),
        required("n_from", "int", "episodes with the outcome in the earlier period"),
        required("n_to", "int", "episodes with the outcome in the later period"),
        nullable("note", "reason", "what the estimate rests on, where that is not plain"),
        nullable("reason", "reason", "why there is none; what such an operation did is in 'unexplained'"),
    ),
)


def change_rows(results: Results) -> list[Row]:
    """One row per part of every change of a main outcome between two periods."""
    pairs = [(change, part) for change in results[Changes].found for part in change.parts]
    scaled = [
        part.result * change.info.factor if isinstance(part.result, Estimate) else None
        for change, part in pairs
    ]
    summaries = summarise(scaled, results.level)
    return [
        _row(results, change, part, summary[:3])
        for (change, part), summary in zip(pairs, summaries, strict=True)
    ]


def _row(
    results: Results,
    change: PeriodChange,
    part: Part,
    summary: Sequence[float | None],
) -> Row:
    info, before, after = change.info, change.before, change.after
    reason = part.result.reason if isinstance(part.result, NotEstimable) else None
    means: Row = {}
    if part.kind == "difference":
        fewest = min(before.clusters, after.clusters)
        estimate = part.result
        if isinstance(estimate, Estimate):
            reason = None if can_be_shown(fewest) else Reason.FEW_FOR_MEAN()
            (summary,) = with_intervals([estimate * info.factor], [fewest], results.level)
        means = {
            "mean_from": number(before.mean.value * info.factor) if can_be_shown(before.clusters) else None,
            "mean_to": number(after.mean.value * info.factor) if can_be_shown(after.clusters) else None,
            "mean_unit": info.mean_unit,
        }
    elif part.kind == "operation":
        driver = next(d for d in results.sample.design.basis.drivers if d.name == part.driver)
        (mean_from, known_from), (mean_to, known_to) = before.known(driver), after.known(driver)
        means = {
            "mean_from": number(mean_from),
            "mean_to": number(mean_to),
            "mean_unit": unit_of(results.project, driver.name),
            "known_from": number(known_from),
            "known_to": number(known_to),
        }
    return {
        "outcome": info.name,
        "outcome_kind": info.kind,
        "from": before.period,
        "to": after.period,
        "part": part.kind,
        "driver": part.driver,
        **means,
        **dict(zip(("estimate", "low", "high"), summary, strict=True)),
        "unit": info.unit,
        "n_from": before.n,
        "n_to": after.n,
        "note": part.note,
        "reason": reason,
    }
