"""Anchors on the rows of a table: which become episodes, and what happens to the others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from lineofsight.errors import DataError

from .world import ANY_OPERATION, ANY_PERCEPTION, VISITS, align

ANY = ANY_OPERATION + ANY_PERCEPTION


def test_rows_without_customer_key_or_time_are_counted_once(tmp_path: Path) -> None:
    visits = """\
    id | who | day | minutes | stars
    a | ann | 2024-01-01 | 1 | 1
    b | ann | 2024-02-01 | 1 | 1
    c |  | 2024-01-01 | 1 | 1
     | bob | 2024-01-01 | 1 | 1
    e | bob |  | 1 | 1
     |  |  | 1 | 1
    """
    aligned = align(tmp_path, VISITS + ANY, visits=visits)
    assert sorted(aligned.by_key("_customer").items()) == [("a", "ann"), ("b", "ann")]
    assert aligned.drops == {
        ("episodes", "customer", "the row has no customer"): (2, 6),
        ("episodes", "key", "the row has no key"): (1, 6),
        ("episodes", "at", "the row has no at"): (1, 6),
    }
    file = aligned.file
    assert (file.anchored, file.stored, file.customers, file.repeat_customers) == (6, 2, 1, 1)
    assert (file.first, file.last) == (dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 1))


def test_where_keeps_some_anchors(tmp_path: Path) -> None:
    visits = "id | who | day | minutes | stars\na | ann | 2024-01-01 | 1 | 1\nb | bob | 2024-01-01 | 2 | 1\nc | cat | 2024-01-01 |  | 1"
    text = VISITS.replace("at: day", "at: day, where: minutes < 2") + ANY
    assert set(align(tmp_path, text, visits=visits).by_key("mood")) == {"a"}


def test_a_key_that_repeats_is_refused(tmp_path: Path) -> None:
    visits = "id | who | day | minutes | stars\n" + "a | ann | 2024-01-01 | 1 | 1\n" * 3
    with pytest.raises(
        DataError, match=r"not unique in table 'visits': 2 rows repeat one, as 'a' \(3 times\)"
    ):
        align(tmp_path, VISITS + ANY, visits=visits)


def test_nothing_left_is_said(tmp_path: Path) -> None:
    visits = "id | who | day | minutes | stars\n | ann | 2024-01-01 | 1 | 1\nb |  | 2024-01-01 | 1 | 1"
    with pytest.raises(DataError, match="no episode is left of 2 rows"):
        align(tmp_path, VISITS + ANY, visits=visits)


def test_tables_may_be_called_as_what_the_alignment_keeps(tmp_path: Path) -> None:
    visits = "id | who | day | minutes | stars\na | ann | 2024-01-20 | 1 | 1\nb | bob | 2024-01-20 | 1 | 1"
    calls = "who | day | link | time | x0\nbob | 2024-01-01 | 5 | 7 | 2\nann | 2024-01-15 | 5 | 7 | 2\nbob | 2024-01-31 | 1 | 1 | 2"
    text = """\
episodes: {each: anchors, key: id, customer: who, at: day}
operations:
  one: {table: anchors_all, at: day, agg: sum, value: '"link" + "time"', over: 10 days, better: lower}
  two: {table: window_0_0, at: day, agg: sum, value: x0, over: 19 days, better: lower}
perceptions: {mood: {value: stars, measure: csat}}
period_effects: month
"""
    tables = {"anchors": visits, "anchors_all": calls, "window_0_0": calls, "selection_1": calls}
    aligned = align(tmp_path, text, **tables)
    assert aligned.by_key("one") == {"a": 12.0, "b": 0.0}
    assert aligned.by_key("two") == {"a": 2.0, "b": 0.0}
    wider = align(tmp_path / "wider", text.replace("19 days", "20 days"), **tables)
    assert wider.by_key("two") == {"a": None, "b": None}, "the window opens on the day before the data begin"


@pytest.mark.parametrize("period", ["week", "month", "quarter"])
def test_labels_of_periods_go_by_the_local_day(tmp_path: Path, period: str) -> None:
    visits = """\
    id | who | day | minutes | stars
    a | ann | 2023-12-31 22:59:59 | 1 | 1
    b | ann | 2023-12-31 23:00:00 | 1 | 1
    c | ann | 2024-03-31 21:59:59 | 1 | 1
    d | ann | 2024-03-31 22:00:00 | 1 | 1
    """
    text = f"timezone: Europe/Berlin\nperiod_effects: {period}\n{VISITS}{ANY}"
    zoned = visits.replace(" |  1", "").replace(":59 |", ":59Z |").replace(":00 |", ":00Z |")
    labels = {
        "week": ["2023-12-25", "2024-01-01", "2024-03-25", "2024-04-01"],
        "month": ["2023-12", "2024-01", "2024-03", "2024-04"],
        "quarter": ["2023-Q4", "2024-Q1", "2024-Q1", "2024-Q2"],
    }
    found = align(tmp_path, text, visits=zoned).by_key("_period")
    assert [found[key] for key in "abcd"] == labels[period]
