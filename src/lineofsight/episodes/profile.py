"""What the stored episodes hold: what is missing, quantiles, levels, and what separates an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from lineofsight.aggregation.shape_basis import boxes_of
from lineofsight.engines.base import Reader
from lineofsight.episodes.columns import CUSTOMER, PERIOD, segment
from lineofsight.episodes.file import EpisodeFile
from lineofsight.episodes.joint_answers import JointAnswers, joint_answers
from lineofsight.episodes.leakage import FEWEST, Kinds, LeakageSignal, leakage_signals
from lineofsight.episodes.level_counts import LevelCount, level_counts
from lineofsight.project.models import Operation, Project

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_LEVELS = 20
_QUINTILES = (0.2, 0.4, 0.6, 0.8)
_ALL_WHOLE = 2.0**53
_AT_ONCE = 4  # operations whose values are in memory together: quantiles do not spill
_OCTILES = tuple(eighth / 8 for eighth in range(1, 8))
_SCALES = ((1.0, 5.0), (1.0, 7.0), (0.0, 10.0), (1.0, 10.0))
_RATED_IN = ("", "points", "point", "stars", "rating", "score")
_DETRACTOR = 6.0  # answers of 0 to 6 of 10 (Reichheld 2003)


@dataclass(frozen=True, slots=True)
class Extent:
    """The values of an operation.

    Attributes:
        lowest: The lowest value.
        highest: The highest value.
        known: Episodes in which it is known.
        whole: Whether all of them are whole numbers.
        rating: Lowest and highest answer where it is a rating; None where it is none.
        best: From where on, in the good direction, it is as good as it gets: its limit, the top boxes of a rating,
            else the best value there is.
        at_best: Episodes that are there.
    """

    lowest: float
    highest: float
    known: int
    whole: bool
    rating: tuple[float, float] | None
    best: float
    at_best: int


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
        together: Per two perceptions, how often they have which answers, where these are not too many.
        matched: Per perception, how often each answer is an episode's.
        left_out: Of these, how often it is that of an episode without a value that may not be missing.
        nonzero: Per behaviour, the episodes in which it is known, and known not to be 0.
        octiles: Per operation its 1/8, 2/8, … 7/8 quantiles.
        extent: Per operation what its values are made of.
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
    attributes = [name for name, kind in file.kinds.items() if kind == "text"]
    attributes += [segment(name) for name in project.segments]
    attributes += [PERIOD] if project.period_effects is not None else []
    levels, others, absent = _levels(engine, complete, attributes)
    tallies = {name: _tally(engine, stored, name, whole) for name, given in file.answers.items() if given}
    kinds = _kinds(project)
    controls = [name for name, kind in file.kinds.items() if kind == "number" and name in project.controls]
    pairs = {outcome: [*_causes(project, outcome), *controls] for outcome in kinds}
    return Profile(
        complete=facts["complete"],
        customers=facts["customers"],
        missing={name: counts[name] for name in features},
        quantiles=quantiles,
        bands=bands,
        levels=levels,
        others=others,
        absent=absent,
        separated=_separated(engine, complete, kinds, pairs),
        leakage_signals=leakage_signals(engine, complete, kinds, pairs, facts["complete"], file.buckets),
        matched={name: tally[0] for name, tally in tallies.items()},
        left_out={name: tally[1] for name, tally in tallies.items()},
        nonzero=_nonzero(project, engine, complete),
        octiles=octiles,
        extent=_extents(project, engine, complete),
        by_level=level_counts(
            engine, complete, kinds, {name: levels[name] for name in attributes if name in project.controls}
        ),
        together=joint_answers(engine, complete, {name: tally[0] for name, tally in tallies.items()}),
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


def _extents(project: Project, engine: Reader, episodes: ir.Table) -> dict[str, Extent]:
    """Two passes: what the values are, and how many of them are as good as it gets."""
    measures: dict[str, ir.Value] = {}
    for name in project.operations:
        value = episodes[name].cast("float64")
        # What is rounded becomes a whole number of 64 bits; a double of 2^53 and more is whole already.
        small = (value.abs() < _ALL_WHOLE).ifelse(value, 0.0)
        measures |= {f"low {name}": value.min(), f"high {name}": value.max()}
        measures |= {
            f"known {name}": value.count(),
            f"part {name}": episodes.count(where=small != small.floor()),
        }
    row = engine.fetch(episodes.aggregate(**measures))[0]
    known = [name for name in project.operations if row[f"known {name}"]]
    ratings, best = {}, {}
    for name in known:
        operation, low, high = project.operations[name], row[f"low {name}"], row[f"high {name}"]
        ratings[name] = operation.rating or rating_of(operation, low, high, whole=not row[f"part {name}"])
        best[name] = _best(operation, ratings[name], float(low), float(high))
    if not known:
        return {}
    counts = engine.fetch(
        episodes.aggregate(
            **{name: episodes.count(where=_reached(project, episodes, name, best[name])) for name in known}
        )
    )[0]
    return {
        name: Extent(
            float(row[f"low {name}"]),
            float(row[f"high {name}"]),
            row[f"known {name}"],
            not row[f"part {name}"],
            ratings[name],
            best[name],
            counts[name],
        )
        for name in known
    }


def rating_of(operation: Operation, low: float, high: float, *, whole: bool) -> tuple[float, float] | None:
    """The scale of an operation that is a rating though it is not declared as one.

    Whole numbers of a unit that ratings have, more being better, from the lowest to the highest answer of a usual scale.
    A count has other units, and seldom ends at 5, 7 or 10.
    """
    asked = operation.agg in (None, "last") and operation.better == "higher"
    if not (asked and whole and operation.unit.lower() in _RATED_IN):
        return None
    return next((scale for scale in _SCALES if scale == (low, high)), None)


def _best(operation: Operation, rating: tuple[float, float] | None, low: float, high: float) -> float:
    higher = operation.better == "higher"
    if rating is not None:
        boxes = boxes_of(*rating)
        return boxes.high if higher else boxes.low
    if operation.limit is not None:
        return operation.limit
    if operation.agg == "share":
        return 1.0 if higher else 0.0
    return high if higher else low


def _reached(project: Project, episodes: ir.Table, name: str, best: float) -> ir.BooleanValue:
    value = episodes[name].cast("float64")
    return value >= best if project.operations[name].better == "higher" else value <= best


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


def _separated(
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
