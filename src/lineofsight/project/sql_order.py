"""Which tables a project's SQL reads, and the order in which they can be made."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Mapping

from lineofsight.error_codes import ProjectCode
from lineofsight.errors import ProjectError
from lineofsight.project.models import Project
from lineofsight.project.problems import Problem
from lineofsight.project.sql_parsing import SqlError
from lineofsight.project.sql_rules import tables_read


def sql_tables_in_order(project: Project) -> list[str]:
    """The tables made by SQL, each after those it reads.

    Raises:
        ProjectError: A table's SQL is refused, or tables read each other in a circle.
    """
    reads, problems = _reads(project)
    order = _order(reads)
    if problems or isinstance(order, Problem):
        first = problems[0] if problems else order
        assert isinstance(first, Problem)
        raise ProjectError(first.code, first.message, where=first.where, hint=first.hint)
    return [name for name in order if project.tables[name].sql is not None]


def tables_of_queries(project: Project) -> set[str]:
    """The tables that the SQL of others reads; of a checked project."""
    return {table for read in _reads(project)[0].values() for table in read}


def tables_read_by(project: Project, name: str) -> tuple[str, ...]:
    """The tables that the SQL of one reads itself; of a checked project."""
    return _reads(project)[0].get(name, ())


def tables_with_their_sources(project: Project, names: Iterable[str]) -> frozenset[str]:
    """These tables and all that their SQL reads, directly or through others; of a checked project."""
    reads, _ = _reads(project)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += reads.get(name, ())
    return frozenset(found)


def check_queries(project: Project) -> list[Problem]:
    """What is wrong with the SQL of the tables; empty when nothing is."""
    reads, problems = _reads(project)
    order = _order(reads)
    return [*problems, order] if isinstance(order, Problem) else problems


def _reads(project: Project) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    reads: dict[str, tuple[str, ...]] = {}
    problems = []
    for name, table in project.tables.items():
        try:
            dialect = table.dialect or "duckdb"
            reads[name] = () if table.sql is None else tables_read(table.sql, project.tables, dialect)
        except SqlError as error:
            problems.append(Problem(error.code, ("tables", name, "sql"), error.message, error.hint))
    return reads, problems


def _order(reads: Mapping[str, tuple[str, ...]]) -> list[str] | Problem:
    try:
        return list(graphlib.TopologicalSorter(reads).static_order())
    except graphlib.CycleError as error:
        circle = list(reversed(error.args[1]))
        return Problem(
            ProjectCode.CIRCLE,
            ("tables", circle[0], "sql"),
            f"tables read each other in a circle: {' → '.join(circle)}"
            if len(set(circle)) > 1
            else f"the table '{circle[0]}' reads itself",
            "a table reads tables that are made before it",
        )
