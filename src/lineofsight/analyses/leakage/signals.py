"""Leakage signals: whether a column nearly gives an outcome away, by the one cut that tells it best or by what it explains.

A cut is of a number, of its being missing, or of a control's levels: those where the outcome happens most, against all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.episodes.leakage import FEWEST, LeakageSignal, LevelCount
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population
from lineofsight.model.regression import EXACT_FIT, FEWEST_CUSTOMERS
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.agreement import Fourfold
from lineofsight.stats.partial import partial_r2, partial_r2_from_precision

NEARLY_EQUAL = 0.8
"""Kappa beyond which sign and outcome are nearly the same: 'almost perfect' (Landis and Koch 1977). Halves of two normal
variables that correlate by 0.95 agree as much; where the outcome is rare, it takes a higher correlation."""

NEARLY_SURE = 0.9
"""Share of the doubt that a flag leaves nothing of where it is there, or all of whose episodes of the outcome have it."""

_EXPLAINED = 0.5  # of the outcome's variance, by a flag that is nearly sure: with less, it may be a must-have
_PER_COLUMN = 5  # customers for each column; with fewer a model explains what is left by chance


def level_signals(counts: Sequence[LevelCount]) -> tuple[LeakageSignal, ...]:
    """Every cut through the levels in the order of how often there is any of the outcome.

    Of all ways to part levels in two, the one that tells a yes-or-no outcome best is such a cut (Breiman, Friedman,
    Olshen and Stone 1984, theorem 4.5). The sign is to have one of the levels on the side that has fewer of them.
    None where one kind of the outcome has fewer than ten episodes.
    """
    known = [each for each in counts if each.some + each.none]
    some, none = sum(each.some for each in known), sum(each.none for each in known)
    if min(some, none) < FEWEST:
        return ()
    ordered = sorted(known, key=lambda each: each.some / (each.some + each.none), reverse=True)
    found = []
    for cut in range(1, len(ordered)):
        often, seldom = ordered[:cut], ordered[cut:]
        few = often if len(often) <= len(seldom) else seldom
        both, sign = sum(each.some for each in few), sum(each.none for each in few)
        found.append(
            LeakageSignal(
                None,
                least=False,
                counts=Fourfold(both, sign, some - both, none - sign),
                flag=True,
                levels=tuple(each.level for each in few),
            )
        )
    return tuple(found)


def separating(counts: Sequence[LevelCount]) -> bool:
    """Whether every level has the outcome always, or never."""
    some, none = sum(each.some for each in counts), sum(each.none for each in counts)
    return min(some, none) >= FEWEST and not any(each.some and each.none for each in counts)


@dataclass(frozen=True, slots=True)
class NearLeak:
    """What shows that an outcome is nearly given away; the share; and the episodes counted, if they were."""

    what: Statement
    share: float
    n: int | None = None


def strongest_signal(
    cause: str, info: OutcomeInfo, leakage_signals: Sequence[LeakageSignal]
) -> NearLeak | None:
    """The sign that tells the outcome best, if it nearly gives it away."""
    found = [signal for signal in leakage_signals if _gives_away(signal)]
    if not found:
        return None
    best = max(found, key=lambda signal: signal.counts.oriented.kappa)
    counts = best.counts
    what = Reason.TOLD_BY_SIGN(
        kind=info.statistic,
        share=float(counts.with_sign),
        beside=float(counts.without_sign),
        inner=(_sign(cause, best),),
    )
    return NearLeak(what, counts.oriented.agreement, counts.n)


def _gives_away(signal: LeakageSignal) -> bool:
    counts = signal.counts.oriented
    if counts.kappa >= NEARLY_EQUAL:
        return True
    sure = max(counts.kappa_sure, counts.kappa_all) >= NEARLY_SURE
    return signal.flag and sure and counts.phi2 >= _EXPLAINED


def _sign(cause: str, signal: LeakageSignal) -> Statement:
    if signal.levels:
        return level_sign(cause, signal.levels)
    if signal.above is None:
        return Reason.SIGN_KNOWN(name=cause)
    return (Reason.SIGN_FROM if signal.least else Reason.SIGN_ABOVE)(name=cause, value=signal.above)


def level_sign(cause: str, levels: Sequence[str | None]) -> Statement:
    """To have one of these levels; None among them stands for those not kept apart."""
    named = tuple(level for level in levels if level is not None)
    if not named:
        return Reason.SIGN_OTHER_LEVEL(name=cause)
    code = Reason.SIGN_LEVELS_OR_OTHER if None in levels else Reason.SIGN_LEVELS
    return code(name=cause, names=named)


def enough_for(population: Population, columns: Sequence[str]) -> bool:
    """Whether customers are so many that these columns cannot tell an outcome by chance."""
    return population.clusters >= max(FEWEST_CUSTOMERS, _PER_COLUMN * (len(columns) + 1))


def share_explained(population: Population, columns: Sequence[str], outcome: str) -> float:
    """R² of an outcome on these columns alone, adjusted for their number; 0 where it cannot be told."""
    if not enough_for(population, columns):
        return 0.0
    columns = population.identification(tuple(columns)).kept
    if not columns:
        return 0.0
    covariance = population.first.select((*columns, outcome)).covariance()[0]
    share = float(partial_r2(covariance, len(columns), range(len(columns))))
    left = population.clusters - len(columns) - 1
    if not np.isfinite(share):
        return 0.0
    return 1 - (1 - share) * (population.clusters - 1) / left


def remaining_share(
    population: Population, controls: Sequence[str], groups: Mapping[str, Sequence[str]], outcome: str
) -> dict[str, float]:
    """Share of what controls and all other groups leave of an outcome that each group explains; empty where unknown."""
    columns = (*controls, *(column for group in groups.values() for column in group))
    if population.n == 0 or not groups:
        return {}
    kept = population.identification(columns).identified
    if population.clusters < max(FEWEST_CUSTOMERS, _PER_COLUMN * (len(kept) + 1)):
        return {}
    covariance = population.first.select((*kept, outcome)).covariance()[0]
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0).all():
        return {}
    correlation = covariance / scale / scale[:, None]
    if np.linalg.eigvalsh(correlation)[0] < 1 - EXACT_FIT:
        return {}  # the columns give the outcome exactly, which is refused by itself
    precision = np.linalg.inv(correlation)
    place = {name: at for at, name in enumerate(kept)}
    shares = {}
    for name, group in groups.items():
        inside = [place[column] for column in group if column in place]
        if inside:
            shares[name] = partial_r2_from_precision(precision, len(kept), inside)
    return shares
