"""Effects of every cause on every outcome, in total, directly and along each path, for everyone and in every segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.model.effects import ChainQuestions, Effect, Leaks
from lineofsight.model.inputs import Progress, quiet
from lineofsight.model.sample import Sample


@dataclass(frozen=True, eq=False)
class Effects:
    """All effects of all segments, and who is asked for more of their kind."""

    questions: ChainQuestions
    effects: Sequence[Effect]


def estimate_effects(sample: Sample, leaks: Leaks, progress: Progress = quiet) -> Effects:
    """Asks all questions of the chain of everyone, then of every segment."""
    questions = ChainQuestions(sample.design, leaks, sample.level)
    effects = questions.ask(sample.everyone)
    for view in sample.segments:
        progress(f"estimating effects where {view.label}")
        effects += questions.ask(view)
        view.release()
    return Effects(questions, effects)
