"""Tables `heterogeneity`, `segments` and `differences`: for whom effects differ."""

from __future__ import annotations

import numpy as np

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import number, summarise
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.runs.columns import SEGMENT, TableSchema, nullable, required, unit_columns
from lineofsight.stats.multiplicity import q_values
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.wald import bootstrap_p_value

DIFFERENCES = TableSchema(
    "differences",
    "Where each driver's effect differs most: the segment is chosen on one half of the customers, the difference measured on the other.",
    (
        required("driver", "string", "operation"),
        required("outcome", "string", "perception or behaviour"),
        SEGMENT,
        required("n", "int", "episodes of the segment that it is measured on"),
        nullable("here", "float", "effect in the segment, in `unit`"),
        nullable(
            "rest",
            "float",
            "effect in the other segments of its attribute, each weighted by its precision",
        ),
        nullable("difference", "float", "the segment less the rest"),
        nullable("low", "float", "lower end of the difference's interval"),
        nullable("high", "float", "upper end of the difference's interval"),
        *unit_columns("unit", "unit of the effects"),
        nullable("p_value", "float", "p-value of no difference"),
        nullable("q_value", "float", "least share of false discoveries among all drivers and outcomes"),
        nullable("reason", "reason", "why none could be measured"),
    ),
)

HETEROGENEITY = TableSchema(
    "heterogeneity",
    "How much each total effect differs between the segments of an attribute.",
    (
        required("driver", "string", "operation"),
        required("outcome", "string", "perception or behaviour"),
        required("attribute", "string", "what makes the segments"),
        required("segments", "int", "segments with an estimate"),
        nullable(
            "mean", "float", "mean over the segments (random effects, Paule and Mandel 1982), in `unit`"
        ),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable("spread", "float", "standard deviation of the true effects between segments, in `unit`"),
        *unit_columns("unit", "unit of the effects"),
        nullable("cochran_q", "float", "Cochran's Q, against no difference"),
        nullable("p_value", "float", "its p-value"),
        nullable("q_value", "float", "least share of false discoveries among all these tests"),
        nullable(
            "i2",
            "float",
            "share of the scatter of estimates that is not chance (Higgins and Thompson 2002)",
        ),
        required(
            "reversed",
            "string",
            "'yes' where the effect of everyone and of the segments are clear and opposite (Simpson's paradox)",
        ),
        nullable("reason", "reason", "why there is no comparison"),
    ),
)

SEGMENTS = TableSchema(
    "segments",
    "Each segment's total effect, pooled with and set against the others of its attribute.",
    (
        required("driver", "string", "operation"),
        required("outcome", "string", "perception or behaviour"),
        required("attribute", "string", "what makes the segments"),
        required("segment", "string", "segment as 'attribute = level'"),
        required("n", "int", "episodes"),
        nullable("estimate", "float", "the segment's own estimate, in `unit`"),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable(
            "pooled",
            "float",
            "drawn towards the mean of all segments as far as it is uncertain (Morris 1983)",
        ),
        nullable("pooled_low", "float", "lower end of its interval"),
        nullable("pooled_high", "float", "upper end of its interval"),
        nullable("rest", "float", "the other segments' effect, each weighted by its precision"),
        nullable("difference", "float", "the segment less the rest"),
        nullable("difference_low", "float", "lower end of the difference's interval"),
        nullable("difference_high", "float", "upper end of the difference's interval"),
        nullable("p_value", "float", "p-value of no difference"),
        nullable(
            "q_value",
            "float",
            "least share of false discoveries among all segments, drivers and outcomes",
        ),
        *unit_columns("unit", "unit of the effects"),
        nullable("reason", "reason", "why there is no estimate"),
    ),
)


def heterogeneity_rows(results: Results) -> list[Row]:
    """How much each effect differs between segments."""
    rows: list[Row] = []
    for each in results[Segments].different:
        info, pooled = results.info[each.outcome], each.pooled
        row: Row = {
            "driver": each.cause,
            "outcome": each.outcome,
            "attribute": each.attribute,
            "segments": sum(isinstance(member.effect.result, Estimate) for member in each.members),
            "unit": info.unit,
            "reversed": "yes" if each.reversed else "no",
            "reason": pooled.reason if isinstance(pooled, NotEstimable) else None,
        }
        if isinstance(pooled, NotEstimable):
            names = ("mean", "low", "high", "spread", "cochran_q", "p_value", "i2")
            rows.append(row | dict.fromkeys(names))
            continue
        rows.append(
            row
            | {
                "mean": number(pooled.mean * info.factor),
                "low": number(pooled.mean_low * info.factor),
                "high": number(pooled.mean_high * info.factor),
                "spread": number(pooled.tau2**0.5 * info.factor),
                "cochran_q": number(pooled.q),
                "p_value": number(pooled.q_p_value),
                "i2": number(pooled.i2),
            }
        )
    return _with_q(rows)


def segment_rows(results: Results) -> list[Row]:
    """Each segment beside the others."""
    members = [(each, member) for each in results[Segments].different for member in each.members]
    factors = [results.info[each.outcome].factor for each, _ in members]
    own = [
        m.effect.result * factor if isinstance(m.effect.result, Estimate) else None
        for (_, m), factor in zip(members, factors, strict=True)
    ]
    differences = [
        None if m.difference is None else m.difference * factor
        for (_, m), factor in zip(members, factors, strict=True)
    ]
    rows: list[Row] = []
    for (each, member), factor, told, apart, estimate in zip(
        members,
        factors,
        summarise(own, results.level),
        summarise(differences, results.level),
        differences,
        strict=True,
    ):
        result = member.effect.result
        p = (
            float("nan")
            if estimate is None
            else float(bootstrap_p_value(estimate.value, estimate.replicates))
        )
        rows.append(
            {
                "driver": each.cause,
                "outcome": each.outcome,
                "attribute": each.attribute,
                "segment": member.effect.segment,
                "n": member.effect.n,
                **dict(zip(("estimate", "low", "high"), told, strict=False)),
                **dict(
                    zip(
                        ("pooled", "pooled_low", "pooled_high"),
                        [number(value * factor) for value in member.pooled],
                        strict=True,
                    )
                ),
                "rest": None if member.rest is None else number(member.rest * factor),
                **dict(zip(("difference", "difference_low", "difference_high"), apart, strict=False)),
                "p_value": number(p),
                "unit": results.info[each.outcome].unit,
                "reason": result.reason if isinstance(result, NotEstimable) else None,
            }
        )
    return _with_q(rows)


def difference_rows(results: Results) -> list[Row]:
    """Where each effect differs most."""
    found = results[Segments].differences
    factors = [results.info[each.outcome].factor for each in found]
    scaled = [
        each.result if isinstance(each.result, NotEstimable) else each.result * factor
        for each, factor in zip(found, factors, strict=True)
    ]
    rows: list[Row] = []
    for each, factor, estimate, told in zip(
        found, factors, scaled, summarise(scaled, results.level), strict=True
    ):
        p, reason = float("nan"), None
        if isinstance(estimate, NotEstimable):
            reason = estimate.reason
        else:
            p = float(bootstrap_p_value(estimate.value, estimate.replicates))
        rows.append(
            {
                "driver": each.cause,
                "outcome": each.outcome,
                "segment": each.segment,
                "n": each.n,
                "here": number(each.here * factor),
                "rest": number(each.rest * factor),
                **dict(zip(("difference", "low", "high"), told, strict=False)),
                "unit": results.info[each.outcome].unit,
                "p_value": number(p),
                "reason": reason,
            }
        )
    return _with_q(rows)


def _with_q(rows: list[Row]) -> list[Row]:
    """The rows with the least share of false discoveries among all of them."""
    p = np.array([np.nan if row["p_value"] is None else row["p_value"] for row in rows], dtype=np.float64)
    found = q_values(p) if len(p) else p
    return [row | {"q_value": number(float(q))} for row, q in zip(rows, found, strict=True)]
