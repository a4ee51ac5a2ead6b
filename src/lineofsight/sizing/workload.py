"""What a run has to do: rows to read and join, text to parse, episodes to make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.project.models import Project
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.sizing.tables import TableSize

_PERIOD_DAYS = {"week": 7.0, "month": DAYS_PER_YEAR / 12, "quarter": DAYS_PER_YEAR / 4}
#: Years a calendar is taken to span where nothing declares it.
CALENDAR_YEARS = 3


@dataclass(frozen=True, slots=True)
class Workload:
    """What the cost of a run depends on.

    Attributes:
        rows: Rows of all tables.
        made: Of these, rows that are put into the engine's own tables: made by SQL, or out of a database file.
        text: Bytes to be parsed and loaded.
        episodes: Episodes, at most where they have not been aligned yet.
        things: Operations, perceptions, behaviours, controls and segments: about the columns of an episode.
    """

    rows: int
    made: int
    text: int
    episodes: int
    things: int


def workload(project: Project, tables: Sequence[TableSize], episodes: int | None = None) -> Workload:
    """The work in a project; `episodes` where they are known, else as many as its tables may give."""
    sections = (
        project.operations,
        project.perceptions,
        project.behaviours,
        project.controls,
        project.segments,
    )
    return Workload(
        rows=sum(table.rows for table in tables),
        made=sum(table.rows for table in tables if table.format in ("sql", "duckdb")),
        text=sum(table.text for table in tables),
        episodes=_most_episodes(project, tables) if episodes is None else episodes,
        things=sum(len(section) for section in sections),
    )


def _most_episodes(project: Project, tables: Sequence[TableSize]) -> int:
    """A row each of the table they hang on, or one for each of its customers and each period."""
    rows = next(table.rows for table in tables if table.name == project.episodes.table)
    every = project.episodes.every
    return rows if every is None else round(rows * max(1.0, _calendar_days(project) / _PERIOD_DAYS[every]))


def _calendar_days(project: Project) -> float:
    covered = [table.covers for table in project.tables.values() if table.covers is not None]
    first = project.episodes.first or min((span[0] for span in covered), default=None)
    last = project.episodes.last or max((span[1] for span in covered), default=None)
    if first is None or last is None:
        return CALENDAR_YEARS * DAYS_PER_YEAR
    return float((last - first).days + 1)
