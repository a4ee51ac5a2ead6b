"""Which windows the data cover: what they do not cover is missing, never zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, FieldAudit
from lineofsight.episodes.clock import INSTANT, Clock, Span
from lineofsight.episodes.columns import AT, before, covered
from lineofsight.episodes.groups import Group
from lineofsight.episodes.windows import seconds
from lineofsight.project.load import LoadedProject


def span_of_table(loaded: LoadedProject, table: str, time: FieldAudit) -> Span | None:
    """The days declared with `covers`, else those from the first to the last on which a row is seen."""
    clock = Clock.of(loaded)
    declared = loaded.project.tables[table].covers
    if declared is not None:
        return clock.days(*declared)
    if time.first is None or time.last is None:
        return None
    return clock.days(clock.day(time.first), clock.day(time.last))


def blank_uncovered(
    loaded: LoadedProject, engine: Engine, anchors: ir.Table, episodes: ir.Table, groups: list[Group]
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Sets aggregates and behaviours to missing where their window reaches outside the data.

    The latest value known (`last`) is not an aggregate: it stays. What a behaviour was before is blanked without a row.

    Returns:
        The episodes, and rows of the run's table `drops`.
    """
    windows = _windows(loaded, episodes, groups)
    if not windows:
        return episodes, []
    counts = {"of": anchors.count()}
    for window in _windows(loaded, anchors, groups):  # the same moments, and quicker to count
        if window.before:
            continue
        counts[f"early {window.name}"] = anchors.count(where=window.early)
        counts[f"late {window.name}"] = anchors.count(where=window.late & ~window.early)
    counted = engine.fetch(anchors.aggregate(**counts))[0]
    clock = Clock.of(loaded)
    drops: list[dict[str, object]] = [
        {
            "step": window.group.section,
            "name": window.name.removeprefix("segment:"),
            "reason": f"its window {side} table '{window.group.table}' does ({clock.day(end)})",
            "n": counted[count],
            "of": counted["of"],
        }
        for window in windows
        if not window.before
        for count, side, end in (
            (f"early {window.name}", "starts before", window.span.start),
            (f"late {window.name}", "ends after", window.span.end),
        )
        if counted[count]
    ]
    known = {
        window.name: (window.early | window.late).ifelse(
            ibis.null(episodes[window.name].type()), episodes[window.name]
        )
        for window in windows
    }
    return episodes.mutate(**known), drops


@dataclass(frozen=True, slots=True)
class _Window:
    """The window of one column, and whether an episode's begins before its table does or ends after it."""

    name: str
    group: Group
    span: Span
    early: ir.BooleanValue
    late: ir.BooleanValue
    before: bool = False


def _windows(loaded: LoadedProject, moments: ir.Table, groups: list[Group]) -> list[_Window]:
    found = []
    for group in groups:
        span = span_of_table(loaded, group.table, group.selection.audits["time"])
        if span is None:
            continue
        for item in group.items:
            if item.agg != "last":
                found.append(_Window(item.name, group, span, *_outside(moments[AT], group, span)))
            if group.gap is not None:
                found.append(
                    _Window(before(item.name), group, span, *_too_soon(moments[AT], group, span), True)
                )
    return found


def _too_soon(at: ir.TimestampValue, group: Group, span: Span) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    assert group.gap is not None and group.length is not None
    closes = at - seconds(group.gap)
    return closes - seconds(group.length) < _at(span.start - INSTANT), closes > _at(span.end)


def _outside(at: ir.TimestampValue, group: Group, span: Span) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """A window does not hold its first instant, and holds its last."""
    opens, closes = at, at
    if group.after is not None:
        opens = at + seconds(group.after)
        closes = opens if group.length is None else opens + seconds(group.length)
    elif group.length is not None:
        opens = at - seconds(group.length)
    early = (
        ibis.literal(False)
        if group.after is None and group.length is None
        else opens < _at(span.start - INSTANT)
    )
    return early, closes > _at(span.end)


def mark_asked(loaded: LoadedProject, episodes: ir.Table, spans: Mapping[str, Span | None]) -> ir.Table:
    """Adds a column per perception that is 1 where the data cover its window, so that silence means silence.

    Whoever answered was asked, whatever the data cover.
    """
    marks: dict[str, ir.Value] = {}
    for name, perception in loaded.project.perceptions.items():
        span = spans.get(name)
        if span is None or perception.within is None:
            marks[covered(name)] = ibis.literal(1, "int8")
        else:
            closes = episodes[AT] + seconds(perception.within)
            inside = (episodes[AT] >= _at(span.start)) & (closes <= _at(span.end))
            marks[covered(name)] = (inside | episodes[name].notnull()).cast("int8")
    return episodes.mutate(**marks)


def _at(instant: dt.datetime) -> ir.TimestampScalar:
    return ibis.literal(instant, "timestamp(6)")
