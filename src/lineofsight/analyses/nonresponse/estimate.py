"""Those who answered and the silent: effects once more with weights, and among those who did not answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.nonresponse.weighted import WeightedView, Weights, weighted_view
from lineofsight.model.effects import Effect
from lineofsight.model.sample import Sample


@dataclass(frozen=True, eq=False)
class Nonresponse:
    """What changes when those who answered stand for everyone who was asked.

    Attributes:
        weighted: Everyone, with those who answered weighted; None where nobody who was asked is silent.
        weighted_effects: What rests on those who answered, once more with weights.
        silent_effects: Total effects among those who were asked and are silent.
    """

    weighted: WeightedView | None = None
    weighted_effects: Sequence[Effect] = field(default_factory=list)
    silent_effects: Sequence[Effect] = field(default_factory=list)


def reweigh(sample: Sample, effects: Effects, weights: Sequence[Weights]) -> Nonresponse:
    """Asks what rests on answers once more with weights, for everyone and in segments, and asks the silent.

    Args:
        sample: All episodes.
        effects: Who is asked.
        weights: Of those who answered, where some who were asked did not.
    """
    questions, weighted = effects.questions, weighted_view(sample.everyone, weights)
    if weighted is None:
        return Nonresponse()
    weighed, silent = questions.ask_respondents(weighted), questions.ask_silent(sample.everyone)
    weighted.release()
    for view in sample.segments if weighted.has_weights else ():
        inside = weighted.within(view)
        weighed += questions.ask_respondents(inside)
        inside.release()
        view.release()
    return Nonresponse(weighted, weighed, silent)
