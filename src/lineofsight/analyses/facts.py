"""What facts are made of: amounts in the unit of an outcome, and operations made better."""

from __future__ import annotations

from dataclasses import replace

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import improved
from lineofsight.stats.results import Estimate
from lineofsight.words.amounts import Amount, Difference
from lineofsight.words.changes import Improvement


def difference_of(row: Row, times: float = 1.0) -> Difference:
    """How much of an outcome goes with a cause, and how sure that is: of a row of `effects`, or of `alternatives` without.

    Args:
        row: Of the table.
        times: How often the change is told: 10, where the tenth of all cases that change are told as one.
    """
    low, high = (None if row[end] is None else row[end] * times for end in ("low", "high"))
    amount = Amount(row["estimate"] * times, low, high, row["unit"])
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
    """An operation made better as the project declares; without where it is today."""
    return improved(results, cause)


def improvement(results: Results, row: Row) -> Improvement:
    """An operation made better, with its mean before and after: of a row of `effects`."""
    told = improved(results, row["cause"], row["segment"])
    limit = next(d.limit for d in results.sample.design.basis.drivers if d.name == row["cause"])
    capped = limit is not None and told.cases is None and told.to is None and _falls_short(told, row)
    return replace(told, before=row["cause_from"], after=row["cause_to"], capped=capped)


def _falls_short(told: Improvement, row: Row) -> bool:
    """Whether a limit keeps the mean from moving by the whole change."""
    before, after = row["cause_from"], row["cause_to"]
    if before is None or after is None:
        return False
    whole = told.share * abs(before) if told.step is None else abs(told.step)
    return bool(abs(after - before) < 0.995 * whole)
