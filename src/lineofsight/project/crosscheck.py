"""What can be known from a project file alone, beyond one section: names, tables, SQL and expressions."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.column_names import may_be_name, quotes_hint
from lineofsight.project.declared_links import check_links
from lineofsight.project.models import Behaviour, Control, Feature, Perception, Project
from lineofsight.project.problems import KeyPath, Problem, dotted, nearest, quote, suggest
from lineofsight.project.sql_order import check_queries
from lineofsight.project.sql_parsing import SqlError
from lineofsight.project.sql_rules import check_scalar
from lineofsight.project.tables import format_of, is_url

_RESERVED = """
all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
default deferrable desc describe distinct do else end episodes except false fetch for foreign from group
having in initially intersect into lambda lateral leading limit not null offset on only or order pivot
pivot_longer pivot_wider placing primary qualify references returning select show some summarize symmetric
table then to trailing true union unique unpivot using values variadic when where window with
"""

#: Names a table cannot have: DuckDB's reserved words, and `episodes`, which the alignment makes.
RESERVED_WORDS = frozenset(_RESERVED.split())

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_PERIODS = ("week", "month", "quarter")
_ON_EPISODES = ("customer", "key", "at", "since", "until", "where")
_ON_ROWS = ("value", "column", "on", "customer", "at", "where")
_SHARES_OFF = 0.0015  # three levels of 33.3 % are meant as all
_GROUPS = ("operations", "perceptions", "behaviours", "controls", "segments")


def crosscheck(project: Project) -> list[Problem]:
    """All that is wrong with a project whose sections are each well-formed; empty when nothing is."""
    return [
        *_sections(project),
        *_snapshot(project),
        *_names(project),
        *_collisions(project),
        *_paths(project),
        *_table_references(project),
        *_engine(project),
        *_margins(project),
        *check_links(project),
        *_expressions(project),
        *check_queries(project),
    ]


def _features(project: Project) -> Iterator[tuple[KeyPath, Feature | Perception | Behaviour]]:
    for group in _GROUPS:
        for name, feature in getattr(project, group).items():
            yield (group, name), feature


def _sections(project: Project) -> Iterator[Problem]:
    if not project.name:
        yield Problem(ProjectCode.EMPTY_VALUE, ("name",), "found an empty text: a project has a name")
    if not project.operations:
        yield Problem(
            ProjectCode.NOTHING_DECLARED,
            ("operations",),
            "found nothing: at least one operation is needed",
            "declare what the company does at a touchpoint, with 'value' and 'better'",
        )
    if not project.perceptions and not project.behaviours:
        yield Problem(
            ProjectCode.NOTHING_DECLARED,
            (),
            "found neither 'perceptions' nor 'behaviours': at least one of either is needed",
            "declare what customers say, or what they do next",
        )
    every, period = project.episodes.every, project.period_effects
    if every and period and _PERIODS.index(period) < _PERIODS.index(every):
        yield Problem(
            ProjectCode.WRONG_ORDER,
            ("period_effects",),
            f"found '{period}', which is shorter than the episodes' '{every}'",
            f"write 'period_effects: {every}' or a longer period",
        )
    if project.timezone is not None and not _is_timezone(project.timezone):
        yield Problem(
            ProjectCode.UNKNOWN_TIME_ZONE,
            ("timezone",),
            f"found {quote(project.timezone)}, which is no time zone{suggest(project.timezone, zoneinfo.available_timezones())}",
            "write one as in 'Europe/Berlin' or 'UTC'",
        )
    if project.value is not None and project.value.episodes_per_year is not None and every:
        yield Problem(
            ProjectCode.KEYS_CONFLICT,
            ("value", "episodes_per_year"),
            f"episodes of a calendar ('every: {every}') say themselves how many there are in a year",
            "take the key out; it is for episodes of rows, 'each: a table'",
        )
    for name in project.value.per_unit if project.value else ():
        if name not in project.behaviours:
            yield Problem(
                ProjectCode.UNKNOWN_NAME,
                ("value", "per_unit", name),
                f"'{name}' is not a behaviour{suggest(name, project.behaviours)}",
                f"declared behaviours: {', '.join(project.behaviours) or 'none'}",
            )


def _snapshot(project: Project) -> Iterator[Problem]:
    """What asks for a time where there is none."""
    episodes = project.episodes
    if episodes.order is not None and not episodes.order:
        yield Problem(
            ProjectCode.EMPTY_VALUE,
            ("episodes", "order"),
            "found an empty text: whoever reads the run wants to know why",
            "write what came first, and how you know: 'calls of May, the survey of June, who left in July'",
        )
    if not episodes.snapshot:
        return
    if project.period_effects is not None:
        yield Problem(
            ProjectCode.KEYS_CONFLICT,
            ("period_effects",),
            "a snapshot ('episodes' with neither 'key' nor 'at') has no time, so no periods",
            "take the key out, or say with 'at' when each row was",
        )
    for path, feature in _features(project):
        for key in ("table", "at"):
            if getattr(feature, key) is not None:
                yield Problem(
                    ProjectCode.KEYS_CONFLICT,
                    (*path, key),
                    "a snapshot ('episodes' with neither 'key' nor 'at') has no time, so nothing lies before or after it",
                    f"join '{feature.table}' under 'tables' with 'sql', one row per customer"
                    if feature.table is not None
                    else "take the key out, or say with 'at' under 'episodes' when each row was",
                )
                break


def _names(project: Project) -> Iterator[Problem]:
    for group in ("tables", *_GROUPS):
        for name in getattr(project, group):
            if _NAME.fullmatch(name) is None:
                hint = (
                    "write 'a_name: expression' for an expression"
                    if group in ("controls", "segments")
                    else None
                )
                yield Problem(
                    ProjectCode.NAME_NOT_ALLOWED,
                    (group, name),
                    f"{quote(name)} cannot be a name: letters (a-z), digits and underscores are allowed, "
                    "a letter first, up to 60 in all",
                    hint,
                )
    for name in project.tables:
        if name.lower() in RESERVED_WORDS:
            yield Problem(
                ProjectCode.NAME_NOT_ALLOWED,
                ("tables", name),
                f"'{name}' is a word of its own and cannot name a table",
                f"write '{name}_table'",
            )


def _alike(segment: Feature, control: Control) -> bool:
    """Whether a segment and the control of its name are declared alike; a label may stand with one of them."""
    called = {segment.label, control.label} - {None}
    return len(called) < 2 and segment.model_dump(exclude={"label"}) == control.model_dump(
        exclude={"label", "select", "answers"}
    )


def _collisions(project: Project) -> Iterator[Problem]:
    seen: dict[str, KeyPath] = {}
    for path, _ in _features(project):
        group, name = str(path[0]), str(path[1])
        first = seen.setdefault(name.lower(), path)
        if first == path:
            continue
        if first[0] == "controls" and group == "segments" and first[1] == name:
            if not _alike(project.segments[name], project.controls[name]):
                yield Problem(
                    ProjectCode.NAME_TAKEN,
                    path,
                    f"'{name}' is a control as well, declared differently",
                    "declare both alike, or name one otherwise",
                )
            continue
        yield Problem(
            ProjectCode.NAME_TAKEN,
            path,
            f"the name '{name}' is taken by {dotted(first)} (upper and lower case are the same)",
            "each operation, perception, behaviour and control has a name of its own",
        )
    tables: dict[str, str] = {}
    for name in project.tables:
        other = tables.setdefault(name.lower(), name)
        if other != name:
            yield Problem(
                ProjectCode.NAME_TAKEN,
                ("tables", name),
                f"the table '{other}' has the same name in SQL",
                "rename one of them",
            )


def _paths(project: Project) -> Iterator[Problem]:
    for name, table in project.tables.items():
        for path in table.paths:
            if not path or not path.isprintable():
                yield Problem(
                    ProjectCode.NOT_A_PATH,
                    ("tables", name, "path"),
                    f"found {quote(path)}, which is no path of a file",
                )
            elif is_url(path) and project.engine.name != "spark":
                yield Problem(
                    ProjectCode.NEEDS_SPARK,
                    ("tables", name, "path"),
                    f"found {quote(path)}: DuckDB reads files of this machine, and only Spark reads URLs",
                    "copy the file into the project's folder first, or write 'engine: spark'",
                )
            elif is_url(path) and format_of(table) not in ("csv", "parquet", "json"):
                yield Problem(
                    ProjectCode.URL_FORMAT,
                    ("tables", name, "path"),
                    f"the format of {quote(path)} cannot be told, or is not one that Spark reads",
                    "add 'format: parquet', 'csv' or 'json'",
                )


def _engine(project: Project) -> Iterator[Problem]:
    """What only one of the engines reads."""
    if project.engine.name == "spark":
        return
    for name, table in project.tables.items():
        if table.catalog is not None:
            yield Problem(
                ProjectCode.NEEDS_SPARK,
                ("tables", name, "catalog"),
                "a table of Spark's catalogue is read by Spark, and the engine is DuckDB",
                "write 'engine: spark', or give the table's files with 'path'",
            )
        if table.dialect == "spark":
            yield Problem(
                ProjectCode.NEEDS_SPARK,
                ("tables", name, "dialect"),
                "the SQL is Spark's, and the engine is DuckDB",
                "write 'engine: spark', or the query in DuckDB's SQL",
            )


def _margins(project: Project) -> Iterator[Problem]:
    """Margins are of segments or controls, and the shares of each add up."""
    attributes = dict.fromkeys([*project.segments, *project.controls])
    for name, shares in project.response.margins.items():
        path = ("response", "margins", name)
        if name not in attributes:
            yield Problem(
                ProjectCode.UNKNOWN_NAME,
                path,
                f"'{name}' is neither a segment nor a control{suggest(name, attributes)}",
                f"declared segments and controls: {', '.join(attributes) or 'none'}",
            )
        total = sum(shares.values())
        if abs(total - 1) > _SHARES_OFF:
            yield Problem(
                ProjectCode.SHARES_DO_NOT_ADD_UP,
                path,
                f"the shares of its levels add up to {total * 100:.4g} %, not to 100 %",
                "write the share of every level that customers can have",
            )


def _table_references(project: Project) -> Iterator[Problem]:
    references: list[tuple[KeyPath, str | None]] = [
        (("episodes", key), getattr(project.episodes, key)) for key in ("each", "customers")
    ]
    references += [((*path, "table"), feature.table) for path, feature in _features(project)]
    for path, name in references:
        if name is not None and name not in project.tables:
            yield Problem(
                ProjectCode.UNKNOWN_TABLE,
                path,
                f"the table {quote(name)} is not declared{suggest(name, project.tables)}",
                None
                if nearest(name, project.tables)
                else f"declared tables: {', '.join(project.tables) or 'none'}",
            )


def _expressions(project: Project) -> Iterator[Problem]:
    fields: list[tuple[KeyPath, str | None]] = [
        (("episodes", key), getattr(project.episodes, key)) for key in _ON_EPISODES
    ]
    for path, feature in _features(project):
        fields += [((*path, key), getattr(feature, key, None)) for key in _ON_ROWS]
    for path, text in fields:
        if text is not None:
            try:
                check_scalar(text)
            except SqlError as error:
                if may_be_name(text):
                    continue  # the table tells
                hint = error.hint or quotes_hint(text)
                yield Problem(error.code, path, f"in {quote(text)}: {error.message}", hint)


def _is_timezone(name: str) -> bool:
    """Whether it is a time zone of the IANA database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
