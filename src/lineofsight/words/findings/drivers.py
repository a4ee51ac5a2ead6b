"""What goes with operations and perceptions, how surely, and what operations are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lineofsight.reasons import Statement
from lineofsight.words.amounts import Amount, Difference, difference_words, yearly_words
from lineofsight.words.changes import Improvement, improvement_words, point_words
from lineofsight.words.evidence import verb
from lineofsight.words.lists import Label, all_quoted, joined, quoted
from lineofsight.words.reasons import clause


@dataclass(frozen=True, slots=True)
class Worth:
    """Money a year.

    Attributes:
        amount: In the project's currency.
        behaviours: Those it adds up; none where these are all.
        clear: Whether the interval lies on one side of zero.
        confidence: The level of the interval.
    """

    amount: Amount
    behaviours: tuple[str, ...]
    clear: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class OperationEffects:
    """What goes with a better operation, the surest first, and what it is worth where that can be told."""

    improvement: Improvement
    differences: tuple[Difference, ...]
    worth: Worth | None


@dataclass(frozen=True, slots=True)
class NoClearEffect:
    """Operations with which nothing goes clearly among these outcomes; none where these are all."""

    operations: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PerceptionEffects:
    """What goes with a perception one point higher, the surest first; `statistic` is what is told of it."""

    perception: str
    statistic: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class PerceptionWrongWay:
    """What goes with a perception one point higher, and is worse for the company: told as odd."""

    perception: str
    statistic: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class PerceptionUnclear:
    """Outcomes of which it cannot be told whether a perception goes with them."""

    perception: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotInMoney:
    """Behaviours that have no worth, all for the same reason; `others` says whether some other has one."""

    behaviours: tuple[str, ...]
    reason: Statement
    others: bool


DriverFact = (
    OperationEffects | NoClearEffect | PerceptionEffects | PerceptionWrongWay | PerceptionUnclear | NotInMoney
)


def driver_words(fact: DriverFact, label: Label) -> str:
    """What is found of an operation, a perception, or the worth of behaviours."""
    match fact:
        case OperationEffects(improvement, differences, worth):
            told = f"{improvement_words(improvement, label)} {_by_evidence(differences, label)}"
            return told if worth is None else told + _worth(worth, label)
        case NoClearEffect(operations, outcomes):
            on = f" on {all_quoted(outcomes, label, 'or')}" if outcomes else ""
            return (
                f"No clear effect{on} was found for {joined([label(name) for name in operations])}: every interval"
                " includes zero. That does not show that there is none"
            )
        case PerceptionEffects(perception, statistic, differences):
            more = f"{point_words(statistic)} more of {quoted(perception, label)}"
            return f"{more}, all else equal, {_by_evidence(differences, label)}"
        case PerceptionWrongWay(perception, statistic, differences):
            more = f"{point_words(statistic)} more of {quoted(perception, label)}"
            return (
                f"Odd: {more}, all else equal, {_by_evidence(differences, label)}: the wrong way for happier"
                " customers. Usually the behaviour, or the intent, came first and coloured the answer (reverse cause), or"
                " something before moved both, such as a complaint. It is no reason to make customers less happy; look at"
                " which came first"
            )
        case PerceptionUnclear(perception, outcomes):
            what = f"{quoted(perception, label)} goes with {all_quoted(outcomes, label, 'or')}"
            return f"whether {what} cannot be told from these data"
        case NotInMoney(behaviours, reason, others):
            what = all_quoted(behaviours, label)
            left_out = f"{what} {'is' if len(behaviours) == 1 else 'are'} not put in money"
            return f"{f'money leaves out {what}' if others else left_out}: {clause(reason)}"


def _by_evidence(differences: Sequence[Difference], label: Label) -> str:
    """What goes with it by level: 'reliably goes with a and b, and goes with c'."""
    levels = groupby(differences, key=lambda difference: str(difference.evidence))
    told = [
        f"{verb(level)} {joined([difference_words(each, label) for each in same])}" for level, same in levels
    ]
    return ", and ".join(told)


def _worth(worth: Worth, label: Label) -> str:
    over = f"over {all_quoted(worth.behaviours, label)}" if worth.behaviours else "over all behaviours"
    unclear = "" if worth.clear else ", which cannot be told from zero"
    return f"; in money, {over}, {yearly_words(worth.amount, worth.confidence)}{unclear}"
