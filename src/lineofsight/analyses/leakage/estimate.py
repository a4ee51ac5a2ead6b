"""What gives an outcome away, or is nearly another column: found before anything is estimated, and kept out of the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lineofsight.analyses.leakage.collinearity import CollinearDriver, collinear_drivers
from lineofsight.analyses.leakage.leaks import find_leaks
from lineofsight.analyses.leakage.redundancy import (
    redundant_kept_out,
    redundant_perceptions,
    suspected_redundancy,
)
from lineofsight.analyses.leakage.suspicions import Insisted, Pair, Suspicion, kept_out
from lineofsight.episodes.leakage import LeakageSignal, LevelCount
from lineofsight.episodes.profile import JointAnswers
from lineofsight.model.sample import Sample
from lineofsight.reasons import Statement


@dataclass(frozen=True, eq=False)
class Leakage:
    """What is kept out of the models, and what is only doubted.

    Attributes:
        leaks: Pairs of cause and outcome that are kept out, with the reason.
        given_away: All causes that give an outcome away or nearly, kept out or not, and perceptions that nearly are one.
        functions: Drivers that are nearly a function of others.
    """

    leaks: Mapping[Pair, Statement]
    given_away: Sequence[Suspicion]
    functions: Sequence[CollinearDriver]


def find_leakage(
    sample: Sample,
    *,
    separated: frozenset[Pair] = frozenset(),
    leakage_signals: Mapping[Pair, Sequence[LeakageSignal]] | None = None,
    by_level: Mapping[Pair, Sequence[LevelCount]] | None = None,
    together: Mapping[Pair, JointAnswers] | None = None,
    insisted: Insisted | None = None,
) -> Leakage:
    """Looks for leaks, for perceptions that nearly are one, and for drivers that are nearly a function of others.

    Args:
        sample: All episodes.
        separated: Pairs of cause and outcome whose values do not overlap.
        leakage_signals: Signs that nearly tell whether there is any of an outcome.
        by_level: How often there is any of an outcome in each level of a control.
        together: How often two perceptions have which answers.
        insisted: Links that the project insists on, with its reason.
    """
    design, everyone = sample.design, sample.everyone
    given_away = find_leaks(design, everyone, separated, leakage_signals, insisted, by_level)
    leaks = kept_out(given_away)
    redundant = redundant_perceptions(design, everyone, together or {})
    leaks |= redundant_kept_out(design, redundant, leaks, insisted or {})
    given_away += suspected_redundancy(redundant, insisted or {})
    return Leakage(leaks, given_away, collinear_drivers(design, everyone.population()))
