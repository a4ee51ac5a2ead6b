"""The period every episode is compared by: how long it is, what it is called, and where it begins."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lineofsight.episodes.clock import Clock, Span
from lineofsight.episodes.columns import CALENDAR
from lineofsight.episodes.periods import MOST_PERIODS, periods_of

from .world import ANY_OPERATION, ANY_PERCEPTION, VISITS, align

UTC = Clock(ZoneInfo("UTC"))


def made(first: str, last: str, every: str | None = None) -> tuple[str, tuple[str, ...]]:
    span = Span(dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last))
    found = periods_of(UTC, span, every)  # type: ignore[arg-type]  # the fields asked for
    return found.grain, found.labels


@pytest.mark.parametrize(
    ("first", "last", "grain", "labels"),
    [
        ("2025-03-04", "2025-03-09", "week", ("2025-03-03",)),
        ("2025-03-09", "2025-03-10", "week", ("2025-03-03", "2025-03-10")),
        ("2025-01-06", "2025-03-09", "week", 9),
        ("2025-01-06", "2025-03-10", "month", ("2025-01", "2025-02", "2025-03")),
        ("2024-12-31", "2025-08-31", "month", 9),
        ("2025-01-01", "2025-10-01", "quarter", ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")),
        ("2023-11-15", "2025-11-15", "quarter", 9),
        ("2023-09-30", "2025-11-15", "year", ("2023", "2024", "2025")),
        ("1900-01-01", "2025-06-01", "year", tuple(str(year) for year in range(2017, 2026))),
        ("2024-01-01", "9999-12-31", "year", tuple(str(year) for year in range(9991, 10000))),
    ],
)  # fmt: skip
def test_they_are_as_short_as_can_be_compared(
    first: str, last: str, grain: str, labels: tuple[str, ...] | int
) -> None:
    found = made(first, last)
    assert found[0] == grain
    assert (len(found[1]) if isinstance(labels, int) else found[1]) == labels
    assert len(found[1]) <= MOST_PERIODS
    assert list(found[1]) == sorted(found[1])


def test_they_are_no_shorter_than_the_calendar_of_the_episodes() -> None:
    assert made("2025-01-31", "2025-03-31", "month") == ("month", ("2025-01", "2025-02", "2025-03"))
    assert made("2025-03-31", "2025-12-31", "quarter")[0] == "quarter"


@pytest.mark.parametrize(
    ("last", "labels"),
    [
        ("2025-01-14", ("2024-12-30", "2025-01-13")),
        ("2025-04-30", ("2025-01", "2025-04")),
        ("2025-12-31", ("2025-Q1", "2025-Q4")),
        ("2029-12-31", ("2025", "2029")),
    ],
)  # fmt: skip
def test_an_episode_lies_where_its_local_day_does(tmp_path: Path, last: str, labels: tuple[str, str]) -> None:
    """23:30 in UTC is the next day in Berlin: the first of a year, of a quarter, and of a month."""
    visits = f"""
    id | who | day                    | minutes | stars
    1  | a   | 2024-12-31T23:30:00Z   | 5       | 4
    2  | b   | {last}T12:00:00Z       | 6       | 3
    """
    found = align(
        tmp_path, "timezone: Europe/Berlin\n" + VISITS + ANY_OPERATION + ANY_PERCEPTION, visits=visits
    )
    assert found.by_key(CALENDAR) == {1: labels[0], 2: labels[1]}
    assert (found.file.periods[0], found.file.periods[-1]) == labels


def test_of_more_years_than_are_compared_the_earlier_are_one(tmp_path: Path) -> None:
    visits = """
    id | who | day                  | minutes | stars
    1  | a   | 1999-12-31T23:30:00Z | 5       | 4
    2  | b   | 2016-12-31T23:30:00Z | 5       | 4
    3  | b   | 2025-06-01T12:00:00Z | 6       | 3
    """
    found = align(
        tmp_path, "timezone: Europe/Berlin\n" + VISITS + ANY_OPERATION + ANY_PERCEPTION, visits=visits
    )
    assert found.by_key(CALENDAR) == {1: "before 2017", 2: "2017", 3: "2025"}
    assert found.file.periods == tuple(str(year) for year in range(2017, 2026))
