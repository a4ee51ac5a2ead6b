"""What goes with operations and perceptions, how surely, and what operations are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from lineofsight.reasons import Statement
from lineofsight.words.amounts import Amount, Difference, difference_words, yearly_words
from lineofsight.words.changes import Improvement, case_words, improvement_words, point_words
from lineofsight.words.evidence import chance_words, verb
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
class PerhapsEffects:
    """What would go clearly with a better operation had it been the only question, but not among all that were asked.

    Attributes:
        improvement: What gets better.
        differences: What goes with it.
        asked: Effects that were asked for.
    """

    improvement: Improvement
    differences: tuple[Difference, ...]
    asked: int


@dataclass(frozen=True, slots=True)
class PerceptionPerhaps:
    """The same of a perception that is one point higher."""

    perception: str
    statistic: str
    differences: tuple[Difference, ...]
    asked: int


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


@dataclass(frozen=True, slots=True)
class NoYear:
    """Nothing is told in money a year, and why."""

    reason: Statement


DriverFact = (
    OperationEffects
    | PerhapsEffects
    | NoClearEffect
    | PerceptionEffects
    | PerceptionPerhaps
    | PerceptionUnclear
    | NotInMoney
    | PerceptionWrongWay
    | NoYear
)


def driver_words(fact: DriverFact, label: Label) -> str:
    """What is found of an operation, a perception, or the worth of behaviours."""
    match fact:
        case OperationEffects(improvement, differences, worth):
            if (cases := improvement.cases) is not None:
                each = [_per_case(difference, cases) for difference in differences]
                told = f"{case_words(improvement, label)} {_by_evidence(each, label)}"
                more = improvement_words(improvement, label)
                return told if worth is None else f"{told}; {more} goes, {_worth(worth, label, 'with ')}"
            told = f"{improvement_words(improvement, label)} {_by_evidence(differences, label)}"
            return told if worth is None else f"{told}; {_worth(worth, label)}"
        case PerhapsEffects(improvement, differences, asked):
            if (cases := improvement.cases) is not None:
                each = [_per_case(difference, cases) for difference in differences]
                return _perhaps(case_words(improvement, label), each, asked, label)
            return _perhaps(improvement_words(improvement, label), differences, asked, label)
        case PerceptionPerhaps(perception, statistic, differences, asked):
            more = f"{point_words(statistic)} more of {quoted(perception, label)}, all else equal,"
            return _perhaps(more, differences, asked, label)
        case NoClearEffect(operations, outcomes):
            on = f" on {all_quoted(outcomes, label, 'or')}" if outcomes else ""
            return (
                f"no clear effect{on} was found for {joined([label(name) for name in operations])}: every interval"
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
            return f"{f'money leaves out {what}' if others else left_out}: {clause(reason, label)}"
        case NoYear(reason):
            return f"nothing is told in money a year: {clause(reason, label)}"


def _perhaps(cause: str, differences: Sequence[Difference], asked: int, label: Label) -> str:
    told = joined([difference_words(each, label) for each in differences])
    return f"perhaps {cause} goes with {told}; {chance_words(asked, 'effects')}"


def _by_evidence(differences: Sequence[Difference], label: Label) -> str:
    """What goes with it by level: 'reliably goes with a and b, and goes with c'."""
    levels = groupby(differences, key=lambda difference: str(difference.evidence))
    told = [
        f"{verb(level)} {joined([difference_words(each, label) for each in same])}" for level, same in levels
    ]
    return ", and ".join(told)


def _per_case(difference: Difference, cases: float) -> Difference:
    """Of one case, from that of all where the share of good cases grows by `cases`."""
    of = difference.amount
    low, high = (None if end is None else end / cases for end in (of.low, of.high))
    return replace(difference, amount=Amount(of.value / cases, low, high, of.unit))


def _worth(worth: Worth, label: Label, before: str = "") -> str:
    over = f"over {all_quoted(worth.behaviours, label)}" if worth.behaviours else "over all behaviours"
    unclear = "" if worth.clear else ", which cannot be told from zero"
    return f"in money, {over}, {before}{yearly_words(worth.amount, worth.confidence)}{unclear}"
