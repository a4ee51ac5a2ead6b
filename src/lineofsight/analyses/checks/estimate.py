"""Every reason to doubt a link, and the claims that are not put forward for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lineofsight.analyses.checks.rarity import rare_outcomes
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.leakage.functions import suspected_functions
from lineofsight.analyses.leakage.suspicions import Pair, Suspicion, withheld
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.analyses.segments.heterogeneity import suspected_reversals
from lineofsight.episodes.profile import Profile
from lineofsight.model.sample import Sample
from lineofsight.project.models import Project


@dataclass(frozen=True, eq=False)
class Doubts:
    """What would fool a reader.

    Attributes:
        suspicions: Every reason to doubt a link.
        withheld: Causes and outcomes whose claims stay in the tables, and out of the findings.
        rare: Behaviours that happen too seldom for the models: events, and columns of the model.
    """

    suspicions: Sequence[Suspicion]
    withheld: frozenset[Pair]
    rare: Mapping[str, tuple[int, int]]


def find_doubts(
    project: Project, profile: Profile, sample: Sample, leakage: Leakage, segments: Segments
) -> Doubts:
    """Puts together what was found of columns, of segments, and of how often behaviours happen."""
    suspicions = (
        *leakage.given_away,
        *suspected_functions(leakage.functions, project.insisted),
        *suspected_reversals(segments.different, project.insisted),
    )
    stays = [name for name, each in project.behaviours.items() if each.kind == "stay"]
    return Doubts(
        suspicions,
        withheld(suspicions, list(sample.info)),
        rare_outcomes(sample.design.basis, profile.nonzero, stays),
    )
