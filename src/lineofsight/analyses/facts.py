"""What facts are made of: amounts in the unit of an outcome, and operations made better."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import asked_of, step_of
from lineofsight.stats.results import Estimate
from lineofsight.words.amounts import Amount, Difference
from lineofsight.words.changes import Improvement


def difference_of(row: Row) -> Difference:
    """How much of an outcome goes with a cause, and how sure that is: of a row of `effects`, or of `alternatives` without."""
    amount = Amount(row["estimate"], row["low"], row["high"], row["unit"])
    return Difference(row["outcome"], amount, row.get("evidence"))


def scaled(results: Results, estimate: Estimate, outcome: str, factor: float = 1.0) -> Amount:
    """An estimate of the outcome's mean, or of a difference of it, in the outcome's unit.

    Args:
        results: Of the run.
        estimate: Before the outcome's own factor.
        outcome: A perception or behaviour.
        factor: By what else to multiply it.
    """
    info = results.info[outcome]
    amount = estimate * (info.factor * factor)
    return Amount(amount.value, *amount.interval(results.level), info.unit)


def better(results: Results, cause: str) -> Improvement:
    """An operation made better by the share that the project declares; without where it is today."""
    operation = results.project.operations[cause]
    return Improvement(
        cause,
        results.project.estimation.change,
        operation.better,
        operation.unit,
        step=step_of(results, cause),
        asked=asked_of(results, cause),
    )


def improvement(results: Results, row: Row) -> Improvement:
    """An operation made better, with its mean before and after: of a row of `effects`."""
    operation = results.project.operations[row["cause"]]
    limit = next(d.limit for d in results.sample.design.basis.drivers if d.name == row["cause"])
    return Improvement(
        row["cause"],
        results.project.estimation.change,
        operation.better,
        operation.unit,
        row["cause_from"],
        row["cause_to"],
        capped=limit is not None and _falls_short(results, row),
        step=step_of(results, row["cause"], row["segment"]),
        asked=asked_of(results, row["cause"]),
    )


def _falls_short(results: Results, row: Row) -> bool:
    """Whether a limit keeps the mean from moving by the whole share or amount."""
    before, after, asked = row["cause_from"], row["cause_to"], asked_of(results, row["cause"])
    if before is None or after is None or asked is None or asked.kind in ("target", "cases"):
        return False
    whole = asked.size * abs(before) if asked.kind == "share" else asked.size
    return bool(abs(after - before) < 0.995 * whole)
