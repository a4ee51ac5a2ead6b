"""Partial separation, and drivers too strong to be true: what tells more of an outcome than causes do, and stays in the models.

A score that nobody leaves below, and everybody above, was made from who left, or after it. That is doubted, not kept
out: such ends can be real, so that the claim stands beside what it would be without. The rules are in
docs/explanation/fooled.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineofsight.analyses.leakage.signals import level_sign, remaining_share, share_explained
from lineofsight.analyses.leakage.suspicions import Insisted, Pair, Suspicion
from lineofsight.episodes.certainty import (
    Place,
    SettledEnds,
    settled_levels,
    variance_settled,
)
from lineofsight.episodes.columns import PERIOD
from lineofsight.episodes.leakage import LevelCount
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.model.regression import FEWEST_CUSTOMERS
from lineofsight.reasons import Reason, Statement

SETTLED = 0.15
"""Share of an outcome's variance that goes with being at an end that settles it: as much as a strong driver explains, and
here with hardly an exception."""

SO_STRONG = 0.6
"""Share of a behaviour's variance that one driver explains, alone and beside all others, beyond which it is doubted: an
honest one explains a tenth, a rare one half."""


def partly_separating(
    design: Design,
    view: View,
    settled: Mapping[Pair, SettledEnds],
    by_level: Mapping[Pair, Sequence[LevelCount]],
    moving: frozenset[Pair],
    insisted: Insisted,
    leaks: frozenset[Pair],
) -> list[Suspicion]:
    """Causes that settle an outcome at their ends, or in some of their levels, in a good part of the episodes.

    Args:
        design: The columns.
        view: Everyone's episodes.
        settled: Ends that settle an outcome, by cause and outcome.
        by_level: How often there is any of an outcome in each level of a control.
        moving: Pairs of an operation or control and an amount that move together: to be zero together is no doubt of these.
        insisted: Links that the project insists on, with its reason.
        leaks: What is suspected already.
    """
    main = {info.source: info for info in design.outcomes if info.main}
    periods = {name for name, column in design.categories.items() if column == PERIOD}
    found = []
    for cause, outcome in sorted({*settled, *by_level} - leaks - moving):
        if cause in periods or outcome not in main:
            continue
        sources = (cause, outcome) if cause in main else (outcome,)
        if view.population(sources).clusters < FEWEST_CUSTOMERS:
            continue
        told = (
            _ends(cause, main[outcome], settled[cause, outcome])
            if (cause, outcome) in settled
            else _levels(cause, main[outcome], by_level[cause, outcome])
        )
        if told is not None:
            where, share, n = told
            reason = Reason.SETTLES(name=cause, other=outcome, share=share, inner=where)
            because = insisted.get((cause, outcome))
            found.append(Suspicion("partial", cause, outcome, reason, share, n, insisted=because))
    return found


_Told = tuple[tuple[Statement, ...], float, int]
"""Where it settles, in which share of the episodes, and of how many."""


def _ends(cause: str, info: OutcomeInfo, of: SettledEnds) -> _Told | None:
    whole = (of.some, of.none)
    ends = of.ends if sum(end.n for end in of.ends) < sum(whole) else ()
    if variance_settled([(end.some, end.none) for end in ends], whole) < SETTLED:
        return None
    where = tuple(_settled_where(info, end.some, end.n, _end(cause, end)) for end in ends)
    return where, sum(end.n for end in ends) / sum(whole), sum(whole)


def _end(cause: str, end: Place) -> Statement:
    if not end.known:
        return Reason.SIGN_UNKNOWN(name=cause)
    if end.below is not None:
        return Reason.SIGN_BELOW(name=cause, value=end.below)
    assert end.above is not None  # one of the three
    return Reason.SIGN_ABOVE(name=cause, value=end.above)


def _levels(cause: str, info: OutcomeInfo, counts: Sequence[LevelCount]) -> _Told | None:
    certain = settled_levels(counts)
    whole = (sum(each.some for each in counts), sum(each.none for each in counts))
    always = [each for each in certain if each.some > each.none]
    never = [each for each in certain if each.some <= each.none]
    sides = [
        (sum(e.some for e in side), sum(e.none for e in side), tuple(e.level for e in side))
        for side in (always, never)
        if side
    ]
    if variance_settled([(some, none) for some, none, _ in sides], whole) < SETTLED:
        return None
    where = tuple(
        _settled_where(info, some, some + none, level_sign(cause, names)) for some, none, names in sides
    )
    return where, sum(some + none for some, none, _ in sides) / sum(whole), sum(whole)


def _settled_where(info: OutcomeInfo, some: int, n: int, sign: Statement) -> Statement:
    return Reason.SETTLED_WHERE(kind=info.statistic, share=some / n, inner=(sign,))


def too_strong(
    design: Design, view: View, insisted: Insisted, leaks: frozenset[Pair], left_out: frozenset[Pair]
) -> Iterator[Suspicion]:
    """Operations that explain more than half of a behaviour, alone and beside all others.

    Args:
        design: The columns.
        view: Everyone's episodes.
        insisted: Links that the project insists on, with its reason.
        leaks: What is suspected already.
        left_out: What of it is kept out of the models.
    """
    for info in design.outcomes:
        if info.kind != "behaviour":
            continue
        population = view.population((info.source,))
        if population.clusters < FEWEST_CUSTOMERS:
            continue
        outside = [cause for cause, outcome in left_out if outcome == info.source]
        drivers = [driver for driver in design.basis.drivers if driver.name not in outside]
        groups = {driver.name: driver.slopes for driver in drivers}
        alone = {
            driver.name: share_explained(population, driver.columns, info.name)
            for driver in drivers
            if (driver.name, info.source) not in leaks
        }
        if max(alone.values(), default=0.0) < SO_STRONG:
            continue
        beside = remaining_share(population, design.basis.controls_beside(outside), groups, info.name)
        for name, share in alone.items():
            if share >= SO_STRONG and beside.get(name, 0.0) >= SO_STRONG:
                reason = Reason.SO_STRONG(name=name, other=info.source, share=share)
                because = insisted.get((name, info.source))
                yield Suspicion("strong", name, info.source, reason, share, population.n, insisted=because)
