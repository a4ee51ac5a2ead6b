"""Findings about paths: how much passes through how customers feel, and whether that depends on how they feel."""

from __future__ import annotations

from collections.abc import Iterator

from lineofsight.analyses.base import Results
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.findings.cautions import Finding, Rare
from lineofsight.analyses.findings.wording import quoted
from lineofsight.analyses.interactions.estimate import Interactions
from lineofsight.analyses.interactions.natural_effects import Interaction
from lineofsight.analyses.paths.estimate import Share, Shares
from lineofsight.analyses.paths.tables import fraction
from lineofsight.reasons import Reason
from lineofsight.stats.intervals import excludes_zero
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.lists import joined, sentence
from lineofsight.words.numbers import is_currency, share_interval, unit_name, with_interval

WIDEST = 0.5
"""A share whose interval is wider than this is in the tables, not among the findings."""


def path_findings(results: Results, rare: Rare) -> Iterator[Finding]:
    """Shares of each operation, then paths that take from each other, then interactions; for everyone."""
    told = [one for one in results[Shares].found if one.segment is None and one.outcome not in rare]
    told = [one for one in told if (one.cause, one.outcome) not in results[Doubts].withheld]
    told = [one for one in told if one.outcome in results.project.behaviours]
    for driver in results.project.operations:
        mine = [one for one in told if one.cause == driver]
        known = [(one, ends) for one in mine if (ends := _told(results, one)) is not None]
        parts = [_part(results, one, ends) for one, ends in known if excludes_zero(*ends)]
        if parts:
            passes = "passes" if len(parts) == 1 else "pass"
            yield (
                "path",
                driver,
                sentence(
                    f"of what a better {quoted(results, driver)} goes with, {joined(parts)} {passes} through how"
                    " customers feel"
                ),
            )
        open_ones = [quoted(results, one.outcome) for one, ends in known if not excludes_zero(*ends)]
        if open_ones:
            yield (
                "path",
                driver,
                sentence(
                    f"whether part of what a better {quoted(results, driver)} goes with in {joined(open_ones, 'or')}"
                    " passes through how customers feel cannot be told from these data"
                ),
            )
    for one in told:
        if isinstance(one.share, NotEstimable) and one.share.reason.code == Reason.OPPOSED:
            yield "path", one.cause, sentence(_opposed(results, one))
    for crossed in results[Interactions].crossed:
        if crossed.behaviour in rare or (crossed.driver, crossed.behaviour) in results[Doubts].withheld:
            continue
        if crossed.clear:
            yield "path", crossed.driver, sentence(_depends(results, crossed))


def _part(results: Results, one: Share, ends: tuple[float, float]) -> str:
    """As "about two thirds in 'Came back' [58, 76] %"."""
    assert isinstance(one.share, Estimate)  # by the caller
    return f"{fraction(one.share.value)} in {quoted(results, one.outcome)} {share_interval(*ends)}"


def _told(results: Results, one: Share) -> tuple[float, float] | None:
    """The interval of a share that is narrow enough to tell of; only where the total of everyone is told, too."""
    if not isinstance(one.share, Estimate):
        return None
    low, high = one.share.interval(results.level)
    everyone = next(
        e.result
        for e in results[Effects].effects
        if (e.cause, e.outcome, e.segment, e.path, e.change)
        == (one.cause, one.outcome, one.segment, "total", one.change)
    )
    if (
        isinstance(everyone, NotEstimable)
        or not everyone.excludes_zero(results.level)
        or not high - low <= WIDEST
    ):
        return None
    if one.total is None or one.total.value * everyone.value <= 0:
        return None
    return low, high


def _opposed(results: Results, one: Share) -> str:
    assert one.via is not None and one.direct is not None  # else there is another reason
    via, direct = (_amount(results, part, one.outcome) for part in (one.via, one.direct))
    return (
        f"a better {quoted(results, one.cause)} goes with {quoted(results, one.outcome)} in two ways that take from"
        f" each other: {via} through how customers feel, {direct} otherwise"
    )


def _depends(results: Results, one: Interaction) -> str:
    assert isinstance(one.result, Estimate)  # by the caller
    unit = "NPS point" if results.info[one.perception].statistic == "NPS" else "point"
    return (
        f"what a better {quoted(results, one.driver)} goes with in {quoted(results, one.behaviour)} depends on how"
        f" customers feel: it differs by {_amount(results, one.result, one.behaviour)} for each {unit} more of"
        f" {quoted(results, one.perception)}"
    )


def _amount(results: Results, estimate: Estimate, outcome: str) -> str:
    info = results.info[outcome]
    scaled = estimate * info.factor
    unit = info.unit if is_currency(info.unit) else unit_name(info.unit, "sentence")
    return with_interval(scaled.value, *scaled.interval(results.level), unit)
