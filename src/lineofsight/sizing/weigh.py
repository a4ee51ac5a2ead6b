"""From a project file to what its data weigh on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lineofsight.project.load import LoadedProject
from lineofsight.sizing.advice import Capacity, advise
from lineofsight.sizing.cost import duckdb_cost, workload
from lineofsight.sizing.machine import this_machine
from lineofsight.sizing.tables import measure_tables


def weigh(
    loaded: LoadedProject, rows: Mapping[str, int] | None = None, episodes: int | None = None
) -> Capacity:
    """Sizes, machine, estimate and recommendation; nothing is read but footers and the first bytes of files.

    Args:
        loaded: The project.
        rows: Rows per table, once they were read.
        episodes: Episodes, once they were aligned.

    Raises:
        DataError: A file that is declared is not there.
    """
    known = rows or {}
    tables = tuple(
        replace(table, rows=known[table.name], exact=True) if table.name in known else table
        for table in measure_tables(loaded)
    )
    engine = loaded.project.engine
    machine = this_machine(loaded.folder, engine.duckdb)
    work = workload(loaded.project, tables, episodes)
    return advise(tables, work.episodes, machine, duckdb_cost(work, machine), engine.name)
