"""Controls that are made after an outcome: they are held equal for nothing that came before it.

Who left has the status 'closed'. Held equal in the model of an answer that was given before, that status sorts customers
by what they did later: it makes effects of nothing, and turns others round (Pearl 2009, section 3.3: no descendant of an
outcome is held equal).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lineofsight.analyses.leakage.suspicions import Insisted, Pair, Suspicion
from lineofsight.model.mediator_paths import downstream, upstream
from lineofsight.project.models import Project
from lineofsight.reasons import Reason

Before = Mapping[str, tuple[str, ...]]
"""Per outcome, the outcomes that come before it, or that what it says lies on the way to."""


def outcomes_before(project: Project) -> Before:
    """Per behaviour the perceptions, and the behaviours whose window ends no later; per perception those that lead to it."""
    found = {
        name: upstream(project.leads_to, name, tuple(project.perceptions)) for name in project.perceptions
    }
    for name, behaviour in project.behaviours.items():
        sooner = tuple(
            other
            for other, each in project.behaviours.items()
            if other != name and each.within and behaviour.within and each.within <= behaviour.within
        )
        found[name] = (*project.perceptions, *sooner)
    return found


def outcomes_through(project: Project) -> Before:
    """Per perception, what operations reach through it: the perceptions that it leads to, and all behaviours."""
    return {name: (*downstream(project.leads_to, name), *project.behaviours) for name in project.perceptions}


def made_after(
    suspicions: Sequence[Suspicion],
    controls: Collection[str],
    before: Before,
    through: Before,
    insisted: Insisted,
) -> list[Suspicion]:
    """What each control that gives an outcome away is kept out of beside the models of that outcome.

    Args:
        suspicions: What gives outcomes away.
        controls: Names of the controls.
        before: Per outcome, those that come before it.
        through: Per perception, those that are reached through it.
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
            (Reason.MADE_AFTER_FEELING, through.get(each.outcome, ())),
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
