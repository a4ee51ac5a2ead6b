"""What customers did next, as tables of purchases and contacts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lineofsight.simulate.design import Design
from lineofsight.simulate.history import CHANNELS, History
from lineofsight.simulate.rows import DAY, Codes, customer_ids, seconds_between, table_by_time, timestamps

_MARGIN = 0.1  # days that rows keep from the ends of the window


def purchases_table(design: Design, history: History, rng: np.random.Generator) -> pa.Table:
    """One to three purchases in the window of whoever stays, that add up to what they spend; and strays before it."""
    calendar = design.calendar
    stays = np.flatnonzero(history.behaviours[design.stay.name])
    spent = np.round(history.behaviours[design.spend.name][stays] * 100).astype(np.int64)
    count = 1 + rng.binomial(2, 0.3, len(stays))
    row = np.repeat(stays, count)
    at = history.anchor[row] + _in_window(design, len(row), rng)
    early = np.flatnonzero(rng.random(len(history.customer)) < calendar.strays)
    early_at = history.anchor[early] + seconds_between(0.5, calendar.landmark - 0.5, len(early), rng)
    amount = rng.lognormal(4.0, 0.5, len(early)) * 100
    cents = np.r_[_split(spent, count, rng), amount.astype(np.int64)]
    row, at = np.r_[row, early], np.r_[at, early_at]
    seen = at < calendar.days * DAY
    row, at, cents = row[seen], at[seen], cents[seen]
    columns = {
        "customer_id": customer_ids(history.customer[row]),
        "purchased_at": timestamps(calendar, at),
        "amount": cents / 100,
    }
    return table_by_time("purchases", at, columns)


def contacts_table(design: Design, history: History, rng: np.random.Generator) -> pa.Table:
    """The contacts in each window, with their channel and what they cost."""
    episodes, channels = history.contacts.shape
    count = history.contacts.ravel()
    row = np.repeat(np.repeat(np.arange(episodes), channels), count)
    channel = np.repeat(np.tile(np.arange(channels), episodes), count)
    at = history.anchor[row] + _in_window(design, len(row), rng)
    seen = at < design.calendar.days * DAY
    row, channel, at = row[seen], channel[seen], at[seen]
    columns = {
        "customer_id": customer_ids(history.customer[row]),
        "contacted_at": timestamps(design.calendar, at),
        "channel": np.array(list(CHANNELS))[channel],
        "cost": np.array([price for _, price in CHANNELS.values()])[channel],
    }
    return table_by_time("contacts", at, columns)


def _in_window(design: Design, n: int, rng: np.random.Generator) -> Codes:
    calendar = design.calendar
    return seconds_between(calendar.landmark + _MARGIN, calendar.reach - _MARGIN, n, rng)


def _split(totals: Codes, count: Codes, rng: np.random.Generator) -> Codes:
    """Each total in `count` parts that add up to it, in cents."""
    weight = rng.uniform(0.5, 1.5, int(count.sum()))
    first = np.cumsum(count) - count
    parts = np.floor(weight / np.repeat(np.add.reduceat(weight, first), count) * np.repeat(totals, count))
    parts[first] += totals - np.add.reduceat(parts, first)
    return np.asarray(parts, dtype=np.int64)
