"""Table `warnings`: what would fool a reader, found and named; findings take their cautions from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.data_warnings import doubted_data, negative_durations
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.facts import better
from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.reasons import Reason
from lineofsight.runs.columns import TableSchema, nullable, required
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.amounts import Amount, Difference
from lineofsight.words.warnings import Reversed, Suspected, Warned, warned_words

WARNINGS = TableSchema(
    "warnings",
    "What would fool a reader: links that are kept out or doubted, copies of rows, rows that are nobody's, time that runs backwards.",
    (
        required(
            "kind",
            "string",
            "'leak' (a copy of the outcome), 'near_leak', 'separation', 'later' (a control that is made after an outcome"
            " which this one comes before), 'partial' (it settles the outcome in a part of the episodes), 'strong' (it"
            " explains more than causes do), 'function' (of other drivers), 'twin' (two"
            " perceptions that nearly are one), 'duplicate', 'link' (rows that belong to no moment),"
            " 'time' (that runs backwards) or 'simpson' (the other way round within segments)",
        ),
        nullable("cause", "string", "operation, perception or control it concerns; null for rows"),
        nullable(
            "outcome", "string", "perception or behaviour it concerns; null for all of them, or for rows"
        ),
        required("reason", "reason", "what was seen"),
        required("sentence", "string", "what was seen, and what became of it"),
        nullable(
            "share",
            "float",
            "0 to 1: of the episodes in which cause and outcome agree, of what varies that is explained, or of the rows"
            " concerned",
        ),
        nullable("n", "int", "episodes looked at; of 'duplicate', 'link' and 'time', rows concerned"),
        required(
            "kept_out",
            "string",
            "'yes' where it is kept out of the models or of the findings, or the values are not used",
        ),
        required("insisted", "string", "'yes' where the project insists on the link"),
        nullable("because", "string", "the project's reason to insist"),
    ),
)

FEW_COPIES = 0.001
"""Share of copies below which findings do not speak of them."""

FEW_OUT_OF_TIME = 0.1
"""Share of values out of time below which findings do not speak of them: clocks differ, and some things run late."""


@dataclass(frozen=True, slots=True)
class WarningRow:
    """What is warned of, its row of the table, whom it concerns, and whether findings tell it."""

    fact: Warned
    row: Row
    subject: str | None
    told: bool


def warning_rows(results: Results) -> list[Row]:
    """The rows of the table."""
    return [each.row for each in warnings(results)]


def warnings(results: Results) -> list[WarningRow]:
    """All warnings: links that are kept out or doubted first, then the data."""
    found = [_warning(results, each, told=True) for each in results[Doubts].suspicions]
    doubted = [
        *doubted_data(results.project, results.file, results.aligned.sources),
        *negative_durations(results.project, results.profile),
    ]
    return _once([*found, *(_warning(results, each, told=_many(each)) for each in doubted)])


def _once(found: Sequence[WarningRow]) -> list[WarningRow]:
    """Of those that say the same, findings tell the first."""
    seen: set[str] = set()
    kept = []
    for each in found:
        text = each.row["sentence"]
        kept.append(replace(each, told=each.told and text not in seen))
        seen.add(text)
    return kept


def _warning(results: Results, suspicion: Suspicion, *, told: bool) -> WarningRow:
    row = warning_row(suspicion)
    fact = _reversed(results, suspicion, row) if suspicion.kind == "simpson" else Suspected(row)
    sentence = warned_words(fact, results.label)
    return WarningRow(fact, {**row, "sentence": sentence}, suspicion.cause, told)


def warning_row(suspicion: Suspicion) -> Row:
    """The row of a suspicion, without its sentence."""
    return {
        "kind": suspicion.kind,
        "cause": suspicion.cause,
        "outcome": suspicion.outcome,
        "reason": suspicion.reason,
        "share": suspicion.share,
        "n": suspicion.n,
        "kept_out": "yes" if suspicion.kept_out or suspicion.withheld else "no",
        "insisted": "yes" if suspicion.insisted is not None else "no",
        "because": suspicion.insisted,
    }


def _reversed(results: Results, each: Suspicion, row: Row) -> Reversed:
    """The effect on everyone beside the mean of those within segments, each with its interval."""
    different = next(
        d
        for d in results[Segments].different
        if d.reversed
        and (d.cause, d.outcome) == (each.cause, each.outcome)
        and d.attribute == each.reason.name
    )
    whole = next(
        e.result
        for e in results[Effects].effects
        if (e.cause, e.outcome, e.segment, e.path, e.change)
        == (different.cause, different.outcome, None, "total", "better")
    )
    pooled = different.pooled
    assert isinstance(whole, Estimate) and not isinstance(pooled, NotEstimable)  # else not reversed

    def difference(value: float, low: float, high: float) -> Difference:
        info = results.info[different.outcome]
        ends = (value * info.factor, low * info.factor, high * info.factor)
        return Difference(different.outcome, Amount(*ends, info.unit))

    return Reversed(
        better(results, different.cause),
        different.attribute,
        everyone=difference(whole.value, *whole.interval(results.level)),
        within=difference(pooled.mean, pooled.mean_low, pooled.mean_high),
        row=row,
    )


def _many(each: Suspicion) -> bool:
    clocks = each.kind == "time" and each.reason.code is not Reason.BELOW_ZERO
    least = FEW_OUT_OF_TIME if clocks else FEW_COPIES
    return each.share is not None and each.share >= least
