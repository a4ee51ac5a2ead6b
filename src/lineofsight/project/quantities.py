"""Quantities as people write them: `20 %`, `0.2`, `180 days`, `12 months`, `4 GB`, `2024-01-31`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.problems import FieldError, describe

DAYS_PER_YEAR = 365.25
_DAYS = {
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": DAYS_PER_YEAR / 12,
    "quarter": DAYS_PER_YEAR / 4,
    "year": DAYS_PER_YEAR,
}
_LONGEST_DAYS = 100 * DAYS_PER_YEAR
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(hour|day|week|month|quarter|year)s?\s*", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_LONGEST_SECONDS = DAYS_PER_YEAR * 86400
_PATIENCE = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]+)?)\s*(second|minute|hour|day)s?\s*", re.IGNORECASE)
_PERCENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_PLAIN = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*")
_MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]i?B)", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_share(value: object) -> object:
    """A share between 0 and 1, from `20 %` or `0.2`.

    Raises:
        FieldError: It is neither, or lies outside 0 to 1.
    """
    share = value
    if isinstance(value, str):
        percent, plain = _PERCENT.fullmatch(value), _PLAIN.fullmatch(value)
        if percent is not None:
            share = float(percent.group(1)) / 100
        elif plain is not None:
            share = float(plain.group(1))
    if isinstance(share, bool) or not isinstance(share, (int, float)):
        raise FieldError(ProjectCode.WRONG_KIND, f"found {describe(value)}: write a share as '20 %' or 0.2")
    if not 0 <= share <= 1:
        raise FieldError(
            ProjectCode.OUT_OF_RANGE,
            f"found {describe(value)}: a share lies between 0 and 1 (write 20 % for 0.2)",
        )
    return float(share)


def parse_duration(value: object) -> object:
    """A length of time, from `180 days`, `12 months` (of 30.44 days), `2 weeks`, `1 year`, `36 hours`.

    Raises:
        FieldError: It is not a number with a unit, is zero, or is over 100 years.
    """
    if isinstance(value, dt.timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise FieldError(
            ProjectCode.WRONG_KIND,
            f"found {describe(value)}: write a length of time as '14 days', '12 months', '2 weeks' or '36 hours'",
        )
    days = float(match.group(1)) * _DAYS[match.group(2).lower()]
    if days > _LONGEST_DAYS:
        raise FieldError(
            ProjectCode.OUT_OF_RANGE, f"found {describe(value)}: a length of time is at most 100 years"
        )
    length = dt.timedelta(days=days)
    if length <= dt.timedelta(0):
        raise FieldError(
            ProjectCode.OUT_OF_RANGE, f"found {describe(value)}: a length of time is longer than nothing"
        )
    return length


def parse_patience(value: object) -> object:
    """How long something may take, from `30 seconds`, `10 minutes` or `2 hours`.

    Raises:
        FieldError: It is not a number with one of these units, less than a second, or over a year.
    """
    if isinstance(value, dt.timedelta):
        return value
    match = _PATIENCE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise FieldError(
            ProjectCode.WRONG_KIND,
            f"found {describe(value)}: write how long it may take as '30 seconds', '10 minutes' or '2 hours'",
        )
    seconds = float(match.group(1)) * _SECONDS[match.group(2).lower()]
    if not 1 <= seconds <= _LONGEST_SECONDS:
        raise FieldError(
            ProjectCode.OUT_OF_RANGE, f"found {describe(value)}: it lies between a second and a year"
        )
    return dt.timedelta(seconds=seconds)


def parse_number(value: object) -> object:
    """A number, or the text of one; which it is, is checked after this.

    Raises:
        FieldError: It is `true` or `false`, which would count as 1 or 0.
    """
    if isinstance(value, bool):
        raise FieldError(ProjectCode.WRONG_KIND, f"found {describe(value)}: a number is needed")
    return value


def parse_day(value: object) -> object:
    """A day, from `2024-01-31`.

    Raises:
        FieldError: It is written otherwise, or is not in the calendar.
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise FieldError(
                ProjectCode.OUT_OF_RANGE, f"found {describe(value)}: the calendar has no such day"
            ) from None
    raise FieldError(ProjectCode.WRONG_KIND, f"found {describe(value)}: write a day as 2024-01-31")


def parse_memory(value: object) -> object:
    """An amount of memory, from `4 GB`, as `4GB`.

    Raises:
        FieldError: It is not a number with KB, MB, GB, TB or the like.
    """
    match = _MEMORY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise FieldError(
            ProjectCode.WRONG_KIND,
            f"found {describe(value)}: write an amount of memory as '4 GB' or '512 MB'",
        )
    return match.group(1) + match.group(2)


Share = Annotated[float, BeforeValidator(parse_share)]
Duration = Annotated[dt.timedelta, BeforeValidator(parse_duration)]
Day = Annotated[dt.date, BeforeValidator(parse_day)]
Number = Annotated[float, BeforeValidator(parse_number)]
WholeNumber = Annotated[int, BeforeValidator(parse_number)]
Patience = Annotated[dt.timedelta, BeforeValidator(parse_patience)]
Memory = Annotated[str, BeforeValidator(parse_memory)]
