"""All questions of the chain, for everyone and for every segment, from the same replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.chain.design import Design
from lineofsight.chain.effects import ChainQuestions, Effect
from lineofsight.chain.functions import NearFunction, near_functions
from lineofsight.chain.importance import DriverImportance, importances
from lineofsight.chain.leaks import find_leaks
from lineofsight.chain.population import EVERY_LEVEL, View
from lineofsight.chain.suspicions import Insisted, Pair, Suspicion, kept_out
from lineofsight.core.cells import Cells
from lineofsight.core.resampling import bootstrap_weights
from lineofsight.core.results import Array
from lineofsight.episodes.telling import Telling

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class ChainResult:
    """Everything that was estimated.

    Attributes:
        effects: All effects of all segments.
        importances: All importances.
        leaks: Pairs of cause and outcome that were kept out, with the reason.
        given_away: All causes that give an outcome away or nearly, kept out or not.
        functions: Drivers that are nearly a function of others.
        everyone: The view of all episodes.
        segments: The views of the segments.
    """

    effects: list[Effect]
    importances: list[DriverImportance]
    leaks: Mapping[Pair, str]
    given_away: Sequence[Suspicion]
    functions: Sequence[NearFunction]
    everyone: View
    segments: list[View]


def estimate_chain(
    design: Design,
    cells: Mapping[str | None, Cells],
    separated: frozenset[Pair],
    replicates: int,
    rng: np.random.Generator,
    progress: Progress,
    level: float = 0.95,
    tellings: Mapping[Pair, Sequence[Telling]] | None = None,
    insisted: Insisted | None = None,
) -> ChainResult:
    """Estimates effects and importance for everyone and each segment.

    Args:
        design: The columns and outcomes.
        cells: Folded episodes; the key None is everyone.
        separated: Pairs of cause and outcome whose values do not overlap.
        replicates: Number of bootstrap replicates.
        rng: Source of the resamples, drawn once.
        progress: Called with what is being done.
        level: Coverage of intervals.
        tellings: Signs that nearly tell whether there is any of an outcome.
        insisted: Links that the project insists on, with its reason.
    """
    buckets = cells[None].buckets
    drawn = bootstrap_weights(buckets, replicates, rng)
    weights = np.vstack([np.ones((1, buckets)), drawn])
    everyone = View(None, cells[None], EVERY_LEVEL, weights)
    given_away = find_leaks(design, everyone, separated, tellings, insisted)
    leaks = kept_out(given_away)
    functions = near_functions(design, everyone.population())
    questions = ChainQuestions(design, leaks, level)
    progress("estimating effects for everyone")
    effects = questions.ask(everyone)
    progress("measuring importance")
    important = importances(design, everyone, leaks, intervals=True)
    everyone.release()
    segments = list(segment_views(design, cells, weights))
    for view in segments:
        progress(f"estimating effects where {view.label}")
        effects += questions.ask(view)
        important += importances(design, view, leaks, intervals=False)
        view.release()
    return ChainResult(effects, important, leaks, given_away, functions, everyone, segments)


def segment_views(design: Design, cells: Mapping[str | None, Cells], weights: Array) -> Iterator[View]:
    """One view per level of each segment attribute that holds an episode."""
    for column, levels in design.segments.items():
        name = column.removeprefix("segment:")
        present = cells[column].levels
        labels = {**dict(enumerate(levels)), len(levels): "(other)", -1: "(none)"}
        for level, label in labels.items():
            if level in present:
                yield View(f"{name} = {label}", cells[column], level, weights)
