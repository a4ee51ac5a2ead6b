"""Table `warnings`: what would fool a reader, found and named; findings take their cautions from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.data_warnings import doubted_data
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.findings.wording import difference, moved
from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.analyses.rows import label_of
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.analyses.segments.heterogeneity import Heterogeneity
from lineofsight.runs.columns import TableSchema, nullable, required
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.lists import sentence
from lineofsight.words.warnings import project_insists, warning_sentence

WARNINGS = TableSchema(
    "warnings",
    "What would fool a reader: links that are kept out or doubted, copies of rows, rows that are nobody's, time that runs backwards.",
    (
        required(
            "kind",
            "string",
            "'leak' (a copy of the outcome), 'near_leak', 'separation', 'function' (of other drivers), 'twin' (two"
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
class Warned:
    """A row of the table, whom it concerns, and whether findings tell it."""

    row: Row
    subject: str | None
    told: bool


def warning_rows(results: Results) -> list[Row]:
    """The rows of the table."""
    return [each.row for each in warned(results)]


def warned(results: Results) -> list[Warned]:
    """All warnings: links that are kept out or doubted first, then the data."""
    found = [_warned(results, each, told=True) for each in results[Doubts].suspicions]
    doubted = doubted_data(results.project, results.file, results.aligned.sources)
    return _once([*found, *(_warned(results, each, told=_many(each)) for each in doubted)])


def _once(found: Sequence[Warned]) -> list[Warned]:
    """Of those that say the same, findings tell the first."""
    seen: set[str] = set()
    kept = []
    for each in found:
        text = each.row["sentence"]
        kept.append(Warned(each.row, each.subject, each.told and text not in seen))
        seen.add(text)
    return kept


def _warned(results: Results, suspicion: Suspicion, *, told: bool) -> Warned:
    row = warning_row(suspicion)
    if suspicion.kind == "simpson":
        row["sentence"] = _simpson(results, suspicion, row)
    else:
        row["sentence"] = warning_sentence(row, lambda name: label_of(results.project, name))
    return Warned(row, suspicion.cause, told)


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


def _simpson(results: Results, each: Suspicion, row: Row) -> str:
    different = next(
        d
        for d in results[Segments].different
        if d.reversed
        and (d.cause, d.outcome) == (each.cause, each.outcome)
        and d.attribute == each.reason.name
    )
    everyone, within = _both(results, different)
    better = moved(results, each.cause or "")
    what = (
        f"Simpson's paradox: {better} goes with {everyone} for everyone, and with {within} on average within the segments"
        f" of '{different.attribute}'"
    )
    if each.insisted is not None:
        return sentence(f"{what}. It is told as for everyone, as {project_insists(row)}")
    return sentence(
        f"{what}. It is not among the findings; make '{different.attribute}' a control if it came first"
    )


def _both(results: Results, different: Heterogeneity) -> tuple[str, str]:
    """The effect of everyone and the mean within segments, each with its interval."""
    whole = next(
        e.result
        for e in results[Effects].effects
        if (e.cause, e.outcome, e.segment, e.path, e.change)
        == (different.cause, different.outcome, None, "total", "better")
    )
    assert isinstance(whole, Estimate) and not isinstance(different.pooled, NotEstimable)  # else not reversed
    low, high = whole.interval(results.level)
    pooled = different.pooled
    return (
        _difference(results, different.outcome, whole.value, low, high),
        _difference(results, different.outcome, pooled.mean, pooled.mean_low, pooled.mean_high),
    )


def _difference(results: Results, outcome: str, value: float, low: float, high: float) -> str:
    info = results.info[outcome]
    numbers = {"estimate": value * info.factor, "low": low * info.factor, "high": high * info.factor}
    return difference(results, {"outcome": outcome, "unit": info.unit, **numbers})


def _many(each: Suspicion) -> bool:
    least = FEW_OUT_OF_TIME if each.kind == "time" else FEW_COPIES
    return each.share is not None and each.share >= least
