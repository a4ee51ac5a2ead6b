"""Windows and weeks that hold a night on which the clock is changed, computed by hand.

Lengths of time are fixed: an hour is 3,600 seconds and a day is 24 hours, whatever the clock shows meanwhile.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from .world import VISITS, align

BERLIN = "timezone: Europe/Berlin\n"
COVERED = "".join(
    f"{name}: {{path: {name}.csv, covers: [2024-01-01, 2024-12-31]}}\n" for name in ("calls", "orders")
)
WINDOWS = f"""\
{BERLIN}{VISITS}operations:
  calls: {{table: calls, at: '"at"', agg: sum, value: minutes, over: 1 hour, better: lower}}
  latest: {{table: calls, at: '"at"', agg: last, value: minutes, over: 1 hour, better: lower}}
perceptions: {{mood: {{table: replies, at: '"at"', value: stars, measure: csat, within: 1 hour}}}}
behaviours: {{spent: {{kind: buy_more, table: orders, at: '"at"', value: paid, within: 1 day}}}}
"""
# In UTC: 1:45, 0:30 and 2:15.
VISIT = """\
    id | who | day
    skipped | ann | 2024-03-31 03:45:00
    twice | ann | 2024-10-27 02:30:00
    after | ann | 2024-10-27 03:15:00
    short_day | bob | 2024-03-30 12:00:00
    long_day | cat | 2024-10-26 12:00:00
"""


def test_windows_before_the_moment(tmp_path: Path) -> None:
    calls = """\
    who | at | minutes
    ann | 2024-03-31 01:45:00 | 1
    ann | 2024-03-31 01:45:00.000001 | 10
    ann | 2024-03-31 02:30:00 | 100
    ann | 2024-03-31 03:30:00 | 1000
    ann | 2024-03-31 02:45:00 | 10000
    ann | 2024-03-31 02:45:00.000001 | 100000
    ann | 2024-10-27 01:30:00 | 1
    ann | 2024-10-27 01:30:00.000001 | 10
    ann | 2024-10-27 02:00:00 | 100
    ann | 2024-10-27 02:30:00 | 1000
    ann | 2024-10-27 02:30:00.000001 | 10000
    ann | 2024-10-27 02:59:59 | 100000
    ann | 2024-10-27 03:00:00 | 10
    ann | 2024-10-27 03:15:00 | 100
    """
    replies, orders = "who | at | stars\nann | 2024-05-01 | 3", "who | at | paid\nann | 2024-05-01 | 1"
    aligned = align(tmp_path, WINDOWS, COVERED, visits=VISIT, calls=calls, replies=replies, orders=orders)
    none = {"short_day": 0.0, "long_day": 0.0}
    assert aligned.by_key("calls") == {"skipped": 11110.0, "twice": 1110.0, "after": 110.0, **none}
    unknown = {"short_day": None, "long_day": None}
    assert aligned.by_key("latest") == {"skipped": 10000.0, "twice": 1000.0, "after": 100.0, **unknown}


def test_windows_after_the_moment(tmp_path: Path) -> None:
    replies = """\
    who | at | stars
    ann | 2024-03-31 02:50:00 | 5
    ann | 2024-10-27 03:00:00 | 1
    ann | 2024-10-27 04:15:00 | 4
    """
    # Purchases are counted from an hour after the visit on.
    orders = """\
    who | at | paid
    ann | 2024-03-31 04:45:00 | 1
    ann | 2024-03-31 04:45:00.000001 | 10
    ann | 2024-10-27 02:59:59 | 1
    ann | 2024-10-27 03:00:00 | 10
    ann | 2024-10-28 02:30:00 | 100
    ann | 2024-10-28 02:30:00.000001 | 1000
    bob | 2024-03-30 13:00:00 | 1
    bob | 2024-03-31 02:30:00 | 10
    bob | 2024-03-31 14:00:00 | 100
    bob | 2024-03-31 14:00:00.000001 | 1000
    cat | 2024-10-26 13:00:00 | 1
    cat | 2024-10-27 02:30:00 | 10
    cat | 2024-10-27 12:00:00 | 100
    cat | 2024-10-27 12:00:00.000001 | 1000
    """
    calls = "who | at | minutes\nann | 2024-05-01 | 3"
    aligned = align(tmp_path, WINDOWS, COVERED, visits=VISIT, calls=calls, replies=replies, orders=orders)
    assert aligned.by_key("mood") == {
        "skipped": 5.0,
        "twice": None,
        "after": 4.0,
        "short_day": None,
        "long_day": None,
    }
    assert aligned.by_key("spent") == {
        "skipped": 10.0,
        "twice": 110.0,
        "after": 1100.0,
        "short_day": 110.0,
        "long_day": 110.0,
    }


WEEKS = f"""\
{BERLIN}episodes:
  every: week
  customers: customers
  customer: who
  since: since
  until: until
  first: 2024-03-18
  last: 2024-11-03
operations: {{calls: {{table: calls, at: '"at"', agg: sum, value: minutes, over: 7 days, better: lower}}}}
perceptions: {{mood: {{table: calls, at: '"at"', value: minutes, within: 5 days, measure: score}}}}
"""
CUSTOMERS = """\
    who | since | until
    ann | 2023-01-01 00:00:00 |
    bob | 2024-10-28 00:00:00 |
    cat | 2024-10-14 00:00:00 | 2024-10-27 23:59:59.999999
    dan | 2024-10-27 02:30:00 | 2024-10-28 00:00:00
"""


def test_weeks_of_167_and_169_hours(tmp_path: Path) -> None:
    """Seven days are 168 hours: the window of the short week reaches into the one before, that of the long falls short."""
    calls = """\
    who | at | minutes
    ann | 2024-03-24 22:59:59.999999 | 1
    ann | 2024-03-24 23:00:00 | 10
    ann | 2024-03-31 02:30:00 | 100
    ann | 2024-03-31 23:59:59.999999 | 1000
    ann | 2024-04-01 00:00:00 | 10000
    ann | 2024-10-21 00:59:59.999999 | 1
    ann | 2024-10-21 01:00:00 | 10
    ann | 2024-10-27 02:30:00 | 100
    ann | 2024-10-27 23:59:59.999999 | 1000
    ann | 2024-10-28 00:00:00 | 10000
    """
    covered = COVERED.splitlines()[0]
    aligned = align(tmp_path, WEEKS, covered, customers=CUSTOMERS, calls=calls)
    ends, found = aligned.by_key("_at"), aligned.by_key("calls")
    instant = dt.timedelta(microseconds=1)
    assert ends["ann|2024-03-25"] + instant == dt.datetime.fromisoformat("2024-03-31 22:00:00")
    assert ends["ann|2024-10-21"] + instant == dt.datetime.fromisoformat("2024-10-27 23:00:00")
    weeks = [key.removeprefix("ann|") for key in ends if key.startswith("ann|")]
    assert len(weeks) == 33
    sums = {week: found[f"ann|{week}"] for week in weeks if found[f"ann|{week}"]}
    assert sums == {
        "2024-03-18": 11.0,
        "2024-03-25": 1110.0,
        "2024-04-01": 10000.0,
        "2024-10-21": 1110.0,
        "2024-10-28": 10000.0,
    }
    assert {key for key in ends if not key.startswith("ann|")} == {
        "bob|2024-10-28",
        "cat|2024-10-14",
        "dan|2024-10-21",
    }
