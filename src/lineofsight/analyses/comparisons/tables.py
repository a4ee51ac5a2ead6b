"""Table `comparisons`: claims held against what was before, what came next, and the same customers."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.comparisons.comparison import judged
from lineofsight.analyses.comparisons.estimate import Comparisons
from lineofsight.analyses.rows import number, summarise
from lineofsight.reasons import Reason
from lineofsight.runs.columns import TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import NotEstimable

COMPARISONS = TableSchema(
    "comparisons",
    "Claims about everyone held against what would show up one that is none: placebos, and the same customers.",
    (
        required("cause", "string", "operation (10 % better) or perception (one point higher)"),
        required("outcome", "string", "perception or behaviour"),
        required(
            "comparison",
            "string",
            "'before': on what customers did before any operation of the episode had begun; 'next': of the operation's value in the customer's next episode, beside this one's; 'within': each customer's episodes compared with each other",
        ),
        required("n", "int", "episodes it rests on"),
        required("customers", "int", "customers it rests on; groups of them where they are many"),
        nullable("estimate", "float", "what the comparison finds, in `unit`"),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable(
            "claimed",
            "float",
            "what it is held against: the effect; for 'next' that of this episode's value in the same model",
        ),
        nullable("left", "float", "`claimed` less `estimate`"),
        nullable("left_low", "float", "lower end of the interval of `left`"),
        nullable("left_high", "float", "upper end of the interval of `left`"),
        *unit_columns("unit", "unit of the effects"),
        nullable(
            "q_value",
            "float",
            "least share of false discoveries among all placebos that find something, or among all customers that show less",
        ),
        required("says", "string", "'for' the claim, 'against' it, or 'open'"),
        nullable("reason", "reason", "why there is none"),
    ),
)


def comparison_rows(results: Results) -> list[Row]:
    """Every comparison, whatever it says."""
    found = results[Comparisons].found
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
    summaries = (summarise(estimates, results.level), summarise(claims, results.level))
    rows: list[Row] = []
    verdicts = judged(found, results.level)
    for (each, q, says), estimate, claim, left in zip(
        verdicts, *summaries, summarise(differences, results.level), strict=True
    ):
        reason = each.result.reason if isinstance(each.result, NotEstimable) else None
        if reason is None and isinstance(each.claimed, NotEstimable):
            reason = Reason.NOTHING_TO_HOLD_AGAINST(inner=(each.claimed.reason,))
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
                "q_value": number(q),
                "says": says,
                "reason": reason,
            }
        )
    return rows
