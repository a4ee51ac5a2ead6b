"""What a draft is made of: plain values, of which `words.draft` makes a project file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Why = Literal[
    "named", "direction_open", "rated", "level", "yes_no_words", "by_lot", "between_times", "late", "said", "answered", "who", "levels", "outcome", "bought", "spent", "returns",
    "leak_name", "leak_values", "leak_filled", "same_as", "personal", "free_text", "identifier", "constant", "empty", "too_many_levels", "another_time", "beyond_budget", "unsure_kind",
    "said_so", "its_status",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Episodes:
    """What one episode is.

    Attributes:
        table: Whose rows they are.
        key, customer, at: The columns; none of a snapshot but perhaps the customer.
        why: 'moments', 'snapshot', 'nobody' where no column says whose a row is, or 'repeated' where one does, several times.
    """

    table: str
    key: str | None = None
    customer: str | None = None
    at: str | None = None
    why: str = "snapshot"

    @property
    def snapshot(self) -> bool:
        """Whether there is no time."""
        return self.at is None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a section.

    Attributes:
        name: What it is called.
        keys: What is declared.
        why: The reason of the guess.
        column: What it was made of, as the file calls it.
        other: A second name that the reason needs.
        doubt: Whether it is one to look at.
    """

    name: str
    keys: Mapping[str, Any]
    why: Why
    column: str
    other: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that is not used, and why."""

    column: str
    why: Why
    other: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A project.

    Attributes:
        name: Its name.
        files: The files, as they were named.
        tables: Per table its keys.
        episodes: What they are, with why.
        operations, perceptions, behaviours, controls: Its sections.
        segments: Names of controls, and entries of their own.
        monthly: The column of what a customer pays a month, with its mean, where there is one.
        spends: Whether a behaviour tells what customers spend.
        left_out: Columns that are not used.
        rows: Of the table of the episodes.
    """

    name: str
    files: tuple[str, ...]
    tables: Mapping[str, Mapping[str, Any]]
    episodes: Episodes
    operations: tuple[Entry, ...] = ()
    perceptions: tuple[Entry, ...] = ()
    behaviours: tuple[Entry, ...] = ()
    controls: tuple[Entry, ...] = ()
    segments: tuple[str, ...] = ()
    monthly: tuple[str, float] | None = None
    spends: bool = False
    left_out: tuple[LeftOut, ...] = ()
    rows: int = 0


def sql_name(name: str) -> str:
    """A column in an expression."""
    return (
        name
        if re.fullmatch(r"[A-Za-z]\w*", name) and name.lower() not in _SQL_WORDS
        else '"' + name.replace('"', '""') + '"'
    )


_SQL_WORDS = frozenset(
    [
        "all",
        "and",
        "any",
        "as",
        "asc",
        "between",
        "by",
        "case",
        "check",
        "column",
        "count",
        "day",
        "default",
        "desc",
        "distinct",
        "else",
        "end",
        "from",
        "group",
        "having",
        "in",
        "interval",
        "is",
        "join",
        "left",
        "like",
        "limit",
        "month",
        "not",
        "null",
        "offset",
        "on",
        "or",
        "order",
        "references",
        "right",
        "select",
        "table",
        "then",
        "time",
        "to",
        "union",
        "unique",
        "user",
        "using",
        "value",
        "values",
        "when",
        "where",
        "window",
        "with",
        "year",
        "at",
    ]
)
