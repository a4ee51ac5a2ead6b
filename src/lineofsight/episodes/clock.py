"""Days and periods begin at midnight in the project's time zone; all else is in UTC, without a zone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import FieldAudit
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Period


def refuse_mixed_zones(
    loaded: LoadedProject, sources: Iterable[tuple[str, Mapping[str, FieldAudit]]]
) -> None:
    """Checks the instants of every table and what was found in it.

    Raises:
        DataError: Some carry a zone, others do not, and no `timezone` is declared.
    """
    if loaded.project.timezone is not None:
        return
    found: dict[bool, list[str]] = {True: [], False: []}
    for table, audits in sources:
        for audit in audits.values():
            if audit.zoned is not None and table not in found[audit.zoned]:
                found[audit.zoned].append(table)
    if found[True] and found[False]:
        raise loaded.error(
            DataCode.ZONES_DIFFER,
            f"times in {_listed(found[True])} carry a time zone, times in {_listed(found[False])} do not",
            "episodes",
            hint="say what the latter mean with 'timezone: Europe/Berlin' (or UTC) at the top of the project file",
        )


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


Grain = Literal["week", "month", "quarter", "year"]
"""Lengths of periods, the finest first."""

INSTANT = dt.timedelta(microseconds=1)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """First and last instant (UTC) that is covered, both included."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The project's time zone: UTC when none is declared."""

    zone: ZoneInfo

    @classmethod
    def of(cls, loaded: LoadedProject) -> Clock:
        """The clock of a project."""
        return cls(ZoneInfo(loaded.project.timezone or "UTC"))

    def midnight(self, day: dt.date) -> dt.datetime:
        """When the day begins, in UTC."""
        local = dt.datetime.combine(day, dt.time(), tzinfo=self.zone)
        return local.astimezone(dt.UTC).replace(tzinfo=None)

    def day(self, instant: dt.datetime) -> dt.date:
        """The day on which it is."""
        return instant.replace(tzinfo=dt.UTC).astimezone(self.zone).date()

    def days(self, first: dt.date, last: dt.date) -> Span:
        """All of the days from the first to the last."""
        end = dt.datetime.max if last == dt.date.max else self.midnight(last + _DAY) - INSTANT
        return Span(self.midnight(first), end)

    def local(self, at: ir.TimestampValue, span: Span) -> ir.TimestampValue:
        """What a clock on the wall shows at instants inside the span."""
        offsets = list(self._offsets(span))
        shown = at + ibis.interval(seconds=offsets[-1][1])
        if len(offsets) == 1:
            return shown
        cases = [
            (at < ibis.literal(until, "timestamp(6)"), at + ibis.interval(seconds=offset))
            for (_, offset), (until, _) in itertools.pairwise(offsets)
        ]
        return ibis.cases(*cases, else_=shown)

    def _offsets(self, span: Span) -> Iterator[tuple[dt.datetime, int]]:
        """Since when, and how many seconds the zone is ahead of UTC."""
        before = span.start
        yield before, self._offset(before)
        while before < span.end:
            after = min(before + _DAY, span.end)
            if self._offset(before) != self._offset(after):
                change = self._change(before, after)
                yield change, self._offset(change)
            before = after

    def _change(self, before: dt.datetime, after: dt.datetime) -> dt.datetime:
        """The first second between them at which the offset of `after` holds."""
        while after - before > dt.timedelta(seconds=1):
            middle = before + (after - before) // 2
            if self._offset(middle) == self._offset(before):
                before = middle
            else:
                after = middle
        return after.replace(microsecond=0)

    def _offset(self, instant: dt.datetime) -> int:
        offset = instant.replace(tzinfo=dt.UTC).astimezone(self.zone).utcoffset()
        return round(offset.total_seconds()) if offset is not None else 0


def period_ends(period: Period, first: dt.date, last: dt.date, clock: Clock) -> list[tuple[str, dt.datetime]]:
    """First day and last instant (UTC) of every whole period from `first` to `last`, both included."""
    ends = []
    start = period_start(period, first)
    if start < first:
        start = next_period(period, start)
    while (following := next_period(period, start)) <= last + _DAY:
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
