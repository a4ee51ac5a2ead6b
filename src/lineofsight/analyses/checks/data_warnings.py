"""What would fool a reader in the data themselves: copies of rows, rows of nobody, and time that runs backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.engines.base import SourceTable
from lineofsight.episodes import EpisodeFile
from lineofsight.project.models import Project

_REFUSED = ("dated after the moment", "dated before the moment")


def tables_of_rows(project: Project) -> frozenset[str]:
    """The tables whose rows are answered, put together or counted; anchors have a key, so that none is a copy."""
    groups = (project.operations, project.perceptions, project.behaviours, project.controls, project.segments)
    read = {entry.table for group in groups for entry in group.values() if entry.table is not None}
    return frozenset(read - {project.episodes.table})


def doubted_data(project: Project, file: EpisodeFile, sources: Sequence[SourceTable]) -> Iterator[Suspicion]:
    """Copies of episodes and of rows, rows that are nobody's, values that were refused for their time, and values made from later instants."""
    if file.copies:
        reason = "repeat another of the same customer, the same moment and the same values under a key of their own"
        yield Suspicion(
            "duplicate", None, None, f"moments {reason}", file.copies / file.anchored, file.copies
        )
    for source in sources:
        compared = source.compared or source.rows
        some = (
            "" if compared == source.rows else f", of the {compared:,} of some instants that were compared,"
        )
        if source.copies:
            reason = f"rows of table '{source.name}'{some} repeat another in every column"
            yield Suspicion("duplicate", None, None, reason, source.copies / compared, source.copies)
        if source.alike:
            but = " and ".join(f"'{name}'" for name in source.ids)
            reason = f"rows of table '{source.name}'{some} repeat another in every column but {but}"
            yield Suspicion("duplicate", None, None, reason, source.alike / compared, source.alike)
    for each in file.unlinked:
        yield Suspicion("link", None, None, _unlinked(each), each["n"] / each["of"], each["n"])
    for drop in file.drops:
        if any(text in drop["reason"] for text in _REFUSED) and not _by_customer(project, drop["name"]):
            yield Suspicion(
                "time", drop["name"], None, drop["reason"], drop["n"] / drop["of"], drop["n"], kept_out=True
            )
    for each in file.later:
        reason = f"made from '{each['column']}', which is later than the moment"
        yield Suspicion("time", each["name"], None, reason, each["n"] / each["of"], each["n"])


def _unlinked(each: Mapping[str, Any]) -> str:
    """Why rows of a table are nobody's."""
    id_ = "customer" if each["on"] is None else f"'{each['on']}'"
    example = f": '{each['written']}' for '{each['instead_of']}'" if each["written"] is not None else ""
    if each["n"] == each["of"]:
        alike = f", as ids are written in two ways{example}" if example else ""
        return f"no row of table '{each['table']}' has the {id_} of any moment{alike}"
    return (
        f"of the {each['of']:,} rows of table '{each['table']}' that were looked at have a {id_} that no moment has, and would"
        f" belong to one if both were written alike{example}"
    )


def _by_customer(project: Project, name: str) -> bool:
    """Whether answers are found by customer: those given before a moment speak of something earlier."""
    perception = project.perceptions.get(name)
    return perception is not None and perception.table is not None and perception.on is None
