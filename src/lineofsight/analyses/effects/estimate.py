"""Effects of every cause on every outcome, in total, directly and along each path, for everyone and in every segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.model.chain import ChainModels, Leaks
from lineofsight.model.effects import Effect
from lineofsight.model.inputs import Progress, quiet
from lineofsight.model.path_effects import all_effects
from lineofsight.model.sample import Sample


@dataclass(frozen=True, eq=False)
class Effects:
    """All effects of all segments, and the models of the chain that they are made with."""

    chain: ChainModels
    effects: Sequence[Effect]


def estimate_effects(sample: Sample, leaks: Leaks, progress: Progress = quiet) -> Effects:
    """Estimates every effect of the chain for everyone, then of every segment."""
    chain = ChainModels(sample.design, leaks, sample.level)
    effects = all_effects(chain, sample.everyone)
    for view in sample.segments:
        progress(f"estimating effects where {view.label}")
        effects += all_effects(chain, view)
        view.release()
    return Effects(chain, effects)
