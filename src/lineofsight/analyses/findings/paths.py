"""Findings about paths: how much passes through how customers feel, and whether that depends on how they feel."""

from __future__ import annotations

from collections.abc import Iterator

from lineofsight.analyses.base import Results
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.facts import scaled
from lineofsight.analyses.findings.discoveries import Discoveries
from lineofsight.analyses.findings.finding import Finding, Rare
from lineofsight.analyses.interactions.estimate import Interactions
from lineofsight.analyses.interactions.natural_effects import Interaction
from lineofsight.analyses.paths.estimate import Share, Shares
from lineofsight.reasons import Reason
from lineofsight.stats.intervals import excludes_zero
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.findings.paths import (
    DependsOnFeeling,
    OpposedPaths,
    Passes,
    PassesPerhaps,
    PassesUnclear,
    PathShare,
)

WIDEST = 0.5
"""A share whose interval is wider than this is in the tables, not among the findings."""


def path_findings(results: Results, rare: Rare, found_of: Discoveries) -> Iterator[Finding]:
    """Shares of each operation, then paths that take from each other, then interactions; for everyone."""
    told = [one for one in results[Shares].found if one.segment is None and one.outcome not in rare]
    told = [one for one in told if (one.cause, one.outcome) not in results[Doubts].withheld]
    told = [one for one in told if one.outcome in results.project.behaviours]
    for driver in results.project.operations:
        mine = [one for one in told if one.cause == driver and found_of.holds("effect", driver, one.outcome)]
        known = [share for one in mine if (share := _share(results, one)) is not None]
        clear = [share for share in known if excludes_zero(share.low, share.high)]
        found = tuple(share for share in clear if found_of.holds("path", driver, share.outcome))
        if found:
            yield Finding("path", driver, Passes(driver, found))
        perhaps = tuple(share for share in clear if share not in found)
        if perhaps:
            yield Finding("perhaps", driver, PassesPerhaps(driver, perhaps, found_of.asked["path"]))
        unclear = tuple(share.outcome for share in known if share not in clear)
        if unclear:
            yield Finding("caution", driver, PassesUnclear(driver, unclear))
    for one in told:
        opposed = isinstance(one.share, NotEstimable) and one.share.reason.code == Reason.OPPOSED
        if opposed and found_of.holds("path", one.cause, one.outcome):
            yield Finding("path", one.cause, _opposed(results, one))
    for crossed in results[Interactions].crossed:
        if crossed.behaviour in rare or (crossed.driver, crossed.behaviour) in results[Doubts].withheld:
            continue
        if crossed.clear:
            # What depends on something has to be there itself.
            sure = found_of.holds("effect", crossed.driver, crossed.behaviour)
            sure &= found_of.holds("feeling", crossed.driver, crossed.behaviour, crossed.perception)
            asked = None if sure else found_of.asked["feeling"]
            yield Finding("path" if sure else "perhaps", crossed.driver, _depends(results, crossed, asked))


def _share(results: Results, one: Share) -> PathShare | None:
    """A share whose interval is narrow enough to tell of; only where the total of everyone is told, too."""
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
    return PathShare(one.outcome, one.share.value, low, high)


def _opposed(results: Results, one: Share) -> OpposedPaths:
    assert one.via is not None and one.direct is not None  # else there is another reason
    via, direct = (scaled(results, part, one.outcome) for part in (one.via, one.direct))
    return OpposedPaths(one.cause, one.outcome, via, direct)


def _depends(results: Results, one: Interaction, asked: int | None) -> DependsOnFeeling:
    assert isinstance(one.result, Estimate)  # by the caller
    statistic, amount = results.info[one.perception].statistic, scaled(results, one.result, one.behaviour)
    return DependsOnFeeling(one.driver, one.behaviour, one.perception, statistic, amount, asked)
