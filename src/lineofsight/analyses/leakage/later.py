"""Controls that are made after an outcome: they are held equal for nothing that came before it, or goes through it.

Who left has the status 'closed'. Held equal in the model of an answer that was given before, that status sorts customers
by what they did later: it makes effects of nothing, and turns others round. Held equal in that of another behaviour, it takes
away what operations reach through leaving (Pearl 2009, section 3.3: no descendant of the cause is held equal).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lineofsight.analyses.leakage.suspicions import Insisted, Pair, Suspicion
from lineofsight.model.mediator_paths import downstream, upstream
from lineofsight.project.models import Project
from lineofsight.reasons import Reason

Outcomes = Mapping[str, tuple[str, ...]]
"""Per outcome others, those that come before it or that it lies on the way to."""


def outcomes_before(project: Project) -> Outcomes:
    """Per behaviour all perceptions, and per perception those that lead to it."""
    perceptions = tuple(project.perceptions)
    return dict.fromkeys(project.behaviours, perceptions) | {
        name: upstream(project.leads_to, name, perceptions) for name in perceptions
    }


def outcomes_through(project: Project) -> Outcomes:
    """Per perception those that it leads to, and all behaviours; per behaviour the others, be they later or not."""
    behaviours = tuple(project.behaviours)
    found = {name: (*downstream(project.leads_to, name), *behaviours) for name in project.perceptions}
    return found | {name: tuple(other for other in behaviours if other != name) for name in behaviours}


def made_after(
    suspicions: Sequence[Suspicion],
    controls: Collection[str],
    before: Outcomes,
    through: Outcomes,
    insisted: Insisted,
) -> list[Suspicion]:
    """What each control that gives an outcome away is kept out of beside the models of that outcome.

    Args:
        suspicions: What gives outcomes away.
        controls: Names of the controls.
        before: Per outcome, those that come before it.
        through: Per outcome, those that are reached through it.
        insisted: Links that the project insists on.
    """
    found: dict[Pair, Suspicion] = {}
    gone = {(each.cause, each.outcome) for each in suspicions if each.kept_out}
    for each in suspicions:
        if not each.kept_out or each.cause not in controls or each.outcome is None:
            continue
        assert each.cause is not None  # it is one of the controls
        for code, others in (
            (Reason.MADE_AFTER, before.get(each.outcome, ())),
            (Reason.MADE_AFTER_WAY, through.get(each.outcome, ())),
        ):
            names = tuple(
                other
                for other in others
                if (each.cause, other) not in gone and (each.cause, other) not in insisted
            )
            for other in names:
                reason = code(name=each.cause, other=each.outcome, names=names)
                later = Suspicion("later", each.cause, other, reason, each.share, each.n, kept_out=True)
                found.setdefault((each.cause, other), later)
    return list(found.values())
