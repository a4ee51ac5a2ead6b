"""What would fool a reader in the data themselves: copies of rows, rows of nobody, and time that runs backwards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.engines.base import SourceTable
from lineofsight.episodes import EpisodeFile
from lineofsight.episodes.profile import Profile
from lineofsight.project.models import Project
from lineofsight.project.sql_order import sql_tables_in_order, tables_read_by, tables_with_their_sources
from lineofsight.reasons import Reason, Statement

_LOST = (
    Reason.DATED_BEFORE,
    Reason.DATED_TOO_LATE,
    Reason.UNDATED,
    Reason.ANSWERS_BEFORE,
    Reason.ANSWERS_LATE,
    Reason.ANSWERS_UNDATED,
)
_REFUSED = (Reason.DATED_AFTER, Reason.DATED_BEFORE, Reason.ANSWERS_BEFORE)


def tables_of_rows(project: Project) -> frozenset[str]:
    """The tables whose rows are answered, put together or counted."""
    groups = (project.operations, project.perceptions, project.behaviours, project.controls, project.segments)
    read = {entry.table for group in groups for entry in group.values() if entry.table is not None}
    return frozenset(read - {project.episodes.table})


def tables_compared(project: Project) -> frozenset[str]:
    """The tables in which copies are looked for: that of the moments, those whose rows count, and all that their SQL reads."""
    return tables_with_their_sources(project, {project.episodes.table, *tables_of_rows(project)})


def doubted_data(project: Project, file: EpisodeFile, sources: Sequence[SourceTable]) -> Iterator[Suspicion]:
    """Copies of episodes and of rows, rows that are nobody's, values that were refused for their time, and values made from later instants."""
    if file.copies:
        share = file.copies / file.anchored
        yield Suspicion("duplicate", None, None, Reason.COPIED_MOMENTS(), share, file.copies)
    yield from _copied(project, file, sources)
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


def few_answers(project: Project, file: EpisodeFile, used: Mapping[str, int]) -> dict[str, Statement]:
    """Perceptions of which more answers are lost for their dates than are used, each with how many are.

    Args:
        project: What is declared.
        file: The stored episodes, with what became of answers.
        used: Per perception the episodes that have an answer.
    """
    found = {}
    for name, n in used.items():
        lost = sum(
            drop["n"]
            for drop in file.drops
            if (drop["step"], drop["name"]) == ("perceptions", name) and drop["reason"].code in _LOST
        )
        if n < lost and not _by_customer(project, name):
            found[name] = Reason.FEW_OF_ANSWERS(name=name, n=n, total=n + lost)
    return found


def negative_durations(project: Project, profile: Profile) -> Iterator[Suspicion]:
    """Operations that measure a time and are below zero in some episodes; in most, and it is a distance to a date that may be."""
    for name, extent in profile.extent.items():
        operation = project.operations[name]
        if 0 < 2 * extent.negative < extent.known and operation.is_duration:
            share = extent.negative / extent.known
            yield Suspicion("time", name, None, Reason.BELOW_ZERO(), share, extent.negative)


def _copied(project: Project, file: EpisodeFile, sources: Sequence[SourceTable]) -> Iterator[Suspicion]:
    """Copies of rows, and older versions of records; those that a table has from one that its SQL reads are told of that one."""
    told: dict[str, set[int]] = {}
    if file.copies:
        told[project.episodes.table] = {file.copies}
    by_name = {source.name: source for source in sources}
    for name in _sql_last(project, by_name):
        source = by_name[name]
        compared = source.compared or source.rows
        some = None if compared == source.rows else compared
        mine = told.setdefault(name, set())
        above = set(mine).union(*(told.get(read, ()) for read in tables_read_by(project, name)))
        for copies, ids in ((source.copies, ()), (source.alike, tuple(source.ids))):
            if copies:
                mine.add(copies)
                if copies not in above:
                    reason = Reason.COPIED_ROWS(name=name, names=ids, total=some)
                    yield Suspicion("duplicate", None, None, reason, copies / compared, copies)
        if source.older and source.record is not None and source.changed is not None:
            mine.add(source.older)
            if source.older not in above:
                reason = Reason.OLDER_VERSIONS(
                    name=name, names=(source.record,), other=source.changed, total=some
                )
                yield Suspicion("duplicate", None, None, reason, source.older / compared, source.older)


def _sql_last(project: Project, names: Collection[str]) -> list[str]:
    """The tables in their order, those made by SQL after those that they read."""
    made = [name for name in sql_tables_in_order(project) if name in names]
    return [*(name for name in names if name not in made), *made]


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
