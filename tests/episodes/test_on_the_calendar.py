"""Episodes on the calendar: one per customer and whole period, in the project's time zone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lineofsight.episodes.clock import Clock, Span
from lineofsight.episodes.periods import period_ends
from lineofsight.errors import DataError

from .world import align

CUSTOMERS = """\
    who | since | until
    ann | 2023-01-01 |
    bob | 2024-02-01 00:00:00 | 2024-04-01 00:00:00
    cat | 2024-01-31 23:59:59 | 2024-03-31 23:59:59
    dan |  |
"""
CALLS = """\
    who | at | minutes
    ann | 2024-01-01 00:00:00 | 1
    ann | 2024-02-01 00:00:00 | 10
    ann | 2024-03-31 12:00:00 | 100
"""


def calendar(every: str = "month", keys: str = "", top: str = "", over: str = "") -> str:
    return f"""\
{top}
episodes: {{every: {every}, customers: customers, customer: who{keys}}}
operations: {{calls: {{table: calls, at: '"at"', agg: sum, value: minutes, better: lower{over}}}}}
perceptions: {{mood: {{table: calls, at: '"at"', value: minutes, within: 5 days, measure: score}}}}
"""


PRESENT = ", since: since, until: until"


def test_whole_periods_in_which_a_customer_is_there_at_the_end(tmp_path: Path) -> None:
    aligned = align(tmp_path, calendar(keys=PRESENT), customers=CUSTOMERS, calls=CALLS)
    assert set(aligned.by_key("_at")) == {
        *("ann|2024-01-01", "ann|2024-02-01", "ann|2024-03-01"),
        *("bob|2024-02-01", "bob|2024-03-01"),
        *("cat|2024-01-01", "cat|2024-02-01"),
    }
    assert aligned.by_key("_at")["ann|2024-02-01"] == dt.datetime(2024, 2, 29, 23, 59, 59, 999999)
    assert aligned.drops["episodes", "since", "the row has no since"] == (3, 10)
    assert (aligned.file.anchored, aligned.file.stored) == (10, 7)


def test_whole_quarters(tmp_path: Path) -> None:
    keys = ", first: 2023-11-01, last: 2024-06-30"
    found = align(tmp_path, calendar("quarter", keys), customers=CUSTOMERS, calls=CALLS).by_key("_at")
    assert {key: at for key, at in found.items() if key.startswith("ann|")} == {
        "ann|2024-01-01": dt.datetime(2024, 3, 31, 23, 59, 59, 999999),
        "ann|2024-04-01": dt.datetime(2024, 6, 30, 23, 59, 59, 999999),
    }


def test_midnight_belongs_to_the_next_month(tmp_path: Path) -> None:
    found = align(tmp_path, calendar(over=", over: 31 days"), customers=CUSTOMERS, calls=CALLS).by_key(
        "calls"
    )
    assert [found[f"ann|2024-0{month}-01"] for month in (1, 2, 3)] == [1.0, 10.0, 100.0]


def test_first_and_last_bound_the_calendar(tmp_path: Path) -> None:
    keys = ", first: 2024-01-02, last: 2024-03-30"
    aligned = align(tmp_path, calendar(keys=keys), customers=CUSTOMERS, calls=CALLS)
    assert set(aligned.by_key("_at")) == {f"{who}|2024-02-01" for who in ("ann", "bob", "cat", "dan")}


def test_declared_coverage_bounds_it_too(tmp_path: Path) -> None:
    more = "calls: {path: calls.csv, covers: [2023-11-15, 2024-05-30]}"
    aligned = align(tmp_path, calendar(), more, customers=CUSTOMERS, calls=CALLS)
    labels = sorted({key.split("|")[1] for key in aligned.by_key("_at")})
    assert labels == ["2023-12-01", "2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]


def test_no_whole_period(tmp_path: Path) -> None:
    keys = ", first: 2024-01-02, last: 2024-01-30"
    with pytest.raises(DataError, match="no whole month lies between 2024-01-02 and 2024-01-30"):
        align(tmp_path, calendar(keys=keys), customers=CUSTOMERS, calls=CALLS)


def test_a_customer_who_stands_twice(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="stands more than once in table 'customers'"):
        align(tmp_path, calendar(), customers=CUSTOMERS + "ann | 2023-01-01 |\n", calls=CALLS)


def test_a_customer_who_left_and_came_back_may_have_two_rows(tmp_path: Path) -> None:
    customers = "who | since | until\nann | 2024-01-01 | 2024-02-01\nann | 2024-03-01 |"
    aligned = align(tmp_path, calendar(keys=PRESENT), customers=customers, calls=CALLS)
    assert set(aligned.by_key("_at")) == {"ann|2024-01-01", "ann|2024-03-01"}


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Europe/Berlin"])
def test_months_end_at_local_midnight(tmp_path: Path, zone: str) -> None:
    top = f"timezone: {zone}\nperiod_effects: month"
    aligned = align(tmp_path, calendar(top=top, over=", over: 29 days"), customers=CUSTOMERS, calls=CALLS)
    for month, following in ((1, 2), (2, 3), (3, 4)):
        midnight = dt.datetime(2024, following, 1, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
        expected = midnight.replace(tzinfo=None) - dt.timedelta(microseconds=1)
        assert aligned.by_key("_at")[f"ann|2024-0{month}-01"] == expected
        assert aligned.by_key("_period")[f"ann|2024-0{month}-01"] == f"2024-0{month}"
    found = aligned.by_key("calls")
    assert [found[f"ann|2024-0{month}-01"] for month in (1, 2, 3)] == [0.0, 10.0, 100.0]


def ends(period: str, first: str, last: str, zone: str = "UTC") -> list[tuple[str, str]]:
    found = period_ends(
        period,  # type: ignore[arg-type]
        dt.date.fromisoformat(first),
        dt.date.fromisoformat(last),
        Clock(ZoneInfo(zone)),
    )
    return [(label, (end + dt.timedelta(microseconds=1)).isoformat()) for label, end in found]


def test_period_ends() -> None:
    assert ends("week", "2024-01-01", "2024-01-14") == [
        ("2024-01-01", "2024-01-08T00:00:00"),
        ("2024-01-08", "2024-01-15T00:00:00"),
    ]
    assert ends("week", "2024-01-02", "2024-01-13") == []
    assert ends("quarter", "2023-11-05", "2024-06-30") == [
        ("2024-01-01", "2024-04-01T00:00:00"),
        ("2024-04-01", "2024-07-01T00:00:00"),
    ]
    assert ends("month", "2024-12-01", "2024-12-31") == [("2024-12-01", "2025-01-01T00:00:00")]


def test_periods_across_a_change_of_the_clock() -> None:
    """In Berlin clocks go forward on 31 March 2024, in Beirut at midnight itself, and back in October."""
    assert ends("month", "2024-03-01", "2024-04-30", "Europe/Berlin") == [
        ("2024-03-01", "2024-03-31T22:00:00"),
        ("2024-04-01", "2024-04-30T22:00:00"),
    ]
    assert ends("week", "2024-10-21", "2024-11-03", "Europe/Berlin") == [
        ("2024-10-21", "2024-10-27T23:00:00"),
        ("2024-10-28", "2024-11-03T23:00:00"),
    ]
    beirut = ends("week", "2024-03-25", "2024-03-31", "Asia/Beirut")
    assert beirut == [("2024-03-25", "2024-03-31T21:00:00")]


def test_the_clock_on_the_wall_follows_every_change() -> None:
    clock = Clock(ZoneInfo("Europe/Berlin"))
    span = Span(dt.datetime(2023, 1, 1), dt.datetime(2024, 12, 31))
    assert [change.isoformat() for change, _ in clock._offsets(span)] == [
        "2023-01-01T00:00:00",
        "2023-03-26T01:00:00",
        "2023-10-29T01:00:00",
        "2024-03-31T01:00:00",
        "2024-10-27T01:00:00",
    ]


def test_days_at_the_end_of_time() -> None:
    clock = Clock(ZoneInfo("Europe/Berlin"))
    assert clock.days(dt.date(2024, 1, 1), dt.date.max).end == dt.datetime.max
    assert clock.day(dt.datetime(2024, 1, 31, 23)) == dt.date(2024, 2, 1)
