"""Days and periods begin at midnight in the project's time zone; all else is in UTC, without a zone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import FieldAudit
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject

INSTANT = dt.timedelta(microseconds=1)
DAY = dt.timedelta(days=1)


def seconds(length: dt.timedelta) -> ir.IntervalScalar:
    """A length of time in whole seconds, which every engine adds alike."""
    return ibis.interval(seconds=round(length.total_seconds()))


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

    def shown(self, instant: dt.datetime) -> dt.datetime:
        """What a clock on the wall shows then."""
        return instant.replace(tzinfo=dt.UTC).astimezone(self.zone).replace(tzinfo=None)

    def day(self, instant: dt.datetime) -> dt.date:
        """The day on which it is."""
        return self.shown(instant).date()

    def days(self, first: dt.date, last: dt.date) -> Span:
        """All of the days from the first to the last."""
        end = dt.datetime.max if last == dt.date.max else self.midnight(last + DAY) - INSTANT
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
            after = min(before + DAY, span.end)
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
