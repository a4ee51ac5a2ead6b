"""Reads a project: file → document → variables → models → cross-checks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lineofsight.error_codes import DataCode, ProjectCode
from lineofsight.errors import DataError, ProjectError
from lineofsight.project.crosscheck import crosscheck
from lineofsight.project.document import read_document
from lineofsight.project.models import Project
from lineofsight.project.problems import KeyPath, as_error, dotted, nearest_line, suggest
from lineofsight.project.validation import lines_by_name, unshowable_texts, validate
from lineofsight.project.variables import expand

FILE_NAMES = ("lineofsight.yml", "lineofsight.yaml")


@dataclass(frozen=True, slots=True)
class LoadedProject:
    """A checked project, with what is needed to point at its declarations.

    Attributes:
        project: What is declared.
        file: The project file, as it was named.
        folder: Its folder, absolute.
        lines: The line (from 1) of every path of keys.
        variables: The names, not the values, of the variables used.
        text: The file as written, before variables were put in.
    """

    project: Project
    file: Path
    folder: Path
    lines: Mapping[KeyPath, int]
    variables: tuple[str, ...]
    text: str

    def line(self, *path: str | int) -> int | None:
        """The line of a key, or of the nearest section around it: `line('operations', 'delivery_days')`."""
        return nearest_line(self.lines, path)

    def error(
        self, code: ProjectCode | DataCode, message: str, *path: str | int, hint: str | None = None
    ) -> ProjectError:
        """An error that points at a declaration, a `DataError` for a code of the data; the caller raises it.

        Args:
            code: Which kind of mistake it is.
            message: What was found and what is allowed.
            path: The keys that lead to the declaration.
            hint: What to do.

        Returns:
            The error, with the file, the line and the dotted path.
        """
        kind = DataError if isinstance(code, DataCode) else ProjectError
        place = dotted(path) or None
        return kind(code, message, file=self.file, line=self.line(*path), where=place, hint=hint)


def load_project(path: Path | str, variables: Mapping[str, str] | None = None) -> LoadedProject:
    """The project in a folder with `lineofsight.yml`, or in that file itself, read and checked.

    The data is not touched.

    Args:
        path: The folder or the file.
        variables: They stand in for `${NAME}` before those of the environment do; one that is the relative path of
            something that exists, seen from the current folder, stands for that place.

    Raises:
        ProjectError: There is no such file, it declares what cannot be meant (up to ten problems are listed), or a
            variable is given that it does not use.
    """
    file = find_project_file(Path(path))
    document = read_document(file)
    given = {name: _from_here(value) for name, value in (variables or {}).items()}
    values, used = expand(document, given, os.environ)
    _refuse_unused(variables or {}, used, file)
    lines = lines_by_name(values, document.lines)
    if unshown := unshowable_texts(values):
        raise as_error(unshown, file, lines)
    project = validate(values)
    problems = project if isinstance(project, list) else crosscheck(project)
    if problems or isinstance(project, list):
        raise as_error(problems, file, lines)
    return LoadedProject(
        project=project,
        file=file,
        folder=file.parent.resolve(),
        lines=MappingProxyType(lines),
        variables=used,
        text=document.text,
    )


def _refuse_unused(given: Mapping[str, str], used: tuple[str, ...], file: Path) -> None:
    """A value that goes nowhere is a slip of the pen, not a wish."""
    for name in given:
        if name not in used:
            raise ProjectError(
                ProjectCode.VARIABLE_UNUSED,
                f"the variable '{name}' is given, but the file has no ${{{name}}}{suggest(name, used)}",
                file=file,
                hint=f"its variables: {', '.join(used)}" if used else "it has no variables",
            )


def _from_here(value: str) -> str:
    """A relative path as an absolute one: who types `DATA=../data` means it from where they are."""
    if os.sep not in value and value not in (os.curdir, os.pardir):
        return value
    path = Path(value).expanduser()
    return str(path.resolve()) if not path.is_absolute() and path.exists() else value


def find_project_file(path: Path) -> Path:
    """The project file that is named, or the one in the folder that is.

    Raises:
        ProjectError: There is no such folder or file, or the folder has none or two.
    """
    try:
        if not path.exists():
            raise ProjectError(
                ProjectCode.PROJECT_NOT_FOUND,
                "there is no such folder or file",
                file=path,
                hint="name the project's folder; `los init FOLDER` writes an example",
            )
        if not path.is_dir():
            return path
        found = [path / name for name in FILE_NAMES if (path / name).is_file()]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ProjectError(
            ProjectCode.FILE_UNREADABLE, f"the folder cannot be read: {reason}", file=path
        ) from error
    if not found:
        raise ProjectError(
            ProjectCode.NO_PROJECT_FILE,
            f"the folder has no {FILE_NAMES[0]}",
            file=path,
            hint="`los init` writes an example",
        )
    if len(found) > 1:
        raise ProjectError(
            ProjectCode.TWO_PROJECT_FILES,
            f"the folder has both {FILE_NAMES[0]} and {FILE_NAMES[1]}",
            file=path,
            hint="keep one of them",
        )
    return found[0]
