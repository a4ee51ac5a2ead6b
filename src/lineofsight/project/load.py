"""Reads a project: file → document → variables → models → cross-checks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lineofsight.core.errors import DataError, ProjectError
from lineofsight.project.crosscheck import crosscheck
from lineofsight.project.document import read_document
from lineofsight.project.models import Project
from lineofsight.project.problems import KeyPath, as_error, dotted, nearest_line
from lineofsight.project.validation import lines_by_name, validate
from lineofsight.project.variables import expand

FILE_NAMES = ("lineofsight.yml", "lineofsight.yaml")


@dataclass(frozen=True, slots=True)
class LoadedProject:
    """A checked project, with what is needed to point at its declarations.

    `file` is as it was named, `folder` absolute. `lines` has the line (from 1) of every path of keys; `variables`
    the names, not the values, of the variables used; `text` the file as written, before variables were put in.
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

    def resolve(self, path: str) -> Path:
        """A declared path as an absolute one: relative paths start at the project's folder."""
        return self.folder / path

    def error(
        self,
        message: str,
        *path: str | int,
        hint: str | None = None,
        kind: type[ProjectError] | type[DataError] = ProjectError,
    ) -> ProjectError:
        """An error that points at a declaration; the caller raises it."""
        return kind(message, file=self.file, line=self.line(*path), where=dotted(path) or None, hint=hint)


def load_project(path: Path | str, variables: Mapping[str, str] | None = None) -> LoadedProject:
    """The project in a folder with `lineofsight.yml`, or in that file itself, read and checked.

    `variables` stand in for `${NAME}` before those of the environment do. The data is not touched.

    Raises:
        ProjectError: There is no such file, or it declares what cannot be meant; up to ten problems are listed.
    """
    file = _find(Path(path))
    document = read_document(file)
    values, used = expand(document, variables or {}, os.environ)
    lines = lines_by_name(values, document.lines)
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


def _find(path: Path) -> Path:
    try:
        if not path.is_dir():
            return path
        found = [path / name for name in FILE_NAMES if (path / name).is_file()]
    except OSError as error:
        raise ProjectError(f"the folder cannot be read: {error.strerror}", file=path) from error
    if not found:
        raise ProjectError(
            f"the folder has no {FILE_NAMES[0]}", file=path, hint="`los init` writes an example"
        )
    if len(found) > 1:
        raise ProjectError(
            f"the folder has both {FILE_NAMES[0]} and {FILE_NAMES[1]}", file=path, hint="keep one of them"
        )
    return found[0]
