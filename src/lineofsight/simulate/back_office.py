"""A simulated company's history as the raw tables of its back office."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineofsight.simulate.design import Calendar, Design, Operation, Touchpoint
from lineofsight.simulate.history import CHANNELS, DAY, History
from lineofsight.simulate.truth import Codes
from lineofsight.stats.results import Array

_MARGIN = 0.1  # days that rows keep from the ends of the window


def back_office(design: Design, history: History, rng: np.random.Generator) -> dict[str, pa.Table]:
    """The tables by name: customers, orders and what hangs on them, touchpoints, answers, and what happened next.

    Rows are in the order of time and their keys count up with it. What happened after the calendar's end is absent.
    """
    tables = {"customers": _customers(design, history)}
    orders, keys = _orders(design, history)
    tables["orders"] = orders
    by_row: dict[str, list[Operation]] = {}
    for operation in design.operations:
        if isinstance(operation.source, Touchpoint):
            tables[operation.source.table] = _touchpoint(design, operation, operation.source, history, rng)
        elif operation.source != "orders":
            by_row.setdefault(operation.source, []).append(operation)
    for name, operations in by_row.items():
        order = np.argsort(keys)
        columns = {o.name: _numbers(history.operations[o.name][order], o.values.decimals) for o in operations}
        tables[name] = pa.table({"order_id": keys[order]} | columns)
    tables["answers"] = _answers(design, history, keys, rng)
    tables["purchases"] = _purchases_table(design, history, rng)
    if design.cost is not None:
        tables["contacts"] = _contacts_table(design, history, rng)
    return tables


def _customers(design: Design, history: History) -> pa.Table:
    _, first = np.unique(history.customer, return_index=True)
    columns: dict[str, object] = {"customer_id": _customer_ids(history.customer[first])}
    if design.segment is not None:
        columns[design.segment.name] = np.array(design.levels)[history.level[first]]
    for control in design.controls:
        values = history.controls[control.name][first]
        if control.values is None:
            columns[control.name] = np.array(control.levels)[values.astype(np.int64)]
        else:
            columns[control.name] = _numbers(values, control.values.decimals)
    return pa.table(columns)


def _orders(design: Design, history: History) -> tuple[pa.Table, NDArray[np.str_]]:
    """The orders, and the key of each episode's order in the order of the history."""
    elapsed = np.round(history.operations[design.elapsed] * DAY).astype(np.int64)
    ordered = history.anchor - elapsed
    place = np.empty(len(ordered), dtype=np.int64)
    place[np.argsort(ordered, kind="stable")] = np.arange(1, len(ordered) + 1)
    keys = np.char.mod("O%07d", place)
    columns: Mapping[str, object] = {
        "order_id": keys,
        "customer_id": _customer_ids(history.customer),
        "ordered_at": _timestamps(design.calendar, ordered),
        "delivered_at": _timestamps(design.calendar, history.anchor),
    } | {
        operation.name: _numbers(history.operations[operation.name], operation.values.decimals)
        for operation in design.operations
        if operation.source == "orders"
    }
    return pa.table(columns).take(np.argsort(place)), keys


def _touchpoint(
    design: Design, operation: Operation, touchpoint: Touchpoint, history: History, rng: np.random.Generator
) -> pa.Table:
    """Rows before each anchor whose mean is the episode's value: itself, or pairs around it."""
    values = history.operations[operation.name]
    present = np.flatnonzero(~np.isnan(values))
    count = rng.integers(1, touchpoint.rows + 1, len(present))
    row = np.repeat(present, count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    apart = np.round(rng.uniform(0, 0.4, len(present)) * values[present], operation.values.decimals)
    sign: Array = np.where(
        np.repeat(count, count) == 1, 0.0, np.array([1.0, -1.0, *[0.0] * touchpoint.rows])[nth]
    )
    value = values[row] + sign * np.repeat(apart, count)
    at = history.anchor[row] - _seconds_between(0.02, touchpoint.days - 1, len(row), rng)
    columns = {
        "customer_id": _customer_ids(history.customer[row]),
        touchpoint.at: _timestamps(design.calendar, at),
        touchpoint.value: _numbers(value, operation.values.decimals),
    }
    return _table_by_time(touchpoint.table, at, columns)


def _answers(design: Design, history: History, keys: NDArray[np.str_], rng: np.random.Generator) -> pa.Table:
    """What was said in time; and, of the silent, answers that come too late to count."""
    calendar = design.calendar
    late = ~history.answered & (rng.random(len(keys)) < calendar.strays)
    row = np.flatnonzero(history.answered | late)
    after = np.where(
        late[row],
        _seconds_between(calendar.landmark + 1, calendar.landmark + 20, len(row), rng),
        _seconds_between(0.1, calendar.landmark - 0.1, len(row), rng),
    )
    at = history.anchor[row] + after
    row, at = row[at < calendar.days * DAY], at[at < calendar.days * DAY]
    columns: Mapping[str, object] = {
        "order_id": keys[row],
        "answered_at": _timestamps(calendar, at),
    } | {p.name: _numbers(history.answers[p.name][row], 0) for p in design.perceptions}
    return _table_by_time("answers", at, columns)


def _purchases_table(design: Design, history: History, rng: np.random.Generator) -> pa.Table:
    """One to three purchases in the window of whoever stays, that add up to what they spend; and strays before it."""
    calendar = design.calendar
    stays = np.flatnonzero(history.behaviours[design.stay.name])
    spent = np.round(history.behaviours[design.spend.name][stays] * 100).astype(np.int64)
    count = 1 + rng.binomial(2, 0.3, len(stays))
    row = np.repeat(stays, count)
    at = history.anchor[row] + _in_window(design, len(row), rng)
    early = np.flatnonzero(rng.random(len(history.customer)) < calendar.strays)
    early_at = history.anchor[early] + _seconds_between(0.5, calendar.landmark - 0.5, len(early), rng)
    amount = rng.lognormal(4.0, 0.5, len(early)) * 100
    cents = np.r_[_split(spent, count, rng), amount.astype(np.int64)]
    row, at = np.r_[row, early], np.r_[at, early_at]
    seen = at < calendar.days * DAY
    row, at, cents = row[seen], at[seen], cents[seen]
    columns = {
        "customer_id": _customer_ids(history.customer[row]),
        "purchased_at": _timestamps(calendar, at),
        "amount": cents / 100,
    }
    return _table_by_time("purchases", at, columns)


def _contacts_table(design: Design, history: History, rng: np.random.Generator) -> pa.Table:
    """The contacts in each window, with their channel and what they cost."""
    episodes, channels = history.contacts.shape
    count = history.contacts.ravel()
    row = np.repeat(np.repeat(np.arange(episodes), channels), count)
    channel = np.repeat(np.tile(np.arange(channels), episodes), count)
    at = history.anchor[row] + _in_window(design, len(row), rng)
    seen = at < design.calendar.days * DAY
    row, channel, at = row[seen], channel[seen], at[seen]
    columns = {
        "customer_id": _customer_ids(history.customer[row]),
        "contacted_at": _timestamps(design.calendar, at),
        "channel": np.array(list(CHANNELS))[channel],
        "cost": np.array([price for _, price in CHANNELS.values()])[channel],
    }
    return _table_by_time("contacts", at, columns)


def _in_window(design: Design, n: int, rng: np.random.Generator) -> Codes:
    calendar = design.calendar
    return _seconds_between(calendar.landmark + _MARGIN, calendar.reach - _MARGIN, n, rng)


def _split(totals: Codes, count: Codes, rng: np.random.Generator) -> Codes:
    """Each total in `count` parts that add up to it, in cents."""
    weight = rng.uniform(0.5, 1.5, int(count.sum()))
    first = np.cumsum(count) - count
    parts = np.floor(weight / np.repeat(np.add.reduceat(weight, first), count) * np.repeat(totals, count))
    parts[first] += totals - np.add.reduceat(parts, first)
    return np.asarray(parts, dtype=np.int64)


def _customer_ids(customer: Codes) -> NDArray[np.str_]:
    """Keys of customers from their numbers."""
    return np.char.mod("C%06d", customer + 1)


def _timestamps(calendar: Calendar, seconds: Codes) -> NDArray[np.datetime64]:
    """Points in time from seconds since the calendar's start."""
    return np.datetime64(calendar.start, "s") + seconds.astype("timedelta64[s]")


def _seconds_between(low: float, high: float, n: int, rng: np.random.Generator) -> Codes:
    """`n` uniform lengths of time between `low` and `high` days, in whole seconds."""
    return rng.integers(int(low * DAY), int(high * DAY), n)


def _numbers(values: Array, decimals: int) -> NDArray[np.float64] | Codes:
    """Values with as many decimals as the company's systems keep; without any, whole numbers."""
    rounded = np.round(values, decimals)
    return rounded.astype(np.int64) if decimals == 0 else rounded


def _table_by_time(name: str, seconds: Codes, columns: Mapping[str, object]) -> pa.Table:
    """The columns sorted by time, with a key in front that counts up: `ticket_id` for `tickets`."""
    order = np.argsort(seconds, kind="stable")
    prefix = name[:2].upper()
    key = np.char.mod(f"{prefix}%07d", np.arange(1, len(order) + 1))
    table = pa.table(dict(columns)).take(order)
    return table.add_column(0, f"{name.removesuffix('s')}_id", pa.array(key))
