"""Table `comparisons`: claims held against what was before, what came next, and the same customers."""

from __future__ import annotations

from lineofsight.app.tables.context import Results, Row, summarise
from lineofsight.core.results import NotEstimable


def comparison_rows(results: Results) -> list[Row]:
    """Every comparison, whatever it says."""
    found = results.chain.comparisons
    factors = [results.info[each.outcome].factor for each in found]
    estimates = [
        each.result if isinstance(each.result, NotEstimable) else each.result * factor
        for each, factor in zip(found, factors, strict=True)
    ]
    claims = [
        None if isinstance(each.claimed, NotEstimable) else each.claimed * factor
        for each, factor in zip(found, factors, strict=True)
    ]
    differences = [
        None if each.difference is None else each.difference * factor
        for each, factor in zip(found, factors, strict=True)
    ]
    told = (summarise(estimates, results.level), summarise(claims, results.level))
    rows: list[Row] = []
    for each, estimate, claim, left in zip(found, *told, summarise(differences, results.level), strict=True):
        reason = each.result.reason if isinstance(each.result, NotEstimable) else None
        if reason is None and isinstance(each.claimed, NotEstimable):
            reason = f"there is nothing to hold it against: {each.claimed.reason}"
        rows.append(
            {
                "cause": each.cause,
                "outcome": each.outcome,
                "comparison": each.kind,
                "n": each.n,
                "customers": each.customers,
                **dict(zip(("estimate", "low", "high"), estimate, strict=False)),
                "claimed": claim[0],
                **dict(zip(("left", "left_low", "left_high"), left, strict=False)),
                "unit": results.info[each.outcome].unit,
                "says": each.says(results.level),
                "reason": reason,
            }
        )
    return rows
