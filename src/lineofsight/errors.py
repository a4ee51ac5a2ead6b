"""Every error a user can meet, in one tree.

LineofsightError
├── ProjectError      the project file: what is declared cannot be meant          LOS-P…
│   └── DataError     the data: a table, column or value is not what was declared LOS-D…
├── EngineError       the engine could not do what was asked (memory, disk, SQL)  LOS-E…
└── RunError          a run cannot be found, read or written                      LOS-R…

Each has a code of `error_codes` beside its text: the text is for people, the code for programs.
A quantity that cannot be estimated is no error: it is a `NotEstimable` result (`core.results`).
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from lineofsight.error_codes import Code, CommandCode, DataCode, EngineCode, ProjectCode, RunCode


class LineofsightError(Exception):
    """Base of all errors; its text says what happened, where, what is allowed and what to do next.

    Args:
        code: The kind of mistake; each error of the tree has its own kinds.
        message: What was found and what is allowed.
        file: The project file.
        line: Its line, counted from 1.
        where: The dotted path of the key, as in `operations.delivery_days.unit`.
        hint: What to do next.
        problems: Each of several that are told at once.
    """

    codes: ClassVar[type[Code]] = Code

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        where: str | None = None,
        hint: str | None = None,
        problems: Sequence[LineofsightError] = (),
    ) -> None:
        if not isinstance(code, self.codes):
            raise TypeError(f"{type(self).__name__} takes a code of {self.codes.__name__}, not {code!r}")
        self.code, self.message = code, message
        self.file, self.line, self.where, self.hint = file, line, where, hint
        self.problems = tuple(problems)
        super().__init__(_render(message, file, line, where, hint))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        again = partial(
            type(self),
            file=self.file,
            line=self.line,
            where=self.where,
            hint=self.hint,
            problems=self.problems,
        )
        return again, (self.code, self.message)

    def to_dict(self) -> dict[str, Any]:
        """Code, message and place as plain values; `problems`, only where several are told at once, has the same of each."""
        told = {
            "code": str(self.code),
            "message": self.message,
            "file": None if self.file is None else str(self.file),
            "line": self.line,
            "where": self.where,
            "hint": self.hint,
        }
        return told | ({"problems": [each.to_dict() for each in self.problems]} if self.problems else {})


class ProjectError(LineofsightError):
    """The project file declares something that cannot be meant."""

    codes: ClassVar[type[Code]] = ProjectCode


class DataError(ProjectError):
    """A table, column or value is not what the project file declares; it points at the declaration."""

    codes = DataCode


class EngineError(LineofsightError):
    """The engine could not do what was asked of it."""

    codes = EngineCode


class RunError(LineofsightError):
    """A run or one of its tables cannot be found, read or written."""

    codes = RunCode


class CommandError(LineofsightError):
    """The command line cannot be understood, or the command was stopped; raised by the command only."""

    codes = CommandCode


def disk_is_full(error: OSError) -> bool:
    """Whether the system refused for want of room on the disk."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _render(
    message: str, file: Path | str | None, line: int | None, where: str | None, hint: str | None
) -> str:
    place = ":".join(str(part) for part in (file, line) if part is not None)
    head = ": ".join(part for part in (place, where, message) if part)
    return head if hint is None else f"{head}\n  → {hint}"


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """The near names first, else all that is allowed: `did you mean 'orders'?` or `one of: a, b`."""
    options = sorted({str(option) for option in allowed})
    lowered = {option.lower(): option for option in options}
    near = [
        lowered[match] for match in difflib.get_close_matches(name.lower(), list(lowered), n=2, cutoff=0.6)
    ]
    if near:
        return "did you mean " + " or ".join(f"'{option}'" for option in near) + "?"
    if not options:
        return "nothing is declared there"
    shown = ", ".join(options[:20]) + (f", … ({len(options)} in all)" if len(options) > 20 else "")
    return f"one of: {shown}"
