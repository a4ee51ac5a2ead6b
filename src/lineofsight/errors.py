"""Every error a user can meet, in one tree.

LineofsightError
├── ProjectError      the project file: what is declared cannot be meant
│   └── DataError     the data: a table, column or value is not what was declared
├── EngineError       the engine could not do what was asked (memory, disk, SQL)
└── RunError          a run cannot be found, read or written

A quantity that cannot be estimated is no error: it is a `NotEstimable` result (`core.results`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class LineofsightError(Exception):
    """Base of all errors; its text says what happened, where, what is allowed and what to do next."""


class ProjectError(LineofsightError):
    """The project file declares something that cannot be meant.

    Args:
        message: What was found and what is allowed.
        file: The project file.
        line: Its line, counted from 1.
        where: The dotted path of the key, as in `operations.delivery_days.unit`.
        hint: What to do next.
    """

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        where: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.message, self.file, self.line, self.where, self.hint = message, file, line, where, hint
        super().__init__(_render(message, file, line, where, hint))


class DataError(ProjectError):
    """A table, column or value is not what the project file declares; it points at the declaration."""


class EngineError(LineofsightError):
    """The engine could not do what was asked of it."""


class RunError(LineofsightError):
    """A run or one of its tables cannot be found, read or written."""


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
