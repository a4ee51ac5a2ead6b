"""Which windows the data cover: what they do not cover is missing, never zero."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, FieldAudit
from lineofsight.episodes.columns import AT, covered
from lineofsight.episodes.groups import Group
from lineofsight.episodes.windows import seconds
from lineofsight.project.load import LoadedProject


@dataclass(frozen=True, slots=True)
class Span:
    """First and last instant (UTC) that a table is complete for."""

    start: dt.datetime
    end: dt.datetime


def span_of_table(loaded: LoadedProject, table: str, time: FieldAudit) -> Span | None:
    """The declared `covers` (whole days), else from the first to the last time seen."""
    declared = loaded.project.tables[table].covers
    if declared is not None:
        start, end = (dt.datetime.combine(day, dt.time()) for day in declared)
        return Span(start, end + dt.timedelta(days=1))
    if time.first is None or time.last is None:
        return None
    return Span(time.first, time.last)


def blank_uncovered(
    loaded: LoadedProject, engine: Engine, episodes: ir.Table, groups: list[Group]
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Sets aggregates and behaviours to missing where their window reaches outside the data.

    Returns:
        The episodes, and rows of the run's table `drops`.
    """
    outside: dict[str, tuple[ir.BooleanValue, str, str]] = {}
    for group in groups:
        span = span_of_table(loaded, group.table, group.selection.audits["time"])
        if span is None or group.length is None:
            continue
        if group.after is None:
            missing = episodes[AT] - seconds(group.length) < _instant(span.start)
            reason = f"its window starts before table '{group.table}' does ({span.start:%Y-%m-%d})"
        else:
            missing = episodes[AT] + seconds(group.after + group.length) > _instant(span.end)
            reason = f"its window ends after table '{group.table}' does ({span.end:%Y-%m-%d})"
        for item in group.items:
            outside[item.name] = (missing, group.section, reason)
    if not outside:
        return episodes, []
    counted = engine.fetch(
        episodes.aggregate(
            total=episodes.count(),
            **{name: episodes.count(where=test) for name, (test, _, _) in outside.items()},
        )
    )[0]
    drops: list[dict[str, object]] = [
        {
            "step": section,
            "name": name.removeprefix("segment:"),
            "reason": reason,
            "n": counted[name],
            "of": counted["total"],
        }
        for name, (_, section, reason) in outside.items()
        if counted[name]
    ]
    blanked = episodes.mutate(
        **{
            name: ibis.ifelse(test, ibis.null(episodes[name].type()), episodes[name])
            for name, (test, _, _) in outside.items()
        }
    )
    return blanked, drops


def mark_asked(loaded: LoadedProject, episodes: ir.Table, spans: dict[str, Span | None]) -> ir.Table:
    """Adds a column per perception that is 1 where the data cover its window, so that silence means silence."""
    marks: dict[str, ir.Value] = {}
    for name, perception in loaded.project.perceptions.items():
        span = spans.get(name)
        if span is None or perception.within is None:
            marks[covered(name)] = ibis.literal(1, "int8")
        else:
            inside = (episodes[AT] + seconds(perception.within) >= _instant(span.start)) & (
                episodes[AT] + seconds(perception.within) <= _instant(span.end)
            )
            marks[covered(name)] = (inside | episodes[name].notnull()).cast("int8")
    return episodes.mutate(**marks)


def _instant(value: dt.datetime) -> ir.TimestampScalar:
    return ibis.literal(value, "timestamp(6)")
