"""Changes that are asked about: an operation made better, a perception one point higher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lineofsight.units import TIMES
from lineofsight.words.lists import Label
from lineofsight.words.numbers import change, quantity


@dataclass(frozen=True, slots=True)
class Improvement:
    """An operation made better by a share of itself.

    Attributes:
        operation: Its name.
        share: By how much, as a share of what it is.
        better: Which way is better.
        unit: Its unit, as declared.
        before, after: Its mean today, and changed; None where only the change is told.
        capped: Whether its limit keeps it from changing by the whole share.
        step: By how much its mean changes, in its unit, where it may be below zero: then that is no such share of the mean.
    """

    operation: str
    share: float
    better: Literal["higher", "lower"]
    unit: str
    before: float | None = None
    after: float | None = None
    capped: bool = False
    step: float | None = None


def change_words(
    change: str, share: float, statistic: str | None = None, step: float | None = None, unit: str = ""
) -> str:
    """A change: `10 % better`, `to the best quartile`, `1 point higher`.

    Args:
        change: 'better', 'best' or 'point'.
        share: By how much 'better' is better.
        statistic: What is told of a perception that moves by one point.
        step: By how much the mean changes, where that is told instead of the share.
        unit: Of the step.
    """
    if change == "best":
        return "to the best quartile"
    if change == "point":
        return f"{point_words(statistic)} higher"
    return f"{_percent(share) if step is None else step_words(step, unit)} better"


def step_words(step: float, unit: str) -> str:
    """By how much a mean changes, as `9.4 minutes`; without a unit by `9.4`."""
    if unit == "share":
        step, unit = step * 100, "points"
    return quantity(abs(step), unit)


def point_words(statistic: str | None) -> str:
    """A step of a perception: `1 point`, `1 NPS point`."""
    return f"1 {point_name(statistic)}"


def point_name(statistic: str | None) -> str:
    """What a perception is counted in: `point`, `NPS point`."""
    return "NPS point" if statistic == "NPS" else "point"


def moved_words(improvement: Improvement, label: Label) -> str:
    """The change of an operation alone, as `10 % shorter Delivery time`."""
    time = improvement.unit.rstrip("s") in TIMES
    better = {"higher": "longer" if time else "higher", "lower": "shorter" if time else "lower"}
    step, share = improvement.step, improvement.share
    amount = _percent(share) if step is None else step_words(step, improvement.unit)
    return f"{amount} {better[improvement.better]} {label(improvement.operation)}"


def improvement_words(improvement: Improvement, label: Label) -> str:
    """What gets better, and from where to where, as `10 % shorter Delivery time (4.0 → 3.6 days)`."""
    before, after, unit = improvement.before, improvement.after, improvement.unit
    if unit == "share" and before is not None and after is not None:
        before, after, unit = before * 100, after * 100, "per cent"
    capped = ", up to its limit" if improvement.capped else ""
    return f"{moved_words(improvement, label)}{capped} ({change(before, after, unit)})"


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
