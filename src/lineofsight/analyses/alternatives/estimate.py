"""What each claim would be if what is kept out were held equal, or if what is doubted were not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.leakage.estimate import Leakage, controls_of
from lineofsight.model.chain import ChainModels
from lineofsight.model.effects import Effect, total_effects
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.path_effects import path_effects
from lineofsight.model.sample import Sample


@dataclass(frozen=True, slots=True)
class Alternative:
    """A total effect on everyone, estimated with other columns held equal than the claim's.

    Attributes:
        column: The control, operation or perception that makes the difference.
        held_equal: Whether it is held equal here, and not in the claim; else it is the other way round.
        effect: The estimate, or why there is none.
    """

    column: str
    held_equal: bool
    effect: Effect


@dataclass(frozen=True, eq=False)
class Alternatives:
    """All of them, those with a control that is kept out first."""

    found: Sequence[Alternative]


def estimate_alternatives(sample: Sample, leakage: Leakage, effects: Effects) -> Alternatives:
    """Estimates every total effect beside the doubts that it stands under, one doubted column at a time."""
    chain = effects.chain
    return Alternatives([*_with_kept_out(sample, leakage, chain), *_without_doubted(sample, leakage, chain)])


def _with_kept_out(sample: Sample, leakage: Leakage, chain: ChainModels) -> Iterator[Alternative]:
    """With each declared control that is kept out of some models held equal in all of them."""
    controls = controls_of(sample.design)
    for control in dict.fromkeys(cause for cause, _ in chain.leaks if cause in controls):
        leaks = {pair: reason for pair, reason in chain.leaks.items() if pair[0] != control}
        for effect in _totals(replace(chain, leaks=leaks), sample, chain.outcomes):
            if control in leakage.kept_out_controls(sample.design, effect.answers(sample.info)):
                yield Alternative(control, True, effect)


def _without_doubted(sample: Sample, leakage: Leakage, chain: ChainModels) -> Iterator[Alternative]:
    """Without each column that is held equal and tells more of an outcome than causes do."""
    for each in leakage.given_away:
        if not each.doubted or each.cause is None or each.outcome is None:
            continue
        leaks = {**chain.leaks, (each.cause, each.outcome): each.reason}
        changed = [info for info in chain.outcomes if info.source == each.outcome]
        perceptions_only = each.cause in sample.info
        for effect in _totals(replace(chain, leaks=leaks), sample, changed):
            if effect.cause != each.cause and (effect.cause in sample.info or not perceptions_only):
                yield Alternative(each.cause, False, effect)


def _totals(chain: ChainModels, sample: Sample, outcomes: Sequence[OutcomeInfo]) -> Iterator[Effect]:
    """Total effects on everyone of a change by a share, and of a perception by one point."""
    if not outcomes:
        return
    yield from total_effects(chain, sample.everyone, outcomes, checked=False)
    for effect in path_effects(chain, sample.everyone, outcomes, checked=False):
        if effect.path == "total":
            yield effect
