"""The periods that are compared: every episode is labelled with the week, month, quarter or year it lies in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import get_args

from lineofsight.episodes.clock import Clock, Grain, Span, label, next_period, period_start
from lineofsight.project.models import Period

MOST_PERIODS = 9
"""Two years that begin within a quarter touch nine of them."""

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods that are compared.

    Attributes:
        grain: Their length.
        labels: Their names, the oldest first.
        span: The instants (UTC) in them that hold an anchor, and some before.
    """

    grain: Grain
    labels: tuple[str, ...]
    span: Span


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
    from_ = max(span.start, clock.midnight(starts[0] - _DAY)) if starts[0] > first else span.start
    return Periods(grain, tuple(label(grain, start) for start in starts), Span(from_, span.end))


def _starts(grain: Grain, first: dt.date, last: dt.date, most: int | None = None) -> list[dt.date]:
    """First days of the periods that the days touch; no more than `most`."""
    starts, end = [period_start(grain, first)], period_start(grain, last)
    while starts[-1] < end and (most is None or len(starts) < most):
        starts.append(next_period(grain, starts[-1]))
    return starts
