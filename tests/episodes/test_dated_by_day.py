"""A date without a time lies within that day, wherever it stands: at the moment, at an answer, at a row of a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from .world import ANY_OPERATION, ANY_PERCEPTION, VISITS, Table, align

TIMED = """\
    id | who | day | minutes | told | stars
    a | ann | 2024-03-10 05:57:00 | 5 | 2024-03-10 | 4
    b | bob | 2024-03-11 23:59:00 | 6 | 2024-03-10 | 3
    c | cat | 2024-03-12 14:49:00 | 7 | 2024-03-26 | 2
    d | dan | 2024-03-13 12:00:00 | 8 | 2024-03-28 | 5
"""
DATED = """\
    id | who | day | minutes | told | stars
    a | ann | 2024-03-10 | 5 | 2024-03-10 05:57:00 | 4
    b | bob | 2024-03-11 | 6 | 2024-03-10 23:59:00 | 3
    c | cat | 2024-03-12 | 7 | 2024-03-26 14:49:00 | 2
    d | dan | 2024-03-13 | 8 | 2024-03-28 00:00:01 | 5
"""
MIDNIGHTS = DATED.replace(" | 5 |", " 00:00:00 | 5 |").replace(" | 6 |", " 00:00:00 | 6 |").replace(
    " | 7 |", " 00:00:00 | 7 |").replace(" | 8 |", " 00:00:00 | 8 |")  # fmt: skip
OWN = "perceptions: {mood: {value: stars, at: told, within: 14 days, measure: csat}}\n"
OF_TABLE = (
    "perceptions: {mood: {table: replies, on: id, value: stars, at: told, within: 14 days, measure: csat}}\n"
)
BEFORE, TOO_LATE = "dated before the moment it speaks of", "later than 14 days after the moment"


def replies(visits: str) -> str:
    lines = [[cell.strip() for cell in line.split("|")] for line in visits.strip().splitlines()]
    return "\n".join(" | ".join((line[0], line[4], line[5])) for line in lines)


@pytest.mark.parametrize("visits", [TIMED, DATED, MIDNIGHTS])
def test_an_answer_of_the_day_of_the_moment_comes_after_it(tmp_path: Path, visits: str) -> None:
    own = align(tmp_path / "own", VISITS + ANY_OPERATION + OWN, visits=visits)
    assert own.by_key("mood") == {"a": 4.0, "b": None, "c": 2.0, "d": None}
    assert own.drops == {("perceptions", "mood", BEFORE): (1, 4), ("perceptions", "mood", TOO_LATE): (1, 4)}
    found = align(
        tmp_path / "table", VISITS + ANY_OPERATION + OF_TABLE, visits=visits, replies=replies(visits)
    )
    assert found.by_key("mood") == {"a": 4.0, "b": None, "c": 2.0, "d": None}
    assert [n for _, (n, _) in sorted(found.drops.items())] == [1, 1]


def test_answers_and_moments_with_a_time_are_compared_to_the_second(tmp_path: Path) -> None:
    visits = TIMED.replace("2024-03-10 |", "2024-03-10 05:56:59 |").replace(
        "2024-03-26", "2024-03-26 14:49:01"
    )
    found = align(tmp_path, VISITS + ANY_OPERATION + OWN, visits=visits)
    assert found.by_key("mood") == {"a": None, "b": None, "c": None, "d": None}


def test_days_of_the_projects_own_zone(tmp_path: Path) -> None:
    text = "timezone: America/New_York\n" + VISITS + ANY_OPERATION + OWN
    assert align(tmp_path / "timed", text, visits=TIMED).by_key("mood") == {
        "a": 4,
        "b": None,
        "c": 2,
        "d": None,
    }
    assert align(tmp_path / "dated", text, visits=MIDNIGHTS).by_key("mood") == {
        "a": 4,
        "b": None,
        "c": 2,
        "d": None,
    }


def test_an_operation_known_on_the_day_of_the_moment_may_have_been_a_cause(tmp_path: Path) -> None:
    text = f"{VISITS}operations: {{minutes: {{value: minutes, at: told, better: lower}}}}\n{ANY_PERCEPTION}"
    # Of a moment with a time and a value of a day, the day is no later; of a moment of a day, only the next day is.
    assert align(tmp_path / "timed", text, visits=TIMED).by_key("minutes") == {
        "a": 5,
        "b": 6,
        "c": None,
        "d": None,
    }
    assert align(tmp_path / "dated", text, visits=DATED).by_key("minutes") == {
        "a": 5,
        "b": 6,
        "c": None,
        "d": None,
    }


CALLS = """\
    who | at | x
    ann | 2024-03-10 10:00:00 | 1
    ann | 2024-03-11 00:00:00 | 10
    ann | 2024-03-08 00:00:00 | 100
    ann | 2024-03-07 23:59:59 | 1000
    zoe | 2024-01-01 00:00:00 | 1
    zoe | 2024-06-30 12:00:00 | 1
"""


def days_of(calls: str) -> str:
    return calls.replace(" 10:00:00", "").replace(" 00:00:00", "").replace(" 23:59:59", "").replace(
        " 12:00:00", "")  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "calls", "before", "after"),
    [
        # Both with a time.
        ("2024-03-10 10:00:00", CALLS, 1101, 10),
        # A moment of a day: what came on that day counts up to it, and three days end with it.
        ("2024-03-10", CALLS, 101, 10),
        # Rows of a day count on it, of a moment with or without a time.
        ("2024-03-10 10:00:00", days_of(CALLS), 101, 10),
        ("2024-03-10", days_of(CALLS), 101, 10),
    ],
)
def test_windows_before_and_after(
    tmp_path: Path, moment: str, calls: str, before: float, after: float
) -> None:
    text = f"""\
{VISITS}operations: {{x: {{table: calls, at: '"at"', agg: sum, value: x, over: 3 days, better: lower}}}}
behaviours: {{y: {{kind: buy_more, table: calls, at: '"at"', value: x, within: 30 days}}}}
"""
    visits = f"id | who | day\na | ann | {moment}\nz | zoe | {moment.replace('10', '12', 1)}"
    found = align(tmp_path, text, visits=visits, calls=calls)
    assert (found.by_key("x")["a"], found.by_key("y")["a"]) == (before, after)


@pytest.mark.parametrize("moment", ["2024-03-10 10:00:00", "2024-03-10"])
@pytest.mark.parametrize(
    ("left", "stayed"),
    [("2024-03-10", 0), ("2024-03-09", 1), ("2024-04-08", 0), ("2024-04-09", 1)],
)
def test_who_leaves_on_the_day_of_the_moment_leaves_after_it(
    tmp_path: Path, moment: str, left: str, stayed: int
) -> None:
    text = f"""\
{VISITS}{ANY_OPERATION}behaviours: {{x: {{kind: stay, table: gone, at: '"at"', event: leave, within: 30 days}}}}
"""
    visits = (
        f"id | who | day | minutes\na | ann | {moment} | 1\nz | zoe | {moment.replace('10', '12', 1)} | 1"
    )
    gone = f"who | at\nann | {left}\nyul | 2024-01-01\nyul | 2024-12-31"
    assert align(tmp_path, text, visits=visits, gone=gone).by_key("x")["a"] == stayed


@pytest.mark.parametrize("moment", ["2024-03-10 10:00:00", "2024-03-10"])
def test_what_was_bought_on_the_day_of_the_moment_may_be_the_moment_itself(
    tmp_path: Path, moment: str
) -> None:
    text = f"""\
{VISITS}{ANY_OPERATION}behaviours: {{x: {{kind: stay, table: bills, at: '"at"', within: 30 days}}}}
"""
    visits = (
        f"id | who | day | minutes\na | ann | {moment} | 1\nz | zoe | {moment.replace('10', '12', 1)} | 1"
    )
    for time in ("", " 10:00:00"):
        bills = f"who | at\nann | 2024-03-10{time}\nyul | 2024-01-01{time}\nyul | 2024-12-31{time}"
        assert align(tmp_path / f"x{len(time)}", text, visits=visits, bills=bills).by_key("x")["a"] == 0


def test_a_column_of_times_that_are_all_one_midnight_is_one_of_times(tmp_path: Path) -> None:
    visits: Table = (
        "id | who | day | minutes | told | stars\na | ann | 2024-03-10 00:00:01 | 1 | 2024-03-10 00:00:00 | 4"
    )
    assert align(tmp_path, VISITS + ANY_OPERATION + OWN, visits=visits).by_key("mood") == {"a": None}
