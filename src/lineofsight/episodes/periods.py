"""The periods that are compared: every episode is labelled with the week, month, quarter or year it lies in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import get_args

import ibis
import ibis.expr.types as ir

from lineofsight.episodes.clock import Clock, Grain, Span, label, next_period, period_start
from lineofsight.project.models import Period

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
