"""Checking a project's file and data: what they hold, and what can never be estimated from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np

from lineofsight.aggregation.cells import Cells
from lineofsight.analyses.checks.data_warnings import doubted_data, negative_durations
from lineofsight.analyses.checks.tables import warning_row
from lineofsight.analyses.data.tables import absent_rows
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.money.estimate import year_untold
from lineofsight.analyses.money.unit_values import unit_values
from lineofsight.analyses.nonresponse.count import declared_margins
from lineofsight.episodes.columns import segment
from lineofsight.episodes.profile import MOST_LEVELS, Profile
from lineofsight.model.design import Design
from lineofsight.model.effects import Effect
from lineofsight.model.inputs import Aligned, quiet
from lineofsight.model.population import View
from lineofsight.model.sample import Sample, draw_sample
from lineofsight.pipeline.engines import Provided
from lineofsight.pipeline.run import Clock, Progress, estimate, fold_episodes, open_aligned
from lineofsight.project.load import load_project
from lineofsight.project.models import Project
from lineofsight.reasons import Statement
from lineofsight.sizing import Capacity, weigh
from lineofsight.stats.results import NotEstimable
from lineofsight.words.check import (
    Backwards,
    ControlKeptOut,
    Duplicated,
    InNeitherList,
    Level,
    ManyLevels,
    NearlyConstant,
    Note,
    NotTold,
    PerhapsTurned,
    Refusal,
    Refused,
    Timeless,
    TooSmall,
    Undeclared,
    Unlinked,
    Worthless,
    YearUntold,
    note_words,
    refusal_words,
)
from lineofsight.words.labels import labelled

_RESAMPLES = 100  # enough to see that replicates fail
_TURNED = {
    "return": re.compile(r"(?i)churn|left|leav(e|er|ing)|cancel|attrit|quit|laps|gone|lost|exit|terminat"),
    "leave": re.compile(r"(?i)stay|retain|retent|renew|active|kept|return|loyal|repurchas"),
}
"""Column names that say the opposite of each `event`."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a project's data hold; that there is one means that the file and the data fit together.

    Attributes:
        name: The project's name.
        labels: What people call the names that have a label.
        episodes: Episodes that can be analysed.
        anchored: Moments before any were left out.
        customers: Different customers.
        tables: Rows per table that was read.
        operations: Per operation its median and how often it is missing.
        negative: Per operation in how many episodes it is below zero, where it is in any.
        off_scale: Per operation that is a rating, its lowest and highest answer, and in how many episodes it lies beyond, where
            it does in any.
        outcomes: Per perception and behaviour, in how many of the episodes it is known.
        levels: Per behaviour what it is today: a share where it is yes or no, else a mean.
        drops: What was left out or is missing, and why: step, name, reason, n, of.
        refusals: What a run will not be able to estimate, and why, as sentences.
        warnings: What is allowed but will leave a run with less than it could say, as sentences.
        capacity: How large the data are, and which engine is recommended, now that rows and episodes are counted.
    """

    name: str
    labels: Mapping[str, str]
    episodes: int
    anchored: int
    customers: int
    tables: Mapping[str, int]
    operations: Mapping[str, tuple[float | None, int]]
    negative: Mapping[str, int]
    off_scale: Mapping[str, tuple[float, float, int]]
    outcomes: Mapping[str, int]
    levels: Mapping[str, Level]
    drops: tuple[dict[str, Any], ...]
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    capacity: Capacity


def check(
    path: Path | str,
    variables: Mapping[str, str] | None,
    progress: Progress,
    provided: Provided | None = None,
) -> Check:
    """Reads and aligns a project's data as a run would, and says what they hold; raises as a run does.

    Models are asked, with few resamples, only whether they have an answer; the answers are not kept.
    """
    loaded = load_project(path, variables)
    with open_aligned(loaded, Clock(), progress, provided or Provided()) as (engine, aligned):
        progress("fold", "folding episodes into moments")
        design, folded = fold_episodes(engine, aligned, over_time=False)
    declared_margins(loaded, aligned.profile)
    return _summary(aligned, design, folded.cells)


def _summary(aligned: Aligned, design: Design, cells: Mapping[str | None, Cells]) -> Check:
    project, profile, file = aligned.project, aligned.profile, aligned.file
    rng = np.random.default_rng(project.estimation.seed)
    sample = draw_sample(
        design, cells, _RESAMPLES, rng, level=project.estimation.confidence, in_segments=False
    )
    results = estimate(aligned, sample, {}, quiet, [Leakage, Effects])
    leakage, every, everyone = results[Leakage], results[Effects].effects, sample.everyone
    effects = [effect for effect in every if effect.segment is None]
    segments = {
        view: [effect for effect in every if effect.segment == view.label] for view in sample.segments
    }
    medians = {
        name: profile.quantiles[name][2] if name in profile.quantiles else None for name in project.operations
    }
    rows = {source.name: source.rows for source in aligned.sources}
    label = labelled(project.labels)
    refusals: list[Refusal] = [
        *_refusals(project, effects),
        *_too_small(segments, effects),
        *_worthless(project, aligned, everyone),
    ]
    return Check(
        name=project.name,
        labels=project.labels,
        episodes=profile.complete,
        anchored=file.anchored,
        customers=profile.customers,
        tables=rows,
        operations={name: (median, profile.missing[name]) for name, median in medians.items()},
        negative={name: each.negative for name, each in profile.extent.items() if each.negative},
        off_scale={
            name: (*each.rating, each.off_scale)
            for name, each in profile.extent.items()
            if each.rating is not None and each.off_scale
        },
        outcomes={
            name: everyone.population((name,)).n for name in (*project.perceptions, *project.behaviours)
        },
        levels=dict(_levels(project, profile, sample)),
        drops=(*file.drops, *absent_rows(project, profile, file.stored)),
        refusals=tuple(refusal_words(each, label) for each in refusals),
        warnings=tuple(
            dict.fromkeys(
                note_words(each, label)
                for each in (
                    *_notes(aligned, {effect.cause for effect in effects if _refused(effect)}),
                    *(NotTold(each.driver, each.reason) for each in leakage.functions),
                    *(
                        ControlKeptOut(each.reason)
                        for each in leakage.given_away
                        if each.kept_out and each.cause in project.controls
                    ),
                )
            )
        ),
        capacity=weigh(aligned.loaded, rows, file.anchored),
    )


def _levels(project: Project, profile: Profile, sample: Sample) -> Iterator[tuple[str, Level]]:
    """What each behaviour is today, where it is known."""
    for name, behaviour in project.behaviours.items():
        population = sample.everyone.population((name,))
        if population.n:
            mean = population.mean(name).value
            known, nonzero = profile.nonzero[name]
            # Counts and amounts of which all that are not 0 add up to their number are all 1.
            yes_no = behaviour.kind == "stay" or (0 < nonzero < known and isclose(mean * known, nonzero))
            yield name, Level(mean, yes_no, sample.info[name].mean_unit)


def _refused(effect: Effect) -> bool:
    return isinstance(effect.result, NotEstimable)


def _asked(effects: Sequence[Effect], names: Sequence[str]) -> list[Effect]:
    """Total effects on these outcomes, one per cause and outcome."""
    return [
        e for e in effects if e.path == "total" and e.change in ("better", "point") and e.outcome in names
    ]


def _refusals(project: Project, effects: Sequence[Effect]) -> Iterator[Refused]:
    """Effects without an answer for everyone; causes and outcomes with the same reason stand together."""
    outcomes = [*project.perceptions, *project.behaviours]
    reasons: dict[tuple[str, Statement], list[str]] = {}
    for effect in _asked(effects, outcomes):
        if isinstance(effect.result, NotEstimable):
            reasons.setdefault((effect.cause, effect.result.reason), []).append(effect.outcome)
    shared: dict[tuple[tuple[str, ...], Statement], list[str]] = {}
    for (cause, reason), on in reasons.items():
        shared.setdefault((tuple(on), reason), []).append(cause)
    for (same, reason), causes in shared.items():
        yield Refused(tuple(causes), same, reason)


def _too_small(segments: Mapping[View, Sequence[Effect]], everyone: Sequence[Effect]) -> Iterator[TooSmall]:
    """Segments in which nothing can be estimated although it can among everyone."""
    if all(_refused(effect) for effect in everyone):
        return
    empty = [view for view, effects in segments.items() if all(_refused(effect) for effect in effects)]
    if empty:
        yield TooSmall(tuple((str(view.label), view.population().n) for view in empty), len(segments))


def _worthless(project: Project, aligned: Aligned, everyone: View) -> Iterator[Worthless | YearUntold]:
    """Behaviours whose worth cannot be told, where a worth is declared; and why nothing can be told of a year."""
    if project.value is None:
        return
    units = unit_values(project, everyone)
    for unit in units:
        if isinstance(unit.value, NotEstimable):
            yield Worthless(unit.behaviour, unit.value.reason)
    untold = year_untold(project, aligned.file)
    if untold is not None and any(not isinstance(unit.value, NotEstimable) for unit in units):
        yield YearUntold(untold)


def _notes(aligned: Aligned, refused: set[str]) -> Iterator[Note]:
    """What will leave a run with less than it could say."""
    project, profile = aligned.project, aligned.profile
    if project.episodes.snapshot:
        yield Timeless(project.episodes.order)
    for name, values in aligned.file.others.items():
        behaviour = project.behaviours[name]
        if values:
            yield InNeitherList(name, behaviour.column or "", values, mean_no=behaviour.is_not is None)
    for each in doubted_data(project, aligned.file, aligned.sources):
        if each.kind == "link":
            yield Unlinked(warning_row(each))
        if each.kind == "duplicate":
            yield Duplicated(warning_row(each))
    for each in negative_durations(project, profile):
        yield Backwards(warning_row(each))
    for name in project.operations:
        quantiles = profile.quantiles.get(name)
        if quantiles is not None and quantiles[0] == quantiles[-1] and name not in refused:
            yield NearlyConstant(name, quantiles[0])
    for name in project.segments:
        if segment(name) in profile.others:
            yield ManyLevels(name, MOST_LEVELS)
    for name, behaviour in project.behaviours.items():
        column = behaviour.value or ""
        own = behaviour.kind == "stay" and behaviour.table is None and column.isidentifier()
        if own and _TURNED[behaviour.event].search(column):
            yield PerhapsTurned(name, column, behaviour.event)
    if not project.perceptions:
        yield Undeclared("perceptions")
    if not project.behaviours:
        yield Undeclared("behaviours")
    if project.value is None and project.behaviours:
        yield Undeclared("value")
    if not project.controls and project.period_effects is None:
        yield Undeclared("controls")
