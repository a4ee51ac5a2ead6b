"""Plain values to a checked `Project`; what does not fit is said in plain words."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lineofsight.characters import unshowable
from lineofsight.error_codes import ProjectCode
from lineofsight.project.models import Project
from lineofsight.project.problems import (
    FieldError,
    KeyPath,
    Lines,
    Problem,
    describe,
    enumerate_words,
    nearest,
    suggest,
)
from lineofsight.project.settings import keys_of

_LISTED_BY_NAME = ("controls", "segments")
_DRAWN = ("operations", "perceptions", "behaviours", "controls", "segments")
_WORD = re.compile(r"'([^']*)'")
_NEEDED = {
    "string": "a text is needed",
    "int": "a whole number is needed",
    "float": "a number is needed",
    "finite": "a number is needed",
    "bool": "true or false is needed",
    "date": "a day is needed, as in 2024-01-31",
    "dict": "a section is needed: indented 'key: value' lines",
    "model": "a section is needed: indented 'key: value' lines",
    "tuple": "a list is needed, as in [1, 5]",
    "list": "a list is needed, as in [1, 5]",
}
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def validate(values: Mapping[str, Any]) -> Project | list[Problem]:
    """The project, or all that keeps the values from being one."""
    try:
        return Project.model_validate(values)
    except ValidationError as error:
        every = error.errors(include_url=False)
    # A key that is misspelt would be reported twice: as unknown, and as missing.
    misspelt = {_meant(details["loc"]) for details in every if details["type"] == "extra_forbidden"}
    return [
        _problem(details)
        for details in every
        if details["type"] != "missing" or details["loc"] not in misspelt
    ]


def unshowable_texts(values: Any, path: KeyPath = ()) -> list[Problem]:
    """Texts with characters that cannot be shown, which escapes (`"\\x1b"`) and variables bring in; what is drawn is one line."""
    match values:
        case dict():
            keys = [(key, (*path, key)) for key in values]
            found = [problem for key, at in keys for problem in _unshowable(key, at, one_line=True)]
            return found + [each for key, at in keys for each in unshowable_texts(values[key], at)]
        case list():
            return [each for at, entry in enumerate(values) for each in unshowable_texts(entry, (*path, at))]
        case str():
            drawn = path == ("name",) or (
                len(path) > 2 and path[0] in _DRAWN and path[-1] in ("label", "unit")
            )
            return _unshowable(values, path, one_line=drawn)
        case _:
            return []


def _unshowable(text: str, path: KeyPath, *, one_line: bool) -> list[Problem]:
    if (found := unshowable(text, one_line=one_line)) is None:
        return []
    message = f"the text has a character that cannot be shown ({found})"
    return [Problem(ProjectCode.UNPRINTABLE, path, message, "remove it")]


def lines_by_name(values: Mapping[str, Any], lines: Lines) -> dict[KeyPath, int]:
    """The lines, with those of controls and segments in a list found under their names too."""
    by_name = dict(lines)
    for group in _LISTED_BY_NAME:
        entries = values.get(group)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            at = (group, index)
            if isinstance(entry, str):
                by_name[(group, entry)] = lines[at]
            elif isinstance(entry, dict):
                below = {path[2:]: line for path, line in lines.items() if path[:2] == at and len(path) > 2}
                by_name.update({(group, *path): line for path, line in below.items()})
    return by_name


def _problem(details: ErrorDetails) -> Problem:
    kind, path, found = details["type"], tuple(details["loc"]), details["input"]
    context = details.get("ctx", {})
    if kind == "missing":
        return _missing(path)
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "literal_error":
        return _not_among(path, found, _WORD.findall(str(context["expected"])))
    if kind == "value_error":
        error = context["error"]
        assert isinstance(error, FieldError)  # every check of the models raises it
        return Problem(error.code, path, str(error))
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return Problem(
            ProjectCode.OUT_OF_RANGE, path, f"found {describe(found)}: {words} {context[key]} is allowed"
        )
    if kind == "too_long":
        return Problem(
            ProjectCode.OUT_OF_RANGE,
            path,
            f"found {context['actual_length']} entries: {context['max_length']} are allowed",
        )
    needed = _NEEDED.get(kind.split("_")[0], "another kind of value is needed")
    return Problem(ProjectCode.WRONG_KIND, path, f"found {describe(found)}: {needed}", _remedy(needed, found))


def _remedy(needed: str, found: object) -> str | None:
    if "text" in needed and not isinstance(found, (dict, list)) and found is not None:
        return "put it in quotes if it is meant as text"
    if "section" in needed and isinstance(found, str) and re.search(r"\w:\S", found):
        return "is a space missing after the colon?"
    return None


def _missing(path: KeyPath) -> Problem:
    key = path[-1]
    if isinstance(key, int):
        return Problem(
            ProjectCode.WRONG_KIND,
            path[:-1],
            f"found {key} {'entry' if key == 1 else 'entries'}: two are needed",
        )
    return Problem(ProjectCode.MISSING_KEY, path, f"needs '{key}'", section=path[:-1])


def _meant(path: KeyPath) -> KeyPath:
    """The path with its last key as it was likely meant."""
    return (*path[:-1], nearest(str(path[-1]), _keys_at(path[:-1])) or path[-1])


def _unknown_key(path: KeyPath) -> Problem:
    key, section = str(path[-1]), path[:-1]
    allowed = list(_keys_at(section))
    if (meant := nearest(key, allowed)) is not None:
        return Problem(
            ProjectCode.UNKNOWN_KEY, path, f"unknown key '{key}': did you mean '{meant}'?", section=section
        )
    return Problem(
        ProjectCode.UNKNOWN_KEY,
        path,
        f"unknown key '{key}': allowed are {enumerate_words(allowed)}",
        section=section,
    )


def _not_among(path: KeyPath, found: object, allowed: list[str]) -> Problem:
    meant = suggest(found, allowed) if isinstance(found, str) else ""
    verb = "allowed are" if len(allowed) > 1 else "allowed is"
    return Problem(
        ProjectCode.NOT_AMONG, path, f"found {describe(found)}: {verb} {enumerate_words(allowed)}{meant}"
    )


def _keys_at(section: KeyPath) -> Iterator[str]:
    """The keys that the section at this path may have."""
    model: type[BaseModel] | None = Project
    inside_mapping = False
    for part in section:
        if model is None:
            return
        if inside_mapping or isinstance(part, int):  # a name of the user's, or a place in a list
            inside_mapping = False
            continue
        field = keys_of(model).get(str(part))
        if field is None:
            return
        annotation = field.annotation
        inside_mapping = typing.get_origin(annotation) is dict
        model = _model_in(annotation)
    yield from keys_of(model) if model is not None else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(
        (model for inner in typing.get_args(annotation) if (model := _model_in(inner)) is not None), None
    )
