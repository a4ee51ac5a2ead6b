"""What rows of tables are made of: estimates with their intervals, means that may be told, and changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lineofsight.analyses.base import Results
from lineofsight.changes import Step
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.regression import FEWEST_CUSTOMERS
from lineofsight.project.models import Project
from lineofsight.stats.intervals import percentile_interval
from lineofsight.stats.results import Array, Estimate, NotEstimable
from lineofsight.units import Unit, declared_unit
from lineofsight.words.changes import change_words

FEWEST_SHOWN = 5


def change_text(change: str, share: float, info: OutcomeInfo | None = None) -> str:
    """A change of an operation, or of the perception that `info` describes, as '10 % better' or '1 point higher'."""
    return change_words(change, share, None if info is None else info.statistic)


def change_of(results: Results, cause: str, change: str, segment: str | None = None) -> str:
    """What is changed, as `change_text`; of an operation that may be below zero, by how much its mean changes in the segment."""
    share = results.project.estimation.change
    if change != "better":
        return change_text(change, share, results.info.get(cause))
    operation, step = results.project.operations[cause], step_of(results, cause, segment)
    higher = operation.better == "higher"
    return change_words(
        change,
        share,
        None,
        step,
        unit_of(results.project, cause),
        asked_of(results, cause),
        higher_is_better=higher,
    )


def asked_of(results: Results, cause: str) -> Step | None:
    """What the change 'better' does to an operation."""
    return next((d.step for d in results.sample.design.basis.drivers if d.name == cause), None)


def cases_of(results: Results, cause: str) -> float | None:
    """By how much the share of good cases grows, of an operation that is yes or no; None for all others."""
    asked = asked_of(results, cause)
    return asked.size if asked is not None and asked.kind == "cases" else None


def step_of(results: Results, cause: str, segment: str | None = None) -> float | None:
    """By how much the mean of an operation changes that is below zero somewhere; None for all others.

    Of its values each changes by a share of its size, and their mean by more than that share of itself.
    """
    extent, asked = results.profile.extent.get(cause), asked_of(results, cause)
    if extent is None or not extent.negative or (asked is not None and asked.kind != "share"):
        return None
    view = next(view for view in results.sample.views if view.label == segment)
    return number(view.average(f"better:{cause}", f"known:{cause}").value)


def unit_shown(results: Results, operation: str) -> Unit:
    """The unit that the mean of an operation is told in: a share where it is yes or no."""
    if cases_of(results, operation) is not None:
        return declared_unit("share", results.project.currency)
    return unit_of(results.project, operation)


WithInterval = tuple[float | None, float | None, float | None]
Summary = tuple[float | None, float | None, float | None, float | None]


def summarise(estimates: Sequence[Estimate | NotEstimable | None], level: float) -> list[Summary]:
    """Value, interval and standard error of many estimates at once; None where there is none.

    An estimate of whose replicates more than one tail's share fail has no interval: those that are left are not like
    those that failed.
    """
    rows: list[Summary] = [
        (number(estimate.value) if isinstance(estimate, Estimate) else None, None, None, None)
        for estimate in estimates
    ]
    known = [
        (at, estimate)
        for at, estimate in enumerate(estimates)
        if isinstance(estimate, Estimate) and _enough_replicates(estimate.replicates, level)
    ]
    if not known:
        return rows
    replicates = np.vstack([estimate.replicates for _, estimate in known])
    replicates[~np.isfinite(replicates)] = np.nan
    low, high = percentile_interval(replicates, level)
    errors = np.nanstd(replicates, axis=1, ddof=1)
    for (at, estimate), a, b, error in zip(known, low, high, errors, strict=True):
        rows[at] = (number(estimate.value), number(a), number(b), number(error))
    return rows


def can_be_shown(customers: int) -> bool:
    """Whether a mean may be told: of fewer than five customers it would tell of people, not of a group."""
    return customers >= FEWEST_SHOWN


def with_intervals(means: Sequence[Estimate], clusters: Sequence[int], level: float) -> list[WithInterval]:
    """Value and interval of means; no interval where customers are too few for one, or no replicate differs."""
    return [
        ((value, None, None) if low == high or customers < FEWEST_CUSTOMERS else (value, low, high))
        if can_be_shown(customers)
        else (None, None, None)
        for (value, low, high, _), customers in zip(summarise(means, level), clusters, strict=True)
    ]


def _enough_replicates(replicates: Array, level: float) -> bool:
    found = int(np.isfinite(replicates).sum())
    return found >= 2 and len(replicates) - found <= (1 - level) / 2 * len(replicates)


def number(value: float | np.floating[Any] | None) -> float | None:
    """A finite double, or None."""
    if value is None or not np.isfinite(value):
        return None
    return float(value)


def interval_columns(name: str, summary: Sequence[float | None]) -> dict[str, float | None]:
    """A value and its interval as the columns `name`, `name_low` and `name_high`."""
    return {f"{name}{end}": value for end, value in zip(("", "_low", "_high"), summary, strict=False)}


def unit_of(project: Project, operation: str) -> Unit:
    """The unit of an operation."""
    return declared_unit(project.operations[operation].unit, project.currency)
