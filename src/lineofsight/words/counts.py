"""Counts, bands, fractions, durations, sizes and dates as text; `numbers` offers most of them with everything else."""

from __future__ import annotations

from datetime import datetime

from lineofsight.words.rounding import MISSING, decimals, plain

SPACE = "\u00a0"  # keeps a number and its unit on one line

_FRACTIONS = {
    0.0: "hardly any",
    1 / 10: "about a tenth",
    1 / 5: "about a fifth",
    1 / 4: "about a quarter",
    1 / 3: "about a third",
    2 / 5: "about two fifths",
    1 / 2: "about half",
    3 / 5: "about three fifths",
    2 / 3: "about two thirds",
    3 / 4: "about three quarters",
    4 / 5: "about four fifths",
    9 / 10: "about nine tenths",
    1.0: "nearly all",
}


def count(value: int | float | None) -> str:
    """`1,234,567`."""
    return MISSING if value is None else plain(float(value), 0)


def counted(value: int, noun: str) -> str:
    """`1 driver`, `12 drivers`."""
    return f"{count(value)} {noun}" if value == 1 else f"{count(value)} {noun}s"


def band(low: float | None, high: float | None) -> str:
    """A band of a driver: `under 4`, `4 to 8`, `20 or more`."""
    if low is None:
        return MISSING if high is None else f"< {_trim(high)}"
    return f"≥ {_trim(low)}" if high is None else f"{_trim(low)}–{_trim(high)}"


def _trim(value: float) -> str:
    return plain(value, max(0, decimals(value))).rstrip("0").rstrip(".") if value % 1 else plain(value)


def count_band(low: float | None, high: float | None, lowest: float) -> str:
    """A band of a count: `3`, `2 to 3`, `6 and more`.

    Args:
        low: Lower end, included; None for the band of the lowest values.
        high: Upper end, excluded; None for the highest.
        lowest: The lowest value of all.
    """
    first = lowest if low is None else low
    if high is None:
        return f"{first:g} and more"
    return f"{first:g}" if high - first <= 1 else f"{first:g} to {high - 1:g}"


def half_open_band(low: float | None, high: float | None) -> str:
    """A band as tables name it, its lower end included: `below 1`, `[1, 4)`, `4 and more`."""
    if low is None:
        return f"below {high:g}" if high is not None else "all"
    return f"{low:g} and more" if high is None else f"[{low:g}, {high:g})"


def fraction(share: float) -> str:
    """A share in a word: the nearest of those that people use."""
    return _FRACTIONS[min(_FRACTIONS, key=lambda known: abs(known - share))]


def seconds(value: float | None) -> str:
    """How long a step took: `0.4 s`, `2 min 5 s`."""
    if value is None:
        return MISSING
    if value < 60:
        return plain(value, 1 if value >= 0.1 else 2) + SPACE + "s"
    return f"{int(value // 60)}{SPACE}min {int(value % 60)}{SPACE}s"


def size(value: int | None) -> str:
    """A file's size: `12.3 MB`."""
    if value is None:
        return MISSING
    for factor, word in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= factor:
            return join(plain(value / factor, 1), word)
    return join(count(value), "bytes")


def date(value: datetime | str | None) -> str:
    """`3 Jan 2018`; text that is no ISO date stays as it is."""
    if value is None:
        return MISSING
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    return f"{value.day}{SPACE}{value:%b}{SPACE}{value.year}"


def join(number: str, unit: str) -> str:
    """A number with its unit; one of something is singular."""
    if not unit:
        return number
    if number == "1" and unit.endswith("s") and len(unit) > 2:
        unit = unit[:-1]
    return number + SPACE + unit
