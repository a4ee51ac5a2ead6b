"""The ways from a cause over perceptions to an outcome: straight, through one, or through one that leads to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ARROW = " → "

LeadsTo = Mapping[str, str]
Route = tuple[str, ...]


def upstream(leads_to: LeadsTo, name: str, among: Sequence[str]) -> Route:
    """All of some perceptions that lead to this one, be it over others, in the order given."""
    return tuple(other for other in among if name in downstream(leads_to, other))


def downstream(leads_to: LeadsTo, name: str) -> Route:
    """The perceptions that this one leads to, the next one first."""
    found: list[str] = []
    following = leads_to.get(name)
    while following is not None and following not in found:
        found.append(following)
        following = leads_to.get(following)
    return tuple(found)


def mediator_routes(leads_to: LeadsTo, among: Sequence[str]) -> list[Route]:
    """Every way over some perceptions, each of which leads to the next, be it over others; the shortest first."""
    found: list[Route] = [(name,) for name in among]
    longer = found
    while longer:
        longer = [(first, *way) for way in longer for first in upstream(leads_to, way[0], among)]
        found = found + longer
    return found


def path_of(route: Route) -> str:
    """What the path is called in results: 'via delivery_rating → satisfaction'."""
    return f"via {ARROW.join(route)}"


def route_of(path: str) -> Route:
    """The perceptions of a path 'via …'; none of the others."""
    return tuple(path.removeprefix("via ").split(ARROW)) if path.startswith("via ") else ()
