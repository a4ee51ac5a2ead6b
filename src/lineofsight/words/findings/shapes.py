"""Thresholds, steps, returns that shrink or grow, must-haves and delighters, and what everybody gets already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lineofsight.words.amounts import Amount, amount_words
from lineofsight.words.evidence import chance_words
from lineofsight.words.lists import Label, all_quoted, quoted, shared_out
from lineofsight.words.numbers import counted, quantity, share
from lineofsight.words.shapes import from_words, place_words, step_words

RatingKind = Literal["must-have", "delighter"]
Returns = Literal["diminishing", "increasing"]

_CLASSES: dict[RatingKind, str] = {
    "must-have": "a low rating goes with a clear loss, a high one with no gain to match",
    "delighter": "a high rating goes with a clear gain, a low one with no loss to match",
}
_RETURNS: dict[Returns, str] = {
    "diminishing": "the better it already is, the less is gained by making it better still",
    "increasing": "the better it already is, the more is gained by making it better still",
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line that bends once.

    Attributes:
        driver, outcome: Whose line it is.
        driver_unit: Unit of the driver, as declared.
        place: Where it bends, in the driver's unit.
        steep: On which side it is steeper.
        steeper: What goes with one more of the driver there.
        flatter: The same on the other side; None where that cannot be told from zero.
        asked: How many shapes were asked for, where it may be chance among these.
    """

    driver: str
    outcome: str
    driver_unit: str
    place: Amount
    steep: Literal["above", "below"]
    steeper: Amount
    flatter: Amount | None
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class StepFrom:
    """A count of which an outcome is another from some place on, and the same on either side of it.

    Attributes:
        driver, outcome: Which count, and of what.
        place: From how many on.
        below: Mean of the outcome before it.
        above: From there on.
        change: How much higher that is.
        asked: How many shapes were asked for, where it may be chance among these.
    """

    driver: str
    outcome: str
    place: Amount
    below: Amount
    above: Amount
    change: Amount
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class ChangingReturns:
    """An operation of which more gains less, or more, of these outcomes the better it is already.

    `asked` is how many shapes were asked for, where it may be chance among these.
    """

    driver: str
    outcomes: tuple[str, ...]
    returns: Returns
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class RatingClass:
    """Ratings of one class for an outcome; `asked` is how many were classed, where it may be chance among these."""

    attributes: tuple[str, ...]
    outcome: str
    kind: RatingKind
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class OutsideScale:
    """A rating with values outside its scale from `low` to `high`."""

    operation: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AsGoodAsItGets:
    """An operation at its best in nearly all episodes.

    Attributes:
        operation: Its name.
        share: Of the episodes, at its best.
        known: Episodes in which it is known.
        clear: Whether something clearly goes with it all the same.
    """

    operation: str
    share: float
    known: int
    clear: bool


ShapeFact = Threshold | StepFrom | ChangingReturns | RatingClass | OutsideScale | AsGoodAsItGets


def shape_fact_words(fact: ShapeFact, label: Label) -> tuple[str, ...]:
    """What is found of a shape, of ratings, or of what everybody gets."""
    match fact:
        case Threshold():
            return _among(_threshold(fact, label), fact.asked, "shapes")
        case StepFrom():
            return _among(_step(fact, label), fact.asked, "shapes")
        case ChangingReturns(driver, outcomes, returns, asked):
            has = f"{quoted(driver, label)} has {returns} returns on"
            on = shared_out([quoted(name, label) for name in outcomes], has, "It has them on")
            return _among((*on, _RETURNS[returns]), asked, "shapes")
        case RatingClass(attributes, outcome, kind, asked):
            are = f"is a {kind}" if len(attributes) == 1 else f"are {kind}s"
            told = f"{all_quoted(attributes, label)} {are} for {quoted(outcome, label)}"
            return (told, _CLASSES[kind]) if asked is None else _among((told,), asked, "classes")
        case OutsideScale(operation, low, high):
            return (
                f"{quoted(operation, label)} is a rating from {low:g} to {high:g}, but some of its values lie outside",
                "They are counted with the nearest end of its scale",
            )
        case AsGoodAsItGets(operation, at_best, known, clear):
            told = f"{quoted(operation, label)} is as good as it gets for {_episodes(at_best, known)}"
            if clear:
                return told, "It hardly varies, so that its importance says little about how much it matters"
            return (
                told,
                "What it would cost to lose it cannot be seen in these data",
                "It may be a must-have",
            )


def _among(told: tuple[str, ...], asked: int | None, what: str) -> tuple[str, ...]:
    """What may be chance among so many as "perhaps"."""
    return told if asked is None else (f"perhaps {told[0]}", *told[1:], chance_words(asked, what))


def _threshold(fact: Threshold, label: Label) -> tuple[str, ...]:
    flat = "below" if fact.steep == "above" else "above"
    near = f"{quoted(fact.driver, label)} has a threshold near {place_words(fact.place)} on {quoted(fact.outcome, label)}"
    more = f"{step_words(fact.driver_unit)} more goes with {amount_words(fact.steeper)}"
    if fact.flatter is None:
        return f"{near}: {flat} it no difference is clear", f"{fact.steep} it, {more}"
    return near, f"{fact.steep} it, {more}; {flat} it, {amount_words(fact.flatter)}"


def _step(fact: StepFrom, label: Label) -> tuple[str, ...]:
    means = [
        quantity(each.value, each.unit, each.low, each.high, form="sentence")
        for each in (fact.above, fact.below)
    ]
    return (
        f"{quoted(fact.driver, label)} goes with a step in {quoted(fact.outcome, label)} {from_words(fact.place)}",
        f"It is {means[0]} from there on against {means[1]} before it, {amount_words(fact.change)}",
    )


def _episodes(part: float, known: int) -> str:
    if part == 1.0:
        return f"all {counted(known, 'episode')}"
    text = share(part)
    return f"{'nearly 100 %' if text.startswith('100') else text} of the episodes"
