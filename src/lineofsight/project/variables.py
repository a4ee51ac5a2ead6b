"""Variables of a project file: `${NAME}`, `${NAME:-default}`, and `$${` for a literal `${`.

They are put into texts after the YAML is read, so that a value never changes the file's structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lineofsight.error_codes import ProjectCode
from lineofsight.errors import ProjectError
from lineofsight.project.document import Document
from lineofsight.project.problems import KeyPath, dotted, nearest_line, quote, suggest

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\})?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WITH_DEFAULT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


def parse_assignments(arguments: Iterable[str]) -> dict[str, str]:
    """The variables in `NAME=VALUE` arguments; the last one of a name counts, a value may be empty.

    Raises:
        ProjectError: One is not of that form.
    """
    variables = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals or _NAME.fullmatch(name) is None:
            raise ProjectError(
                ProjectCode.VARIABLE_MALFORMED,
                f"found {quote(argument)}: a variable is given as NAME=VALUE",
                where="--var",
                hint="a name has letters, digits and underscores: --var DATA=/srv/data",
            )
        variables[name] = value
    return variables


def expand(
    document: Document, given: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The document's values with variables put in, and the names of those used, sorted.

    A default stands in when a variable is absent or empty. What is put in is not searched for further variables.

    Args:
        document: The project file.
        given: Where a variable is looked up first.
        environment: Where it is looked up then.

    Raises:
        ProjectError: A variable is known in neither and has no default, or a `${` is malformed.
    """
    expander = _Expander(document, given, environment)
    values = {key: expander.value(value, (key,)) for key, value in document.values.items()}
    return values, tuple(sorted(expander.used))


class _Expander:
    def __init__(self, document: Document, given: Mapping[str, str], environment: Mapping[str, str]) -> None:
        self.file: Path = document.file
        self.lines = document.lines
        self.given, self.environment = given, environment
        self.used: set[str] = set()

    def value(self, value: Any, path: KeyPath) -> Any:
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: self._replace(match, path), value)
        if isinstance(value, dict):
            return {key: self.value(entry, (*path, key)) for key, entry in value.items()}
        if isinstance(value, list):
            return [self.value(entry, (*path, index)) for index, entry in enumerate(value)]
        return value

    def _replace(self, match: re.Match[str], path: KeyPath) -> str:
        if match.group() == "$${":
            return "${"
        parts = _WITH_DEFAULT.fullmatch(match.group(1)) if match.group(2) else None
        if parts is None:
            raise self._error(
                ProjectCode.VARIABLE_MALFORMED,
                f"found {quote(match.group())}: a variable is written ${{NAME}} or ${{NAME:-default}}",
                path,
                "write $${ for a literal ${",
            )
        name, default = parts.groups()
        self.used.add(name)
        found = self.given.get(name, self.environment.get(name))
        if default is not None:
            return found or default
        if found is None:
            raise self._error(
                ProjectCode.VARIABLE_NOT_SET,
                f"the variable '{name}' is not set{suggest(name, self.given)}",
                path,
                f"set it or pass --var {name}=...",
            )
        return found

    def _error(self, code: ProjectCode, message: str, path: KeyPath, hint: str) -> ProjectError:
        return ProjectError(
            code, message, file=self.file, line=nearest_line(self.lines, path), where=dotted(path), hint=hint
        )
