"""What DuckDB is estimated to need for a run: time, memory, and disk to spill to.

The constants were measured on 2 cores with the data of `benchmarks/generate.py`: those per row and per episode are
fitted to the table in docs/explanation/speed.md, 1 to 100 million events with 20 things declared; the others come
from the same project at 10 million events, read from CSV, made by SQL, or with little memory allowed. Six runs that
are in the table are met within a third, or come out too high by two thirds where most customers have no episode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.project.models import Project
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.sizing.machine import Machine
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


MEASURED_CORES = 2
MEASURED_THINGS = 20

#: Loading the libraries, 1,000 replicates of everything, writing the run.
FIXED_SECONDS = 3.0
#: Of every row that is read and joined to an episode's customer: 0.025 µs to read and check it, 0.086 µs to join.
SECONDS_PER_ROW = 0.11e-6
#: Of every episode: aligning and storing it, on all cores.
SECONDS_PER_EPISODE = 1.6e-6
#: Of every episode: profiling and folding it, on one core.
SERIAL_SECONDS_PER_EPISODE = 1.2e-6
#: LeakageSignal the types of a CSV file from every row, and loading it: 24 s for 543 MB.
SECONDS_PER_TEXT_BYTE = 1 / 25e6
#: Making a table by SQL: 1 s for 10 million rows.
SECONDS_PER_MADE_ROW = 0.1e-6

#: The libraries, and buffers that DuckDB does not give back.
FIXED_MEMORY = 0.4e9
#: An episode with its windows in the join's hash table: 3.3 GB at 5 million, 1.0 GB at 1 million.
MEMORY_PER_EPISODE = 600.0
#: A CSV file loaded: 0.7 GB for 543 MB.
MEMORY_PER_TEXT_BYTE = 1.3
#: A row of a table made by SQL: 0.2 GB for 10 million rows of 5 columns.
MEMORY_PER_MADE_ROW = 25.0
#: Of what does not fit, this share is written to disk at most: it is packed, and 21 % and 32 % were measured
#: (0.10 GB where 0.7 GB met a limit of 0.25 GB; 0.29 GB where 1.4 GB met one of 0.5 GB).
SPILLED_SHARE = 0.5
#: An episode in the stored file: 19 MB for 500,000.
STORED_PER_EPISODE = 40.0


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimate for a whole run.

    Attributes:
        seconds: From start to end; spilling makes it longer.
        memory: Bytes it would take if it were allowed to.
        spill: Bytes written to disk for a while, at most, because they are not allowed in memory.
        stored: Bytes of the stored episodes.
    """

    seconds: float
    memory: float
    spill: float
    stored: float


def duckdb_cost(work: Workload, machine: Machine) -> Cost:
    """The cost of a run with the embedded engine on this machine."""
    width = max(1.0, work.things / MEASURED_THINGS)
    parallel = (
        work.rows * SECONDS_PER_ROW
        + work.episodes * width * SECONDS_PER_EPISODE
        + work.text * SECONDS_PER_TEXT_BYTE
        + work.made * SECONDS_PER_MADE_ROW
    )
    serial = FIXED_SECONDS + work.episodes * width * SERIAL_SECONDS_PER_EPISODE
    memory = (
        FIXED_MEMORY
        + work.episodes * width * MEMORY_PER_EPISODE
        + work.text * MEMORY_PER_TEXT_BYTE
        + work.made * MEMORY_PER_MADE_ROW
    )
    beyond = 0.0 if machine.allowed is None else max(0.0, memory - machine.allowed)
    return Cost(
        seconds=serial + parallel * MEASURED_CORES / machine.cores,
        memory=memory,
        spill=beyond * SPILLED_SHARE,
        stored=work.episodes * width * STORED_PER_EPISODE,
    )
