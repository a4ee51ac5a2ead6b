"""What would fool a reader in the data themselves: copies of rows, rows of nobody, and time that runs backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.engines.base import SourceTable
from lineofsight.episodes import EpisodeFile
from lineofsight.project.models import Project
from lineofsight.reasons import Reason, Statement

_REFUSED = (Reason.DATED_AFTER, Reason.DATED_BEFORE, Reason.ANSWERS_BEFORE)


def tables_of_rows(project: Project) -> frozenset[str]:
    """The tables whose rows are answered, put together or counted; anchors have a key, so that none is a copy."""
    groups = (project.operations, project.perceptions, project.behaviours, project.controls, project.segments)
    read = {entry.table for group in groups for entry in group.values() if entry.table is not None}
    return frozenset(read - {project.episodes.table})


def doubted_data(project: Project, file: EpisodeFile, sources: Sequence[SourceTable]) -> Iterator[Suspicion]:
    """Copies of episodes and of rows, rows that are nobody's, values that were refused for their time, and values made from later instants."""
    if file.copies:
        share = file.copies / file.anchored
        yield Suspicion("duplicate", None, None, Reason.COPIED_MOMENTS(), share, file.copies)
    for source in sources:
        compared = source.compared or source.rows
        some = None if compared == source.rows else compared
        for copies, ids in ((source.copies, ()), (source.alike, tuple(source.ids))):
            if copies:
                reason = Reason.COPIED_ROWS(name=source.name, names=ids, total=some)
                yield Suspicion("duplicate", None, None, reason, copies / compared, copies)
    for each in file.unlinked:
        yield Suspicion("link", None, None, _unlinked(each), each["n"] / each["of"], each["n"])
    for drop in file.drops:
        if drop["reason"].code in _REFUSED and not _by_customer(project, drop["name"]):
            yield Suspicion(
                "time", drop["name"], None, drop["reason"], drop["n"] / drop["of"], drop["n"], kept_out=True
            )
    for each in file.later:
        reason = Reason.MADE_LATER(name=each["column"])
        yield Suspicion("time", each["name"], None, reason, each["n"] / each["of"], each["n"])


def _unlinked(each: Mapping[str, Any]) -> Statement:
    """Why rows of a table are nobody's."""
    example = () if each["written"] is None else (each["written"], each["instead_of"])
    if each["n"] == each["of"]:
        return Reason.UNLINKED_TABLE(name=each["table"], names=example, other=each["on"])
    return Reason.UNLINKED_ROWS(name=each["table"], names=example, total=each["of"], other=each["on"])


def _by_customer(project: Project, name: str) -> bool:
    """Whether answers are found by customer: those given before a moment speak of something earlier."""
    perception = project.perceptions.get(name)
    return perception is not None and perception.table is not None and perception.on is None
