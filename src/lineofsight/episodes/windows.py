"""Rows of other tables, read in a window around each anchor and put together into columns of the episodes."""

from __future__ import annotations

import datetime as dt
from functools import reduce

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import MaterializedRows
from lineofsight.episodes.clock import DAY, seconds
from lineofsight.episodes.columns import AT, CUSTOMER, EPISODE, KEY, before, link
from lineofsight.episodes.exact_sums import exact_sum, needs_finer, scale_of
from lineofsight.episodes.groups import Group, Item


def in_days(length: dt.timedelta) -> float:
    """A length of time in days."""
    return length.total_seconds() / 86400


def in_window(anchors: ir.Table, group: Group) -> ir.Table:
    """The group's rows inside the window of each anchor, with the anchor's episode number.

    A window before the anchor includes the anchor's own instant; one after it starts just after. Where the same rows are
    counted before the operations too, `pre_period` says that a row is of that window.

    A moment that is dated by the day only lies at the end of its day beside rows with a time: what came on that day counts up to the
    moment, and not as what the customer did next, which might be the moment itself. Only a departure on the day of the moment
    is one after it, as whoever had left before would have no moment.
    """
    key = link(group.on) if group.on is not None else CUSTOMER
    rows = group.selection.table
    left, right = comparable(rows["link"], anchors[key])
    ends_day = group.moments_by_day and not group.rows_by_day and not group.leaving
    at = anchors[AT] + seconds(DAY) if ends_day else anchors[AT]
    if group.after is not None and group.gap is not None and group.length is not None:
        return _in_both(anchors, group, left, right, at)
    time = rows["time"] + seconds(DAY) if group.rows_by_day and group.leaving else rows["time"]
    if group.after is None:
        slim = anchors.select(EPISODE, key=right, until=at)
        within = [time < slim["until"] if ends_day else rows["time"] <= slim["until"]]
        if group.length is not None:
            since = slim["until"] - seconds(group.length)
            within.append(time >= since if ends_day else time > since)
    else:
        slim = anchors.select(EPISODE, key=right, start=at + seconds(group.after))
        within = [time >= slim["start"] if ends_day else time > slim["start"]]
        if group.length is not None:
            within.append(time <= slim["start"] + seconds(group.length))
    rows_key = rows.mutate(link=left)
    joined = rows_key.join(slim, [rows_key["link"] == slim["key"], *within])
    return joined.select(EPISODE, *_needed(group))


def _needed(group: Group) -> list[str]:
    names = {name for item in group.items for name in (item.value, item.flag) if name is not None}
    return sorted(names | {"time"} if any(item.agg == "last" for item in group.items) else names)


def _in_both(
    anchors: ir.Table, group: Group, left: ir.Value, right: ir.Value, at: ir.TimestampValue
) -> ir.Table:
    """Rows of both windows from one join, as that is what takes the time; `pre_period` tells them apart.

    The window after the moment is counted from `at`, the one before the operations from the moment as it is dated.
    """
    assert group.after is not None and group.gap is not None and group.length is not None
    ends_day = group.moments_by_day and not group.rows_by_day
    rows, length = group.selection.table.mutate(link=left), seconds(group.length)
    start, until = at + seconds(group.after), anchors[AT] - seconds(group.gap)
    slim = anchors.select(
        EPISODE,
        KEY,
        key=right,
        start=start,
        end=start + length,
        until=until,
        since=until - length,
    )
    time = rows["time"]
    joined = rows.join(slim, [rows["link"] == slim["key"], time > slim["since"], time <= slim["end"]])
    pre_period = joined["time"] <= joined["until"]
    later = joined["time"] >= joined["start"] if ends_day else joined["time"] > joined["start"]
    if "own" in rows.columns:
        own, key = comparable(joined["own"], joined[KEY])
        pre_period = pre_period & (own != key).fill_null(True)
    kept = joined.mutate(pre_period=pre_period).filter(joined["time"].notnull() & (pre_period | later))
    return kept.select(EPISODE, "pre_period", *_needed(group))


def comparable(left: ir.Value, right: ir.Value) -> tuple[ir.Value, ir.Value]:
    """Both keys as they are where their types agree, else both as text."""
    if left.type().is_integer() and right.type().is_integer():
        return left, right
    if left.type().copy(nullable=True) == right.type().copy(nullable=True):
        return left, right
    return left.cast("string"), right.cast("string")


def aggregate_group(materialized: MaterializedRows, group: Group) -> list[ir.Table]:
    """One table per way of computing: the episode's number and a column per item."""
    rows = materialized.rows
    latest = [item for item in group.items if item.agg == "last"]
    others = [item for item in group.items if item.agg != "last"]
    tables = [_last(rows, item) for item in latest]
    if others:
        columns: dict[str, ir.Value] = {}
        both = "pre_period" in rows.columns
        for item in others:
            columns[item.name] = _aggregated(materialized, item, group, ~rows["pre_period"] if both else None)
            if both:
                columns[before(item.name)] = _aggregated(materialized, item, group, rows["pre_period"])
        tables.append(rows.group_by(EPISODE).aggregate(**columns))
    return tables


def _aggregated(
    materialized: MaterializedRows, item: Item, group: Group, of: ir.BooleanValue | None
) -> ir.Value:
    """The item from those of its rows that `of` tells; from all of them where that is None."""
    rows = materialized.rows
    kept = rows[item.flag] if item.flag is not None else None
    if of is not None:
        kept = of if kept is None else kept & of
    if item.value is None:
        return rows.count(where=kept).cast("float64")
    value = rows[item.value]
    audit = group.selection.audits[item.value]
    whole = audit.whole or item.value in materialized.whole
    known = kept if whole else value.notnull() if kept is None else value.notnull() & kept
    counted = rows.count(where=known).cast("float64")
    finer = needs_finer(audit.min_abs, audit.max_abs)
    match item.agg:
        case "count":
            return counted
        case "sum":
            return exact_sum(value, scale_of(audit.max_abs), known, finer=finer).fill_null(0.0)
        case "mean":
            return exact_sum(value, scale_of(audit.max_abs), known, finer=finer) / counted.nullif(0.0)
        case "share":
            return rows.count(where=(value != 0) if known is None else known & (value != 0)).cast(
                "float64"
            ) / counted.nullif(0.0)
        case "median":
            return value.quantile(0.5, where=kept)
        case "p90":
            return value.quantile(0.9, where=kept)
        case _:
            raise AssertionError(item.agg)


def _last(rows: ir.Table, item: Item) -> ir.Table:
    """The latest known value; of several at the same instant, the greatest."""
    value = rows[item.value or ""]
    known = rows.filter(value.notnull() if item.flag is None else value.notnull() & rows[item.flag])
    order = [ibis.desc(known["time"]), ibis.desc(known[item.value or ""])]
    place = ibis.row_number().over(group_by=known[EPISODE], order_by=order)
    ranked = known.select(EPISODE, **{item.name: known[item.value or ""], "_place": place})
    return ranked.filter(ranked["_place"] == 0).select(EPISODE, item.name)


def join_all(base: ir.Table, tables: list[ir.Table]) -> ir.Table:
    """Every table's columns beside the base's, missing where an episode has none."""

    def beside(left: ir.Table, right: ir.Table) -> ir.Table:
        right = right.rename({"_right_episode": EPISODE})
        return left.left_join(right, left[EPISODE] == right["_right_episode"]).drop("_right_episode")

    return reduce(beside, tables, base)
