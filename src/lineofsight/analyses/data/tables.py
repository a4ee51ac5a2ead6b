"""Tables about the data: `episodes`, `drops`, `tables`, `columns`."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.money.estimate import episodes_of_year
from lineofsight.episodes.profile import Profile
from lineofsight.project.models import Project
from lineofsight.reasons import Reason
from lineofsight.runs.columns import TableSchema, nullable, required

EPISODES = TableSchema(
    "episodes",
    "The table of episodes in numbers: one row.",
    (
        required("anchored", "int", "moments before anything is left out"),
        required("anchored_customers", "int", "different customers among those with key, customer and time"),
        required("anchored_repeat_customers", "int", "of these, with more than one moment"),
        required("episodes", "int", "episodes analysed"),
        required("customers", "int", "different customers among them"),
        nullable("first", "timestamp", "earliest anchor; absent for a snapshot, which has no time"),
        nullable("last", "timestamp", "latest anchor"),
        nullable("per_year", "float", "episodes a year; absent where the moments span too little to tell"),
        required("buckets", "int", "clusters that are resampled"),
    ),
)

DROPS = TableSchema(
    "drops",
    "What was left out or is missing, and why.",
    (
        required("step", "string", "'episodes', 'operations', 'perceptions', 'behaviours' or 'controls'"),
        required("name", "string", "what it concerns"),
        required("reason", "reason", "why"),
        required("n", "int", "rows concerned"),
        required("of", "int", "rows looked at"),
    ),
)

TABLES_READ = TableSchema(
    "tables",
    "The tables that were read.",
    (
        required("table", "string", "name"),
        required("origin", "string", "path or 'sql'"),
        required("rows", "int", "rows"),
        nullable("covers_from", "timestamp", "start of what it covers, where it has a time"),
        nullable("covers_until", "timestamp", "end of what it covers"),
    ),
)

COLUMNS = TableSchema(
    "columns",
    "The columns of the tables that were read.",
    (
        required("table", "string", "table"),
        required("column", "string", "column"),
        required("type", "string", "type as the engine reads it"),
        required("filled", "int", "rows where it is not empty"),
    ),
)


def episode_rows(results: Results) -> list[Row]:
    """The table of episodes in numbers."""
    file, profile = results.file, results.profile
    return [
        {
            "anchored": file.anchored,
            "anchored_customers": file.customers,
            "anchored_repeat_customers": file.repeat_customers,
            "episodes": profile.complete,
            "customers": profile.customers,
            "first": None if results.project.episodes.snapshot else file.first,
            "last": None if results.project.episodes.snapshot else file.last,
            "per_year": episodes_of_year(results.project, file, results.sample.everyone),
            "buckets": file.buckets,
        }
    ]


def drop_rows(results: Results) -> list[Row]:
    """What was left out or is missing, and why."""
    project, file = results.project, results.file
    rows: list[Row] = [dict(row) for row in file.drops]
    rows += absent_rows(project, results.profile, file.stored)
    for (cause, outcome), reason in results[Leakage].leaks.items():
        groups = (("operations", project.operations), ("perceptions", project.perceptions))
        step = next((step for step, group in groups if cause in group), "controls")
        n = results.sample.everyone.population((outcome,)).n
        rows.append(
            {"step": step, "name": cause, "reason": Reason.KEPT_OUT(inner=(reason,)), "n": n, "of": n}
        )
    return rows


def absent_rows(project: Project, profile: Profile, stored: int) -> list[Row]:
    """Operations and controls without a value, and what becomes of these episodes."""
    rows: list[Row] = []
    for step, features in (("operations", project.operations), ("controls", project.controls)):
        for name, feature in features.items():
            if (missing := profile.missing[name]) > 0:
                kept = feature.if_missing == "indicator"
                reason = Reason.ABSENT_KEPT() if kept else Reason.ABSENT_LEFT_OUT()
                rows.append({"step": step, "name": name, "reason": reason, "n": missing, "of": stored})
    return rows


def table_rows(results: Results) -> list[Row]:
    """The tables that were read."""
    spans = results.file.spans
    return [
        {
            "table": source.name,
            "origin": source.origin,
            "rows": source.rows,
            "covers_from": spans[source.name][0] if source.name in spans else None,
            "covers_until": spans[source.name][1] if source.name in spans else None,
        }
        for source in results.aligned.sources
    ]


def column_rows(results: Results) -> list[Row]:
    """The columns of the tables that were read."""
    return [
        {"table": source.name, "column": column, "type": type_, "filled": source.filled[column]}
        for source in results.aligned.sources
        for column, type_ in source.types.items()
    ]
