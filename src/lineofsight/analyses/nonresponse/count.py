"""Weights of those who answered: the model of who does is fitted, raked to what is declared, and put to use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lineofsight.analyses.leakage.estimate import leakage_of
from lineofsight.analyses.nonresponse.estimate import Weights
from lineofsight.analyses.nonresponse.response_model import (
    ResponseModel,
    fit_response_models,
    response_groups,
)
from lineofsight.engines.base import Reader
from lineofsight.engines.response_sums import Episodes, ModelAt, ResponseSums
from lineofsight.engines.weighted import Margin, MarginCounts, WeightedAggregation, Weighting
from lineofsight.episodes.columns import BUCKET, segment
from lineofsight.episodes.profile import Profile
from lineofsight.error_codes import DataCode
from lineofsight.errors import ProjectError, did_you_mean
from lineofsight.model.inputs import Counting
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.model.sample import Sample
from lineofsight.project.load import LoadedProject
from lineofsight.reasons import Statement
from lineofsight.stats.logistic import LogisticSums
from lineofsight.stats.raking import Empty, rake
from lineofsight.stats.results import Array, NotEstimable
from lineofsight.stats.weighting import least_probability


def _later_than_answers(counting: Counting, view: View) -> dict[str, tuple[str, ...]]:
    """Per perception the controls that are probably made after it was answered, or later: they are no cause of answers."""
    project, profile = counting.aligned.project, counting.aligned.profile
    level = project.estimation.confidence
    sample = Sample(counting.design, (), view, (), level, {None: counting.everyone})
    found = leakage_of(project, profile, sample)
    return {name: found.kept_out_controls(counting.design, (name,)) for name in project.perceptions}


def weigh_answers(counting: Counting) -> list[Weights]:
    """Weights of those who answered, for each perception that some did not answer who were asked.

    Raises:
        DataError: A margin is declared of a level that nobody has.
    """
    engine, progress, design, everyone = (
        counting.reader,
        counting.progress,
        counting.design,
        counting.everyone,
    )
    loaded, file, profile = counting.aligned.loaded, counting.aligned.file, counting.aligned.profile
    margins = declared_margins(loaded, profile)
    view = View(None, everyone, EVERY_LEVEL, np.ones((1, everyone.buckets)))
    groups = response_groups(view, list(loaded.project.perceptions))
    if not groups:
        return []
    progress("fitting who answers")
    episodes = Episodes(design.basis, design.categories, BUCKET)

    def sums(models: tuple[ModelAt, ...], below: int | None) -> Sequence[LogisticSums]:
        return engine.map_reduce(file.path, ResponseSums(replace(episodes, below=below), models))

    fitted = fit_response_models(view, groups, sums, _later_than_answers(counting, view), raked=bool(margins))
    weightings = {
        at: Weighting(model.reached, least_probability(model.answered / model.asked))
        for at, model in enumerate(fitted)
        if model.reached is not None
    }
    refused: dict[int, Statement] = {}
    if margins and weightings:
        progress("raking the weights of those who answered")
        weightings, refused = _raked(loaded, engine, file.path, fitted, episodes, weightings, margins)
    progress("weighing those who answered")
    found = []
    if weightings:
        work = WeightedAggregation(
            episodes,
            tuple(weightings.values()),
            margins,
            everyone.shift,
            everyone.buckets,
            design.segments,
        )
        found = engine.map_reduce(file.path, work)
    weighed = dict(zip(weightings, found, strict=True))
    raked = tuple(loaded.project.response.margins)
    return [
        Weights(model, weighed.get(at), raked if at in weighed else (), refused.get(at) or _reason(model))
        for at, model in enumerate(fitted)
    ]


def declared_margins(loaded: LoadedProject, profile: Profile) -> tuple[Margin, ...]:
    """The margins that are declared, as columns of the episodes.

    Raises:
        DataError: One is of a number, of a level that no episode has, or leaves out a level that some have.
    """
    margins = []
    for name, shares in loaded.project.response.margins.items():
        is_segment = name in loaded.project.segments
        column = segment(name) if is_segment else name
        if column not in profile.levels:
            raise _refused(
                loaded,
                DataCode.MARGIN_OF_NUMBERS,
                f"the control '{name}' is a number, and only levels have shares",
                name,
                f"declare a segment that groups it, as in '{name}_group: case when {name} > 10 then 'high' else 'low' end'",
            )
        levels = profile.levels[column]
        for level in shares:
            if level not in levels and column not in profile.others:
                raise _refused(
                    loaded,
                    DataCode.MARGIN_LEVEL_UNKNOWN,
                    f"no episode has the level '{level}' of '{name}'",
                    name,
                    did_you_mean(level, levels),
                    level,
                )
        for level in levels:
            if level not in shares:
                raise _undeclared(loaded, name, f"'{level}'")
        margins.append(Margin(column, tuple(shares)))
    return tuple(margins)


def _raked(
    loaded: LoadedProject,
    engine: Reader,
    path: Path,
    fitted: Sequence[ResponseModel],
    episodes: Episodes,
    weightings: dict[int, Weighting],
    margins: tuple[Margin, ...],
) -> tuple[dict[int, Weighting], dict[int, Statement]]:
    """The weightings with the factors of raking; and why some have none."""
    declared = loaded.project.response.margins
    shares = [np.array([*of.values()]) / sum(of.values()) for of in declared.values()]
    tables = engine.map_reduce(path, MarginCounts(episodes, tuple(weightings.values()), margins))
    raked: dict[int, Weighting] = {}
    refused: dict[int, Statement] = {}
    for (at, weighting), table in zip(weightings.items(), tables, strict=True):
        for axis, name in enumerate(declared):
            if np.take(table, -2, axis).any():
                raise _undeclared(loaded, name, "another level")
            table = np.delete(table, -2, axis)
        factors = rake(table, shares)
        if isinstance(factors, Empty):
            name = [*declared][factors.margin]
            level = margins[factors.margin].levels[factors.level]
            who = [f"'{each}'" for each in fitted[at].perceptions]
            raise _refused(
                loaded,
                DataCode.MARGIN_UNANSWERED,
                f"nobody where '{name}' is '{level}' answered {' or '.join(who)}: no weight can make up for that",
                name,
                "join the level with another one that is like it, in the attribute and here",
                level,
            )
        if isinstance(factors, NotEstimable):
            refused[at] = factors.reason
        else:
            raked[at] = replace(weighting, factors=tuple(_with_place_for_others(f) for f in factors))
    return raked, refused


def _with_place_for_others(factor: Array) -> Array:
    return np.insert(factor, len(factor) - 1, 1.0)


def _reason(model: ResponseModel) -> Statement | None:
    return model.fitted.reason if isinstance(model.fitted, NotEstimable) else None


def _undeclared(loaded: LoadedProject, name: str, level: str) -> ProjectError:
    return _refused(
        loaded,
        DataCode.MARGIN_LEVEL_MISSING,
        f"some episodes have {level} of '{name}', which has no share here",
        name,
        "write the share of every level; they add up to 100 %",
    )


def _refused(
    loaded: LoadedProject, code: DataCode, message: str, name: str, hint: str, *level: str
) -> ProjectError:
    return loaded.error(code, message, "response", "margins", name, *level, hint=hint)
