"""Perceptions that lead to others: of declared names, in no circle, and not asked after what they lead to."""

from __future__ import annotations

from collections.abc import Iterator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.models import Project
from lineofsight.project.problems import Problem, near, quote

_LONGEST = 4


def check_leading(project: Project) -> Iterator[Problem]:
    """All that is wrong with the `leads_to` of a project's perceptions."""
    for name, following in project.leads_to.items():
        path = ("perceptions", name, "leads_to")
        if following not in project.perceptions:
            others = [other for other in project.perceptions if other != name]
            suggestion = near(following, others)
            yield Problem(
                ProjectCode.UNKNOWN_NAME,
                path,
                f"{quote(following)} is no perception" + (f"; {suggestion}" if suggestion else ""),
                f"other perceptions declared: {', '.join(others) or 'none'}",
            )
            continue
        chain = _chain(project, name)
        if name in chain[1:]:
            yield Problem(
                ProjectCode.CIRCLE,
                path,
                f"perceptions lead to each other in a circle: {' → '.join(chain)}",
                "name the perception of the touchpoint first, and leave out 'leads_to' of the overall one",
            )
        elif len(chain) > _LONGEST:
            yield Problem(
                ProjectCode.CHAIN_TOO_LONG,
                path,
                f"found a chain of {len(chain)} perceptions: {' → '.join(chain)}; at most {_LONGEST} are allowed",
                "let a touchpoint's perception lead to the overall one at once",
            )
        yield from _windows(project, name, following)


def _chain(project: Project, name: str) -> list[str]:
    """The perception and those after it, up to the first that is met again."""
    chain, leads_to = [name], project.leads_to
    while (following := leads_to.get(chain[-1])) is not None:
        chain.append(following)
        if chain.count(following) > 1:
            break
    return chain


def _windows(project: Project, name: str, following: str) -> Iterator[Problem]:
    """Both windows begin at the moment: what is asked for longer can be answered after the other."""
    one, other = project.perceptions[name].within, project.perceptions[following].within
    if one is not None and other is not None and one > other:
        yield Problem(
            ProjectCode.ANSWERED_AFTER,
            ("perceptions", name, "leads_to"),
            f"answers to '{name}' count for {one.days} days and those to '{following}' for {other.days}:"
            f" it could be answered after what it leads to",
            f"make 'within' of '{name}' no longer than that of '{following}'",
        )
