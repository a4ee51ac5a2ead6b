"""The declared expressions with the columns that they mean: only the tables tell what a bare name is."""

from __future__ import annotations

from dataclasses import replace

from lineofsight.engines.base import Engine
from lineofsight.error_codes import DataCode
from lineofsight.project.column_names import with_columns_named
from lineofsight.project.load import LoadedProject
from lineofsight.project.problems import KeyPath
from lineofsight.project.sql_parsing import SqlError
from lineofsight.project.sql_rules import referenced_columns
from lineofsight.project.tables import format_of
from lineofsight.sources import locate_feed
from lineofsight.sources.csv_layout import layout_of, line_that_names

_ON_EPISODES = ("customer", "key", "at", "since", "until", "where")
_ON_ROWS = ("value", "column", "on", "customer", "at", "where")
_SECTIONS = ("operations", "perceptions", "behaviours", "controls", "segments")


def name_columns(loaded: LoadedProject, engine: Engine) -> LoadedProject:
    """The project with every expression written as SQL that means one column by each name.

    Args:
        loaded: The project as declared.
        engine: Where its tables are.

    Returns:
        The same project where nothing has to be changed.

    Raises:
        DataError: A text is neither an expression nor a column of its table, or names several of its columns.
    """
    project = loaded.project
    names: dict[str, tuple[list[str], dict[str, str]]] = {}

    def named(section: object, keys: tuple[str, ...], table: str, *place: str) -> dict[str, str]:
        if table not in names:
            names[table] = list(engine.columns(table)), dict(engine.headers(table))
        declared = {key: text for key in keys if (text := getattr(section, key, None)) is not None}
        found = {
            key: _named(loaded, text, table, names[table], (*place, key)) for key, text in declared.items()
        }
        return {key: text for key, text in found.items() if text != declared[key]}

    anchor = project.episodes.table
    changed: dict[str, object] = {}
    if update := named(project.episodes, _ON_EPISODES, anchor, "episodes"):
        changed["episodes"] = project.episodes.model_copy(update=update)
    for group in _SECTIONS:
        entries = dict(getattr(project, group))
        for name, entry in entries.items():
            if update := named(entry, _ON_ROWS, entry.table or anchor, group, name):
                entries[name] = entry.model_copy(update=update)
        if entries != getattr(project, group):
            changed[group] = entries
    return replace(loaded, project=project.model_copy(update=changed)) if changed else loaded


def _named(
    loaded: LoadedProject,
    text: str,
    table: str,
    names: tuple[list[str], dict[str, str]],
    place: KeyPath,
) -> str:
    try:
        named = with_columns_named(text, table, *names)
    except SqlError as error:
        raise loaded.error(error.code, error.message, *place, hint=error.hint) from error
    known = {column.lower() for column in names[0]}
    for column in referenced_columns(named):
        if column.lower() not in known and (line := _line_below(loaded, table, column)) is not None:
            raise loaded.error(
                DataCode.COLUMN_NOT_FOUND,
                f"table '{table}' has no column '{column}', which stands in line {line:,} of its file",
                *place,
                hint=f"if that is the line of the names, write 'skip: {line - 1}' under 'tables: {table}:'",
            )
    return named


def _line_below(loaded: LoadedProject, table: str, column: str) -> int | None:
    """The line of a CSV file, below that of its names, in which a name stands."""
    declared = loaded.project.tables[table]
    if not declared.paths or declared.remote or format_of(declared) != "csv":
        return None
    feed = locate_feed(loaded, table)
    file = feed.files[0]
    layout = layout_of(file, encoding=feed.encoding, header=feed.header, skip=feed.skip)
    return line_that_names(file, layout, column)
