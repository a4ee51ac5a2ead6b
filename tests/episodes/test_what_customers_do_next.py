"""Behaviours: read after the landmark, and missing where the data end too soon."""

from __future__ import annotations

from pathlib import Path

import pytest

from .world import ANY_OPERATION, VISITS, align

VISIT = """\
    id | who | day | minutes | stars | paid
    a | ann | 2024-03-01 12:00:00 | 1 | 4 | 3
    b | bob | 2024-03-01 12:00:00 | 1 | 4 | 3
    c | cat | 2024-03-01 12:00:00 | 1 | 4 |
"""
# The landmark lies 3 days after the visit, the longest of the perceptions' windows; 10 days are followed.
ORDERS = """\
    who | at | paid | kind
    ann | 2024-03-04 12:00:00 | 1 | new
    ann | 2024-03-04 12:00:00.000001 | 10 | new
    ann | 2024-03-14 12:00:00 | 100 | used
    ann | 2024-03-14 12:00:00.000001 | 1000 | new
    bob | 2024-03-04 12:00:00 | 1 | new
    cat | 2024-03-10 12:00:00 |  | used
    zoe | 2024-01-01 12:00:00 | 1 | new
    zoe | 2024-06-30 12:00:00 | 1 | new
"""
PERCEPTIONS = """\
perceptions:
  mood: {table: replies, at: '"at"', value: stars, measure: csat, within: 3 days}
  ease: {table: replies, at: '"at"', value: stars, measure: csat, within: 1 day}
"""
REPLIES = "who | at | stars\nann | 2024-03-02 | 5\nzoe | 2024-01-01 | 3\nzoe | 2024-06-30 | 3"


def behaviour(**keys: str) -> str:
    declared = {"table": "orders", "at": "'\"at\"'", "within": "10 days"} | keys
    inside = ", ".join(f"{key}: {value}" for key, value in declared.items())
    return f"{VISITS}{ANY_OPERATION}{PERCEPTIONS}behaviours: {{x: {{{inside}}}}}\n"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"kind": "stay"}, [1, 0, 1]),
        # Who left by the landmark is not there to be followed.
        ({"kind": "stay", "event": "leave"}, [None, None, 0]),
        ({"kind": "stay", "where": "kind = 'new'"}, [1, 0, 0]),
        ({"kind": "stay", "where": "kind = 'new'", "event": "leave"}, [None, None, 1]),
        ({"kind": "buy_more"}, [2, 0, 1]),
        ({"kind": "buy_more", "value": "paid"}, [110, 0, 0]),
        ({"kind": "recommend", "where": "kind = 'used'"}, [1, 0, 1]),
        ({"kind": "cost_to_serve", "value": "-paid"}, [-110, 0, 0]),
    ],
)
def test_the_window_opens_after_the_landmark(
    tmp_path: Path, keys: dict[str, str], expected: list[int | None]
) -> None:
    found = align(tmp_path, behaviour(**keys), visits=VISIT, orders=ORDERS, replies=REPLIES).by_key("x")
    assert [found[key] for key in "abc"] == expected


def test_behaviours_of_every_kind_side_by_side(tmp_path: Path) -> None:
    declared = {
        "stays": ("stay", "where: kind = 'new'"),
        "leaves": ("stay", "where: kind = 'new', event: leave"),
        "buys": ("buy_more", "value: paid"),
        "recommends": ("recommend", "where: kind = 'used'"),
        "costs": ("cost_to_serve", "value: -paid"),
    }
    kinds = "".join(
        f"  {name}: {{kind: {kind}, table: orders, at: '\"at\"', within: 10 days, {more}}}\n"
        for name, (kind, more) in declared.items()
    )
    text = f"{VISITS}{ANY_OPERATION}{PERCEPTIONS}behaviours:\n{kinds}"
    aligned = align(tmp_path, text, visits=VISIT, orders=ORDERS, replies=REPLIES)
    assert {name: [aligned.by_key(name)[key] for key in "abc"] for name in declared} == {
        "stays": [1, 0, 0],
        "leaves": [None, None, 1],
        "buys": [110, 0, 0],
        "recommends": [1, 0, 1],
        "costs": [-110, 0, 0],
    }


def test_without_a_perception_it_opens_at_the_moment_itself(tmp_path: Path) -> None:
    text = behaviour(kind="stay", table="visits", at="day").replace(PERCEPTIONS, "")
    visits = f"{VISIT}d | ann | 2024-03-11 12:00:00 | 1 | 1 | 1\ne | zoe | 2024-05-01 | 1 | 1 | 1\n"
    found = align(tmp_path, text, visits=visits).by_key("x")
    assert found == {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0, "e": None}


def test_only_what_names_the_same_visit_is_counted(tmp_path: Path) -> None:
    orders = """\
    id | at | paid
    a | 2024-03-05 12:00:00 | 1
    a | 2024-03-04 12:00:00 | 10
    b | 2024-03-14 12:00:00 | 100
    b | 2024-03-14 12:00:00.000001 | 1000
    q | 2024-01-01 12:00:00 | 1
    q | 2024-06-30 12:00:00 | 1
    """
    text = behaviour(kind="buy_more", value="paid", on="id")
    found = align(tmp_path, text, visits=VISIT, orders=orders, replies=REPLIES).by_key("x")
    assert found == {"a": 1.0, "b": 100.0, "c": 0.0}


def test_on_the_row_of_the_moment(tmp_path: Path) -> None:
    text = f"{VISITS}{ANY_OPERATION}{PERCEPTIONS}behaviours: {{x: {{kind: buy_more, value: paid}}}}\n"
    assert align(tmp_path, text, visits=VISIT, replies=REPLIES).by_key("x") == {"a": 3.0, "b": 3.0, "c": None}


@pytest.mark.parametrize("kind", ["stay", "buy_more"])
def test_a_follow_up_that_the_data_do_not_cover_is_missing(tmp_path: Path, kind: str) -> None:
    visits = """\
    id | who | day | minutes
    too_soon | ann | 2023-12-28 23:59:59 | 1
    first | ann | 2023-12-29 00:00:00 | 1
    last | ann | 2024-06-17 23:59:59 | 1
    too_late | ann | 2024-06-18 00:00:00 | 1
    """
    aligned = align(tmp_path, behaviour(kind=kind), visits=visits, orders=ORDERS, replies=REPLIES)
    assert aligned.by_key("x") == {"first": 0.0, "last": 0.0, "too_late": None, "too_soon": None}
    assert {k: v for k, v in aligned.drops.items() if k[1] == "x"} == {
        ("behaviours", "x", "its window starts before table 'orders' does (2024-01-01)"): (1, 4),
        ("behaviours", "x", "its window ends after table 'orders' does (2024-06-30)"): (1, 4),
    }


def test_declared_coverage_may_be_longer_or_shorter_than_the_data(tmp_path: Path) -> None:
    visits = "id | who | day | minutes\na | ann | 2024-03-01 | 1\nb | ann | 2024-07-01 | 1\nc | ann | 2024-08-01 | 1"
    for last, expected in (("2024-07-14", [2.0, 0.0, None]), ("2024-07-13", [2.0, None, None])):
        more = f"orders: {{path: orders.csv, covers: [2024-01-01, {last}]}}"
        folder = tmp_path / last
        aligned = align(
            folder, behaviour(kind="buy_more"), more, visits=visits, orders=ORDERS, replies=REPLIES
        )
        assert list(aligned.by_key("x").values()) == expected


def test_coverage_is_in_local_days(tmp_path: Path) -> None:
    """In New York the 30th of June ends at four in the morning of the 1st of July, UTC."""
    visits = "id | who | day | minutes\na | ann | 2024-06-17 23:59:59 | 1\nb | ann | 2024-06-18 00:00:00 | 1"
    text = f"timezone: America/New_York\n{behaviour(kind='stay')}"
    aligned = align(tmp_path, text, visits=visits, orders=ORDERS, replies=REPLIES)
    assert aligned.by_key("x") == {"a": 0.0, "b": None}
    assert aligned.drops["behaviours", "x", "its window ends after table 'orders' does (2024-06-30)"] == (
        1,
        2,
    )


def test_an_operation_is_missing_where_its_table_does_not_reach(tmp_path: Path) -> None:
    visits = """\
    id | who | day | minutes | stars
    too_soon | zoe | 2024-01-10 23:59:59 | 1 | 1
    first | zoe | 2024-01-11 00:00:00 | 1 | 1
    last | zoe | 2024-06-30 23:59:59 | 1 | 1
    too_late | zoe | 2024-07-01 00:00:00 | 1 | 1
    """
    text = f"""\
{VISITS}operations:
  n: {{table: orders, at: '"at"', agg: count, over: 10 days, better: lower}}
  all: {{table: orders, at: '"at"', agg: count, better: lower}}
  latest: {{table: orders, at: '"at"', agg: last, value: paid, better: lower}}
perceptions: {{mood: {{value: stars, measure: csat}}}}
"""
    aligned = align(tmp_path, text, visits=visits, orders=ORDERS)
    assert aligned.by_key("n") == {"first": 1.0, "last": 1.0, "too_late": None, "too_soon": None}
    assert aligned.by_key("all") == {"first": 1.0, "last": 2.0, "too_late": None, "too_soon": 1.0}
    assert aligned.by_key("latest") == {"first": 1.0, "last": 1.0, "too_late": 1.0, "too_soon": 1.0}
    assert aligned.drops == {
        ("operations", "n", "its window starts before table 'orders' does (2024-01-01)"): (1, 4),
        ("operations", "n", "its window ends after table 'orders' does (2024-06-30)"): (1, 4),
        ("operations", "all", "its window ends after table 'orders' does (2024-06-30)"): (1, 4),
    }


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        ("[0001-01-01, 9999-12-31]", 1.0),
        ("[9950-01-01, 9999-12-31]", None),
        ("[0001-01-01, 0002-12-31]", None),
    ],
)
def test_windows_may_reach_beyond_all_dates(tmp_path: Path, covers: str, expected: float | None) -> None:
    text = f"""\
{VISITS}operations: {{n: {{table: orders, at: '"at"', agg: count, over: 100 years, better: lower}}}}
perceptions: {{mood: {{value: stars, measure: csat}}}}
behaviours: {{x: {{kind: stay, table: orders, at: '"at"', within: 100 years}}}}
"""
    more = f"orders: {{path: orders.csv, covers: {covers}}}"
    found = align(tmp_path, text, more, visits=VISIT, orders=ORDERS)
    assert (found.by_key("n")["a"], found.by_key("x")["a"]) == (expected and 0.0, expected)
