"""The rules of rounding behind `numbers`: the last digit shown is one the interval supports."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from lineofsight.stats.intervals import excludes_zero

MISSING = "–"
MINUS = "−"
_MOST, _HUGE = 9, 1e18


def decimals(
    value: float | None, low: float | None = None, high: float | None = None, digits: int = 3
) -> int:
    """Decimals the interval supports (negative: rounded to tens, hundreds); without one, `digits` significant ones.

    As with a standard uncertainty, one more is kept where the half width starts with a 1, unless both ends are
    exact without it.
    """
    if low is None or high is None or not high > low:
        if value is None or value == 0:
            return 0
        return min(_MOST, digits - 1 - exponent(abs(value)))
    half = (high - low) / 2
    places = -exponent(half)
    if half * 10**places < 2 and any(abs(round(end, places) - end) > 1e-3 * half for end in (low, high)):
        places += 1
    return min(_MOST, places)


def exponent(value: float) -> int:
    """Power of ten of the first digit."""
    return math.floor(math.log10(value) + 1e-9)


def plain(value: float | None, places: int = 0, *, signed: bool = False) -> str:
    """`1,234.5` with a true minus sign, halves rounded up; `signed` adds the plus of a difference."""
    if value is None or not math.isfinite(value):
        return MISSING
    if abs(value) >= _HUGE:
        return f"{value:.2e}".replace("-", MINUS)
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{max(places, 0)}f}"
    if rounded == 0:
        return text
    return (MINUS if rounded < 0 else "+" if signed else "") + text


def _end(value: float, places: int, whole: bool) -> str:
    """One end of an interval; where the interval excludes zero it never reads as zero."""
    while not whole and value and abs(value) < 0.5 * 10.0**-places and places < _MOST:
        places += 1
    return plain(value, places)


def ends(low: float, high: float, places: int) -> tuple[str, str]:
    """Both ends of an interval; where it excludes zero neither reads as zero."""
    whole = not excludes_zero(low, high)
    return _end(low, places, whole), _end(high, places, whole)


def interval(low: float | None, high: float | None, places: int | None = None) -> str:
    """`[0.05, 0.07]`."""
    if low is None or high is None:
        return MISSING
    shown = decimals(None, low, high) if places is None else places
    return f"[{', '.join(ends(low, high, shown))}]"


def telling(before: float, after: float) -> int:
    """The fewest decimals that keep the difference to a tenth of itself and both ends to a fiftieth."""
    gap = abs(after - before)
    for places in range(7):
        a, b = round(before, places), round(after, places)
        if abs(abs(b - a) - gap) <= 0.1 * gap and all(
            abs(shown - true) <= 0.02 * abs(true) for shown, true in ((a, before), (b, after))
        ):
            return places
    return 6
