"""What the stored episodes hold: what is missing, quantiles, levels, and what separates an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import combinations
from typing import Any

import ibis
import ibis.expr.types as ir

from lineofsight.aggregation.counts import CountBands
from lineofsight.engines.base import Reader
from lineofsight.episodes.certainty import SettledEnds, settled_ends
from lineofsight.episodes.columns import CUSTOMER, PERIOD, segment
from lineofsight.episodes.comovement import moving_together
from lineofsight.episodes.counts import counted_operations
from lineofsight.episodes.extents import Extent, extents
from lineofsight.episodes.file import EpisodeFile
from lineofsight.episodes.leakage import (
    Kinds,
    LeakageSignal,
    LevelCount,
    leakage_signals,
    level_counts,
    separated_pairs,
)
from lineofsight.project.models import Project

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_LEVELS = 20
_QUINTILES = (0.2, 0.4, 0.6, 0.8)
_AT_ONCE = 4  # operations whose values are in memory together: quantiles do not spill
_OCTILES = tuple(eighth / 8 for eighth in range(1, 8))
_DETRACTOR = 6.0  # answers of 0 to 6 of 10 (Reichheld 2003)

MOST_CELLS = 10_000
"""Pairs of answers beyond which none are counted: such perceptions are measurements, and have moments."""

JointAnswers = Mapping[tuple[float, float], int]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the design of the models needs to know about the complete episodes.

    Attributes:
        complete: Episodes with every value that may not be missing.
        customers: Different customers among them.
        missing: Episodes without each operation and control, among all stored.
        quantiles: Per operation its 5th, 25th, 50th, 75th and 95th percentile.
        bands: Per operation, where its bands begin.
        levels: Per control with levels, segment attribute and period, its levels, the most frequent first.
        others: Those of them that have more levels than are kept apart.
        absent: Those of them that are missing somewhere.
        separated: Pairs of cause and outcome where the cause's values for none and some of it do not overlap.
        leakage_signals: Per pair of a cause (or numeric control) and an outcome, the signs that nearly tell whether there is any.
        by_level: Per pair of a control with levels and an outcome, how often there is any of it in each level.
        settled: Per pair of a cause (or numeric control) and an outcome, the ends that settle whether there is any.
        moving: Pairs of an operation or control and an amount that move together where there is any of it.
        together: Per two perceptions, how often they have which answers, where these are not too many.
        matched: Per perception, how often each answer is an episode's.
        left_out: Of these, how often it is that of an episode without a value that may not be missing.
        nonzero: Per behaviour, the episodes in which it is known, and known not to be 0.
        octiles: Per operation its 1/8, 2/8, … 7/8 quantiles.
        extent: Per operation what its values are made of.
        counts: Per operation that counts something, the bands of its values.
    """

    complete: int
    customers: int
    missing: Mapping[str, int]
    quantiles: Mapping[str, tuple[float, ...]]
    bands: Mapping[str, tuple[float, ...]]
    levels: Mapping[str, tuple[str, ...]]
    others: frozenset[str]
    absent: frozenset[str]
    separated: frozenset[tuple[str, str]]
    leakage_signals: Mapping[tuple[str, str], tuple[LeakageSignal, ...]]
    matched: Mapping[str, Mapping[float, int]]
    left_out: Mapping[str, Mapping[float, int]]
    nonzero: Mapping[str, tuple[int, int]]
    octiles: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    extent: Mapping[str, Extent] = field(default_factory=dict)
    by_level: Mapping[tuple[str, str], tuple[LevelCount, ...]] = field(default_factory=dict)
    together: Mapping[tuple[str, str], JointAnswers] = field(default_factory=dict)
    settled: Mapping[tuple[str, str], SettledEnds] = field(default_factory=dict)
    moving: frozenset[tuple[str, str]] = frozenset()
    counts: Mapping[str, CountBands] = field(default_factory=dict)


def profile_episodes(project: Project, engine: Reader, file: EpisodeFile) -> Profile:
    """Reads the stored episodes once for counts and quantiles, and once per attribute for its levels."""
    stored = engine.stored(file.path)
    features = {**project.operations, **project.controls}
    names = [*features, *(segment(name) for name in project.segments)]
    counts = engine.fetch(
        stored.aggregate(**{name: stored.count(where=stored[name].isnull()) for name in names})
    )[0]
    needed = [stored[name].notnull() for name, feature in features.items() if feature.if_missing == "drop"]
    whole = reduce(lambda a, b: a & b, needed, ibis.literal(True))
    complete = stored.filter(whole) if needed else stored
    facts = engine.fetch(
        complete.aggregate(complete=complete.count(), customers=complete[CUSTOMER].nunique())
    )[0]
    quantiles, bands, octiles = _quantiles(project, engine, complete)
    extent = extents(project, engine, complete)
    counted = counted_operations(project, engine, complete, extent)
    one_each = {name: found.steps for name, found in counted.items() if not project.operations[name].bands}
    attributes = [name for name, kind in file.kinds.items() if kind == "text"]
    attributes += [segment(name) for name in project.segments]
    attributes += [PERIOD] if project.period_effects is not None else []
    levels, others, absent = _levels(engine, complete, attributes)
    tallies = {name: _tally(engine, stored, name, whole) for name, given in file.answers.items() if given}
    kinds = _kinds(project)
    controls = [name for name, kind in file.kinds.items() if kind == "number" and name in project.controls]
    pairs = {outcome: [*_causes(project, outcome), *controls] for outcome in kinds}
    by_levels = {name: levels[name] for name in attributes if name in project.controls}
    amounts = [name for name, each in project.behaviours.items() if each.kind != "stay"]
    size = (facts["complete"], file.buckets)
    return Profile(
        complete=facts["complete"],
        customers=facts["customers"],
        missing={name: counts[name] for name in features},
        quantiles=quantiles,
        bands=bands | one_each,
        levels=levels,
        others=others,
        absent=absent,
        separated=separated_pairs(engine, complete, kinds, pairs),
        leakage_signals=leakage_signals(engine, complete, kinds, pairs, *size),
        matched={name: tally[0] for name, tally in tallies.items()},
        left_out={name: tally[1] for name, tally in tallies.items()},
        nonzero=_nonzero(project, engine, complete),
        octiles=octiles,
        extent=extent,
        by_level=level_counts(engine, complete, kinds, by_levels),
        together=_joint_answers(engine, complete, {name: tally[0] for name, tally in tallies.items()}),
        settled=settled_ends(engine, complete, kinds, pairs, *size, frozenset(project.perceptions)),
        moving=moving_together(engine, complete, amounts, [*project.operations, *controls], by_levels, *size),
        counts=counted,
    )


def _quantiles(
    project: Project, engine: Reader, episodes: ir.Table
) -> tuple[dict[str, tuple[float, ...]], dict[str, tuple[float, ...]], dict[str, tuple[float, ...]]]:
    wanted = tuple(sorted({*QUANTILES, *_QUINTILES, *_OCTILES}))
    row: dict[str, Any] = {}
    names = list(project.operations)
    for start in range(0, len(names), _AT_ONCE):
        some = {name: episodes[name].quantile(list(wanted)) for name in names[start : start + _AT_ONCE]}
        row |= engine.fetch(episodes.aggregate(**some))[0]
    quantiles, bands, octiles = {}, {}, {}
    for name, operation in project.operations.items():
        found = dict(zip(wanted, row[name] or (), strict=False))
        if not found:
            continue
        quantiles[name] = tuple(float(found[q]) for q in QUANTILES)
        lowest, fifths = float(found[QUANTILES[0]]), sorted({float(found[q]) for q in _QUINTILES})
        bands[name] = operation.bands or tuple(cut for cut in fifths if cut > lowest)
        octiles[name] = tuple(float(found[q]) for q in _OCTILES)
    nearly_one = {name: quantiles[name][2] for name, cuts in bands.items() if not cuts}
    return quantiles, bands | _around(engine, episodes, nearly_one), octiles


def _around(engine: Reader, episodes: ir.Table, values: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    """Where bands begin of operations that have one value nearly everywhere: at it, and at the next above."""
    if not values:
        return {}
    measures: dict[str, ir.Value] = {}
    for name, usual in values.items():
        value = episodes[name].cast("float64")
        measures |= {f"low {name}": value.min(), f"next {name}": value.min(where=value > usual)}
    row = engine.fetch(episodes.aggregate(**measures))[0]
    cuts = {}
    for name, usual in values.items():
        below, above = row[f"low {name}"], row[f"next {name}"]
        found = [usual] if below < usual else []
        found += [float(above)] if above is not None else []
        cuts[name] = tuple(found) or (usual,)
    return cuts


def _levels(
    engine: Reader, episodes: ir.Table, attributes: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], frozenset[str], frozenset[str]]:
    levels, others, absent = {}, set(), set()
    for name in attributes:
        text = episodes.select(level=episodes[name].cast("string"))
        tally = text.group_by("level").aggregate(n=text.count())
        rows = engine.fetch(tally.order_by([ibis.desc(tally["n"]), tally["level"]]).limit(MOST_LEVELS + 2))
        found = [str(row["level"]) for row in rows if row["level"] is not None]
        if len(found) < len(rows) or (
            len(rows) == MOST_LEVELS + 2
            and engine.fetch(text.aggregate(n=text.count(where=text["level"].isnull())))[0]["n"]
        ):
            absent.add(name)
        if len(found) > MOST_LEVELS:
            others.add(name)
        levels[name] = tuple(found[:MOST_LEVELS])
    return levels, frozenset(others), frozenset(absent)


def _kinds(project: Project) -> Kinds:
    """Whether there is any of an outcome; missing where it is not known.

    The two kinds of a behaviour are some and none (some spend and no spend, stayed and left); those of an NPS are
    detractors and the others, as a copy of the answer does not correlate perfectly with its three values.
    """
    kinds = dict.fromkeys(project.behaviours, 0.0)
    kinds |= {name: _DETRACTOR for name, p in project.perceptions.items() if p.measure == "nps"}
    return {
        name: partial(_other_than_none if name in project.behaviours else _more_than, name, value)
        for name, value in kinds.items()
    }


def _other_than_none(name: str, none: float, episodes: ir.Table) -> ir.BooleanValue:
    return episodes[name] != none


def _more_than(name: str, value: float, episodes: ir.Table) -> ir.BooleanValue:
    return episodes[name] > value


def _causes(project: Project, outcome: str) -> list[str]:
    """What could give an outcome away; perceptions are no causes of each other."""
    perceptions = [] if outcome in project.perceptions else [*project.perceptions]
    return [*project.operations, *perceptions]


def _nonzero(project: Project, engine: Reader, episodes: ir.Table) -> dict[str, tuple[int, int]]:
    if not project.behaviours:
        return {}
    measures = {}
    for name in project.behaviours:
        measures[f"known {name}"] = episodes.count(where=episodes[name].notnull())
        measures[f"nonzero {name}"] = episodes.count(where=episodes[name] != 0)
    row = engine.fetch(episodes.aggregate(**measures))[0]
    return {name: (row[f"known {name}"], row[f"nonzero {name}"]) for name in project.behaviours}


def _tally(
    engine: Reader, episodes: ir.Table, name: str, whole: ir.BooleanValue
) -> tuple[dict[float, int], dict[float, int]]:
    """How often each answer is an episode's, and one's that is not whole."""
    answered = episodes.mutate(_whole=whole).filter(episodes[name].notnull())
    tally = answered.group_by(name).aggregate(
        _n=answered.count(), _of=answered.count(where=answered["_whole"])
    )
    rows = [(float(row[name]), int(row["_n"]), int(row["_of"])) for row in engine.fetch(tally)]
    return {value: n for value, n, _ in rows}, {value: n - of for value, n, of in rows if n > of}


def _joint_answers(
    engine: Reader, episodes: ir.Table, matched: Mapping[str, Mapping[float, int]]
) -> dict[tuple[str, str], JointAnswers]:
    """Episodes by their pair of answers, for each two perceptions; one scan of two columns per pair.

    Args:
        engine: Where the episodes are.
        episodes: Complete ones.
        matched: Per perception, how often each answer is an episode's.
    """
    found: dict[tuple[str, str], JointAnswers] = {}
    for one, other in combinations(matched, 2):
        if not 0 < len(matched[one]) * len(matched[other]) <= MOST_CELLS:
            continue
        both = episodes.filter(episodes[one].notnull() & episodes[other].notnull())
        tally = both.group_by([one, other]).aggregate(_n=both.count())
        found[one, other] = {
            (float(row[one]), float(row[other])): int(row["_n"]) for row in engine.fetch(tally)
        }
    return found
