"""Sizes, times and counts in words, with no more digits than they deserve."""

from __future__ import annotations

_SIZES = ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_TIMES = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"))
_COUNTS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def in_bytes(value: float) -> str:
    """A measured size: `1.8 GB`, `76 GB`."""
    return _sized(_rounded(value, 2))


def about_bytes(value: float) -> str:
    """An estimated size: `1.2 GB`, `60 GB`."""
    return _sized(_rough(value))


def _sized(value: float) -> str:
    factor, unit = next((pair for pair in _SIZES if value >= pair[0]), (1.0, "bytes"))
    return f"{_shown(value / factor)} {unit}"


def about_time(seconds: float) -> str:
    """An estimated time: `about 12 s`, `about 5 min`, `about 3 h`."""
    factor, unit = next((pair for pair in _TIMES if seconds >= 1.5 * pair[0]), (1.0, "s"))
    return f"about {_shown(_rough(seconds / factor))} {unit}"


def about_count(value: float, noun: str) -> str:
    """A number that is not known to the last: `about 120 million rows`, `about 4,300 rows`."""
    value = _rounded(value, 2)
    factor, word = next((pair for pair in _COUNTS if value >= pair[0]), (1.0, ""))
    return f"about {_shown(value / factor)} {word + ' ' if word else ''}{noun}s"


def counted(value: int, noun: str) -> str:
    """`1 table`, `1,234 rows`."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}"


def _rough(value: float) -> float:
    """One digit; two where the first is a 1, since one alone would be off by up to a half."""
    return _rounded(value, 2 if f"{value:e}".startswith("1") else 1)


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
