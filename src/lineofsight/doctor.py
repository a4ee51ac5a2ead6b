"""All that somebody else needs to look into a wrong number, as Markdown; no rows or values of people.

What is declared is shown as written, with `${NAME}` in the place of its value. What the check and its errors say is shown
without quoted texts that the project file does not have: these come from the data.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from lineofsight import api
from lineofsight.error_codes import ProjectCode
from lineofsight.errors import DataError, EngineError, LineofsightError, ProjectError, RunError
from lineofsight.pipeline.run import Progress
from lineofsight.project.document import MOST_BYTES
from lineofsight.project.load import find_project_file
from lineofsight.version import __version__
from lineofsight.words.check import check_words

REDACTED = "'…'"
"""What stands for a text of the data."""

_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")
_QUOTE = re.compile(r"(?<!\w)'")
_QUOTED = re.compile(r"'([^']*)'(?!\w)")
_SETTINGS = ("created", "engine", "seed", "replicates", "confidence", "change", "simulated", "episodes_reused", "project_hash")  # fmt: skip


def diagnosis(project: Path | None, variables: Mapping[str, str], progress: Progress) -> Iterator[str]:
    """The report, part by part: what is installed and, of a project, its file, the check's words and the newest run.

    Raises:
        ProjectError: There is no such project, or its file cannot be read.
    """
    yield _part("Installed", _installed())
    if project is None:
        return
    file = find_project_file(project)
    text = _text_of(file)
    redactor = Redactor(file, text, variables)
    yield _part(f"Declared in {file.name}", text, "yaml")
    yield _part("What `los check` says", redactor.mask_values(_checked(file, variables, redactor, progress)))
    yield _part("The newest run", redactor.mask_values(_newest(file, text)))


class Redactor:
    """Hides what is private in a text: values of variables, where the project lies, and what comes from the data.

    Args:
        file: The project file, as it was named.
        text: What it declares, as written.
        variables: Values given for `${NAME}`; the environment has the others.
    """

    def __init__(self, file: Path, text: str, variables: Mapping[str, str]) -> None:
        self._declared = text
        names = _VARIABLE.findall(text)
        self._has_variables = bool(names)
        hidden = {str(file): f"PROJECT/{file.name}"}
        for name in names:
            value = variables.get(name, os.environ.get(name))
            if value and not _is_number(value):
                hidden[value] = f"${{{name}}}"
                if os.sep in value:
                    hidden[str(Path(value).expanduser().resolve())] = f"${{{name}}}"
        hidden |= {str(folder): "PROJECT" for folder in (file.parent.absolute(), file.parent.resolve())}
        hidden[str(Path.home())] = "~"
        longest_first = sorted(hidden.items(), key=lambda pair: -len(pair[0]))
        self._hidden = {value: name for value, name in longest_first if value != os.sep}

    def mask_values(self, text: str) -> str:
        """The text with `${NAME}`, `PROJECT` and `~` in the place of what they stand for."""
        for value, name in self._hidden.items():
            pieces = re.split(rf"(?<!\w){re.escape(value)}(?!\w)", text)
            text = name.join(pieces)
        return text

    def redact(self, text: str) -> str:
        """The text without what stands between the first quoted words that are not declared and the last quote.

        A value may hold quotes itself: where it ends cannot be told.
        """
        text, at = self.mask_values(text), 0
        while (start := _QUOTE.search(text, at)) is not None:
            quoted = _QUOTED.match(text, start.start())
            if quoted is None or not self._is_declared(quoted[1]):
                last = text.rfind("'")
                rest = text[last + 1 :] if last > start.start() else ""
                return f"{text[: start.start()]}{REDACTED}{rest}"
            at = quoted.end()
        return text

    def _is_declared(self, words: str) -> bool:
        """Whether the project file has these words; names are also told with blanks for underscores."""
        words = words.removeprefix("PROJECT/")
        return any(
            re.search(rf"(?<!\w){re.escape(form)}(?!\w)", self._declared)
            for form in (words, words.replace(" ", "_"))
        )

    def describe_error(self, error: LineofsightError) -> str:
        """An error's code and what it says; of one about the data or the engine's own words, the part before the first colon."""
        if isinstance(error, DataError):
            place = ":".join(str(part) for part in (error.file, error.line) if part is not None)
            told, hint = [place, error.where, self._beginning(error.message)], error.hint
        elif isinstance(error, EngineError):
            message, _, hint = str(error).partition("\n  → ")
            told = [self._beginning(message)]
        elif self._has_variables:  # a value may be quoted in part
            return f"{error.code}: " + "\n".join(self.redact(line) for line in str(error).splitlines())
        else:
            return f"{error.code}: {error}"
        hinted = f"\n  → {self.redact(hint)}" if hint else ""
        return ": ".join(part for part in (str(error.code), *told) if part) + hinted

    def _beginning(self, message: str) -> str:
        kept, colon, _ = message.partition(": ")
        return self.redact(kept) + (": …" if colon else "")


def _part(title: str, text: str, language: str = "text") -> str:
    """A heading and a block that no text in it can end."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"### {title}\n\n{fence}{language}\n{text.strip()}\n{fence}\n"


def _installed() -> str:
    """Versions of Lineofsight, Python and all packages it needs, and what the numbers are computed on."""
    lines = [
        f"lineofsight {__version__}",
        f"python {platform.python_version()} ({platform.python_implementation()})",
    ]
    needed = importlib.metadata.requires("lineofsight") or []
    names = {_name(each) for each in needed if "extra ==" not in each} | {"pyspark"}
    for name in sorted(names):
        try:
            lines.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"{name} is not installed")
    lines.append(f"system {platform.platform()}, {os.cpu_count()} cores")
    np.linalg.norm(np.ones(2))  # so that the library of linear algebra is there to be asked
    for library in threadpool_info():
        if library["user_api"] == "blas":
            version, made_for = library["version"], library.get("architecture", "unknown")
            lines.append(f"linear algebra {library['internal_api']} {version} for {made_for}")
    return "\n".join(dict.fromkeys(lines))


def _name(requirement: str) -> str:
    found = _REQUIREMENT.match(requirement)
    assert found is not None  # every requirement begins with a name
    return found[0].lower()


def _is_number(value: str) -> bool:
    """Whether a variable's value hides nothing and would be found among the counts."""
    return value.replace(".", "", 1).isdigit()


def _text_of(file: Path) -> str:
    """The project file as written, whether or not it can be understood."""
    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise ProjectError(
            ProjectCode.FILE_UNREADABLE, f"the file cannot be read: {error.strerror}", file=file
        ) from error


def _checked(file: Path, variables: Mapping[str, str], redactor: Redactor, progress: Progress) -> str:
    try:
        found = api.check(file, variables, progress=progress)
    except LineofsightError as error:
        return redactor.describe_error(error)
    return "\n".join(redactor.redact(line) for line in check_words(found).splitlines())


def _newest(file: Path, text: str) -> str:
    """Settings, versions and seconds of the newest run; its labels, levels and files are left out."""
    try:
        run = api.latest_run(file)
    except RunError as error:
        return str(error)
    manifest = run.manifest
    lines = [f"run {run.id}", *(f"{key} {manifest[key]}" for key in _SETTINGS if key in manifest)]
    lines += [f"{name} {version}" for name, version in manifest.get("versions", {}).items()]
    lines += [f"{stage} {seconds:.1f} s" for stage, seconds in manifest.get("seconds", {}).items()]
    same = hashlib.sha256(text.encode()).hexdigest() == manifest.get("project_hash")
    lines.append(f"The project file {'is' if same else 'is no longer'} as this run read it.")
    return "\n".join(lines)
