"""What a project file says of links, in `leads_to` and `insist`: it is of declared names, in no circle, and has a reason."""

from __future__ import annotations

from collections.abc import Iterator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.models import Project
from lineofsight.project.problems import Problem, quote, suggest

_LONGEST_CHAIN = 4


def check_links(project: Project) -> Iterator[Problem]:
    """All that is wrong with the links that a project insists on, and with the order of its perceptions."""
    yield from _insisted(project)
    yield from _leads_to(project)


def _insisted(project: Project) -> Iterator[Problem]:
    """Links that are insisted on: of declared names, each once, with a reason."""
    seen: set[tuple[str, str]] = set()
    for at, each in enumerate(project.insist):
        for key, name, allowed, what in (
            (
                "cause",
                each.cause,
                (*project.operations, *project.perceptions, *project.controls),
                "operation, perception or control",
            ),
            ("outcome", each.outcome, (*project.perceptions, *project.behaviours), "perception or behaviour"),
        ):
            if name not in allowed:
                yield Problem(
                    ProjectCode.UNKNOWN_NAME,
                    ("insist", at, key),
                    f"{quote(name)} is no {what}{suggest(name, allowed)}",
                    f"declared: {', '.join(allowed) or 'none'}",
                )
        if not each.because:
            yield Problem(
                ProjectCode.EMPTY_VALUE,
                ("insist", at, "because"),
                "found an empty text: whoever reads the run wants to know why",
                "write when the cause is known, as 'known at the time of the call'",
            )
        if each.cause == each.outcome:
            yield Problem(
                ProjectCode.LEADS_TO_ITSELF, ("insist", at), f"{quote(each.cause)} is both cause and outcome"
            )
        elif (each.cause, each.outcome) in seen:
            yield Problem(
                ProjectCode.NAME_TAKEN,
                ("insist", at),
                f"'{each.cause}' on '{each.outcome}' is insisted on twice",
                "keep one of them",
            )
        seen.add((each.cause, each.outcome))


def _leads_to(project: Project) -> Iterator[Problem]:
    """Perceptions lead to declared ones, in no circle, and are not asked for longer than what they lead to."""
    for name, following in project.leads_to.items():
        path = ("perceptions", name, "leads_to")
        if following not in project.perceptions:
            others = [other for other in project.perceptions if other != name]
            yield Problem(
                ProjectCode.UNKNOWN_NAME,
                path,
                f"{quote(following)} is no perception{suggest(following, others)}",
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
        elif len(chain) > _LONGEST_CHAIN:
            yield Problem(
                ProjectCode.CHAIN_TOO_LONG,
                path,
                f"found a chain of {len(chain)} perceptions: {' → '.join(chain)}; at most {_LONGEST_CHAIN} are allowed",
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
