"""What goes with operations and perceptions, how surely, and what operations are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from lineofsight.reasons import Statement
from lineofsight.words.amounts import Amount, Difference, difference_words, yearly_words
from lineofsight.words.changes import Improvement, case_words, improvement_words, point_words
from lineofsight.words.evidence import chance_words, verb
from lineofsight.words.lists import Label, all_quoted, quoted, shared_out, with_reason
from lineofsight.words.reasons import clause

_NUMBERS = 2
"""Numbers with intervals in one sentence, at most."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Money a year.

    Attributes:
        amount: In the project's currency.
        behaviours: Those it adds up; none where these are all.
        clear: Whether the interval lies on one side of zero.
    """

    amount: Amount
    behaviours: tuple[str, ...]
    clear: bool


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


def driver_words(fact: DriverFact, label: Label) -> tuple[str, ...]:
    """What is found of an operation, a perception, or the worth of behaviours."""
    match fact:
        case OperationEffects():
            return _operation(fact, label)
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
            names = [label(name) for name in operations]
            return (
                *shared_out(names, f"no clear effect{on} was found for", "nor for"),
                "Every interval includes zero, which does not show that there is none",
            )
        case PerceptionEffects(perception, statistic, differences):
            return _by_evidence(differences, _point(perception, statistic, label), label)
        case PerceptionWrongWay(perception, statistic, differences):
            return (
                *_by_evidence(differences, f"Odd: {_point(perception, statistic, label)}", label),
                "That is the wrong way for happier customers",
                "Usually the behaviour, or the intent, came first and coloured the answer (reverse cause)",
                "Or something before moved both, such as a complaint",
                "It is no reason to make customers less happy; look at which came first",
            )
        case PerceptionUnclear(perception, outcomes):
            names = [quoted(name, label) for name in outcomes]
            start = f"whether {quoted(perception, label)} goes with"
            return shared_out(names, start, start, " cannot be told from these data", word="or")
        case NotInMoney(behaviours, reason, others):
            what = all_quoted(behaviours, label)
            left_out = f"{what} {'is' if len(behaviours) == 1 else 'are'} not put in money"
            return with_reason(f"money leaves out {what}" if others else left_out, clause(reason, label))
        case NoYear(reason):
            return with_reason("nothing is told in money a year", clause(reason, label))


def _operation(fact: OperationEffects, label: Label) -> tuple[str, ...]:
    """Money first where it is clear, then what goes with it, then money that is not."""
    improvement, differences, worth = fact.improvement, fact.differences, fact.worth
    more = improvement_words(improvement, label)
    first = worth is not None and worth.clear
    money = () if worth is None else (_worth(worth, f"{more} goes" if first else "in money it goes", label),)
    if (cases := improvement.cases) is not None:
        each = [_per_case(difference, cases) for difference in differences]
        told = _by_evidence(each, case_words(improvement, label), label, "each such case")
        if worth is not None and not first:
            money = (_worth(worth, f"{more} goes", label),)
    else:
        told = _by_evidence(differences, "it" if first else more, label)
    return (*money, *told) if first else (*told, *money)


def _point(perception: str, statistic: str, label: Label) -> str:
    return f"{point_words(statistic)} more of {quoted(perception, label)}, all else equal,"


def _perhaps(cause: str, differences: Sequence[Difference], asked: int, label: Label) -> tuple[str, ...]:
    told = [difference_words(each, label) for each in differences]
    return (
        *shared_out(told, f"perhaps {cause} goes with", "perhaps it goes with", most=_NUMBERS),
        chance_words(asked, "effects"),
    )


def _by_evidence(
    differences: Sequence[Difference], start: str, label: Label, later: str = "it"
) -> tuple[str, ...]:
    """What goes with it by level: 'X reliably goes with a and b', 'It goes with c'."""
    said: list[str] = []
    for level, same in groupby(differences, key=lambda difference: str(difference.evidence)):
        told = [difference_words(each, label) for each in same]
        of, then = f"{later if said else start} {verb(level)}", f"{later} {verb(level)}"
        said += shared_out(told, of, then, most=_NUMBERS)
    return tuple(said)


def _per_case(difference: Difference, cases: float) -> Difference:
    """Of one case, from that of all where the share of good cases grows by `cases`."""
    of = difference.amount
    low, high = (None if end is None else end / cases for end in (of.low, of.high))
    return replace(difference, amount=Amount(of.value / cases, low, high, of.unit))


def _worth(worth: Worth, start: str, label: Label) -> str:
    over = f" over {all_quoted(worth.behaviours, label)}" if worth.behaviours else ""
    unclear = "" if worth.clear else ", which cannot be told from zero"
    return f"{start} with {yearly_words(worth.amount)}{over}{unclear}"
