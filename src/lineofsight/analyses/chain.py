"""All questions of the chain, for everyone and for every segment, from the same replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lineofsight.aggregation.cells import Cells
from lineofsight.analyses.checks.functions import NearFunction, near_functions
from lineofsight.analyses.checks.leaks import find_leaks
from lineofsight.analyses.checks.redundancy import near_twins, suspected_twins, twins_kept_out
from lineofsight.analyses.checks.suspicions import Insisted, Pair, Suspicion, kept_out
from lineofsight.analyses.comparisons.comparison import Comparison
from lineofsight.analyses.comparisons.placebos import before, claims_of, following
from lineofsight.analyses.comparisons.within import within_customers
from lineofsight.analyses.controls.estimate import ControlChoice, choose_controls
from lineofsight.analyses.evidence.assignment import assignments
from lineofsight.analyses.evidence.levels import Assignment
from lineofsight.analyses.importance.estimate import DriverImportance, importances
from lineofsight.analyses.nonresponse.weighted import WeightedView, Weights, weighted_view
from lineofsight.analyses.segments.search import Difference, search_segments
from lineofsight.analyses.stability.estimate import Stability, stabilities
from lineofsight.analyses.why_moved.estimate import PeriodChange, changes_between
from lineofsight.engines.histories import Histories
from lineofsight.episodes.levels import LevelCount
from lineofsight.episodes.telling import Telling
from lineofsight.episodes.together import Together
from lineofsight.model.design import Design
from lineofsight.model.effects import ChainQuestions, Effect, Leaks
from lineofsight.model.periods import period_models, period_views
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.project.models import Assigned
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.results import Array

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class ChainResult:
    """Everything that was estimated.

    Attributes:
        effects: All effects of all segments.
        importances: All importances.
        leaks: Pairs of cause and outcome that were kept out, with the reason.
        given_away: All causes that give an outcome away or nearly, kept out or not, and perceptions that nearly are one.
        functions: Drivers that are nearly a function of others.
        everyone: The view of all episodes.
        segments: The views of the segments.
        design: The columns that the models are made of.
        controls: Which controls are held equal, and why.
        differences: Where each effect differs most, found on one half of the customers and measured on the other.
        changes: Every pair of periods for every main outcome, split into what goes with what.
        stability: How much each driver's effect differs between periods.
        weighted: Everyone, with those who answered weighted; None where nobody who was asked is silent.
        weighted_effects: What rests on those who answered, once more with weights.
        silent_effects: Total effects among those who were asked and are silent.
        comparisons: Placebo tests, and the same customers compared with themselves.
        assigned: Operations that are declared to be assigned by lot or by chance, tested.
    """

    effects: list[Effect]
    importances: list[DriverImportance]
    leaks: Mapping[Pair, str]
    given_away: Sequence[Suspicion]
    functions: Sequence[NearFunction]
    everyone: View
    segments: list[View]
    design: Design
    controls: list[ControlChoice]
    differences: list[Difference]
    changes: list[PeriodChange]
    stability: list[Stability]
    weighted: WeightedView | None = None
    weighted_effects: list[Effect] = field(default_factory=list)
    silent_effects: list[Effect] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    assigned: Mapping[str, Assignment] = field(default_factory=dict)


def estimate_chain(
    design: Design,
    cells: Mapping[str | None, Cells],
    separated: frozenset[Pair],
    replicates: int,
    rng: np.random.Generator,
    progress: Progress,
    level: float = 0.95,
    answering: Sequence[Weights] = (),
    tellings: Mapping[Pair, Sequence[Telling]] | None = None,
    insisted: Insisted | None = None,
    histories: Histories | None = None,
    assigned: Mapping[str, Assigned] | None = None,
    by_level: Mapping[Pair, Sequence[LevelCount]] | None = None,
    together: Mapping[Pair, Together] | None = None,
) -> ChainResult:
    """Estimates effects and importance for everyone and each segment.

    Args:
        design: The columns and outcomes.
        cells: Aggregates episodes; the key None is everyone.
        separated: Pairs of cause and outcome whose values do not overlap.
        replicates: Number of bootstrap replicates.
        rng: Source of the resamples, drawn once.
        progress: Called with what is being done.
        level: Coverage of intervals.
        answering: Weights of those who answered, where some who were asked did not.
        tellings: Signs that nearly tell whether there is any of an outcome.
        insisted: Links that the project insists on, with its reason.
        histories: Moments of customers with several episodes, where there are enough.
        assigned: Operations that are declared to be assigned by lot or by chance.
        by_level: How often there is any of an outcome in each level of a control.
        together: How often two perceptions have which answers.
    """
    buckets = cells[None].buckets
    drawn = bootstrap_weights(buckets, replicates, rng)
    weights = np.vstack([np.ones((1, buckets)), drawn])
    everyone = View(None, cells[None], EVERY_LEVEL, weights)
    design, controls = choose_controls(design, everyone)
    given_away = find_leaks(design, everyone, separated, tellings, insisted, by_level)
    leaks = kept_out(given_away)
    twins = near_twins(design, everyone, together or {})
    leaks |= twins_kept_out(design, twins, leaks, insisted or {})
    given_away += suspected_twins(twins, insisted or {})
    functions = near_functions(design, everyone.population())
    questions = ChainQuestions(design, leaks, level)
    progress("estimating effects for everyone")
    effects = questions.ask(everyone)
    progress("measuring importance")
    important = importances(design, everyone, leaks, intervals=True)
    weighted = weighted_view(everyone, answering)
    weighed, silent = [], []
    if weighted is not None:
        progress("comparing those who answered with the silent")
        weighed, silent = questions.ask_respondents(weighted), questions.ask_silent(everyone)
        weighted.release()
    progress("comparing with what came before, and customers with themselves")
    compared = _comparisons(questions, everyone, effects, histories)
    tested = assignments(design, everyone, assigned or {})
    everyone.release()
    segments = list(segment_views(design, cells, weights))
    for view in segments:
        progress(f"estimating effects where {view.label}")
        effects += questions.ask(view)
        important += importances(design, view, leaks, intervals=False)
        if weighted is not None and weighted.has_weights:
            inside = weighted.within(view)
            weighed += questions.ask_respondents(inside)
            inside.release()
        view.release()
    progress("searching for where effects differ")
    differences = search_segments(questions, segments, level)
    progress("comparing periods")
    changes, stability = _over_time(
        design, questions, leaks, everyone, effects, period_views(design, cells, weights)
    )
    estimated = (effects, important, leaks, given_away, functions, everyone, segments, design, controls)
    return ChainResult(
        *estimated, differences, changes, stability, weighted, weighed, silent, compared, tested
    )


def _comparisons(
    questions: ChainQuestions, everyone: View, effects: Sequence[Effect], histories: Histories | None
) -> list[Comparison]:
    """Placebo tests of the claims about everyone; with several episodes of a customer, within customers too."""
    claims = claims_of(effects)
    found = list(before(questions, everyone, claims))
    if histories is None:
        return found
    pairs, differences = (
        View(None, cells, EVERY_LEVEL, everyone.weights) for cells in (histories.following, histories.within)
    )
    found += following(questions, everyone, pairs)
    pairs.release()
    found += within_customers(questions, everyone, differences, claims)
    differences.release()
    return found


def _over_time(
    design: Design,
    questions: ChainQuestions,
    leaks: Leaks,
    everyone: View,
    effects: Iterable[Effect],
    periods: Iterable[View],
) -> tuple[list[PeriodChange], list[Stability]]:
    """What moved between periods, and what stayed: both from one fit per period; nothing where there is one period."""
    models = []
    for view in periods:
        models.append(period_models(design, questions, view))
        view.release()
    if not models:
        return [], []
    overall = {
        (e.cause, e.outcome): e.result
        for e in effects
        if e.path == "total" and e.change == "better" and e.segment is None
    }
    changes = changes_between(design, leaks, models)
    return changes, stabilities(design, questions, everyone, overall, models)


def segment_views(design: Design, cells: Mapping[str | None, Cells], weights: Array) -> Iterator[View]:
    """One view per level of each segment attribute that holds an episode."""
    for column, levels in design.segments.items():
        name = column.removeprefix("segment:")
        present = cells[column].levels
        labels = {**dict(enumerate(levels)), len(levels): "(other)", -1: "(none)"}
        for level, label in labels.items():
            if level in present:
                yield View(f"{name} = {label}", cells[column], level, weights)
