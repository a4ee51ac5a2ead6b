"""How rows look in a back office: keys, times and numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineofsight.simulate.design import Calendar
from lineofsight.stats.results import Array

Codes = NDArray[np.int64]

DAY = 86_400


def customer_ids(customer: Codes) -> NDArray[np.str_]:
    """Keys of customers from their numbers."""
    return np.char.mod("C%06d", customer + 1)


def timestamps(calendar: Calendar, seconds: Codes) -> NDArray[np.datetime64]:
    """Points in time from seconds since the calendar's start."""
    return np.datetime64(calendar.start, "s") + seconds.astype("timedelta64[s]")


def seconds_between(low: float, high: float, n: int, rng: np.random.Generator) -> Codes:
    """`n` uniform lengths of time between `low` and `high` days, in whole seconds."""
    return rng.integers(int(low * DAY), int(high * DAY), n)


def numbers(values: Array, decimals: int) -> NDArray[np.float64] | Codes:
    """Values with as many decimals as the company's systems keep; without any, whole numbers."""
    rounded = np.round(values, decimals)
    return rounded.astype(np.int64) if decimals == 0 else rounded


def table_by_time(name: str, seconds: Codes, columns: Mapping[str, object]) -> pa.Table:
    """The columns sorted by time, with a key in front that counts up: `ticket_id` for `tickets`."""
    order = np.argsort(seconds, kind="stable")
    prefix = name[:2].upper()
    key = np.char.mod(f"{prefix}%07d", np.arange(1, len(order) + 1))
    table = pa.table(dict(columns)).take(order)
    return table.add_column(0, f"{name.removesuffix('s')}_id", pa.array(key))
