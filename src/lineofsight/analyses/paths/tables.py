"""Tables `mediation`, `interactions` and `natural_effects`."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.paths.estimate import Shares
from lineofsight.analyses.rows import change_of, summarise
from lineofsight.runs.columns import SEGMENT, TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.counts import fraction

MEDIATION = TableSchema(
    "mediation",
    "Which share of what a cause goes with passes through how customers feel, among those who answered.",
    (
        required("cause", "string", "operation, or perception of a touchpoint that leads to an overall one"),
        required("cause_kind", "string", "'operation' or 'perception'"),
        required("outcome", "string", "behaviour, or overall perception"),
        SEGMENT,
        required("change", "string", "as in `effects`"),
        required("through", "names", "perceptions that it may pass through"),
        nullable(
            "share",
            "float",
            "what passes through them as a share of the total, by chance below 0 or above 1",
        ),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable("words", "string", "the share in a word, as 'about two thirds'"),
        nullable("total", "float", "total among those who answered, in `unit`: `via` and `direct` added up"),
        nullable("total_low", "float", "lower end of its interval"),
        nullable("total_high", "float", "upper end of its interval"),
        nullable("via", "float", "what passes through all of the perceptions, in `unit`"),
        nullable("via_low", "float", "lower end of its interval"),
        nullable("via_high", "float", "upper end of its interval"),
        nullable("direct", "float", "what does not, in `unit`"),
        nullable("direct_low", "float", "lower end of its interval"),
        nullable("direct_high", "float", "upper end of its interval"),
        *unit_columns("unit", "unit of a difference of the outcome"),
        required("n", "int", "episodes"),
        nullable("reason", "reason", "why there is no share"),
    ),
)


_ENDS = ("", "_low", "_high")


def mediation_rows(results: Results) -> list[Row]:
    """One row per effect that is split: everyone first, then causes and outcomes as declared."""
    labels, outcomes = [view.label for view in results.sample.views], [*results.info]
    causes = [*results.project.operations, *results.project.perceptions]
    found = sorted(
        results[Shares].found,
        key=lambda one: (labels.index(one.segment), causes.index(one.cause), outcomes.index(one.outcome)),
    )
    factors = [results.info[one.outcome].factor for one in found]

    def told(parts: Sequence[Estimate | NotEstimable | None], scale: Sequence[float]) -> list[Row]:
        scaled = [
            part * factor if isinstance(part, Estimate) else None
            for part, factor in zip(parts, scale, strict=True)
        ]
        return [dict(zip(_ENDS, row, strict=False)) for row in summarise(scaled, results.level)]

    parts = {
        "total": told([one.total for one in found], factors),
        "via": told([one.via for one in found], factors),
        "direct": told([one.direct for one in found], factors),
    }
    shares = told([one.share for one in found], [1.0] * len(found))
    rows = []
    for at, one in enumerate(found):
        info, share = results.info[one.outcome], shares[at]
        row: Row = {
            "cause": one.cause,
            "cause_kind": "operation" if one.cause in results.project.operations else "perception",
            "outcome": one.outcome,
            "segment": one.segment,
            "change": change_of(results, one.cause, one.change, one.segment),
            "through": one.through,
            "share": share[""],
            "low": share["_low"],
            "high": share["_high"],
            "words": None if share[""] is None else fraction(share[""]),
            "unit": info.unit,
            "n": one.n,
            "reason": one.share.reason if isinstance(one.share, NotEstimable) else None,
        }
        for name, values in parts.items():
            row |= {f"{name}{end}": value for end, value in values[at].items()}
        rows.append(row)
    return rows
