"""The commented project file that a new project starts from."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from lineofsight.error_codes import ProjectCode
from lineofsight.errors import ProjectError
from lineofsight.project.load import FILE_NAMES
from lineofsight.project.problems import quote

_NAME_LINE = "name: My shop\n"


def write_template(folder: Path | str, name: str) -> Path:
    """Writes `lineofsight.yml` into a folder.

    Args:
        folder: It is made when it is not there.
        name: What the project is called.

    Returns:
        The file.

    Raises:
        ProjectError: The folder has a project file, or cannot be written to; the name is empty or not printable.
    """
    template = resources.files(__package__).joinpath("template.yml").read_text(encoding="utf-8")
    quoted = json.dumps(name.strip(), ensure_ascii=False).replace("${", "$${")
    return write_project(folder, name, template.replace(_NAME_LINE, f"name: {quoted}\n", 1))


def refuse_existing(folder: Path | str, name: str) -> None:
    """Refuses a folder that has a project file, and a name that is none.

    Raises:
        ProjectError: As `write_template`.
    """
    folder = Path(folder)
    name = name.strip()
    if not name or not name.isprintable():
        raise ProjectError(
            ProjectCode.NAME_NOT_ALLOWED, f"found {quote(name)}: a project has a printable name", where="name"
        )
    for existing in (folder / file_name for file_name in FILE_NAMES):
        if existing.exists():
            raise ProjectError(
                ProjectCode.FILE_EXISTS,
                "the file exists and is left as it is",
                file=existing,
                hint="choose another folder, or edit it",
            )


def write_project(folder: Path | str, name: str, text: str) -> Path:
    """Writes a project file with this text; arguments, result and errors are those of `write_template`."""
    refuse_existing(folder, name)
    folder = Path(folder)
    file = folder / FILE_NAMES[0]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise ProjectError(
            ProjectCode.FILE_UNWRITABLE, f"the file cannot be written: {error.strerror}", file=file
        ) from error
    return file
