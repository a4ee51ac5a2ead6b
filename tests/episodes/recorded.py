"""What an alignment asks of its engine: operations, kinds of windows, and on Spark the types of the columns it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pytest

from lineofsight.engines.base import Field
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.engines.spark import SparkEngine
from lineofsight.engines.spark import engine as spark_engine
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Behaviour, Feature, Perception, Project

from . import world


def operations(expression: ir.Table) -> set[str]:
    """The operations of an expression; those that differ by type, unit or kind say so."""
    return {
        _named(node) for node in expression.op().find(ops.Node) if not isinstance(node, ops.PhysicalTable)
    }


def _named(node: Any) -> str:
    name = type(node).__name__
    match name:
        case "JoinLink":
            return f"{name} {node.how}"
        case "Cast" | "TryCast":
            given = "integer" if node.arg.dtype.is_integer() else node.arg.dtype
            return f"{name} {given} to {node.to}"
        case "Literal":
            return f"{name} {node.dtype}"
        case "WindowFunction":
            return f"{name} {type(node.func).__name__}"
        case "TimestampTruncate":
            return f"{name} {node.unit.name.lower()}"
    return name


def windows(project: Project) -> set[str]:
    """The kinds of windows that a project declares, one line each."""
    episodes = project.episodes
    found = {f"episodes: every {episodes.every}" if episodes.every else "episodes: each row"}
    found |= {"episodes: since and until"} if episodes.since and episodes.until else set()
    found |= {f"period effects: {project.period_effects}"} if project.period_effects else set()
    found |= {"time zone: declared"} if project.timezone else set()
    features = {**project.operations, **project.controls, **project.segments}
    for each in (*features.values(), *project.perceptions.values(), *project.behaviours.values()):
        found |= set(_kinds(each))
    return found


def _kinds(declared: Feature | Perception | Behaviour) -> Iterator[str]:
    word = "feature" if isinstance(declared, Feature) else type(declared).__name__.lower()
    if declared.table is None:
        yield f"{word}: own row, {'known later' if declared.at else 'without a time'}"
        return
    yield f"{word}: of the same {'key' if declared.on else 'customer'}"
    if declared.where:
        yield f"{word}: some rows"
    if isinstance(declared, Perception):
        yield f"{word}: {declared.take} answer"
    elif isinstance(declared, Behaviour):
        yield f"{word}: {declared.kind}"
        yield f"{word}: {'leave' if declared.event == 'leave' else 'a value' if declared.value else 'rows'}"
    else:
        yield f"{word}: {declared.agg}"
        yield f"{word}: {'a length of time' if declared.over else 'all before'}"


class Recorded:
    """What engines are asked from now on, until the test ends."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.operations: set[str] = set()
        self.windows: set[str] = set()
        self.types: set[str] = set()
        on_duckdb, on_spark, select = DuckDBEngine._sql, spark_engine.spark_sql, SparkEngine.select
        load = world.load_project

        def compiled(engine: DuckDBEngine, expression: ir.Table) -> str:
            self.operations |= operations(expression)
            return on_duckdb(engine, expression)

        def translated(expression: ir.Table) -> str:
            self.operations |= operations(expression)
            return on_spark(expression)

        def selected(engine: SparkEngine, table: str, fields: Sequence[Field], *where: Field | None) -> Any:
            types = engine.columns(table)
            named = ((field.role, types.get(field.sql.strip('"'), "").split("(")[0]) for field in fields)
            self.types |= {f"{role}: {type_.lower()}" for role, type_ in named if type_}
            return select(engine, table, fields, *where)

        def loaded(*folder: Any) -> LoadedProject:
            found = load(*folder)
            self.windows |= windows(found.project)
            return found

        patch.setattr(DuckDBEngine, "_sql", compiled)
        patch.setattr(spark_engine, "spark_sql", translated)
        patch.setattr(SparkEngine, "select", selected)
        patch.setattr(world, "load_project", loaded)
