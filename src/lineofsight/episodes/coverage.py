"""Which windows the data cover, and who left before the follow-up: what is not observed is missing, never zero.

A landmark analysis compares those who are still there at the landmark (Anderson, Cain and Gelber 1983). A departure
between the moment and the landmark is none in the follow-up window, and must not be counted as staying.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, FieldAudit, MaterializedRows
from lineofsight.episodes.clock import INSTANT, Clock, Span, seconds
from lineofsight.episodes.columns import AT, before, covered
from lineofsight.episodes.groups import Group
from lineofsight.episodes.windows import aggregate_group, in_days, in_window, join_all
from lineofsight.project.load import LoadedProject
from lineofsight.reasons import Reason

_GONE = "gone:"
_NOTHING = dt.timedelta(0)


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
    loaded: LoadedProject,
    engine: Engine,
    anchors: ir.Table,
    episodes: ir.Table,
    groups: list[Group],
    moments: Span,
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Sets aggregates and behaviours to missing where their window reaches outside the data.

    The latest value known (`last`) is not an aggregate: it stays. What a behaviour was before is blanked without a row.

    Args:
        loaded: The project.
        engine: Where the moments are.
        anchors: The moments.
        episodes: The same moments with their columns.
        groups: What was read in windows.
        moments: The first and the last of them.

    Returns:
        The episodes, and rows of the run's table `drops`.
    """
    windows = [window for window in _windows(loaded, groups) if window.reaches_outside(moments)]
    if not windows:
        return episodes, []
    counts = {"of": anchors.count()}
    for window in windows:
        if not window.before:
            counts[f"early {window.name}"] = anchors.count(where=window.early(anchors))
            counts[f"late {window.name}"] = anchors.count(where=window.late(anchors) & ~window.early(anchors))
    counted = engine.fetch(anchors.aggregate(**counts))[0]
    clock = Clock.of(loaded)
    drops: list[dict[str, object]] = [
        {
            "step": window.group.section,
            "name": window.name.removeprefix("segment:"),
            "reason": reason(name=window.group.table, at=str(clock.day(end))),
            "n": counted[count],
            "of": counted["of"],
        }
        for window in windows
        if not window.before
        for count, reason, end in (
            (f"early {window.name}", Reason.WINDOW_STARTS_BEFORE, window.span.start),
            (f"late {window.name}", Reason.WINDOW_ENDS_AFTER, window.span.end),
        )
        if counted[count]
    ]
    known = {
        window.name: (window.early(episodes) | window.late(episodes)).ifelse(
            ibis.null(episodes[window.name].type()), episodes[window.name]
        )
        for window in windows
    }
    return episodes.mutate(**known), drops


@dataclass(frozen=True, slots=True)
class _Window:
    """The window of one column: of moments before `first` it begins before its table does, after `last` it ends after it."""

    name: str
    group: Group
    span: Span
    first: dt.datetime
    last: dt.datetime
    before: bool = False

    def reaches_outside(self, moments: Span) -> bool:
        """Whether any moment's does."""
        return moments.start < self.first or moments.end > self.last

    def early(self, moments: ir.Table) -> ir.BooleanValue:
        """Whether a moment's begins before its table does."""
        return moments[AT] < _at(self.first)

    def late(self, moments: ir.Table) -> ir.BooleanValue:
        """Whether a moment's ends after its table does."""
        return moments[AT] > _at(self.last)


def _windows(loaded: LoadedProject, groups: list[Group]) -> list[_Window]:
    found = []
    for group in groups:
        span = span_of_table(loaded, group.table, group.selection.audits["time"])
        if span is None:
            continue
        inside, pre_period = _inside(span, *_ends(group)), None
        if group.gap is not None and group.length is not None:
            pre_period = _inside(span, -group.gap - group.length, -group.gap)
        for item in group.items:
            if item.agg != "last":
                found.append(_Window(item.name, group, span, *inside))
            if pre_period is not None:
                found.append(_Window(before(item.name), group, span, *pre_period, True))
    return found


def _ends(group: Group) -> tuple[dt.timedelta | None, dt.timedelta]:
    """How long after the moment the window opens and closes; None where it reads everything up to the moment."""
    if group.after is not None:
        return group.after, group.after + (group.length or _NOTHING)
    return None if group.length is None else -group.length, _NOTHING


def _inside(span: Span, opens: dt.timedelta | None, closes: dt.timedelta) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last moment whose window lies inside the span: it does not hold its first instant, and holds its last."""
    first = dt.datetime.min if opens is None else _shifted(span.start, -opens, INSTANT)
    return first, _shifted(span.end, -closes)


def _shifted(instant: dt.datetime, by: dt.timedelta, less: dt.timedelta = _NOTHING) -> dt.datetime:
    """So much later, in whole seconds as windows are cut, and a little less; as far as there are dates."""
    try:
        return instant + (dt.timedelta(seconds=round(by.total_seconds())) - less)
    except OverflowError:
        return dt.datetime.max if by > _NOTHING else dt.datetime.min


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


def blank_departed(
    loaded: LoadedProject, engine: Engine, anchors: ir.Table, episodes: ir.Table, groups: list[Group]
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Sets a `stay` that is told by departures to missing where the customer left before the landmark.

    Returns:
        The episodes, and rows of the run's table `drops`.
    """
    behaviours = loaded.project.behaviours
    counted: list[ir.Table] = []
    names: list[str] = []
    for place, group in enumerate(groups):
        if group.section != "behaviours" or not group.after:
            continue
        leaving = [item for item in group.items if behaviours[item.name].kind == "stay"]
        leaving = [item for item in leaving if behaviours[item.name].event == "leave"]
        if leaving:
            until_landmark = replace(
                group,
                after=_NOTHING,
                length=group.after,
                gap=None,
                items=tuple(replace(item, name=f"{_GONE}{item.name}") for item in leaving),
            )
            (table,) = aggregate_group(MaterializedRows(in_window(anchors, until_landmark)), until_landmark)
            counted.append(engine.keep(f"gone_{place}", table))
            names += [item.name for item in leaving]
    if not names:
        return episodes, []
    joined = join_all(episodes, counted)
    gone = {name: (joined[f"{_GONE}{name}"] > 0).fill_null(False) for name in names}
    sums = joined.aggregate(
        of=joined.count(), **{name: joined.count(where=test) for name, test in gone.items()}
    )
    found = engine.fetch(sums)[0]
    drops: list[dict[str, object]] = [
        {
            "step": "behaviours",
            "name": name,
            "reason": Reason.LEFT_BEFORE_FOLLOW_UP(value=in_days(loaded.project.landmark)),
            "n": found[name],
            "of": found["of"],
        }
        for name in names
        if found[name]
    ]
    blanked = joined.mutate(
        **{name: test.ifelse(ibis.null(joined[name].type()), joined[name]) for name, test in gone.items()}
    )
    return blanked.drop([f"{_GONE}{name}" for name in names]), drops
