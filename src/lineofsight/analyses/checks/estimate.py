"""Every reason to doubt a link, the claims that are not put forward for it, and behaviours too rare for a model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lineofsight.aggregation.basis import Basis
from lineofsight.analyses.checks.data_warnings import few_answers
from lineofsight.analyses.leakage.collinearity import suspected_collinearity
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.leakage.suspicions import Pair, Suspicion, withheld
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.analyses.segments.heterogeneity import suspected_reversals
from lineofsight.episodes import EpisodeFile
from lineofsight.episodes.profile import Profile
from lineofsight.model.sample import Sample
from lineofsight.project.models import Project
from lineofsight.reasons import Statement

EVENTS_PER_COLUMN = 10  # Peduzzi et al. 1996


def rare_outcomes(
    basis: Basis, nonzero: Mapping[str, tuple[int, int]], stays: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Behaviours with so few events that estimates and intervals are unreliable: events, and columns of the model.

    Args:
        basis: What models are linear in.
        nonzero: Per behaviour the episodes in which it is known, and those in which it is not 0.
        stays: Behaviours that are 0 or 1, where failing to happen is an event as well.
    """
    columns = len(basis.controls) + len(basis.lines)
    rare = {}
    for name, (known, happened) in nonzero.items():
        events = min(happened, known - happened) if name in stays else happened
        if events < EVENTS_PER_COLUMN * columns:
            rare[name] = (events, columns)
    return rare


@dataclass(frozen=True, eq=False)
class Doubts:
    """What would fool a reader.

    Attributes:
        suspicions: Every reason to doubt a link.
        withheld: Causes and outcomes whose claims stay in the tables, and out of the findings.
        rare: Behaviours that happen too seldom for the models: events, and columns of the model.
        few_answers: Perceptions of which few of the answers are used, and how few.
    """

    suspicions: Sequence[Suspicion]
    withheld: frozenset[Pair]
    rare: Mapping[str, tuple[int, int]]
    few_answers: Mapping[str, Statement] = field(default_factory=dict)


def find_doubts(
    project: Project,
    file: EpisodeFile,
    profile: Profile,
    sample: Sample,
    leakage: Leakage,
    segments: Segments,
) -> Doubts:
    """Puts together what was found of columns, of segments, and of how often behaviours happen."""
    suspicions = (
        *leakage.given_away,
        *suspected_collinearity(leakage.functions, project.insisted),
        *suspected_reversals(segments.different, project.insisted),
    )
    stays = [name for name, each in project.behaviours.items() if each.kind == "stay"]
    return Doubts(
        suspicions,
        withheld(suspicions, list(sample.info)),
        rare_outcomes(sample.design.basis, profile.nonzero, stays),
        few_answers(
            project, file, {name: sample.everyone.population((name,)).n for name in project.perceptions}
        ),
    )
