"""Tables `robustness`, `heterogeneity` and `segments`: how sure the effects are."""

from __future__ import annotations

import numpy as np

from lineofsight.analyses.results import Results, Row, change_text, number, summarise
from lineofsight.model.effects import Effect
from lineofsight.stats.multiplicity import bootstrap_p_value, q_values
from lineofsight.stats.results import Estimate, NotEstimable


def robustness_rows(results: Results) -> list[Row]:
    """What a hidden cause would have to be, for every total effect."""
    return [_robustness(results, effect) for effect in results.chain.effects if effect.robustness is not None]


def _robustness(results: Results, effect: Effect) -> Row:
    found, estimate, info = effect.robustness, effect.result, results.info[effect.outcome]
    assert found is not None and isinstance(estimate, Estimate)  # asked of estimates only
    row: Row = {
        "cause": effect.cause,
        "outcome": effect.outcome,
        "segment": effect.segment,
        "change": change_text(
            effect.change, results.project.estimation.change, results.info.get(effect.cause)
        ),
        "estimate": number(estimate.value * info.factor),
        "unit": info.unit,
        "partial_r2": number(found.partial_r2),
        "robustness_value": number(found.value),
        "robustness_value_interval": number(found.interval_value),
        "e_value": number(found.e_value),
        "e_value_interval": number(found.e_value_interval),
    }
    if (benchmark := found.benchmark) is None:
        names = ("benchmark", "benchmark_r2_cause", "benchmark_r2_outcome", "left", "left_low", "left_high")
        return row | dict.fromkeys(names)
    low, high = benchmark.interval(estimate, results.level)
    return row | {
        "benchmark": benchmark.control,
        "benchmark_r2_cause": number(benchmark.r2_cause),
        "benchmark_r2_outcome": number(benchmark.r2_outcome),
        "left": number(benchmark.left * info.factor),
        "left_low": number(low * info.factor),
        "left_high": number(high * info.factor),
    }


def heterogeneity_rows(results: Results) -> list[Row]:
    """How much each effect differs between segments."""
    rows: list[Row] = []
    for each in results.different:
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
    members = [(each, member) for each in results.different for member in each.members]
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
    found = results.chain.differences
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


def control_rows(results: Results) -> list[Row]:
    """Every control, whether it is held equal, and why."""
    return [
        {
            "control": choice.control,
            "used": "yes" if choice.used else "no",
            "declared": "yes" if choice.declared else "no",
            "with_operations": choice.with_operations or None,
            "with_outcomes": choice.with_outcomes or None,
            "reason": choice.reason,
        }
        for choice in results.chain.controls
    ]


def _with_q(rows: list[Row]) -> list[Row]:
    """The rows with the least share of false discoveries among all of them."""
    p = np.array([np.nan if row["p_value"] is None else row["p_value"] for row in rows], dtype=np.float64)
    found = q_values(p) if len(p) else p
    return [row | {"q_value": number(float(q))} for row, q in zip(rows, found, strict=True)]
