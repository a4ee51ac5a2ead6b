"""Amounts with their intervals, as sentences have them."""

from __future__ import annotations

from dataclasses import dataclass

from lineofsight.words.lists import Label, quoted
from lineofsight.words.numbers import is_currency, unit_name, value_and_interval, with_interval


@dataclass(frozen=True, slots=True)
class Amount:
    """A value in a unit, with its interval where it has one."""

    value: float
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How much of an outcome goes with something, and the level of evidence of that; none of it is known by itself."""

    outcome: str
    amount: Amount
    evidence: str | None = None


def amount_words(amount: Amount) -> str:
    """`+0.46 [0.31, 0.61] points`, `+EUR 0.06 [0.05, 0.08]`."""
    unit = amount.unit if is_currency(amount.unit) else unit_name(amount.unit, "sentence")
    return with_interval(amount.value, amount.low, amount.high, unit)


def full_amount_words(amount: Amount, confidence: float, *, signed: bool = True) -> str:
    """`+0.46 points (95 % interval 0.31 to 0.61)`."""
    return with_interval(
        amount.value,
        amount.low,
        amount.high,
        amount.unit,
        signed=signed,
        form="sentence",
        confidence=confidence,
    )


def difference_words(difference: Difference, label: Label) -> str:
    """`+0.46 percentage points of 'Came back' [0.31, 0.61]`."""
    amount = difference.amount
    currency = is_currency(amount.unit)
    unit = "" if currency else unit_name(amount.unit, "sentence")
    ends = (amount.value, amount.low, amount.high)
    value, between = value_and_interval(*ends, amount.unit if currency else "")
    return f"{value}{' ' * bool(unit)}{unit} of {quoted(difference.outcome, label)} {between}".rstrip()


def yearly_words(amount: Amount) -> str:
    """Money a year, as `+EUR 15,000 a year [10,000, 20,000]`."""
    ends = (amount.value, amount.low, amount.high)
    value, between = value_and_interval(*ends, amount.unit, form="brackets")
    return f"{value} a year {between}".rstrip()
