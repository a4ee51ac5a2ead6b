"""Findings that warn: what is not in view, what can hardly be told, what may be otherwise than it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lineofsight.reasons import Statement
from lineofsight.words.amounts import Difference, difference_words
from lineofsight.words.changes import Improvement, moved_words
from lineofsight.words.lists import Label, all_quoted, quoted, shared_out, with_reason
from lineofsight.words.numbers import count, counted, share
from lineofsight.words.order import order_words
from lineofsight.words.reasons import clause

Section = Literal["perceptions", "behaviours"]
Event = Literal["happened", "failed", "nonzero"]

_UNDECLARED: Mapping[Section, str] = {
    "perceptions": "The customer was skipped: no perception is declared, so how customers felt is not in view",
    "behaviours": "No behaviour is declared, so what customers do next, and what it is worth, is not in view",
}
_EVENTS: Mapping[Event, str] = {
    "happened": "it happened",
    "failed": "it failed to happen",
    "nonzero": "it differs from zero",
}
_NOTHING_WITH_IT = "With it held equal, nothing can be told"


@dataclass(frozen=True, slots=True)
class NotInView:
    """A section of the project file is empty."""

    section: Section


@dataclass(frozen=True, slots=True)
class OrderIsYours:
    """The data have no times; `order` is what the project file says of what came first, if it does."""

    order: str | None


@dataclass(frozen=True, slots=True)
class TooRare:
    """A behaviour with too few events for models of so many columns.

    Attributes:
        behaviour: Its name.
        event: What is counted as one: that it happened, failed to happen, or differs from zero.
        events: How many there are.
        known: Episodes in which it is known.
        columns: Of the models.
    """

    behaviour: str
    event: Event
    events: int
    known: int
    columns: int


@dataclass(frozen=True, slots=True)
class CannotBeEstimated:
    """Operations without an effect on these outcomes, all for the same reason; no outcomes where these are all."""

    operations: tuple[str, ...]
    outcomes: tuple[str, ...]
    reason: Statement


@dataclass(frozen=True, slots=True)
class Extracted:
    """An operation that goes with what the company wants, and with a worse perception."""

    operation: str


@dataclass(frozen=True, slots=True)
class NotCovered:
    """Behaviours that are unknown in a share of the episodes, as the data do not cover their window there."""

    behaviours: tuple[str, ...]
    share: float
    reason: Statement


@dataclass(frozen=True, slots=True)
class SpokenAgainst:
    """A claim that comparisons speak against: it may hold only for who the customers are."""

    cause: str
    outcome: str
    reasons: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class WithKeptOut:
    """What operations go with where a declared control, which is kept out, is held equal.

    Attributes:
        control: The control.
        outcome: A perception or behaviour.
        claims: Operations that change, each with what goes with it then; none where nothing can be told with the control.
    """

    control: str
    outcome: str
    claims: tuple[tuple[Improvement, Difference], ...]


CautionFact = (
    NotInView
    | OrderIsYours
    | TooRare
    | CannotBeEstimated
    | Extracted
    | NotCovered
    | SpokenAgainst
    | WithKeptOut
)


def caution_words(fact: CautionFact, label: Label) -> tuple[str, ...]:
    """What is to be kept in mind."""
    match fact:
        case NotInView(section):
            return (_UNDECLARED[section],)
        case OrderIsYours(order):
            return order_words(order)
        case TooRare(behaviour, event, events, known, columns):
            return (
                f"What goes with {quoted(behaviour, label)} can hardly be told from these data: {_EVENTS[event]} in only"
                f" {count(events)} of {counted(known, 'episode')}",
                f"That is too few for models of {counted(columns, 'column')}",
                "Its effects are in the tables, not among the findings",
            )
        case CannotBeEstimated(operations, outcomes, reason):
            on = f" on {all_quoted(outcomes, label)}" if outcomes else ""
            why = clause(reason, label, several=len(operations) > 1)
            return with_reason(f"no effect of {all_quoted(operations, label)}{on} can be estimated", why)
        case Extracted(operation):
            return (
                f"Extracted, not earned? Making {quoted(operation, label)} better goes with more of what the company"
                " wants, but with a worse perception",
            )
        case NotCovered(behaviours, part, reason):
            one = len(behaviours) == 1
            unknown = f"For {share(part)} of the episodes {all_quoted(behaviours, label)} {'is' if one else 'are'} unknown"
            return (
                *with_reason(unknown, clause(reason, label, several=not one)),
                f"There {'it counts' if one else 'they count'} as missing, not as zero",
            )
        case WithKeptOut(control, outcome, claims):
            told = [
                f"{moved_words(each, label)} would go with {difference_words(of, label)}"
                for each, of in claims
            ]
            with_it = shared_out(told, "With it held equal,", "And", most=2) if told else (_NOTHING_WITH_IT,)
            return (
                f"No claim on {quoted(outcome, label)} is above 'associated', as {quoted(control, label)} is kept out",
                "Whatever differs with it may be behind them",
                *with_it,
            )
        case SpokenAgainst(cause, outcome, reasons):
            return (
                f"{quoted(outcome, label)} may go with {quoted(cause, label)} only for who the customers are",
                *(clause(each, label) for each in reasons),
            )
