"""Looks at files, one after the other, and at how they join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from lineofsight.errors import LineofsightError
from lineofsight.look.columns import columns_of, date_keys
from lineofsight.look.facts import Looked, LookedFile
from lineofsight.look.joins import Keys, joins_of, keys_of
from lineofsight.look.outcomes import copies_of, leaks_of, outcomes_of, together_of
from lineofsight.look.reading import files_of, opened, table_names
from lineofsight.look.roles import with_roles

Progress = Callable[[int, int, str], None]


def quiet(done: int, of: int, message: str) -> None:
    """Shows nothing."""


def look(paths: Sequence[str], progress: Progress = quiet, *, today: dt.date | None = None) -> Looked:
    """What files hold; nothing is written.

    Args:
        paths: Files, folders and patterns.
        progress: Called with how many files are done, of how many, and the one that is looked at.
        today: The day after which nothing can have happened; absent, this day.

    Raises:
        DataError: There is no such file. One that cannot be read is told as its own `error`.
    """
    found = files_of(paths)
    names = table_names([path for path, _ in found])
    day = today or dt.date.today()
    files: list[LookedFile] = []
    keys: list[Keys] = []
    for place, ((path, members), name) in enumerate(zip(found, names, strict=True)):
        progress(place, len(found), path)
        file, mine = _one(name, path, members, day)
        files.append(file)
        keys += mine
    return Looked(tuple(files), tuple(joins_of(keys)))


def _one(name: str, path: str, members: Sequence[Path], today: dt.date) -> tuple[LookedFile, list[Keys]]:
    size = sum(file.stat().st_size for file in members)
    try:
        with opened(name, path, members) as table:
            counted = columns_of(table)
            dates = date_keys(table, counted)
            columns = with_roles(counted, dates, today)
            outcomes = outcomes_of(columns)
            main = outcomes[0] if outcomes else None
            leaks, told = leaks_of(table, columns, main)
            declare = dict(table.declare)
            if dates:
                same = len(set(dates.values())) == 1
                declare["dates"] = next(iter(dates.values())) if same else dates
            file = LookedFile(
                table=name,
                path=path,
                bytes=size,
                rows=table.rows,
                exact=table.exact,
                looked=counted[0].rows if counted else 0,
                columns=tuple(columns),
                copies=copies_of(table, columns),
                together=(*told, *together_of(table, columns)),
                declare=declare,
                outcome=None if main is None else main.column,
                leaks=leaks,
            )
            return file, keys_of(table, columns)
    except LineofsightError as error:
        return LookedFile(name, path, size, error=str(error)), []
