"""Weeks, months, quarters and years: where they begin and end, their labels, and which of them are compared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

import ibis
import ibis.expr.types as ir

from lineofsight.episodes.clock import DAY, INSTANT, Clock, Span
from lineofsight.project.models import Period

Grain = Literal["week", "month", "quarter", "year"]
"""Lengths of periods, the finest first."""

MOST_PERIODS = 9
"""Two years that begin within a quarter touch nine of them."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods that are compared.

    Attributes:
        grain: Their length.
        labels: Their names, the oldest first.
        starts: When each begins, in UTC; the first as early as can be where no anchor lies before it.
    """

    grain: Grain
    labels: tuple[str, ...]
    starts: tuple[dt.datetime, ...]

    def label(self, at: ir.TimestampValue) -> ir.StringValue:
        """The name of the period in which an instant lies; of those before the first, that they do."""
        latest_first = zip(self.starts[::-1], self.labels[::-1], strict=True)
        begun = [(at >= ibis.literal(start, "timestamp(6)"), name) for start, name in latest_first]
        return ibis.cases(*begun, else_=f"before {self.labels[0]}")


def periods_of(clock: Clock, span: Span, every: Period | None = None) -> Periods:
    """The periods of the finest length of which the anchors touch at most `MOST_PERIODS`.

    Where they touch more years than that, the latest years are compared.

    Args:
        clock: The project's.
        span: From the earliest anchor to the latest.
        every: The calendar that the episodes themselves are on: a finer length would have empty periods.
    """
    first, last = clock.day(span.start), clock.day(span.end)
    grains: tuple[Grain, ...] = get_args(Grain)
    for grain in grains if every is None else grains[grains.index(every) :]:
        starts = _starts(grain, first, last, MOST_PERIODS + 1)
        if len(starts) <= MOST_PERIODS:
            break
    else:
        starts = _starts(grain, first, last)[-MOST_PERIODS:]
    begin = (dt.datetime.min if start <= first else clock.midnight(start) for start in starts)
    return Periods(grain, tuple(label(grain, start) for start in starts), tuple(begin))


def _starts(grain: Grain, first: dt.date, last: dt.date, most: int | None = None) -> list[dt.date]:
    """First days of the periods that the days touch; no more than `most`."""
    starts, end = [period_start(grain, first)], period_start(grain, last)
    while starts[-1] < end and (most is None or len(starts) < most):
        starts.append(next_period(grain, starts[-1]))
    return starts


def period_ends(period: Period, first: dt.date, last: dt.date, clock: Clock) -> list[tuple[str, dt.datetime]]:
    """First day and last instant (UTC) of every whole period from `first` to `last`, both included."""
    ends = []
    start = period_start(period, first)
    if start < first:
        start = next_period(period, start)
    while (following := next_period(period, start)) <= last + DAY:
        ends.append((start.isoformat(), clock.midnight(following) - INSTANT))
        start = following
    return ends


def period_start(grain: Grain, day: dt.date) -> dt.date:
    """The day with which the day's period begins: a Monday, or the first of a month."""
    match grain:
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)


def next_period(grain: Grain, start: dt.date) -> dt.date:
    """The day with which the following period begins."""
    if grain == "week":
        return start + dt.timedelta(days=7)
    months = start.year * 12 + start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[grain]
    return dt.date(months // 12, months % 12 + 1, 1)


def label(grain: Grain, start: dt.date) -> str:
    """The period that begins on this day, named as `period_label` names it; labels sort as their periods do."""
    match grain:
        case "week":
            return start.isoformat()
        case "month":
            return f"{start.year}-{start.month:02}"
        case "quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case "year":
            return f"{start.year}"


def period_label(local: ir.TimestampValue, grain: Grain) -> ir.StringValue:
    """The month as 2024-01, the quarter as 2024-Q1, the week as the Monday it begins with, the year as 2024."""
    year = local.year().cast("string")
    match grain:
        case "month":
            return year + "-" + local.month().cast("string").lpad(2, "0")
        case "quarter":
            return year + "-Q" + local.quarter().cast("string")
        case "week":
            return local.truncate("W").cast("date").cast("string")
        case "year":
            return year
