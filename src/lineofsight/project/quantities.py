"""Shares and durations as people write them: `20 %`, `0.2`, `180 days`, `12 months`."""

from __future__ import annotations

import datetime as dt
import re

DAYS_PER_YEAR = 365.25
_DAYS = {
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": DAYS_PER_YEAR / 12,
    "quarter": DAYS_PER_YEAR / 4,
    "year": DAYS_PER_YEAR,
}
_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(hour|day|week|month|quarter|year)s?\s*$", re.IGNORECASE)
_PERCENT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*%\s*$")


def parse_share(value: object) -> object:
    """A share between 0 and 1, from `20 %` or `0.2`.

    Raises:
        ValueError: It is neither, or lies outside 0 to 1.
    """
    if isinstance(value, str):
        match = _PERCENT.match(value)
        if match is None:
            raise ValueError(f"found '{value}': write a share as '20 %' or 0.2")
        value = float(match.group(1)) / 100
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"found {value!r}: write a share as '20 %' or 0.2")
    if not 0 <= value <= 1:
        raise ValueError(f"found {value!r}: a share lies between 0 and 1 (write 20 % for 0.2)")
    return float(value)


def parse_duration(value: object) -> object:
    """A length of time, from `180 days`, `12 months` (of 30.44 days), `2 weeks`, `1 year`, `36 hours`.

    Raises:
        ValueError: It is not a number with a unit, or is zero.
    """
    if isinstance(value, dt.timedelta):
        return value
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(
            f"found {value!r}: write a length of time as '14 days', '12 months', '2 weeks' or '36 hours'"
        )
    length = dt.timedelta(days=float(match.group(1)) * _DAYS[match.group(2).lower()])
    if length <= dt.timedelta(0):
        raise ValueError(f"found {value!r}: a length of time is longer than nothing")
    return length
