"""What was seen of files: plain values, of which `words.look` makes a screen and `look.draft` a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal[
    "id", "customer", "time", "score", "status", "flag", "money", "duration", "count", "number", "category", "text",
    "personal", "constant", "empty",
]  # fmt: skip

Personal = Literal["email", "phone", "name", "address", "birth", "ip", "other"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and what it probably is.

    Attributes:
        name: As SQL calls it.
        header: As the file calls it.
        type: As the engine reads it.
        rows: How many rows were looked at.
        filled: In how many it is not empty.
        distinct: How many different values there are.
        least, largest: The ends, as text.
        mean: Of a number.
        negative: Values below zero.
        whole: Whether all numbers are whole.
        top: The most frequent values, each with how often it occurs.
        length: Letters of a text, on average.
        role: What it probably is.
        measure: Of a score: nps, csat, ces or score.
        scale: Of a score.
        off_scale: Answers beyond the scale.
        answers: Words that stand for numbers, of a score.
        impossible: Values that there cannot be: below zero where none is, above 100 of a per cent, a date in the far future.
        personal: Which personal data it holds.
        form: How a time is written, in the letters of strptime, where that has to be declared.
        forms: How dates may have to be read, where they tell no day from a month.
        numbers: Whether it is read as a number.
        signs: 'thousands' or another reason why its numbers may mean several things.
    """

    name: str
    header: str
    type: str
    rows: int
    filled: int
    distinct: int
    least: str | None = None
    largest: str | None = None
    mean: float | None = None
    negative: int = 0
    whole: bool = False
    top: tuple[tuple[str, int], ...] = ()
    length: float | None = None
    role: Role = "category"
    measure: str | None = None
    scale: tuple[float, float] | None = None
    off_scale: int = 0
    answers: Mapping[str, int] | None = None
    impossible: int = 0
    personal: Personal | None = None
    form: str | None = None
    forms: tuple[str, ...] = ()
    numbers: bool = False
    signs: str | None = None

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.filled == self.rows == self.distinct

    @property
    def values(self) -> tuple[str, ...]:
        """The most frequent values."""
        return tuple(value for value, _ in self.top)

    @property
    def is_time(self) -> bool:
        """Whether it is a date or an instant, or becomes one once its form is declared."""
        return self.type.startswith(("DATE", "TIMESTAMP")) or bool(self.forms)


@dataclass(frozen=True, slots=True)
class Together:
    """Two columns that go together.

    Attributes:
        one, other: Their names.
        how: 'same' in every row; 'levels', each of one has one of the other; 'moves', correlated; 'tells', one gives the other away;
            'filled', one is filled just where the other says yes.
        strength: A correlation, or the share of rows that are told rightly.
    """

    one: str
    other: str
    how: Literal["same", "levels", "moves", "tells", "filled"]
    strength: float


@dataclass(frozen=True, slots=True)
class LookedFile:
    """A file, or several that hold one table.

    Attributes:
        table: What the draft calls it.
        path: As it was named.
        bytes: On the disk.
        rows: How many there are.
        exact: Whether that was counted, and not told from the size.
        looked: How many rows were looked at.
        columns: What they hold.
        copies: Rows that repeat another.
        together: Columns that go together.
        declare: Keys of the table that its reading needs, as `encoding: windows-1252`.
        outcome: The column that says what became of the customer, if there is one.
        leaks: Columns that seem to be made after it, with what tells.
        error: Why it could not be read.
    """

    table: str
    path: str
    bytes: int
    rows: int = 0
    exact: bool = True
    looked: int = 0
    columns: tuple[Column, ...] = ()
    copies: int = 0
    together: tuple[Together, ...] = ()
    declare: Mapping[str, object] = field(default_factory=dict)
    outcome: str | None = None
    leaks: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None

    def column(self, name: str | None) -> Column | None:
        """The column of this name."""
        return next((each for each in self.columns if each.name == name), None)

    def of(self, *roles: Role) -> list[Column]:
        """The columns of these roles."""
        return [each for each in self.columns if each.role in roles]


@dataclass(frozen=True, slots=True)
class Join:
    """A key that two tables have in common.

    Attributes:
        left, right: Tables.
        left_on, right_on: Their columns.
        matched: Share of the different keys of `left` that `right` has.
        matched_back: Share of those of `right` that `left` has.
        unique_left, unique_right: Whether each key stands in one row.
    """

    left: str
    left_on: str
    right: str
    right_on: str
    matched: float
    matched_back: float
    unique_left: bool
    unique_right: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """All that was seen."""

    files: tuple[LookedFile, ...]
    joins: tuple[Join, ...]
