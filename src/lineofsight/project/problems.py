"""What is wrong with a project file, in plain words, and where."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lineofsight.characters import visible
from lineofsight.error_codes import DataCode, ProjectCode
from lineofsight.errors import ProjectError

KeyPath = tuple[str | int, ...]
Lines = Mapping[KeyPath, int]

MOST_SHOWN = 10
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot be meant.

    Attributes:
        path: The path of its key, which gives the line.
        message: What was found, and what is allowed.
        hint: What to do.
        section: The path to show instead, where the message names the key itself.
    """

    code: ProjectCode | DataCode
    path: KeyPath
    message: str
    hint: str | None = None
    section: KeyPath | None = None

    @property
    def where(self) -> str:
        """The dotted path to show; empty for the whole file."""
        return dotted(self.path if self.section is None else self.section)


class FieldError(ValueError):
    """A value or section of the file that its model refuses: the kind of mistake, what was found and what is allowed."""

    def __init__(self, code: ProjectCode, message: str) -> None:
        self.code = code
        super().__init__(message)


def nearest_line(lines: Lines, path: KeyPath) -> int | None:
    """The line of this key, or of the nearest section around it; None when there is none."""
    for length in range(len(path), -1, -1):
        line = lines.get(path[:length])
        if line is not None:
            return line
    return None


def dotted(path: KeyPath) -> str:
    """`operations.delivery_days.knots[2]`, counting list entries from 1."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def quote(text: str) -> str:
    """The text in quotes, on one line and not longer than can be read at a glance."""
    flat = visible(" ".join(text.split()))
    return f"'{flat if len(flat) <= _LONGEST_QUOTE else flat[:_LONGEST_QUOTE] + '…'}'"


def describe(value: object) -> str:
    """A value of the file as its author would call it: `'x'`, `the number 5`, `a list`, `nothing`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return quote(value) if value else "an empty text"
        case int() | float():
            return f"the number {value}"
        case dt.date():
            return f"the date {value}"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case _:
            return quote(str(value))


def enumerate_words(words: Iterable[str], last: str = "and") -> str:
    """`'a', 'b' and 'c'`."""
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name most like this one, whatever the case of its letters; None when none is like it."""
    lowered = {option.lower(): option for option in allowed}
    found = difflib.get_close_matches(name.lower(), list(lowered), n=1)
    return lowered[found[0]] if found else None


def suggest(name: str, allowed: Iterable[str]) -> str:
    """The end of a message: `; did you mean 'orders'?` when a name like it is allowed, else nothing."""
    found = nearest(name, allowed)
    return f"; did you mean '{found}'?" if found is not None else ""


def as_error(problems: Sequence[Problem], file: Path, lines: Lines) -> ProjectError:
    """One error for all problems, in the order of the file; the first ten are shown.

    A single problem is the error itself. Several are listed under the line of the first.
    """
    placed = sorted(((nearest_line(lines, p.path) or 1, p) for p in problems), key=lambda pair: pair[0])
    every = [
        ProjectError(p.code, p.message, file=file, line=at, where=p.where or None, hint=p.hint)
        for at, p in placed
    ]
    if len(every) == 1:
        return every[0]
    rows = [_row(at, problem) for at, problem in placed[:MOST_SHOWN]]
    if len(placed) > MOST_SHOWN:
        rows.append(f"  … and {len(placed) - MOST_SHOWN} more")
    text = "\n".join([f"{len(placed)} problems", *rows])
    return ProjectError(ProjectCode.SEVERAL_PROBLEMS, text, file=file, line=placed[0][0], problems=every)


def _row(line: int, problem: Problem) -> str:
    head = ": ".join(part for part in (f"  line {line}", problem.where, problem.message) if part)
    return head if problem.hint is None else f"{head}\n    → {problem.hint}"
