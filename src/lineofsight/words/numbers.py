"""The one place where a number becomes text.

A number is rounded to what its interval supports (see `rounding`). Every form has a short version for charts and tables and a sentence version for prose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lineofsight.units import Unit
from lineofsight.words.counts import SPACE, band, count, counted, date, join, seconds, size
from lineofsight.words.rounding import MINUS, MISSING, decimals, ends, interval, plain, telling

__all__ = [
    "MISSING",
    "band",
    "change",
    "count",
    "counted",
    "date",
    "decimals",
    "interval",
    "is_currency",
    "money",
    "money_scale",
    "plain",
    "quantity",
    "seconds",
    "share",
    "share_interval",
    "size",
    "unit_name",
    "value_and_interval",
    "with_interval",
]

Form = Literal["short", "sentence", "brackets"]
"""`+EUR 15 k [10, 20]`; `+EUR 15,000 (95 % interval 10,000 to 20,000)`; `+EUR 15,000 [10,000, 20,000]`."""


_SHORT_UNITS = {"percentage points": "pp", "per cent": "%", "percent": "%", "score": "", "": ""}
_SENTENCE_UNITS = {"per cent": "%", "percent": "%", "pp": "percentage points", "score": ""}
_SCALES = ((1e9, "bn", "billion"), (1e6, "m", "million"), (1e4, "k", "thousand"))


def is_currency(unit: str) -> bool:
    """Whether amounts of it are money in a currency; text is no more than text, whatever it looks like."""
    return isinstance(unit, Unit) and unit.is_currency


def unit_name(unit: str, form: Form = "short") -> str:
    """A unit as it is written after a number: 'percentage points' is 'pp' where room is short."""
    names = _SHORT_UNITS if form == "short" else _SENTENCE_UNITS
    return names.get(unit, unit)


def quantity(
    value: float | None,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    *,
    signed: bool = False,
    form: Form = "short",
) -> str:
    """A value with its unit, rounded to what its interval supports: `12.5 days`, `+0.7 pp`, `BRL 1.2 m`."""
    if value is None:
        return MISSING
    if is_currency(unit):
        return money(value, unit, low, high, signed=signed, form=form)
    text = plain(value, decimals(value, low, high), signed=signed)
    return join(text, unit_name(unit, form))


def with_interval(
    value: float | None,
    low: float | None,
    high: float | None,
    unit: str = "",
    *,
    signed: bool = True,
    form: Form = "short",
    confidence: float = 0.95,
    beside: float | None = None,
) -> str:
    """`+0.06 [0.05, 0.07] points`; as a sentence `+0.06 points (95 % interval 0.05 to 0.07)`.

    `beside` is the largest amount of a list: all money of the list is in its thousands or millions.
    """
    if value is None:
        return MISSING
    if low is None or high is None:
        return quantity(value, unit, signed=signed, form=form)
    number, between = value_and_interval(
        value, low, high, unit, signed=signed, form=form, confidence=confidence, beside=beside
    )
    told = f"{number} {between}"
    return told if form != "short" or is_currency(unit) else join(told, unit_name(unit))


def value_and_interval(
    value: float,
    low: float | None,
    high: float | None,
    unit: str = "",
    *,
    signed: bool = True,
    form: Form = "short",
    confidence: float = 0.95,
    beside: float | None = None,
) -> tuple[str, str]:
    """A value and its interval apart, for words between them: `+0.06` and `[0.05, 0.07]`.

    The short form leaves out a unit that is no currency, as it stands behind both; as a sentence these are `+0.06 points`
    and `(95 % interval 0.05 to 0.07)`. Where there is no interval, the second is empty.
    """
    behind = form == "short" and not is_currency(unit)
    if low is None or high is None:
        return quantity(value, "" if behind else unit, signed=signed, form=form), ""
    if is_currency(unit):
        written = _written([value, low / 3, high / 3] if beside is None else [beside], form)
        return _money_interval(
            value, low, high, unit, written, signed=signed, form=form, confidence=confidence
        )
    places = decimals(value, low, high)
    number = plain(value, places, signed=signed)
    if behind:
        return number, interval(low, high, places)
    if form == "brackets":
        return join(number, unit_name(unit, form)), interval(low, high, places)
    between = " to ".join(ends(low, high, places))
    return join(number, unit_name(unit, form)), f"({share(confidence)} interval {between})"


def money(
    value: float | None,
    currency: str,
    low: float | None = None,
    high: float | None = None,
    *,
    signed: bool = False,
    form: Form = "short",
) -> str:
    """`BRL 1.2 m`, as a sentence `BRL 1.2 million`; two or three digits, fewer when the interval supports fewer."""
    if value is None:
        return MISSING
    factor, word = _written([value], form)
    places = _money_places(value / factor, _over(low, factor), _over(high, factor), factor)
    return _money_text(plain(value / factor, places, signed=signed), currency, word)


def _money_interval(
    value: float,
    low: float,
    high: float,
    currency: str,
    written: tuple[float, str],
    *,
    signed: bool,
    form: Form,
    confidence: float,
) -> tuple[str, str]:
    factor, word = written
    places = _money_places(value / factor, low / factor, high / factor, factor)
    number = plain(value / factor, places, signed=signed)
    if form != "sentence":
        return _money_text(number, currency, word), interval(low / factor, high / factor, places)
    between = " to ".join(ends(low / factor, high / factor, places))
    return _money_text(number, currency, word), f"({share(confidence)} interval {join(between, word)})"


def _money_places(value: float, low: float | None, high: float | None, factor: float) -> int:
    places = decimals(value, low, high, digits=2 if factor > 1 else 3)
    return min(places, 2) if factor == 1 else places  # of a currency there are hundredths at most


def _money_text(number: str, currency: str, word: str) -> str:
    sign = number[0] if number[0] in "+" + MINUS else ""
    amount = number.removeprefix(sign)
    return join(f"{sign}{currency}{SPACE}{amount}" if currency else number, word)


def money_scale(values: Iterable[float | None]) -> tuple[float, str, str]:
    """What to divide amounts by, and the short and the long word for it: `(1e6, "m", "million")`."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    for least, short, word in _SCALES:
        if largest >= least * 0.9995:
            return (1e3 if short == "k" else least), short, word
    return 1.0, "", ""


def _written(values: Iterable[float | None], form: Form) -> tuple[float, str]:
    """The scale as it is written: a sentence has 890,000, not 890 thousand."""
    factor, short, word = money_scale(values)
    if form == "short":
        return factor, short
    return (1.0, "") if factor == 1e3 else (factor, word)


def _over(value: float | None, factor: float) -> float | None:
    return None if value is None else value / factor


def change(before: float | None, after: float | None, unit: str = "") -> str:
    """`12.5 → 11.3 days`: as many digits as the difference needs to be seen. A share (0 to 1) is told in per cent."""
    if before is None or after is None:
        return MISSING
    if unit == "share":
        return change(before * 100, after * 100, "per cent")
    places = telling(before, after)
    name = unit_name(unit)
    return join(f"{plain(before, places)} → {plain(after, places)}", name)


def share(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A share (0 to 1) in per cent: `12 %`."""
    if value is None:
        return MISSING
    places = decimals(value * 100, _over(low, 0.01), _over(high, 0.01), digits=2)
    if 0 < value < 0.00005:
        return f"< 0.01{SPACE}%"
    return plain(value * 100, max(0, min(places, 1 if abs(value) >= 0.01 else 2))) + SPACE + "%"


def share_interval(low: float | None, high: float | None) -> str:
    """The interval of a share in whole per cent: `[58, 76] %`."""
    if low is None or high is None:
        return MISSING
    return f"{interval(low * 100, high * 100, 0)}{SPACE}%"
