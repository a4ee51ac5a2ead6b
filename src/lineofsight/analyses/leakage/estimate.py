"""What gives an outcome away, or is nearly another column: found before anything is estimated, and kept out of the models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lineofsight.analyses.leakage.collinearity import CollinearDriver, collinear_drivers
from lineofsight.analyses.leakage.later import Outcomes, made_after, outcomes_before, outcomes_through
from lineofsight.analyses.leakage.leaks import find_leaks
from lineofsight.analyses.leakage.partial import partly_separating, too_strong
from lineofsight.analyses.leakage.redundancy import (
    redundant_kept_out,
    redundant_perceptions,
    suspected_redundancy,
)
from lineofsight.analyses.leakage.suspicions import Insisted, Pair, Suspicion, kept_out, pairs_of
from lineofsight.episodes.certainty import SettledEnds
from lineofsight.episodes.columns import PERIOD
from lineofsight.episodes.leakage import LeakageSignal, LevelCount
from lineofsight.episodes.profile import JointAnswers, Profile
from lineofsight.model.design import Design
from lineofsight.model.sample import Sample
from lineofsight.project.models import Project
from lineofsight.reasons import Statement


@dataclass(frozen=True, eq=False)
class Leakage:
    """What is kept out of the models, and what is only doubted.

    Attributes:
        leaks: Pairs of cause and outcome that are kept out, with the reason.
        given_away: All causes that give an outcome away or nearly, kept out or not, or settle it in part; controls that
            are made after an outcome; and perceptions that nearly are one.
        functions: Drivers that are nearly a function of others.
    """

    leaks: Mapping[Pair, Statement]
    given_away: Sequence[Suspicion]
    functions: Sequence[CollinearDriver]

    def kept_out_controls(self, design: Design, sources: Iterable[str]) -> tuple[str, ...]:
        """Declared controls that are held equal in no model of these perceptions and behaviours."""
        names, of = controls_of(design), frozenset(sources)
        return tuple(
            dict.fromkeys(cause for cause, outcome in self.leaks if outcome in of and cause in names)
        )


def controls_of(design: Design) -> frozenset[str]:
    """Names of the declared controls that are held equal."""
    basis = design.basis
    columns = {each.name: each.columns for each in basis.numbers}
    columns |= {
        each.name: each.columns for each in basis.categories if design.categories.get(each.name) != PERIOD
    }
    return frozenset(name for name, mine in columns.items() if set(mine) - set(basis.unused))


def leakage_of(project: Project, profile: Profile, sample: Sample) -> Leakage:
    """What is kept out and doubted in a project's episodes."""
    return find_leakage(
        sample,
        separated=profile.separated,
        leakage_signals=profile.leakage_signals,
        by_level=profile.by_level,
        together=profile.together,
        settled=profile.settled,
        moving=profile.moving,
        before=outcomes_before(project),
        through=outcomes_through(project),
        insisted=project.insisted,
    )


def find_leakage(
    sample: Sample,
    *,
    separated: frozenset[Pair] = frozenset(),
    leakage_signals: Mapping[Pair, Sequence[LeakageSignal]] | None = None,
    by_level: Mapping[Pair, Sequence[LevelCount]] | None = None,
    together: Mapping[Pair, JointAnswers] | None = None,
    settled: Mapping[Pair, SettledEnds] | None = None,
    moving: frozenset[Pair] = frozenset(),
    before: Outcomes | None = None,
    through: Outcomes | None = None,
    insisted: Insisted | None = None,
) -> Leakage:
    """Looks for leaks, for perceptions that nearly are one, and for drivers that are nearly a function of others.

    Args:
        sample: All episodes.
        separated: Pairs of cause and outcome whose values do not overlap.
        leakage_signals: Signs that nearly tell whether there is any of an outcome.
        by_level: How often there is any of an outcome in each level of a control.
        together: How often two perceptions have which answers.
        settled: Ends of a column that settle an outcome.
        moving: Pairs of an operation or control and an amount that move together where there is any of it.
        before: Per outcome, those that come before it.
        through: Per outcome, those that are reached through it.
        insisted: Links that the project insists on, with its reason.
    """
    design, everyone, insisted = sample.design.straight, sample.everyone, insisted or {}
    given_away = find_leaks(design, everyone, separated, leakage_signals, insisted, by_level, moving)
    given_away += made_after(given_away, controls_of(design), before or {}, through or {}, insisted)
    leaks = kept_out(given_away)
    given_away += partly_separating(
        design, everyone, settled or {}, by_level or {}, moving, insisted, pairs_of(given_away)
    )
    given_away += too_strong(design, everyone, insisted, pairs_of(given_away), frozenset(leaks))
    redundant = redundant_perceptions(design, everyone, together or {})
    leaks |= redundant_kept_out(design, redundant, leaks, insisted)
    given_away += suspected_redundancy(redundant, insisted)
    return Leakage(leaks, given_away, collinear_drivers(design, everyone.population()))
