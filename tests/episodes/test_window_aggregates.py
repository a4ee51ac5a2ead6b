"""What an aggregate reads in the window up to the anchor, computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from .world import ANY_PERCEPTION, VISITS, align

VISIT = """\
    id | who | day | stars
    a | ann | 2024-03-10 12:00:00 | 4
    b | bob | 2024-03-10 12:00:00 | 4
"""
# Whole days are covered from the first row of another customer to the last.
FRAME = """\
    zoe | 2024-01-01 00:00:00 | 1 | 1
    zoe | 2024-04-01 00:00:00 | 1 | 1
"""
CALLS = f"""\
    who | at | minutes | solved
    ann | 2024-03-01 10:00:00 | 2 | 1
    ann | 2024-03-05 10:00:00 | 4 | 0
    ann | 2024-03-05 10:00:00 | 9 | 1
    ann | 2024-03-02 10:00:00 |  | 1
    ann | 2024-03-03 10:00:00 | 5 |
{FRAME}"""


def operation(**keys: str) -> str:
    inside = ", ".join(f"{key}: {value}" for key, value in keys.items())
    wanted = f"x: {{table: calls, at: '\"at\"', over: 30 days, better: lower, {inside}}}"
    return f"{VISITS}operations: {{{wanted}}}\n{ANY_PERCEPTION}"


def computed(folder: Path, calls: str = CALLS, visits: str = VISIT, **keys: str) -> dict[str, float | None]:
    return align(folder, operation(**keys), visits=visits, calls=calls).by_key("x")


@pytest.mark.parametrize(
    ("agg", "expected"),
    [
        ("mean", 5.0),  # 2, 4, 9, 5; the empty one does not count
        ("median", 4.5),
        ("p90", 5 + 0.7 * 4),  # place 0.9 × 3 = 2.7 between the third, 5, and the fourth, 9
        ("sum", 20.0),
        ("count", 4.0),
        ("last", 9.0),  # of two at the same instant, the greater
    ],
)
def test_each_aggregate_of_a_value(tmp_path: Path, agg: str, expected: float) -> None:
    found = computed(tmp_path, agg=agg, value="minutes")
    assert found["a"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("agg", ["mean", "median", "p90", "sum", "count", "share", "last"])
def test_a_customer_without_rows(tmp_path: Path, agg: str) -> None:
    found = computed(tmp_path, agg=agg, value="minutes")
    assert found["b"] == (0.0 if agg in ("sum", "count") else None)


def test_share_is_of_the_known(tmp_path: Path) -> None:
    assert computed(tmp_path, agg="share", value="solved")["a"] == 3 / 4
    assert computed(tmp_path, agg="share", value="minutes > 4")["a"] == 2 / 4


def test_count_without_a_value_counts_rows(tmp_path: Path) -> None:
    assert computed(tmp_path, agg="count") == {"a": 5.0, "b": 0.0}


@pytest.mark.parametrize(
    ("agg", "expected"),
    [("mean", 5.5), ("median", 5.5), ("p90", 2 + 0.9 * 7), ("sum", 11.0), ("count", 2.0), ("last", 9.0)],
)
def test_where_keeps_some_rows(tmp_path: Path, agg: str, expected: float) -> None:
    found = computed(tmp_path, agg=agg, value="minutes", where="solved = 1")
    assert found["a"] == pytest.approx(expected, abs=1e-12)


def test_where_that_is_unknown_keeps_no_row(tmp_path: Path) -> None:
    assert computed(tmp_path, agg="count", where="solved <> 1")["a"] == 1.0


@pytest.mark.parametrize(("agg", "expected"), [("mean", None), ("sum", 0.0), ("count", 0.0), ("last", None)])
def test_where_that_keeps_nothing(tmp_path: Path, agg: str, expected: float | None) -> None:
    assert computed(tmp_path, agg=agg, value="minutes", where="minutes > 100")["a"] == expected


def test_only_missing_values(tmp_path: Path) -> None:
    calls = f"who | at | minutes | solved\nann | 2024-03-01 10:00:00 |  | 1\n{FRAME}"
    for agg, expected in (("mean", None), ("sum", 0.0), ("count", 0.0), ("last", None), ("share", None)):
        assert computed(tmp_path / agg, calls, agg=agg, value="minutes")["a"] == expected


def test_the_window_holds_its_end_but_not_its_start(tmp_path: Path) -> None:
    calls = f"""\
    who | at | minutes | solved
    ann | 2024-03-10 12:00:00.000001 | 1 | 1
    ann | 2024-03-10 12:00:00 | 10 | 1
    ann | 2024-02-09 12:00:00.000001 | 100 | 1
    ann | 2024-02-09 12:00:00 | 1000 | 1
    {FRAME}"""
    assert computed(tmp_path, calls, agg="sum", value="minutes")["a"] == 110.0


def test_without_over_everything_up_to_the_anchor_is_read(tmp_path: Path) -> None:
    text = operation(agg="sum", value="minutes").replace("over: 30 days, ", "")
    visits = (
        "id | who | day | stars\nz | zoe | 2024-03-10 | 4\ny | zoe | 2024-04-01 | 4\nx | zoe | 2023-12-31 | 4"
    )
    found = align(tmp_path, text, visits=visits, calls=CALLS).by_key("x")
    assert found == {"x": 0.0, "y": 2.0, "z": 1.0}


def test_last_goes_by_time_and_skips_the_unknown(tmp_path: Path) -> None:
    calls = f"""\
    who | at | minutes | solved
    ann | 2024-03-03 | 7 | 1
    ann | 2024-03-02 | 8 | 1
    ann | 2024-03-04 |  | 1
    ann |  | 99 | 1
    {FRAME}"""
    assert computed(tmp_path, calls, agg="last", value="minutes")["a"] == 7.0


def test_rows_of_nobody_belong_to_nobody(tmp_path: Path) -> None:
    calls = f"who | at | minutes | solved\n | 2024-03-03 | 7 | 1\nann | 2024-03-03 | 5 | 1\n{FRAME}"
    assert computed(tmp_path, calls, agg="sum", value="minutes") == {"a": 5.0, "b": 0.0}


def test_the_table_names_its_customer_otherwise(tmp_path: Path) -> None:
    calls = CALLS.replace("who |", "caller |")
    assert computed(tmp_path, calls, agg="count", customer="caller")["a"] == 5.0


def test_rows_of_the_same_order_only(tmp_path: Path) -> None:
    calls = """\
    id | at | minutes
    a | 2024-03-01 | 2
    a | 2024-03-02 | 4
    b | 2024-03-02 | 8
    q | 2024-01-01 | 1
    q | 2024-04-01 | 1
    """
    assert computed(tmp_path, calls, agg="mean", value="minutes", on="id") == {"a": 3.0, "b": 8.0}


def test_many_in_one_join_do_not_mix(tmp_path: Path) -> None:
    text = f"""\
{VISITS}operations:
  rank: {{table: calls, at: '"at"', over: 30 days, better: lower, agg: last, value: minutes}}
  n: {{table: calls, at: '"at"', over: 30 days, better: lower, agg: count}}
  link: {{table: calls, at: '"at"', over: 30 days, better: lower, agg: sum, value: minutes, where: solved = 1}}
  time: {{table: calls, at: '"at"', over: 8 days, better: lower, agg: sum, value: minutes}}
controls:
  number: {{table: calls, at: '"at"', agg: last, value: "case when minutes > 4 then 'long' else 'short' end"}}
segments:
  number: {{table: calls, at: '"at"', agg: last, value: "case when minutes > 4 then 'long' else 'short' end"}}
perceptions:
  inside: {{value: stars, measure: csat}}
"""
    found = align(tmp_path, text, visits=VISIT, calls=CALLS).rows[0]
    row = {name: found[name] for name in ("rank", "n", "link", "time", "number", "segment:number", "inside")}
    assert row == {
        "rank": 9.0,
        "n": 5.0,
        "link": 11.0,
        "time": 18.0,  # from the 2nd at noon: 4 + 9 + 5
        "number": "short",  # of 'long' and 'short' at the same instant, the later in the alphabet
        "segment:number": "short",
        "inside": 4.0,
    }


def test_values_that_are_not_finite(tmp_path: Path) -> None:
    calls = f"who | at | minutes | solved\nann | 2024-03-03 | nan | 1\nann | 2024-03-04 | 6 | 1\n{FRAME}"
    assert computed(tmp_path / "a", calls, agg="mean", value="minutes")["a"] == 6.0
    assert computed(tmp_path / "b", calls, agg="count", value="minutes")["a"] == 1.0
    assert computed(tmp_path / "c", calls, agg="median", value="minutes")["a"] == 6.0
    assert computed(tmp_path / "d", calls, agg="last", value="minutes")["a"] == 6.0
