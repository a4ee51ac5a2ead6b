"""A real run with some values of its rows changed, in memory, for what no project can be made to give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lineofsight.report.data import ReportData, Row
from lineofsight.runs.reader import Run, RunTable
from lineofsight.runs.writer import to_arrow

Tables = dict[str, list[Row]]
Change = Callable[[Tables], None]


@dataclass(frozen=True)
class Changed(Run):
    """A run of which some tables are others."""

    others: dict[str, RunTable]

    def table(self, name: str) -> RunTable:
        return self.others[name] if name in self.others else super().table(name)


class _Rows(Tables):
    """The rows of each table that is asked for, as the run has them."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

    def __missing__(self, table: str) -> list[Row]:
        self[table] = self.run.table(table).rows()
        return self[table]


def changed(run: Run, *changes: Change, **manifest: Any) -> ReportData:
    """The run as its report reads it, after these changes of its rows and of its manifest.

    Raises:
        RunError: A row does not fit the table's schema.
    """
    tables = _Rows(run)
    for change in changes:
        change(tables)
    made = Changed(run.path, {name: _table(run.table(name), rows) for name, rows in tables.items()})
    made.manifest.update(manifest)
    return ReportData(made)


def _table(table: RunTable, rows: list[Row]) -> RunTable:
    """The table with these rows, of which only those are made anew that it does not have in the same place."""
    before = table.rows()
    others = [row for at, row in enumerate(rows) if before[at : at + 1] != [row]]
    new = iter(range(len(before), len(before) + len(others)))
    order = [at if before[at : at + 1] == [row] else next(new) for at, row in enumerate(rows)]
    data = pa.concat_tables([table.data, to_arrow(table.schema, others)]).take(order)
    return RunTable(table.schema, data)


def put(table: str, values: Row, **equal: Any) -> Change:
    """Other values in the rows of a table that have these."""

    def change(tables: Tables) -> None:
        for row in _found(tables, table, equal):
            row |= values

    return change


def drop(table: str, **equal: Any) -> Change:
    """A table without the rows that have these values."""

    def change(tables: Tables) -> None:
        gone = _found(tables, table, equal)
        tables[table] = [row for row in tables[table] if row not in gone]

    return change


def again(table: str, values: Row, **equal: Any) -> Change:
    """The first row of a table that has these, once more, with other values."""

    def change(tables: Tables) -> None:
        tables[table].append(_found(tables, table, equal)[0] | values)

    return change


def _found(tables: Tables, table: str, equal: Row) -> list[Row]:
    found = [row for row in tables[table] if all(row[name] == value for name, value in equal.items())]
    assert found, (table, equal)
    return found
