"""How sure each effect is: its claim among all others, with everything that speaks for and against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.comparisons.comparison import statements
from lineofsight.analyses.comparisons.estimate import Comparisons
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.evidence.assignment import assignments
from lineofsight.analyses.evidence.claims import Claim, Key, make_claims
from lineofsight.analyses.evidence.levels import Assignment
from lineofsight.analyses.leakage.suspicions import objections
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.analyses.stability.estimate import Stabilities, unsteady
from lineofsight.model.effects import Effect
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.sample import Sample
from lineofsight.project.models import Assigned
from lineofsight.reasons import Reason


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of each effect beyond its interval.

    Attributes:
        claims: By cause, outcome, segment, path and change.
        assigned: Operations that are declared to be assigned by lot or by chance, tested.
    """

    claims: Mapping[Key, Claim]
    assigned: Mapping[str, Assignment]


def judge_effects(
    sample: Sample,
    effects: Effects,
    segments: Segments,
    doubts: Doubts,
    stabilities: Stabilities,
    comparisons: Comparisons,
    assigned: Mapping[str, Assigned],
) -> Evidence:
    """Judges all effects together, by all that was found of them."""
    tested = assignments(sample.design, sample.everyone, assigned)
    doubted = objections(doubts.suspicions, {name: info.source for name, info in sample.info.items()})
    for pair, found in unsteady(stabilities.found).items():
        doubted[pair] = (*doubted.get(pair, ()), *found)
    for pair, found in statements(comparisons.found, sample.level, "against").items():
        doubted[pair] = (*doubted.get(pair, ()), *found)
    for pair in {(e.cause, e.outcome) for e in effects.effects if _said_of_both(sample.info, e)}:
        doubted[pair] = (*doubted.get(pair, ()), Reason.SAME_MOOD())
    claims = make_claims(
        effects.effects,
        segments.different,
        frozenset(doubts.rare),
        adjusted=sample.adjusted,
        level=sample.level,
        against=doubted,
        support=statements(comparisons.found, sample.level, "for"),
        assigned=tested,
    )
    return Evidence(claims, tested)


def _said_of_both(info: Mapping[str, OutcomeInfo], effect: Effect) -> bool:
    return effect.cause in info and info[effect.outcome].kind == "perception"
