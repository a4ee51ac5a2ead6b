"""Columns that give an outcome away, or nearly: they are found, named, and kept out of the models.

The rules, with what they rest on, are in docs/explanation/fooled.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lineofsight.analyses.leakage.signals import (
    NearLeak,
    enough_for,
    level_signals,
    remaining_share,
    separating,
    share_explained,
    strongest_signal,
)
from lineofsight.analyses.leakage.suspicions import Insisted, Pair, Suspicion
from lineofsight.episodes.columns import PERIOD
from lineofsight.episodes.leakage import LeakageSignal, LevelCount
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population, View
from lineofsight.model.regression import EXACT_FIT, FEWEST_CUSTOMERS
from lineofsight.reasons import Reason

NEAR_LEAK = 0.9
"""Share of an outcome's variance that one cause explains only if it is made from it: a correlation of 0.95."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A possible cause: its name, its column (None where levels have one each), all its columns; and what it is."""

    name: str
    column: str | None
    columns: tuple[str, ...]
    perception: bool = False
    levels: bool = False


def find_leaks(
    design: Design,
    view: View,
    separated: frozenset[Pair],
    leakage_signals: Mapping[Pair, Sequence[LeakageSignal]] | None = None,
    insisted: Insisted | None = None,
    by_level: Mapping[Pair, Sequence[LevelCount]] | None = None,
    moving: frozenset[Pair] = frozenset(),
) -> list[Suspicion]:
    """Causes that give an outcome away: they separate it, are a copy of it, or nearly so.

    So may a control: held equal, it would take away what goes with the operations. One that moves with how much there
    is of an amount is none for being zero, or missing, where there is none of it; nor for explaining much of it, which
    is doubted and held equal all the same.

    Args:
        design: The columns.
        view: Everyone's episodes.
        separated: Pairs of cause and binary behaviour whose values do not overlap.
        leakage_signals: Signs that nearly tell whether there is any of an outcome.
        insisted: Links that the project insists on, with its reason. They are not kept out, but for exact copies.
        by_level: How often there is any of an outcome in each level of a control.
        moving: Pairs of an operation or control and an amount that move together where there is any of it.

    Returns:
        One per pair of cause (operation, perception or control) and outcome (perception or behaviour).
    """
    found: dict[Pair, Suspicion] = {}
    drivers = {driver.name for driver in design.basis.drivers}
    moving = frozenset(pair for pair in moving if pair[0] not in drivers)
    by_level = by_level or {}
    every = separated | {pair for pair, counts in by_level.items() if separating(counts)}
    signs = {**(leakage_signals or {}), **{pair: level_signals(counts) for pair, counts in by_level.items()}}
    for cause, outcome in sorted(every - moving):
        found[cause, outcome] = Suspicion(
            "separation",
            cause,
            outcome,
            Reason.SEPARATES(name=cause, other=outcome),
            share=1.0,
            n=view.population((cause, outcome) if _is_outcome(design, cause) else (outcome,)).n,
            kept_out=True,
        )
    copies = set()
    for candidate, info, population in _pairs(design, view):
        pair = (candidate.name, info.source)
        if candidate.column is not None and _is_copy(population, candidate.column, info.name):
            copies.add(pair)
            reason = Reason.COPY(name=candidate.name, other=info.source)
            found.setdefault(pair, Suspicion("leak", *pair, reason, share=1.0, n=population.n, kept_out=True))
        elif pair not in found:
            together = pair in moving
            near_leak = _near_leak(candidate, info, population, () if together else signs.get(pair, ()))
            if near_leak is not None and together:
                strong = Reason.SO_STRONG(name=candidate.name, other=info.source, share=near_leak.share)
                found[pair] = Suspicion("strong", *pair, strong, share=near_leak.share, n=population.n)
            elif near_leak is not None:
                found[pair] = _suspicion(candidate, info, near_leak, population.n)
    found |= _given_the_others(design, view, found)
    return [_insisting(each, (insisted or {}).get(pair), copy=pair in copies) for pair, each in found.items()]


def _insisting(suspicion: Suspicion, because: str | None, *, copy: bool) -> Suspicion:
    if because is None:
        return suspicion
    return replace(suspicion, insisted=because, kept_out=suspicion.kept_out and copy)


def _is_outcome(design: Design, name: str) -> bool:
    return any(info.source == name for info in design.outcomes)


def _pairs(design: Design, view: View) -> Iterator[tuple[_Candidate, OutcomeInfo, Population]]:
    """Every possible cause with every outcome, in the episodes that have both."""
    basis = design.basis
    columns = [_Candidate(each.name, each.name, each.columns) for each in basis.drivers]
    columns += [_Candidate(each.name, each.name, each.columns) for each in basis.numbers]
    levels = [
        _Candidate(each.name, None, each.columns, levels=True)
        for each in basis.categories
        if design.categories[each.name] != PERIOD
    ]
    perceptions = [
        _Candidate(info.source, info.name, (info.name,), perception=True)
        for info in design.outcomes
        if info.kind == "perception"
    ]
    for info in design.outcomes:
        for candidate in (*columns, *levels, *(perceptions if info.kind == "behaviour" else ())):
            sources = (candidate.name, info.source) if candidate.perception else (info.source,)
            population = view.population(sources)
            if population.clusters >= FEWEST_CUSTOMERS:  # two points always lie on a line
                yield candidate, info, population


def _is_copy(population: Population, column: str, outcome: str) -> bool:
    covariance = population.first.select([column, outcome]).covariance()[0]
    sd = np.sqrt(np.diag(covariance))
    return bool((sd > 0).all() and abs(covariance[0, 1]) / sd.prod() > EXACT_FIT)


def _near_leak(
    candidate: _Candidate, info: OutcomeInfo, population: Population, leakage_signals: Sequence[LeakageSignal]
) -> NearLeak | None:
    usable = [t for t in leakage_signals if not (candidate.perception and t.above is None)]
    if candidate.levels and not enough_for(population, candidate.columns):
        return None
    signal = strongest_signal(candidate.name, info, usable)
    if signal is not None:
        return signal
    share = share_explained(population, candidate.columns, info.name)
    if share >= NEAR_LEAK:
        return NearLeak(Reason.EXPLAINS_ALONE(name=info.source, share=share), share)
    return None


def _suspicion(candidate: _Candidate, info: OutcomeInfo, near_leak: NearLeak, n: int) -> Suspicion:
    reason = Reason.NEARLY_GIVES_AWAY(name=candidate.name, other=info.source, inner=(near_leak.what,))
    return Suspicion(
        "near_leak",
        candidate.name,
        info.source,
        reason,
        share=near_leak.share,
        n=near_leak.n or n,
        kept_out=True,
    )


def _given_the_others(design: Design, view: View, found: Mapping[Pair, Suspicion]) -> dict[Pair, Suspicion]:
    """Operations that explain nearly all that the others leave of an outcome."""
    more: dict[Pair, Suspicion] = {}
    basis = design.basis
    for info in design.outcomes:
        population = view.population((info.source,))
        given = [
            cause for (cause, outcome), each in found.items() if outcome == info.source and each.kept_out
        ]
        groups = {
            driver.name: driver.slopes
            for driver in basis.drivers
            if (driver.name, info.source) not in found and (driver.name, info.source) not in more
        }
        shares = remaining_share(population, basis.controls_beside(given), groups, info.name)
        for name, share in shares.items():
            if share >= NEAR_LEAK:
                near_leak = NearLeak(Reason.EXPLAINS_THE_REST(name=info.source, share=share), share)
                candidate = _Candidate(name, name, ())
                more[name, info.source] = _suspicion(candidate, info, near_leak, population.n)
    return more
