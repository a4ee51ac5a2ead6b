"""The declared expressions with the columns that they mean: only the tables tell what a bare name is."""

from __future__ import annotations

from dataclasses import replace

from lineofsight.engines.base import Engine
from lineofsight.project.column_names import with_columns_named
from lineofsight.project.load import LoadedProject
from lineofsight.project.problems import KeyPath
from lineofsight.project.sql_parsing import SqlError

_ON_EPISODES = ("customer", "key", "at", "since", "until", "where")
_ON_ROWS = ("value", "on", "customer", "at", "where")
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
        declared = {key: getattr(section, key) for key in keys if getattr(section, key) is not None}
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
        return with_columns_named(text, table, *names)
    except SqlError as error:
        raise loaded.error(error.code, error.message, *place, hint=error.hint) from error
