"""Where a column settles whether there is any of an outcome: its ends beyond which that is as good as certain.

Beyond the lowest and the highest values of one kind of the outcome stands the other kind alone. Where exceptions are let
pass, the ends lie at quantiles of the column within each kind, so that one slip of a pen hides nothing. A place counts
where its exceptions are few beside those that chance would bring: `certain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import ibis.expr.types as ir

from lineofsight.engines.base import Reader
from lineofsight.episodes.columns import BUCKET
from lineofsight.episodes.leakage import FEWEST, GLANCE, ROUNDING, Kinds, LevelCount

EXCEPTIONS = 0.02
"""Exceptions of a settled place, as a share of those that there would be if the column said nothing: one in fifty."""

_LET_PASS = (0.0, 0.002, 0.01)  # shares of the other kind that may lie beyond an end


@dataclass(frozen=True, slots=True)
class Place:
    """Episodes with some values of a column.

    Attributes:
        some, none: Episodes with any of the outcome, and with none of it.
        below, above: The values are less than this, or more; None where that is no limit.
        known: Whether the value is known there.
    """

    some: int
    none: int
    below: float | None = None
    above: float | None = None
    known: bool = True

    @property
    def n(self) -> int:
        """All its episodes."""
        return self.some + self.none


@dataclass(frozen=True, slots=True)
class SettledEnds:
    """A column's ends that settle an outcome.

    Attributes:
        ends: These, apart from each other; at most two, or where the value is not known.
        some, none: All episodes with any of the outcome, and with none of it, in which the column could be known.
    """

    ends: tuple[Place, ...]
    some: int
    none: int


def certain(some: int, none: int, of: tuple[int, int]) -> bool:
    """Whether an outcome is as good as certain in a place with so many episodes of either kind.

    Chance would bring at least `FEWEST` episodes of the rarer kind there, and there are at most `EXCEPTIONS` of them.

    Args:
        some: Episodes of the place with any of the outcome.
        none: Those with none of it.
        of: All episodes with any of it, and with none.
    """
    expected = (some + none) * (of[1] if some >= none else of[0]) / max(sum(of), 1)
    return expected >= FEWEST and min(some, none) <= EXCEPTIONS * expected


def variance_settled(places: Iterable[tuple[int, int]], of: tuple[int, int]) -> float:
    """Share of a yes-or-no outcome's variance that goes with being in one of these places, or in none of them."""
    apart = [place for place in places if sum(place)]
    rest = (of[0] - sum(some for some, _ in apart), of[1] - sum(none for _, none in apart))
    left = sum(some * none / (some + none) for some, none in (*apart, rest) if some + none)
    whole = of[0] * of[1] / max(sum(of), 1)
    return 1 - left / whole if whole else 0.0


def settled_ends(
    engine: Reader,
    episodes: ir.Table,
    kinds: Kinds,
    pairs: Mapping[str, Sequence[str]],
    n: int,
    buckets: int,
    answers: frozenset[str] = frozenset(),
) -> dict[tuple[str, str], SettledEnds]:
    """Ends that settle an outcome, by cause and outcome; two scans for each outcome.

    Args:
        engine: Where the episodes are.
        episodes: Complete ones.
        kinds: Per outcome, whether there is any of it.
        pairs: Per outcome, the columns that may settle it.
        n: How many episodes there are.
        buckets: How many buckets their customers fall into.
        answers: Those of the columns that say nothing where they are not known.
    """
    some = min(buckets, -(-buckets * GLANCE // max(n, 1)))
    glance = episodes if some == buckets else episodes.filter(episodes[BUCKET] < some)
    found: dict[tuple[str, str], SettledEnds] = {}
    for outcome, causes in pairs.items():
        known = _with_kind(glance, kinds, outcome)
        for cause, settled in _outermost(engine, known, causes, answers).items():
            found[cause, outcome] = settled
    if some == buckets:
        return found
    promising: dict[str, dict[str, list[Place]]] = {}
    for (cause, outcome), settled in found.items():
        promising.setdefault(outcome, {})[cause] = [*settled.ends]
    counted: dict[tuple[str, str], SettledEnds] = {}
    for outcome, places in promising.items():
        of_all = _counted(engine, _with_kind(episodes, kinds, outcome), places, answers)
        for cause, (ends, whole) in of_all.items():
            kept = tuple(end for end in ends if certain(end.some, end.none, whole))
            if kept:
                counted[cause, outcome] = SettledEnds(kept, *whole)
    return counted


def _with_kind(episodes: ir.Table, kinds: Kinds, outcome: str) -> ir.Table:
    kind = kinds[outcome](episodes)
    return episodes.mutate(_kind=kind).filter(kind.notnull())


def _outermost(
    engine: Reader, known: ir.Table, causes: Sequence[str], answers: frozenset[str]
) -> dict[str, SettledEnds]:
    """The widest settled end of each side of each column, and where it is not known."""
    if not causes:
        return {}
    shares = sorted({share for passed in _LET_PASS for share in (passed, 1 - passed)})
    within = engine.fetch(
        known.group_by("_kind").aggregate(
            _n=known.count(), **{cause: known[cause].quantile(shares) for cause in causes}
        )
    )
    if len(within) != 2 or min(row["_n"] for row in within) < FEWEST:
        return {}
    wanted: dict[str, list[Place]] = {}
    for cause in causes:
        of_kinds = [dict(zip(shares, row[cause] or (), strict=False)) for row in within]
        lows = {float(q[share]) for q, share in product(of_kinds, _LET_PASS) if q.get(share) is not None}
        highs = {
            float(q[1 - share]) for q, share in product(of_kinds, _LET_PASS) if q.get(1 - share) is not None
        }
        wanted[cause] = [Place(0, 0, below=low) for low in sorted(lows)]
        wanted[cause] += [Place(0, 0, above=high) for high in sorted(highs)]
        wanted[cause] += [] if cause in answers else [Place(0, 0, known=False)]
    found = {}
    for cause, (places, whole) in _counted(engine, known, wanted, answers).items():
        settled = [place for place in places if certain(place.some, place.none, whole)]
        ends = [
            max(side, key=lambda place: place.n)
            for side in (
                [place for place in settled if place.below is not None],
                [place for place in settled if place.above is not None],
                [place for place in settled if not place.known],
            )
            if side
        ]
        if ends:
            found[cause] = SettledEnds(tuple(ends), *whole)
    return found


def _counted(
    engine: Reader, known: ir.Table, places: Mapping[str, Sequence[Place]], answers: frozenset[str]
) -> dict[str, tuple[list[Place], tuple[int, int]]]:
    """These places with their counts, and all episodes of both kinds; one scan."""
    measures: dict[str, ir.Value] = {"_n": known.count()}
    for column, (cause, wanted) in enumerate(places.items()):
        measures[f"_k{column}"] = known[cause].count()
        for at, place in enumerate(wanted):
            if place.known:
                measures[f"_p{column}_{at}"] = known.count(where=_inside(known[cause], place))
    rows = {bool(row["_kind"]): row for row in engine.fetch(known.group_by("_kind").aggregate(**measures))}

    def count(kind: bool, name: str) -> int:
        return int(rows[kind][name]) if kind in rows else 0

    found = {}
    for column, (cause, wanted) in enumerate(places.items()):
        everywhere = f"_k{column}" if cause in answers else "_n"
        counted = []
        for at, place in enumerate(wanted):
            some, none = (
                count(kind, f"_p{column}_{at}")
                if place.known
                else count(kind, "_n") - count(kind, f"_k{column}")
                for kind in (True, False)
            )
            counted.append(replace(place, some=some, none=none))
        found[cause] = (counted, (count(True, everywhere), count(False, everywhere)))
    return found


def _inside(value: ir.NumericValue, place: Place) -> ir.BooleanValue:
    limit = place.below if place.above is None else place.above
    assert limit is not None  # one of both is given
    slack = ROUNDING * max(abs(limit), 1e-300)
    return value < limit - slack if place.above is None else value > limit + slack


def settled_levels(counts: Sequence[LevelCount]) -> tuple[LevelCount, ...]:
    """The levels of a control in which an outcome is as good as certain."""
    of = (sum(each.some for each in counts), sum(each.none for each in counts))
    if min(of) < FEWEST:
        return ()
    return tuple(each for each in counts if certain(each.some, each.none, of))
