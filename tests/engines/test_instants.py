"""Dates and times become instants in UTC, or are refused with examples."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from episodes.world import VISITS, align
from lineofsight.errors import DataError

from .selecting import selected

WINTER, SUMMER = dt.datetime(2024, 1, 31, 12), dt.datetime(2024, 7, 31, 12)


@pytest.mark.parametrize(
    ("column", "zoned", "utc", "berlin"),
    [
        ("2024-01-31 12:00:00\n2024-07-31 12:00:00", False, [12, 12], [11, 10]),
        ("2024-01-31T12:00:00Z\n2024-07-31T12:00:00Z", True, [12, 12], [12, 12]),
        ("2024-01-31 12:00:00+02:00\n2024-07-31 12:00:00+02:00", True, [10, 10], [10, 10]),
        ("2024-01-31 12:00:00 UTC\n2024-07-31 12:00:00 UTC", True, [12, 12], [12, 12]),
        (pa.array([WINTER, SUMMER], pa.timestamp("ns", "Europe/Berlin")), True, [12, 12], [12, 12]),
        (pa.array([WINTER, SUMMER], pa.timestamp("us", "UTC")), True, [12, 12], [12, 12]),
        (pa.array([WINTER, SUMMER], pa.timestamp("ns")), False, [12, 12], [11, 10]),
        (pa.array([WINTER, SUMMER], pa.timestamp("s")), False, [12, 12], [11, 10]),
        (pa.array(["2024-01-31 12:00", "2024-07-31T12:00:00"]), False, [12, 12], [11, 10]),
        (pa.array(["2024-01-31T14:00:00+02:00", "2024-07-31T12:00Z"]), True, [12, 12], [12, 12]),
    ],
)
def test_instants(
    tmp_path: Path, column: pa.Array | str, zoned: bool, utc: list[int], berlin: list[int]
) -> None:
    for top, expected in (("", utc), ("timezone: Europe/Berlin", berlin)):
        folder = tmp_path / (top[:4] or "utc")
        found, audit = selected(folder, column, "instant", top=top)
        assert found == [
            dt.datetime(2024, month, 31, hour) for month, hour in zip((1, 7), expected, strict=True)
        ]
        assert (audit.kind, audit.zoned, audit.first, audit.last) == ("instant", zoned, *found)


def test_dates_begin_at_local_midnight(tmp_path: Path) -> None:
    column = pa.array([dt.date(2024, 1, 31), dt.date(2024, 7, 31), None])
    found, audit = selected(tmp_path, column, "instant", top="timezone: Europe/Berlin")
    assert found == [dt.datetime(2024, 1, 30, 23), dt.datetime(2024, 7, 30, 22), None]
    assert audit.zoned is False


def test_an_empty_column_is_a_time_that_never_comes(tmp_path: Path) -> None:
    for name, column in (("null", pa.array([None, None])), ("text", pa.array([None, None], pa.string()))):
        found, audit = selected(tmp_path / name, column, "instant")
        assert (found, audit.first, audit.zoned) == ([None, None], None, None)


def test_texts_that_are_no_dates_are_shown_with_their_rows(tmp_path: Path) -> None:
    column = pa.array(["2024-01-31", "31.12.2024", "2024-13-01", None])
    with pytest.raises(
        DataError, match=r"2 of 3 .* are no dates or times: '31.12.2024' \(row 2\), '2024-13-01' \(row 3\)"
    ):
        selected(tmp_path, column, "instant")


@pytest.mark.parametrize("value", ["infinity", "20240-01-01"])
def test_years_no_calendar_has(tmp_path: Path, value: str) -> None:
    with pytest.raises(DataError, match=r"1 value of 'x' in table 'visits' lies before the year 1 or after"):
        selected(tmp_path, pa.array(["2024-01-31", value]), "instant")


MIXED = ["2024-01-31T12:00:00Z", "2024-01-31T12:00:00", "2024-01-15", None]


@pytest.mark.parametrize("top", ["", "timezone: UTC"])
def test_a_column_that_mixes_zones_is_refused(tmp_path: Path, top: str) -> None:
    message = r"mixes times with and without a time zone: 2 of 3 have none, as '2024-01-15'"
    with pytest.raises(DataError, match=f"'x' in table 'visits' {message}"):
        selected(tmp_path / "text", pa.array(MIXED), "instant", top=top)
    with pytest.raises(DataError, match=f"'x' in table 'visits' {message}"):
        selected(tmp_path / "csv", "\n".join(value or "" for value in MIXED), "instant", top=top)


def test_tables_that_differ_in_zones_need_a_declared_one(tmp_path: Path) -> None:
    visits = (
        "id | who | day | minutes\na | ann | 2024-07-10T12:00:00Z | 1\nb | bob | 2024-07-20T12:00:00Z | 1"
    )
    replies = "who | told | stars\nann | 2024-07-10 13:59:59 | 1\nbob | 2024-07-20 14:00:00 | 2\nann | 2024-07-30 00:00:00 | 3"
    text = f"""\
{VISITS}operations: {{minutes: {{value: minutes, better: lower}}}}
perceptions: {{mood: {{table: replies, at: told, value: stars, measure: csat, within: 1 day}}}}
"""
    with pytest.raises(DataError, match="times in 'visits' carry a time zone, times in 'replies' do not"):
        align(tmp_path / "a", text, visits=visits, replies=replies)
    aligned = align(tmp_path / "b", f"timezone: Europe/Berlin\n{text}", visits=visits, replies=replies)
    assert aligned.by_key("mood") == {"a": None, "b": 2.0}, "noon UTC is 14:00 in Berlin"


@pytest.mark.parametrize(
    ("dates", "ambiguous"),
    [
        (["01/02/2024", "03/04/2024"], True),
        (["13/02/2024", "03/04/2024"], False),
        (["02/13/2024", "03/04/2024"], False),
        (["02/02/2024"], False),
    ],
)
def test_days_that_might_be_months_are_refused(tmp_path: Path, dates: list[str], ambiguous: bool) -> None:
    if ambiguous:
        with pytest.raises(
            DataError, match="does not tell days from months: no date is after the 12th, as '01/02/2024'"
        ):
            selected(tmp_path, "\n".join(dates), "instant")
    else:
        assert selected(tmp_path, "\n".join(dates), "instant")[0][-1].month in (2, 3, 4)
