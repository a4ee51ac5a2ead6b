"""A simulated company's history as the raw tables of its back office."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineofsight.simulate.design import Design
from lineofsight.simulate.followup import contacts_table, purchases_table
from lineofsight.simulate.history import History
from lineofsight.simulate.inputs import Operation, Touchpoint
from lineofsight.simulate.rows import (
    DAY,
    customer_ids,
    numbers,
    seconds_between,
    table_by_time,
    timestamps,
)
from lineofsight.stats.results import Array


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
        columns = {o.name: numbers(history.operations[o.name][order], o.values.decimals) for o in operations}
        tables[name] = pa.table({"order_id": keys[order]} | columns)
    tables["answers"] = _answers(design, history, keys, rng)
    tables["purchases"] = purchases_table(design, history, rng)
    if design.cost is not None:
        tables["contacts"] = contacts_table(design, history, rng)
    return tables


def _customers(design: Design, history: History) -> pa.Table:
    _, first = np.unique(history.customer, return_index=True)
    columns: dict[str, object] = {"customer_id": customer_ids(history.customer[first])}
    if design.segment is not None:
        columns[design.segment.name] = np.array(design.levels)[history.level[first]]
    for control in design.controls:
        values = history.controls[control.name][first]
        if control.values is None:
            columns[control.name] = np.array(control.levels)[values.astype(np.int64)]
        else:
            columns[control.name] = numbers(values, control.values.decimals)
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
        "customer_id": customer_ids(history.customer),
        "ordered_at": timestamps(design.calendar, ordered),
        "delivered_at": timestamps(design.calendar, history.anchor),
    } | {
        operation.name: numbers(history.operations[operation.name], operation.values.decimals)
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
    at = history.anchor[row] - seconds_between(0.02, touchpoint.days - 1, len(row), rng)
    columns = {
        "customer_id": customer_ids(history.customer[row]),
        touchpoint.at: timestamps(design.calendar, at),
        touchpoint.value: numbers(value, operation.values.decimals),
    }
    return table_by_time(touchpoint.table, at, columns)


def _answers(design: Design, history: History, keys: NDArray[np.str_], rng: np.random.Generator) -> pa.Table:
    """What was said in time; and, of the silent, answers that come too late to count."""
    calendar = design.calendar
    late = ~history.answered & (rng.random(len(keys)) < calendar.strays)
    row = np.flatnonzero(history.answered | late)
    after = np.where(
        late[row],
        seconds_between(calendar.landmark + 1, calendar.landmark + 20, len(row), rng),
        seconds_between(0.1, calendar.landmark - 0.1, len(row), rng),
    )
    at = history.anchor[row] + after
    row, at = row[at < calendar.days * DAY], at[at < calendar.days * DAY]
    columns: Mapping[str, object] = {
        "order_id": keys[row],
        "answered_at": timestamps(calendar, at),
    } | {p.name: numbers(history.answers[p.name][row], 0) for p in design.perceptions}
    return table_by_time("answers", at, columns)
