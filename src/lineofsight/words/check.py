"""What `los check` found, as text: what the data hold, what a run will not be able to estimate, and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from lineofsight.reasons import Statement
from lineofsight.words.counts import SPACE
from lineofsight.words.labels import labelled
from lineofsight.words.lists import Label, joined, quoted
from lineofsight.words.numbers import count, quantity, share
from lineofsight.words.order import order_words
from lineofsight.words.reasons import clause
from lineofsight.words.warnings import duplicated, unlinked, warning_sentence

Section = Literal["perceptions", "behaviours", "value", "controls"]

_SHOWN = 5
_UNDECLARED: Mapping[Section, str] = {
    "perceptions": "no perception is declared: the customer is skipped, so how customers feel is not in view",
    "behaviours": "no behaviour is declared: what customers do next, and what it is worth, is not in view",
    "value": "there is no section 'value': nothing will be told in money",
    "controls": "no control is declared: effects will be 'associated', adjusted only for the other operations",
}


@dataclass(frozen=True, slots=True)
class Level:
    """What a behaviour is today: a share of 0 to 1 where it is yes or no, else a mean in its unit."""

    value: float
    yes_no: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Effects of these causes on these outcomes have no answer, all for the same reason."""

    causes: tuple[str, ...]
    outcomes: tuple[str, ...]
    reason: Statement


@dataclass(frozen=True, slots=True)
class TooSmall:
    """Segments, each with its episodes, in which nothing can be estimated, and how many segments there are."""

    segments: tuple[tuple[str, int], ...]
    of: int


@dataclass(frozen=True, slots=True)
class Worthless:
    """A behaviour that has no worth."""

    behaviour: str
    reason: Statement


@dataclass(frozen=True, slots=True)
class YearUntold:
    """Money cannot be told a year."""

    reason: Statement


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Rows of a table are nobody's: a row of `warnings`, without its sentence."""

    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Duplicated:
    """Rows are there more than once: a row of `warnings`, without its sentence."""

    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Backwards:
    """A time is below zero: a row of `warnings`, without its sentence."""

    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timeless:
    """The data have no times; `order` is what the project file says of what came first, if it does."""

    order: str | None


@dataclass(frozen=True, slots=True)
class InNeitherList:
    """Values of a behaviour's column in words that are not listed.

    Attributes:
        behaviour: Its name.
        column: The column.
        values: Each with how often it occurs; 0 for one that is listed and occurs nowhere.
        mean_no: Whether they count as no; else they are not known.
    """

    behaviour: str
    column: str
    values: tuple[tuple[str, int], ...]
    mean_no: bool


@dataclass(frozen=True, slots=True)
class NearlyConstant:
    """An operation has one value nearly everywhere."""

    operation: str
    value: float


@dataclass(frozen=True, slots=True)
class ManyLevels:
    """A segment has more levels than are looked at one by one."""

    segment: str
    most: int


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A section of the project file is empty."""

    section: Section


@dataclass(frozen=True, slots=True)
class PerhapsTurned:
    """A behaviour counts a yes in a column as staying, or as leaving (`event`), and the column's name says otherwise."""

    behaviour: str
    column: str
    event: Literal["return", "leave"]


@dataclass(frozen=True, slots=True)
class NotTold:
    """An operation's effects will not be among the findings."""

    operation: str
    reason: Statement


@dataclass(frozen=True, slots=True)
class ControlKeptOut:
    """A control gives an outcome away."""

    reason: Statement


Refusal = Refused | TooSmall | Worthless | YearUntold
Note = (
    Unlinked
    | Duplicated
    | Backwards
    | Timeless
    | InNeitherList
    | NearlyConstant
    | ManyLevels
    | PerhapsTurned
    | Undeclared
    | NotTold
    | ControlKeptOut
)


def refusal_words(refusal: Refusal, label: Label) -> str:
    """What a run will not be able to estimate, and why; no full stop."""
    match refusal:
        case Refused(causes, outcomes, reason):
            on = _quoted(outcomes, label)
            return f"the effect of {_quoted(causes, label)} on {on}: {clause(reason, label)}"
        case TooSmall(segments, of):
            named = ", ".join(f"{quoted(name, label)} ({n:,})" for name, n in segments[:_SHOWN])
            more = f" and {len(segments) - _SHOWN:,} more" if len(segments) > _SHOWN else ""
            return f"any effect in {len(segments):,} of {of:,} segments, which have too few episodes: {named}{more}"
        case Worthless(behaviour, reason):
            return f"what '{label(behaviour)}' is worth: {clause(reason, label)}"
        case YearUntold(reason):
            return f"what anything is worth a year: {clause(reason, label)}"


def note_words(note: Note, label: Label) -> str:
    """What is allowed but will leave a run with less than it could say; no full stop."""
    match note:
        case Unlinked(row):
            return unlinked(row, clause(row["reason"], label)).rstrip(".")
        case Duplicated(row):
            return duplicated(row, clause(row["reason"], label)).rstrip(".")
        case Backwards(row):
            said = warning_sentence(row, label).rstrip(".")
            return said[0].lower() + said[1:]
        case Timeless(order):
            said = ". ".join(order_words(order))
            return said[0].lower() + said[1:]
        case InNeitherList():
            return _in_neither_list(note, label)
        case NearlyConstant(operation, value):
            return f"'{label(operation)}' is {value:g} nearly everywhere: little can be told of it"
        case ManyLevels(segment, most):
            return (
                f"segment {quoted(segment, label)} has more than {most} levels: the {most} most frequent are looked"
                " at one by one, the others together"
            )
        case PerhapsTurned(behaviour, column, event):
            stays = event == "return"
            counted, other = ("stayed", "left") if stays else ("left", "stayed")
            return (
                f"'{label(behaviour)}' counts a yes in '{column}' as a customer who {counted}; if it means one who {other},"
                f" write 'event: {'leave' if stays else 'return'}'"
            )
        case Undeclared(section):
            return _UNDECLARED[section]
        case NotTold(operation, reason):
            return f"'{label(operation)}' will not be among the findings: {clause(reason, label)}"
        case ControlKeptOut(reason):
            return f"a control will be kept out: {clause(reason, label)}"


def _in_neither_list(note: InNeitherList, label: Label) -> str:
    there = [(value, n) for value, n in note.values if n]
    nowhere = [f"'{value}'" for value, n in note.values if not n]
    parts = []
    if there:
        named = ", ".join(f"'{value}' ({count(n)})" for value, n in there[:_SHOWN])
        more = f" and {count(len(there) - _SHOWN)} more" if len(there) > _SHOWN else ""
        total = count(sum(n for _, n in there))
        means = "count as no" if note.mean_no else "are not known"
        parts.append(
            f"{total} values of '{note.column}' that are not listed for '{label(note.behaviour)}' {means}: {named}{more}"
        )
    if nowhere:
        occur = "occurs" if len(nowhere) == 1 else "occur"
        parts.append(
            f"{joined(nowhere)}, listed for '{label(note.behaviour)}', {occur} nowhere in '{note.column}'"
        )
    return "; ".join(parts)


def _quoted(names: Sequence[str], label: Label) -> str:
    return joined([f"'{label(name)}'" for name in names])


class Checked(Protocol):
    """What a project's data hold."""

    @property
    def name(self) -> str:
        """The project's name."""

    @property
    def labels(self) -> Mapping[str, str]:
        """What people call the names that have a label."""

    @property
    def episodes(self) -> int:
        """Episodes that can be analysed."""

    @property
    def anchored(self) -> int:
        """Moments before any were left out."""

    @property
    def customers(self) -> int:
        """Different customers."""

    @property
    def tables(self) -> Mapping[str, int]:
        """Rows per table."""

    @property
    def operations(self) -> Mapping[str, tuple[float | None, int]]:
        """Per operation its median and how often it is missing."""

    @property
    def negative(self) -> Mapping[str, int]:
        """Per operation that is below zero in some episodes, in how many."""

    @property
    def off_scale(self) -> Mapping[str, tuple[float, float, int]]:
        """Per rating that lies beyond its scale in some episodes, the scale and in how many."""

    @property
    def outcomes(self) -> Mapping[str, int]:
        """Per outcome, in how many episodes it is known."""

    @property
    def levels(self) -> Mapping[str, Level]:
        """What each behaviour is today, where it is known at all."""

    @property
    def drops(self) -> Sequence[Mapping[str, Any]]:
        """What was left out or is missing."""

    @property
    def refusals(self) -> Sequence[str]:
        """What a run will not be able to estimate."""

    @property
    def warnings(self) -> Sequence[str]:
        """What will leave a run with less than it could say."""


def check_words(found: Checked) -> str:
    """What the project's data hold, what is missing, and what a run will not be able to estimate."""
    left = f" of {count(found.anchored)} moments" if found.anchored != found.episodes else ""
    label = labelled(found.labels)
    lines = [
        f"{found.name}: the project file and the data fit together.",
        f"Tables: {', '.join(f'{name} ({count(rows)} rows)' for name, rows in found.tables.items())}.",
        f"Episodes: {count(found.episodes)}{left}, by {_customers(found.customers)}.",
    ]
    for name, (median, missing) in found.operations.items():
        absent = f", unknown in {count(missing)} episodes" if missing else ""
        below = f", below zero in {count(found.negative[name])}" if name in found.negative else ""
        if name in found.off_scale:
            lowest, highest, beyond = found.off_scale[name]
            below += f", beyond its scale of {lowest:g} to {highest:g} in {count(beyond)} (0 often stands for no answer)"
        lines.append(f"  {name}: {'never known' if median is None else f'median {median:g}'}{below}{absent}")
    for name, known in found.outcomes.items():
        level = found.levels.get(name)
        today = "" if level is None else f"{_level_words(level)}, "
        lines.append(f"  {name}: {today}known in {count(known)} {'episode' if known == 1 else 'episodes'}")
    lines += _listed(
        "Left out or missing:",
        [
            f"{drop['name']}: {clause(drop['reason'], label)}: {count(drop['n'])} of {count(drop['of'])}"
            for drop in found.drops
        ],
    )
    lines += _listed("A run will not be able to estimate:", found.refusals)
    lines += _listed("Notes:", found.warnings)
    return "\n".join(lines)


def _level_words(level: Level) -> str:
    told = share(level.value) if level.yes_no else f"mean {quantity(level.value, level.unit)}"
    return told.replace(SPACE, " ")  # lines of a terminal do not break there, and people search them


def _listed(title: str, entries: Sequence[str]) -> list[str]:
    return ["", title, *(f"  - {entry}" for entry in entries)] if entries else []


def _customers(n: int) -> str:
    return "1 customer" if n == 1 else f"{count(n)} customers"
