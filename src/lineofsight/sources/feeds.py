"""From a declared table to the files it is read from, and which of them were opened."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lineofsight.error_codes import DataCode
from lineofsight.errors import did_you_mean
from lineofsight.project.load import LoadedProject
from lineofsight.project.problems import suggest
from lineofsight.project.tables import SUFFIXES, Format, Table, by_suffix
from lineofsight.sources.csv_errors import AS_CSV

_MOST_LISTED = 20
_NOT_READ = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb"), "an Excel file"),
    **dict.fromkeys((".ods", ".numbers"), "a spreadsheet"),
    **dict.fromkeys((".zip", ".7z"), "an archive"),
}
UNPACK = "unpack it, and name the file that is in it"


@dataclass(frozen=True, slots=True)
class Feed:
    """Files that hold one table.

    Attributes:
        name: The table's name in the project.
        format: How they are read.
        files: Absolute paths, sorted; for a database exactly one.
        table: The table inside a database file.
        incremental: Whether the files are read one by one, and those that did not change not again.
        encoding: Of the text of CSV files.
        header: How many lines the header of CSV files takes, where that is declared.
        skip: How many lines stand above it, where that is declared.
    """

    name: str
    format: Format
    files: tuple[Path, ...]
    table: str | None = None
    incremental: bool = False
    encoding: str = "utf-8"
    header: int | None = None
    skip: int | None = None

    @property
    def fingerprint(self) -> list[list[str | int]]:
        """Path, size and time of change of every file: what a cached result depends on."""
        stats = [(file, file.stat()) for file in self.files]
        return [[str(file), stat.st_size, stat.st_mtime_ns] for file, stat in stats]

    def beside(self, folder: Path) -> str:
        """The first files, as they lie beside this folder: a run is shared and does not tell on whose machine."""
        files = ", ".join(os.path.relpath(file, folder) for file in self.files[:3])
        return files if len(self.files) <= 3 else f"{files} and {len(self.files) - 3} more"


def _silent(message: str) -> None:
    """Tells nobody."""


class FilesRead:
    """Notes the files of declared tables that are opened, and says what is being read.

    Args:
        tell: Called with what is being read.

    Attributes:
        tell: The same.
    """

    def __init__(self, tell: Callable[[str], None] = _silent) -> None:
        self.tell = tell
        self._opened: dict[str, set[Path]] = {}

    def opened(self, table: str, files: Iterable[Path]) -> None:
        """Notes files that are opened."""
        self._opened.setdefault(table, set()).update(files)

    def of(self, table: str) -> set[Path]:
        """The files of a table that were opened."""
        return self._opened.get(table, set())


def locate_feeds(loaded: LoadedProject) -> list[Feed]:
    """The files of every table declared with the `path` of files; raises as `locate_feed` does."""
    declared = loaded.project.tables.items()
    return [locate_feed(loaded, name) for name, table in declared if table.paths and not table.remote]


def locate_feed(loaded: LoadedProject, name: str) -> Feed:
    """Finds the files of the table `name`, which is declared with `path`.

    Raises:
        DataError: No file matches, the format is unknown, a database file needs `table`, or is to be incremental.
    """
    table = loaded.project.tables[name]
    files = tuple(sorted({file for pattern in table.paths for file in _matching(loaded, name, pattern)}))
    format_ = table.format or _format_of(loaded, name, table, files)
    if format_ in ("duckdb", "sqlite"):
        if len(files) != 1:
            raise loaded.error(
                DataCode.SEVERAL_DATABASES,
                f"{len(files)} database files match; a table comes from one",
                "tables",
                name,
                "path",
            )
        if table.table is None:
            raise loaded.error(
                DataCode.DATABASE_TABLE_NOT_NAMED,
                f"'{files[0].name}' is a database: which of its tables?",
                "tables",
                name,
                hint="add 'table: NAME'",
            )
    elif table.table is not None:
        raise loaded.error(
            DataCode.KEY_OF_OTHER_FORMAT,
            f"'table' names a table inside a database file, but '{files[0].name}' is {format_}",
            "tables",
            name,
            "table",
        )
    for key in ("encoding", "header", "skip"):
        if getattr(table, key) is not None and format_ != "csv":
            raise loaded.error(
                DataCode.KEY_OF_OTHER_FORMAT,
                f"'{key}' is of CSV files, but '{files[0].name}' is {format_}",
                *("tables", name, key),
                hint="take it out",
            )
    incremental = _incremental(loaded, name, table, format_)
    encoding = table.encoding or "utf-8"
    return Feed(name, format_, files, table.table, incremental, encoding, table.header, table.skip)


def check_table(loaded: LoadedProject, feed: Feed, there: Sequence[str]) -> None:
    """Checks that a database file has the table; upper and lower case are the same in both kinds of file.

    Args:
        loaded: The project, to point at the declaration.
        feed: The table and its file.
        there: The tables that the file has.

    Raises:
        DataError: It has none of this name; the error lists those that it has.
    """
    wanted = feed.table or ""
    if wanted.lower() in {name.lower() for name in there}:
        return
    listed = f"its tables: {', '.join(there[:_MOST_LISTED])}" if there else "it has none"
    if len(there) > _MOST_LISTED:
        listed += f", … ({len(there):,} in all)"
    meant = suggest(wanted, there).removeprefix("; ")
    raise loaded.error(
        DataCode.DATABASE_TABLE_NOT_FOUND,
        f"'{feed.files[0].name}' has no table '{wanted}'",
        *("tables", feed.name, "table"),
        hint=f"{meant} I{listed[1:]}" if meant else listed,
    )


def _absolute(loaded: LoadedProject, pattern: str) -> Path:
    path = Path(pattern).expanduser()
    return path if path.is_absolute() else loaded.folder / path


def _matching(loaded: LoadedProject, name: str, pattern: str) -> list[Path]:
    path = _absolute(loaded, pattern)
    if path.is_file():  # whatever marks stand in its name
        return [path.resolve()]
    if any(mark in pattern for mark in "*?["):
        found = [Path(match).resolve() for match in glob.glob(str(path), recursive=True)]  # noqa: PTH207  # Path.glob takes no absolute pattern
        found = [match for match in found if match.is_file()]
        if not found:
            raise loaded.error(
                DataCode.FILE_NOT_FOUND,
                f"no file matches '{pattern}' (looked for {path})",
                "tables",
                name,
                "path",
            )
        return found
    if path.is_dir():
        raise loaded.error(
            DataCode.PATH_IS_FOLDER,
            f"'{pattern}' is a folder",
            "tables",
            name,
            "path",
            hint=f"name its files, as in '{pattern.rstrip('/')}/*.parquet'",
        )
    raise loaded.error(
        DataCode.FILE_NOT_FOUND, f"there is no file '{path}'", "tables", name, "path", hint=_near_file(path)
    )


def _incremental(loaded: LoadedProject, name: str, table: Table, format_: Format) -> bool:
    if format_ in ("duckdb", "sqlite"):
        if table.incremental:
            raise loaded.error(
                DataCode.KEY_OF_OTHER_FORMAT,
                f"a table of a {format_} file is read whole, so it cannot be incremental",
                "tables",
                name,
                "incremental",
                hint="take 'incremental' out, or export the table to one Parquet file a day",
            )
        return False
    if table.incremental is not None:
        return table.incremental
    return not isinstance(table.path, str) or not _absolute(loaded, table.path).is_file()


def _near_file(path: Path) -> str:
    folder = path.parent
    while not folder.is_dir():
        folder = folder.parent
    if folder != path.parent:
        return f"the folder '{path.parent}' does not exist; the nearest that does is '{folder}'"
    names = [entry.name for entry in folder.iterdir() if entry.is_file()]
    if not names:
        return f"the folder '{folder}' holds no file"
    return f"in '{folder}': {did_you_mean(path.name, names)}"


def _format_of(loaded: LoadedProject, name: str, table: Table, files: tuple[Path, ...]) -> Format:
    formats = {by_suffix(file.name) for file in files}
    if len(formats) == 1 and (found := formats.pop()) is not None:
        return found
    ending = files[0].suffix.lower()
    if ending in _NOT_READ:
        raise loaded.error(
            DataCode.SPREADSHEET,
            f"'{files[0].name}' is {_NOT_READ[ending]}, which is not read",
            *("tables", name, "path"),
            hint=UNPACK if ending in (".zip", ".7z") else AS_CSV.replace("NAME", files[0].stem),
        )
    known = ", ".join(sorted(SUFFIXES))
    raise loaded.error(
        DataCode.FORMAT_NOT_TOLD,
        f"the format of '{files[0].name}' cannot be told from its name (known endings: {known})",
        "tables",
        name,
        hint="add 'format: csv', 'parquet', 'json', 'duckdb' or 'sqlite'",
    )
