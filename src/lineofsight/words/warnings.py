"""What is said of a warning: made of its row, for the table, for findings and for the case against a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lineofsight.reasons import Reason
from lineofsight.words.amounts import Difference, difference_words
from lineofsight.words.changes import Improvement, moved_words
from lineofsight.words.lists import Label, quoted, sentence, with_reason
from lineofsight.words.numbers import count, share
from lineofsight.words.reasons import clause

_INSIST_LOW = "if it is known in time, say so under 'insist' in the project file"
_INSIST = _INSIST_LOW[0].upper() + _INSIST_LOW[1:]


@dataclass(frozen=True, slots=True)
class Suspected:
    """A row of the table `warnings` without its sentence, of any kind but 'simpson'."""

    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reversed:
    """An effect is one way round for everyone, and the other way round on average within the segments of an attribute.

    Attributes:
        improvement: What is changed.
        attribute: Whose segments they are.
        everyone, within: The effect on everyone, and the mean of those within segments.
        row: Of the table `warnings`, without its sentence.
    """

    improvement: Improvement
    attribute: str
    everyone: Difference
    within: Difference
    row: Mapping[str, Any]


Warned = Suspected | Reversed


def warned_sentences(warned: Warned, label: Label) -> tuple[str, ...]:
    """The sentences of a warning; the first can stand alone."""
    match warned:
        case Suspected(row):
            return tuple(map(sentence, _suspected(row, label)))
        case Reversed():
            return tuple(map(sentence, _reversed(warned, label)))


def warned_words(warned: Warned, label: Label) -> str:
    """A warning as text."""
    return " ".join(warned_sentences(warned, label))


def warning_sentence(row: Mapping[str, Any], label: Label) -> str:
    """What was seen, and what became of it.

    Args:
        row: Of the table `warnings`, of any kind but 'simpson', which tells of amounts too.
        label: What people call a name of the project file.
    """
    return " ".join(map(sentence, _suspected(row, label)))


def _suspected(row: Mapping[str, Any], label: Label) -> tuple[str, ...]:
    seen = clause(row["reason"], label)
    match row["kind"]:
        case "function":
            return _function(row, seen, label)
        case "twin":
            return _twin(row, seen, label)
        case "duplicate":
            return _duplicated(row, seen)
        case "link":
            return _unlinked(row, seen)
        case "time":
            return _time(row, seen, label)
        case "partial" | "strong":
            return _doubted(row, seen, label)
        case "later":
            return (seen,)
        case _:
            return _leak(row, seen)


def duplicated(row: Mapping[str, Any], seen: str) -> str:
    """That rows are there more than once, and the SQL that takes the others out."""
    return " ".join(map(sentence, _duplicated(row, seen)))


def unlinked(row: Mapping[str, Any], seen: str) -> str:
    """That rows of a table are nobody's."""
    return " ".join(map(sentence, _unlinked(row, seen)))


def project_insists(row: Mapping[str, Any]) -> str:
    """`the project insists: REASON`, without a full stop."""
    return f"the project insists: {row['because'].rstrip('.')}"


def _duplicated(row: Mapping[str, Any], seen: str) -> tuple[str, ...]:
    reason = row["reason"]
    counted = f"{_amount(row)} {seen}"
    if reason.code is Reason.OLDER_VERSIONS:
        newest = f"partition by {', '.join(reason.names)} order by {reason.other} desc"
        return (
            counted,
            "They are counted as they stand, as if each were another",
            f"Keep the newest of each with SQL under 'tables': select * from (select *, row_number() over ({newest}) as newest"
            f" from {reason.name}) as versions where newest = 1",
        )
    out = "If no two can be alike, take the copies out with SQL under 'tables'"
    if reason.code is Reason.COPIED_MOMENTS:
        return counted, "They are counted as they stand", out
    if reason.names:
        how = f"select distinct the other columns of {reason.name}, and number the rows after that"
    else:
        how = f"select distinct * from {reason.name}"
    return (
        counted,
        "They are counted as they stand, and intervals are too narrow where they are copies",
        f"{out}: {how}",
    )


def _unlinked(row: Mapping[str, Any], seen: str) -> tuple[str, ...]:
    if row["share"] == 1:
        return seen, "What is made of it is missing or zero everywhere"
    return f"{_amount(row)} {seen}", "They are left out; write ids alike with SQL under 'tables'"


def _reversed(warned: Reversed, label: Label) -> tuple[str, ...]:
    everyone, within = (difference_words(each, label) for each in (warned.everyone, warned.within))
    attribute = quoted(warned.attribute, label)
    told = (
        f"Simpson's paradox: {moved_words(warned.improvement, label)} goes with {everyone} for everyone",
        f"On average within the segments of {attribute} it goes with {within}",
    )
    if warned.row["because"] is not None:
        return *told, f"It is told as for everyone, as {project_insists(warned.row)}"
    return *told, f"It is not among the findings; make {attribute} a control if it came first"


def _leak(row: Mapping[str, Any], seen: str) -> tuple[str, ...]:
    if row["because"] is None:
        return seen, "It is kept out", _INSIST
    out = "It is kept out all the same, as nothing is left to be told beside a copy"
    return seen, f"{out if row['kept_out'] == 'yes' else 'It is kept in'}; {project_insists(row)}"


def _doubted(row: Mapping[str, Any], seen: str, label: Label) -> tuple[str, ...]:
    if row["because"] is not None:
        return (f"{seen}; {project_insists(row)}",)
    return (
        seen,
        "It may be known only afterwards, or made from it",
        "No claim beside it is put higher than 'adjusted', and the table 'alternatives' has them without it",
        f"Take {quoted(row['cause'], label)} out where it is; {_INSIST_LOW}",
    )


def _function(row: Mapping[str, Any], seen: str, label: Label) -> tuple[str, ...]:
    what = with_reason(f"{quoted(row['cause'], label)} cannot be told apart from others", seen)
    if row["because"] is None:
        return *what, "Its effects are in the tables, not among the findings; keep one of them"
    return *what, f"Its effect on {quoted(row['outcome'], label)} is told, as {project_insists(row)}"


def _twin(row: Mapping[str, Any], seen: str, label: Label) -> tuple[str, ...]:
    if row["because"] is not None:
        on = quoted(row["outcome"], label)
        return seen, f"It stays beside it in the paths to {on}, as {project_insists(row)}"
    return (
        seen,
        "Paths to behaviours do not go through it, as the two could not be told apart; what moves it is still told",
        "To have it the other way round, take the other one out",
    )


def _time(row: Mapping[str, Any], seen: str, label: Label) -> tuple[str, ...]:
    cause = quoted(row["cause"], label)
    if row["reason"].code is Reason.BELOW_ZERO:
        return (
            f"time runs backwards: {cause} is below zero in {_amount(row)} episodes, as if it ended before it began",
            "It is used as it is; if it may be, as of what came before it was promised, nothing is wrong",
            "Else have such values missing and keep the rows: 'value: case when x >= 0 then x end' with 'missing: indicator'",
        )
    if row["kept_out"] == "yes":
        return f"time runs backwards: {_amount(row)} values of {cause} are {seen}", "These are not used"
    return (
        f"time runs backwards: {cause} is {seen} in {_amount(row)} episodes",
        "It is used as it is; if that date was planned or promised by then, nothing is wrong",
    )


def _amount(row: Mapping[str, Any]) -> str:
    return f"{count(row['n'] or 0)} ({share(row['share'])})"
