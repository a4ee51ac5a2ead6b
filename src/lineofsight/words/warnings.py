"""What is said of a warning: made of its row, for the table, for findings and for the case against a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lineofsight.reasons import Reason
from lineofsight.words.amounts import Difference, difference_words
from lineofsight.words.changes import Improvement, moved_words
from lineofsight.words.lists import Label, quoted, sentence
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


def warned_words(warned: Warned, label: Label) -> str:
    """The sentence of a warning."""
    match warned:
        case Suspected(row):
            return warning_sentence(row, label)
        case Reversed():
            return _reversed(warned, label)


def warning_sentence(row: Mapping[str, Any], label: Label) -> str:
    """What was seen, and what became of it.

    Args:
        row: Of the table `warnings`, of any kind but 'simpson', which tells of amounts too.
        label: What people call a name of the project file.
    """
    seen = clause(row["reason"], label)
    match row["kind"]:
        case "function":
            return _function(row, seen, label)
        case "twin":
            return _twin(row, seen, label)
        case "duplicate":
            return duplicated(row, seen)
        case "link":
            return unlinked(row, seen)
        case "time":
            return _time(row, seen, label)
        case "partial" | "strong":
            return _doubted(row, seen, label)
        case "later":
            return sentence(seen)
        case _:
            return _leak(row, seen)


def duplicated(row: Mapping[str, Any], seen: str) -> str:
    """That rows are there more than once, and the SQL that takes the others out."""
    reason = row["reason"]
    counted = f"{_amount(row)} {seen}. They are counted as they stand"
    if reason.code is Reason.OLDER_VERSIONS:
        newest = f"partition by {', '.join(reason.names)} order by {reason.other} desc"
        return sentence(
            f"{counted}, as if each were another; keep the newest of each with SQL under 'tables': select * from (select *,"
            f" row_number() over ({newest}) as newest from {reason.name}) as versions where newest = 1"
        )
    out = "if no two can be alike, take the copies out with SQL under 'tables'"
    if reason.code is Reason.COPIED_MOMENTS:
        return sentence(f"{counted}; {out}")
    if reason.names:
        how = f"select distinct the other columns of {reason.name}, and number the rows after that"
    else:
        how = f"select distinct * from {reason.name}"
    return sentence(f"{counted}, and intervals are too narrow where they are copies; {out}: {how}")


def unlinked(row: Mapping[str, Any], seen: str) -> str:
    """That rows of a table are nobody's."""
    if row["share"] == 1:
        return sentence(f"{seen}. What is made of it is missing or zero everywhere")
    return sentence(f"{_amount(row)} {seen}. They are left out; write ids alike with SQL under 'tables'")


def project_insists(row: Mapping[str, Any]) -> str:
    """`the project insists: REASON`, without a full stop."""
    return f"the project insists: {row['because'].rstrip('.')}"


def _reversed(warned: Reversed, label: Label) -> str:
    everyone, within = (difference_words(each, label) for each in (warned.everyone, warned.within))
    what = (
        f"Simpson's paradox: {moved_words(warned.improvement, label)} goes with {everyone} for everyone, and with {within} on"
        f" average within the segments of {quoted(warned.attribute, label)}"
    )
    if warned.row["because"] is not None:
        return sentence(f"{what}. It is told as for everyone, as {project_insists(warned.row)}")
    return sentence(
        f"{what}. It is not among the findings; make {quoted(warned.attribute, label)} a control if it came first"
    )


def _leak(row: Mapping[str, Any], seen: str) -> str:
    if row["because"] is None:
        return sentence(f"{seen}. It is kept out. {_INSIST}")
    out = "It is kept out all the same, as nothing is left to be told beside a copy"
    return sentence(f"{seen}. {out if row['kept_out'] == 'yes' else 'It is kept in'}; {project_insists(row)}")


def _doubted(row: Mapping[str, Any], seen: str, label: Label) -> str:
    if row["because"] is not None:
        return sentence(f"{seen}; {project_insists(row)}")
    return sentence(
        f"{seen}. It may be known only afterwards, or made from it: no claim beside it is put higher than 'adjusted', and"
        f" the table 'alternatives' has them without it. Take '{label(row['cause'])}' out where it is; {_INSIST_LOW}"
    )


def _function(row: Mapping[str, Any], seen: str, label: Label) -> str:
    what = f"'{label(row['cause'])}' cannot be told apart from others: {seen}"
    if row["because"] is None:
        return sentence(f"{what}. Its effects are in the tables, not among the findings; keep one of them")
    return sentence(f"{what}. Its effect on '{label(row['outcome'])}' is told, as {project_insists(row)}")


def _twin(row: Mapping[str, Any], seen: str, label: Label) -> str:
    if row["because"] is not None:
        on = f"'{label(row['outcome'])}'"
        return sentence(f"{seen}. It stays beside it in the paths to {on}, as {project_insists(row)}")
    return sentence(
        f"{seen}. Paths to behaviours do not go through it, as the two could not be told apart; what moves it is still"
        " told. To have it the other way round, take the other one out"
    )


def _time(row: Mapping[str, Any], seen: str, label: Label) -> str:
    cause = f"'{label(row['cause'])}'"
    if row["reason"].code is Reason.BELOW_ZERO:
        return sentence(
            f"time runs backwards: {cause} is below zero in {_amount(row)} episodes, as if it ended before it began. It is used"
            " as it is; if it may be, as of what came before it was promised, nothing is wrong, else have such values missing and"
            " keep the rows: 'value: case when x >= 0 then x end' with 'missing: indicator'"
        )
    if row["kept_out"] == "yes":
        return sentence(
            f"time runs backwards: {_amount(row)} values of {cause} are {seen}. These are not used"
        )
    return sentence(
        f"time runs backwards: {cause} is {seen} in {_amount(row)} episodes. It is used as it is; if that date was planned"
        " or promised by then, nothing is wrong"
    )


def _amount(row: Mapping[str, Any]) -> str:
    return f"{count(row['n'] or 0)} ({share(row['share'])})"
