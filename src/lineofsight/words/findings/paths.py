"""How much of what goes with an operation passes through how customers feel, and whether it depends on that."""

from __future__ import annotations

from dataclasses import dataclass

from lineofsight.words.amounts import Amount, amount_words
from lineofsight.words.changes import point_name
from lineofsight.words.counts import fraction
from lineofsight.words.evidence import chance_words
from lineofsight.words.lists import Label, quoted, shared_out
from lineofsight.words.numbers import share_interval


@dataclass(frozen=True, slots=True)
class PathShare:
    """The share of what goes with a driver in an outcome that passes through perceptions, and its interval."""

    outcome: str
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Passes:
    """Shares that clearly pass through perceptions."""

    driver: str
    shares: tuple[PathShare, ...]


@dataclass(frozen=True, slots=True)
class PassesPerhaps:
    """Shares that would clearly pass had they been the only ones, but not among all that were asked for."""

    driver: str
    shares: tuple[PathShare, ...]
    asked: int


@dataclass(frozen=True, slots=True)
class PassesUnclear:
    """Outcomes in which it cannot be told whether anything passes through perceptions."""

    driver: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpposedPaths:
    """What passes through perceptions goes the other way than what does not."""

    driver: str
    outcome: str
    via: Amount
    direct: Amount


@dataclass(frozen=True, slots=True)
class DependsOnFeeling:
    """What goes with a driver differs by so much for each point of a perception, of which `statistic` is told.

    `asked` is how many such differences were asked for, where it may be chance among these.
    """

    driver: str
    behaviour: str
    perception: str
    statistic: str
    amount: Amount
    asked: int | None = None


PathFact = Passes | PassesPerhaps | PassesUnclear | OpposedPaths | DependsOnFeeling


def path_words(fact: PathFact, label: Label) -> tuple[str, ...]:
    """What is found of paths."""
    match fact:
        case Passes(driver, shares):
            return tuple(_passes("of", driver, each, label) for each in shares)
        case PassesPerhaps(driver, shares, asked):
            passes = (_passes("perhaps, of", driver, each, label) for each in shares)
            return (*passes, chance_words(asked, "shares"))
        case PassesUnclear(driver, outcomes):
            names = [quoted(name, label) for name in outcomes]
            start = f"not clear: whether what a better {quoted(driver, label)} goes with in"
            return shared_out(names, start, start, " passes through how customers feel", word="or")
        case OpposedPaths(driver, outcome, via, direct):
            return (
                f"a better {quoted(driver, label)} goes with {quoted(outcome, label)} in two ways that take from each other",
                f"It is {amount_words(via)} through how customers feel, {amount_words(direct)} otherwise",
            )
        case DependsOnFeeling(driver, behaviour, perception, statistic, amount, asked):
            on = f"what a better {quoted(driver, label)} goes with in {quoted(behaviour, label)}"
            told = f"{on} depends on how customers feel"
            by = f"It differs by {amount_words(amount)} for each {point_name(statistic)} more of {quoted(perception, label)}"
            return (
                (told, by)
                if asked is None
                else (f"perhaps {told}", by, chance_words(asked, "such differences"))
            )


def _passes(start: str, driver: str, part: PathShare, label: Label) -> str:
    """As "of what a better X goes with, about two thirds in 'Came back' [58, 76] % passes through how customers feel"."""
    share = f"{fraction(part.share)} in {quoted(part.outcome, label)} {share_interval(part.low, part.high)}"
    return (
        f"{start} what a better {quoted(driver, label)} goes with, {share} passes through how customers feel"
    )
