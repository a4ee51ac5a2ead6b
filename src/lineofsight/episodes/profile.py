"""What the stored episodes hold: what is missing, quantiles, levels, and what separates an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine
from lineofsight.episodes.columns import CUSTOMER, PERIOD, segment
from lineofsight.episodes.file import EpisodeFile
from lineofsight.episodes.telling import FEWEST, Kinds, Telling, best_tellings
from lineofsight.project.models import Project

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_LEVELS = 20
_QUINTILES = (0.2, 0.4, 0.6, 0.8)
_DETRACTOR = 6.0  # answers of 0 to 6 of 10 (Reichheld 2003)


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
        tellings: Per pair of a cause (or numeric control) and an outcome, the signs that nearly tell whether there is any.
        matched: Per perception, how often each answer is an episode's.
        nonzero: Per behaviour, the episodes in which it is known, and known not to be 0.
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
    tellings: Mapping[tuple[str, str], tuple[Telling, ...]]
    matched: Mapping[str, Mapping[float, int]]
    nonzero: Mapping[str, tuple[int, int]]


def profile_episodes(project: Project, engine: Engine, file: EpisodeFile) -> Profile:
    """Reads the stored episodes once for counts and quantiles, and once per attribute for its levels."""
    stored = engine.stored(file.path)
    features = {**project.operations, **project.controls}
    names = [*features, *(segment(name) for name in project.segments)]
    counts = engine.fetch(
        stored.aggregate(**{name: stored.count(where=stored[name].isnull()) for name in names})
    )[0]
    needed = [stored[name].notnull() for name, feature in features.items() if feature.if_missing == "drop"]
    complete = stored.filter(reduce(lambda a, b: a & b, needed)) if needed else stored
    facts = engine.fetch(
        complete.aggregate(complete=complete.count(), customers=complete[CUSTOMER].nunique())
    )[0]
    quantiles, bands = _quantiles(project, engine, complete)
    attributes = [name for name, kind in file.kinds.items() if kind == "text"]
    attributes += [segment(name) for name in project.segments]
    attributes += [PERIOD] if project.period_effects is not None else []
    levels, others, absent = _levels(engine, complete, attributes)
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
        separated=_separated(project, engine, complete, kinds),
        tellings=best_tellings(engine, complete, kinds, pairs, facts["complete"], file.buckets),
        matched={name: _tally(engine, stored, name) for name, given in file.answers.items() if given},
        nonzero=_nonzero(project, engine, complete),
    )


def _quantiles(
    project: Project, engine: Engine, episodes: ir.Table
) -> tuple[dict[str, tuple[float, ...]], dict[str, tuple[float, ...]]]:
    wanted = tuple(sorted({*QUANTILES, *_QUINTILES}))
    row = engine.fetch(
        episodes.aggregate(**{name: episodes[name].quantile(list(wanted)) for name in project.operations})
    )[0]
    quantiles, bands = {}, {}
    for name, operation in project.operations.items():
        found = dict(zip(wanted, row[name] or (), strict=False))
        if not found:
            continue
        quantiles[name] = tuple(float(found[q]) for q in QUANTILES)
        fifths = tuple(sorted({float(found[q]) for q in _QUINTILES}))
        bands[name] = operation.bands or _cuts(fifths, float(found[QUANTILES[0]]))
    return quantiles, bands


def _cuts(fifths: tuple[float, ...], lowest: float) -> tuple[float, ...]:
    """Where bands begin by default: the quintiles that differ; for a value of two kinds, between them."""
    return tuple(cut for cut in fifths if cut > lowest) or (fifths[-1:] if fifths else ())


def _levels(
    engine: Engine, episodes: ir.Table, attributes: Sequence[str]
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
    project: Project, engine: Engine, episodes: ir.Table, kinds: Kinds
) -> frozenset[tuple[str, str]]:
    """Causes whose values do not overlap between the two kinds of an outcome: the column leaks it."""
    found = set()
    for outcome, kind in kinds.items():
        causes = _causes(project, outcome)
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


def _nonzero(project: Project, engine: Engine, episodes: ir.Table) -> dict[str, tuple[int, int]]:
    if not project.behaviours:
        return {}
    measures = {}
    for name in project.behaviours:
        measures[f"known {name}"] = episodes.count(where=episodes[name].notnull())
        measures[f"nonzero {name}"] = episodes.count(where=episodes[name] != 0)
    row = engine.fetch(episodes.aggregate(**measures))[0]
    return {name: (row[f"known {name}"], row[f"nonzero {name}"]) for name in project.behaviours}


def _tally(engine: Engine, episodes: ir.Table, name: str) -> dict[float, int]:
    answered = episodes.filter(episodes[name].notnull())
    tally = answered.group_by(name).aggregate(_n=answered.count())
    return {float(row[name]): int(row["_n"]) for row in engine.fetch(tally)}
