"""Changes that are asked about: an operation made better, a perception one point higher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lineofsight.units import TIMES
from lineofsight.words.counts import join
from lineofsight.words.lists import Label, quoted
from lineofsight.words.numbers import change, is_currency, quantity, unit_name


@dataclass(frozen=True, slots=True)
class Improvement:
    """An operation made better by a share of itself, or as is declared.

    Attributes:
        operation: Its name.
        share: By how much, as a share of what it is.
        better: Which way is better.
        unit: Its unit, as declared.
        before, after: Its mean today, and changed; None where only the change is told.
        capped: Whether its limit keeps it from changing by the whole share.
        step: By how much it changes, in its unit, where that is told instead of the share: as is declared, or by its mean
            where it may be below zero.
        to: What everyone gets to who is worse, where that is the change.
        cases: Share of all cases that change, where it is yes or no.
    """

    operation: str
    share: float
    better: Literal["higher", "lower"]
    unit: str
    before: float | None = None
    after: float | None = None
    capped: bool = False
    step: float | None = None
    to: float | None = None
    cases: float | None = None


def change_words(change: str, share: float, statistic: str | None = None) -> str:
    """A change: `10 % better`, `to the best quartile`, `1 point higher`.

    Args:
        change: 'better', 'best' or 'point'.
        share: By how much 'better' is better.
        statistic: What is told of a perception that moves by one point.
    """
    if change == "best":
        return "to the best quartile"
    if change == "point":
        return f"{point_words(statistic)} higher"
    return f"{_percent(share)} better"


def better_words(improvement: Improvement) -> str:
    """How an operation gets better, whatever it is called: `10 % better`, `2 hours better`, `at most 24 hours`, `10 points better`."""
    if improvement.to is not None:
        return _at_best(improvement)
    return f"{_amount(improvement)} better"


def _amount(improvement: Improvement) -> str:
    if improvement.cases is not None:
        return step_words(improvement.cases, "share")
    if improvement.step is not None:
        return step_words(improvement.step, improvement.unit)
    return _percent(improvement.share)


def _at_best(improvement: Improvement) -> str:
    bound = "at least" if improvement.better == "higher" else "at most"
    to, unit = improvement.to or 0.0, improvement.unit
    return f"{bound} {_declared(to * 100, 'per cent') if unit == 'share' else _declared(to, unit)}"


def _declared(value: float, unit: str) -> str:
    """A value as it is declared: of three digits, and without zeros that say nothing."""
    if is_currency(unit):
        return quantity(value, unit)
    return join(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}", unit_name(unit))


def case_words(improvement: Improvement, label: Label) -> str:
    """A case of an operation that is yes or no, in its good direction: `a case with 'Men's mail', rather than without,`."""
    one, other = ("with", "without") if improvement.better == "higher" else ("without", "with")
    return f"a case {one} {quoted(improvement.operation, label)}, rather than {other},"


def step_words(step: float, unit: str) -> str:
    """By how much a mean changes, as `9.4 minutes`; without a unit by `9.4`."""
    if unit == "share":
        step, unit = step * 100, "points"
    return _declared(abs(step), unit)


def point_words(statistic: str | None) -> str:
    """A step of a perception: `1 point`, `1 NPS point`."""
    return f"1 {point_name(statistic)}"


def point_name(statistic: str | None) -> str:
    """What a perception is counted in: `point`, `NPS point`."""
    return "NPS point" if statistic == "NPS" else "point"


def moved_words(improvement: Improvement, label: Label) -> str:
    """The change of an operation alone, as `10 % shorter Delivery time`."""
    if improvement.to is not None:
        return f"{label(improvement.operation)} of {_at_best(improvement)} for everyone"
    if improvement.cases is not None:
        more = "more" if improvement.better == "higher" else "fewer"
        return f"{_amount(improvement)} {more} with {label(improvement.operation)}"
    time = improvement.unit.rstrip("s") in TIMES
    better = {"higher": "longer" if time else "higher", "lower": "shorter" if time else "lower"}
    return f"{_amount(improvement)} {better[improvement.better]} {label(improvement.operation)}"


def improvement_words(improvement: Improvement, label: Label) -> str:
    """What gets better, and from where to where, as `10 % shorter Delivery time (4.0 → 3.6 days)`."""
    before, after, unit = improvement.before, improvement.after, improvement.unit
    if (unit == "share" or improvement.cases is not None) and before is not None and after is not None:
        before, after, unit = before * 100, after * 100, "per cent"
    capped = ", up to its limit" if improvement.capped else ""
    return f"{moved_words(improvement, label)}{capped} ({change(before, after, unit)})"


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
