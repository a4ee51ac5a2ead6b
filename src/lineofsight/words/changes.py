"""Changes that are asked about: an operation made better, a perception one point higher."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lineofsight.changes import Step
from lineofsight.units import TIMES
from lineofsight.words.counts import join
from lineofsight.words.lists import Label, quoted
from lineofsight.words.numbers import change, quantity, unit_name


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
        asked: What is done to it where that is no share of each value.
    """

    operation: str
    share: float
    better: Literal["higher", "lower"]
    unit: str
    before: float | None = None
    after: float | None = None
    capped: bool = False
    step: float | None = None
    asked: Step | None = None

    @property
    def cases(self) -> float | None:
        """By how much the share of good cases grows, of one that is yes or no; None for all others."""
        return self.asked.size if self.asked is not None and self.asked.kind == "cases" else None


def change_words(
    change: str,
    share: float,
    statistic: str | None = None,
    step: float | None = None,
    unit: str = "",
    asked: Step | None = None,
    *,
    higher_is_better: bool = False,
) -> str:
    """A change: `10 % better`, `2 hours better`, `brought to at most 24 hours`, `to the best quartile`, `1 point higher`.

    Args:
        change: 'better', 'best' or 'point'.
        share: By how much 'better' is better.
        statistic: What is told of a perception that moves by one point.
        step: By how much the mean changes, where that is told instead of the share.
        unit: Of the step, and of what is asked.
        asked: What is done to an operation; None for a share of each value.
        higher_is_better: Its direction, for a target.
    """
    if change == "best":
        return "to the best quartile"
    if change == "point":
        return f"{point_words(statistic)} higher"
    if asked is not None and asked.kind == "target":
        return f"brought to {_target(asked.size, unit, higher=higher_is_better)}"
    return f"{_amount(share, step, unit, asked)} better"


def common_change(changes: Iterable[str], none: str) -> str:
    """What is done to all drivers where it is the same, as `10 % better`; `none` where there are none."""
    told = set(changes) or {none}
    return told.pop() if len(told) == 1 else "better by a step of its own"


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
    """The change of an operation alone.

    `10 % shorter Delivery time`; `Delivery time of at most 24 hours`; of one that is yes or no `10 points more of Mail`.
    """
    unit, asked, name = improvement.unit, improvement.asked, label(improvement.operation)
    if asked is not None and asked.kind == "target":
        return f"{name} of {_target(asked.size, unit, higher=improvement.better == 'higher')}"
    amount = _amount(improvement.share, improvement.step, unit, asked)
    if improvement.cases is not None:
        return f"{amount} {'more' if improvement.better == 'higher' else 'less'} of {name}"
    time = unit.rstrip("s") in TIMES
    better = {"higher": "longer" if time else "higher", "lower": "shorter" if time else "lower"}
    return f"{amount} {better[improvement.better]} {name}"


def case_words(improvement: Improvement, label: Label) -> str:
    """One case of an operation that is yes or no, as `each case with 'Mail' rather than without it`."""
    one, other = ("with", "without") if improvement.better == "higher" else ("without", "with")
    return f"each case {one} {quoted(improvement.operation, label)} rather than {other} it"


def improvement_words(improvement: Improvement, label: Label) -> str:
    """What gets better, and from where to where, as `10 % shorter Delivery time (4.0 → 3.6 days)`."""
    before, after, unit = improvement.before, improvement.after, improvement.unit
    if unit == "share" or improvement.cases is not None:
        unit = "per cent"
        before, after = (None if each is None else each * 100 for each in (before, after))
    capped = ", up to its limit" if improvement.capped else ""
    return f"{moved_words(improvement, label)}{capped} ({change(before, after, unit)})"


def _amount(share: float, step: float | None, unit: str, asked: Step | None) -> str:
    """By how much it changes: what is asked, else the step of its mean, else a share."""
    if asked is not None and asked.kind == "cases":
        return f"{asked.size * 100:.2g} points"
    if asked is not None and asked.kind == "amount":
        return quantity(asked.size * 100, "points") if unit == "share" else _plainly(asked.size, unit)
    if step is not None:
        return step_words(step, unit)
    return _percent(share if asked is None else asked.size)


def _target(size: float, unit: str, *, higher: bool) -> str:
    told = _percent(size) if unit == "share" else _plainly(size, unit)
    return f"at {'least' if higher else 'most'} {told}"


def _plainly(size: float, unit: str) -> str:
    """A number as it is declared, with its unit: `24 hours`, `1 day`."""
    if size == 1 and unit.rstrip("s") in TIMES:
        unit = unit.rstrip("s")
    return join(f"{size:,.12g}", "" if unit == "share" else unit_name(unit))


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
