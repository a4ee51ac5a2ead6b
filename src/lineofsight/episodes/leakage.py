"""How nearly a column tells whether there is any of an outcome: counted at the one cut where it would tell it best.

If a column gives a yes-or-no outcome away, then about as many episodes lie beyond the cut as have the outcome. So the cut
lies at that quantile of the column, or at the opposite one where low values go with it: a few counts per pair of
columns are enough, and extreme values, which could hide a leak from means and correlations, do no harm. Of a control with
levels, the outcome is counted in each level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Reader
from lineofsight.episodes.columns import BUCKET
from lineofsight.stats.agreement import Fourfold

FEWEST = 10
"""An outcome with fewer episodes of one kind is told by chance."""

GLANCE = (
    200_000  # episodes that are looked at first, those of the first buckets: a random part of the customers
)
_PROMISING = (
    0.5  # kappa (or twice the squared correlation) at a glance, below which the rest is not looked at
)
ROUNDING = 1e-9  # by which engines may differ in a quantile between two values


Kinds = Mapping[str, Callable[[ir.Table], ir.BooleanValue]]
"""Per outcome, what says of a table of episodes whether there is any of it; missing where it is not known."""


@dataclass(frozen=True, slots=True)
class LeakageSignal:
    """A column as a sign of an outcome.

    Attributes:
        above: The sign is a value of more than this, or `least` and more; None: that the value is known at all.
        least: Whether the cut itself is a sign.
        counts: Episodes with and without the sign and the outcome.
        flag: Whether the column has two values only, so that there is no other cut; or the sign is one of levels.
        levels: The sign is one of these levels of a control; None among them stands for those not kept apart.
    """

    above: float | None
    least: bool
    counts: Fourfold
    flag: bool
    levels: tuple[str | None, ...] = ()


def leakage_signals(
    engine: Reader,
    episodes: ir.Table,
    kinds: Kinds,
    pairs: Mapping[str, Sequence[str]],
    n: int,
    buckets: int,
) -> dict[tuple[str, str], tuple[LeakageSignal, ...]]:
    """Every sign that promises something, counted over all episodes, by cause and outcome.

    Args:
        engine: Where the episodes are.
        episodes: Complete ones.
        kinds: Per outcome, whether there is any of it.
        pairs: Per outcome, the columns that may give it away.
        n: How many episodes there are.
        buckets: How many buckets their customers fall into.
    """
    some = min(buckets, -(-buckets * GLANCE // max(n, 1)))
    glance = episodes if some == buckets else episodes.filter(episodes[BUCKET] < some)
    cuts = _cuts(engine, glance, kinds, pairs)
    found = _counted(engine, glance, kinds, cuts)
    promising = {
        outcome: [(cause, cut) for cause, cut in wanted if _promises(found[outcome, cause, cut])]
        for outcome, wanted in cuts.items()
    }
    if some < buckets:
        found = _counted(engine, episodes, kinds, promising)
    flags = _flags(engine, glance, promising)
    told: dict[tuple[str, str], list[LeakageSignal]] = {}
    for outcome, wanted in promising.items():
        for cause, (above, least) in wanted:
            counts = found[outcome, cause, (above, least)]
            signal = LeakageSignal(above, least, counts, flags.get(cause, False) or above is None)
            told.setdefault((cause, outcome), []).append(signal)
    return {pair: tuple(signals) for pair, signals in told.items()}


_Cut = tuple[float | None, bool]


def _promises(counts: Fourfold) -> bool:
    return counts.oriented.kappa >= _PROMISING or counts.oriented.phi2 >= _PROMISING / 2


def _cuts(
    engine: Reader,
    episodes: ir.Table,
    kinds: Kinds,
    pairs: Mapping[str, Sequence[str]],
) -> dict[str, list[tuple[str, _Cut]]]:
    """Where each column would be cut for each outcome: where as many lie beyond as have the outcome."""
    measures: dict[str, ir.Value] = {}
    for outcome, kind in kinds.items():
        measures |= {
            f"some {outcome}": episodes.count(where=kind(episodes)),
            f"none {outcome}": episodes.count(where=~kind(episodes)),
        }
    counted = engine.fetch(episodes.aggregate(**measures))[0] if measures else {}
    rates = {}
    for outcome in kinds:
        some, none = counted[f"some {outcome}"] or 0, counted[f"none {outcome}"] or 0
        if min(some, none) >= FEWEST:
            rates[outcome] = some / (some + none)
    causes = list(dict.fromkeys(cause for outcome in rates for cause in pairs[outcome]))
    shares = sorted({share for rate in rates.values() for share in (rate, 1 - rate)})
    if not causes:
        return {}
    quantiles = engine.fetch(
        episodes.aggregate(**{cause: episodes[cause].quantile(shares) for cause in causes})
    )[0]
    found: dict[str, list[tuple[str, _Cut]]] = {}
    for outcome, rate in rates.items():
        found[outcome] = [(cause, (None, False)) for cause in pairs[outcome]]
        for cause in pairs[outcome]:
            at = dict(zip(shares, quantiles[cause] or (), strict=False))
            ends = {float(at[share]) for share in (rate, 1 - rate) if share in at}
            found[outcome] += [(cause, (end, least)) for end in sorted(ends) for least in (False, True)]
    return found


def _counted(
    engine: Reader,
    episodes: ir.Table,
    kinds: Kinds,
    cuts: Mapping[str, Sequence[tuple[str, _Cut]]],
) -> dict[tuple[str, str, _Cut], Fourfold]:
    """The four counts of each cut; one scan per outcome."""
    found: dict[tuple[str, str, _Cut], Fourfold] = {}
    for outcome, wanted in cuts.items():
        if not wanted:
            continue
        kind = kinds[outcome](episodes)
        known = episodes.mutate(_kind=kind).filter(kind.notnull())
        measures: dict[str, ir.Value] = {"_n": known.count()}
        for place, (cause, cut) in enumerate(wanted):
            measures[f"_k{place}"] = known[cause].count()
            if cut[0] is not None:
                measures[f"_s{place}"] = known.count(where=_beyond(known[cause], cut))
        rows = engine.fetch(known.group_by("_kind").aggregate(**measures))
        by_kind = {bool(row["_kind"]): row for row in rows}
        for place, (cause, cut) in enumerate(wanted):
            (both, thing), (sign, neither) = (_split(by_kind.get(kind), place, cut) for kind in (True, False))
            found[outcome, cause, cut] = Fourfold(both, sign, thing, neither)
    return found


def _split(row: Mapping[str, int] | None, place: int, cut: _Cut) -> tuple[int, int]:
    """Episodes of one kind with the sign and without it; those where the value is not known count for neither."""
    if row is None:
        return 0, 0
    known = row[f"_k{place}"]
    return (known, row["_n"] - known) if cut[0] is None else (row[f"_s{place}"], known - row[f"_s{place}"])


def _beyond(value: ir.NumericValue, cut: _Cut) -> ir.BooleanValue:
    above, least = cut
    assert above is not None
    slack = ROUNDING * max(abs(above), 1e-300)
    return value > (above - slack if least else above + slack)


def _flags(
    engine: Reader, episodes: ir.Table, cuts: Mapping[str, Sequence[tuple[str, _Cut]]]
) -> dict[str, bool]:
    """Which columns have two values only."""
    causes = list(dict.fromkeys(cause for wanted in cuts.values() for cause, _ in wanted))
    if not causes:
        return {}
    ends = engine.fetch(
        episodes.aggregate(
            **{f"low {c}": episodes[c].min() for c in causes},
            **{f"high {c}": episodes[c].max() for c in causes},
        )
    )[0]
    between = engine.fetch(
        episodes.aggregate(
            **{
                c: episodes.count(
                    where=(episodes[c] != _literal(ends[f"low {c}"]))
                    & (episodes[c] != _literal(ends[f"high {c}"]))
                )
                for c in causes
            }
        )
    )[0]
    return {cause: between[cause] == 0 for cause in causes}


def _literal(value: float | None) -> ir.NumericScalar:
    return ibis.literal(value, "float64")


def separated_pairs(
    engine: Reader, episodes: ir.Table, kinds: Kinds, pairs: Mapping[str, Sequence[str]]
) -> frozenset[tuple[str, str]]:
    """Causes whose values do not overlap between the two kinds of an outcome: the column leaks it."""
    found = set()
    for outcome, kind in kinds.items():
        causes = pairs[outcome]
        known = episodes.mutate(_kind=kind(episodes)).filter(episodes[outcome].notnull())
        measures = {"_n": known.count()}
        for cause in causes:
            measures |= {f"low {cause}": known[cause].min(), f"high {cause}": known[cause].max()}
        rows = engine.fetch(known.group_by("_kind").aggregate(**measures))
        if len(rows) != 2 or min(row["_n"] for row in rows) < FEWEST:
            continue
        for cause in causes:
            one, other = ((row[f"low {cause}"], row[f"high {cause}"]) for row in rows)
            if None not in (*one, *other) and (one[1] < other[0] or other[1] < one[0]):
                found.add((cause, outcome))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Episodes of one level, or of several together.

    Attributes:
        level: The level; None for those that are not kept apart, and where it is not known.
        some, none: Episodes with any of the outcome, and with none of it.
    """

    level: str | None
    some: int
    none: int


def level_counts(
    engine: Reader, episodes: ir.Table, kinds: Kinds, levels: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], tuple[LevelCount, ...]]:
    """Counts of each level of each control, by control and outcome; one scan per control.

    Args:
        engine: Where the episodes are.
        episodes: Complete ones.
        kinds: Per outcome, whether there is any of it.
        levels: Per control, the levels that are kept apart; what has another level or none is counted together.
    """
    found: dict[tuple[str, str], tuple[LevelCount, ...]] = {}
    if not kinds:
        return found
    for control, kept in levels.items():
        text = episodes[control].cast("string")
        known = episodes.mutate(_level=text.isin(list(kept)).ifelse(text, ibis.null("string")))
        measures: dict[str, ir.Value] = {}
        for outcome, kind in kinds.items():
            there = kind(known)
            measures |= {
                f"some {outcome}": known.count(where=there),
                f"none {outcome}": known.count(where=~there),
            }
        rows = engine.fetch(known.group_by("_level").aggregate(**measures))
        by_level = {row["_level"]: row for row in rows}
        for outcome in kinds:
            found[control, outcome] = tuple(
                LevelCount(
                    level, by_level[level][f"some {outcome}"] or 0, by_level[level][f"none {outcome}"] or 0
                )
                for level in (*kept, None)
                if level in by_level
            )
    return found
