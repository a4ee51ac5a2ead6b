"""Levels of a control that tell an outcome: the ones where it happens most, against all others."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.episodes.leakage import FEWEST, LeakageSignal, LevelCount
from lineofsight.stats.agreement import Fourfold


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
