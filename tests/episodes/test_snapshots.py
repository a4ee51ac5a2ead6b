"""Snapshots: rows without a time, one per customer; and what became of them, told in words."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from lineofsight.errors import DataError, ProjectError

from .world import align

ROWS = """\
    status | calls | csat
    Active | 1 | 5
    Renewed | 2 | 4
    Cancelled | 3 | 1
    Joined | 0 |
     | 2 | 3
    Active | 1 | 5
"""
PROJECT = """\
episodes: {each: customers}
operations: {calls: {value: calls, better: lower}}
perceptions: {mood: {value: csat, measure: csat}}
behaviours: {stayed: {kind: stay, column: status, is: [Active, Renewed]}}
"""


def test_each_row_is_a_customer_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    head, *rows = ROWS.splitlines()
    aligned = align(tmp_path / "a", PROJECT, customers=ROWS)
    turned = align(tmp_path / "b", PROJECT, customers="\n".join([head, *reversed(rows)]))
    assert aligned.file.stored == aligned.file.customers == 6
    assert aligned.rows == turned.rows
    # Numbered by what is read: calls, the answer, the status; what is missing comes first.
    assert [(r["_customer"], r["calls"], r["mood"], r["stayed"]) for r in sorted(aligned.rows, key=lambda r: r["_customer"])] == [
        (0, 0.0, None, 0.0), (1, 1.0, 5.0, 1.0), (2, 1.0, 5.0, 1.0), (3, 2.0, 3.0, None), (4, 2.0, 4.0, 1.0), (5, 3.0, 1.0, 0.0),
    ]  # fmt: skip


def test_values_in_neither_list_are_not_known(tmp_path: Path) -> None:
    aligned = align(
        tmp_path,
        PROJECT.replace("is: [Active, Renewed]", "is: [Active, Renewed], is_not: Cancelled"),
        customers=ROWS,
    )
    assert {row["calls"]: row["stayed"] for row in aligned.rows if row["calls"] in (0, 1, 3)} == {
        0: None,
        1: 1.0,
        3: 0.0,
    }
    assert aligned.file.others == {"stayed": (("Joined", 1),)}
    assert aligned.drops == {
        ("behaviours", "stayed", "column 'status' holds values in neither list, as 'Joined'"): (1, 5)
    }


def test_values_not_listed_mean_no(tmp_path: Path) -> None:
    aligned = align(tmp_path, PROJECT, customers=ROWS)
    assert aligned.file.others == {"stayed": (("Cancelled", 1), ("Joined", 1))}
    assert aligned.drops == {}


@pytest.mark.parametrize(
    ("behaviour", "zero"),
    [
        ("{kind: stay, event: leave, column: status, is: [Cancelled, Joined]}", 0.0),
        ("{kind: recommend, column: status, is: [Cancelled, Joined]}", 1.0),
    ],
)
def test_words_may_say_who_left_or_of_another_behaviour(tmp_path: Path, behaviour: str, zero: float) -> None:
    project = PROJECT.replace("{kind: stay, column: status, is: [Active, Renewed]}", behaviour)
    rows = align(tmp_path, project, customers=ROWS).rows
    assert {row["calls"]: row["stayed"] for row in rows if row["calls"] in (0, 3)} == {0: zero, 3: zero}


@pytest.mark.parametrize(
    ("column", "is_"),
    [
        (pa.array([True, False, None]), "true"),
        (pa.array([1, 0, None]), "1"),
        (pa.array(["yes", "Yes", None]), "yes"),
        (pa.array(["a b", "a  b", None]), "'a b'"),
    ],
)
def test_values_of_any_type_are_compared_as_they_are_written(
    tmp_path: Path, column: pa.Array, is_: str
) -> None:
    project = PROJECT.replace("[Active, Renewed]", is_).replace("mood: {value: csat", "mood: {value: calls")
    table = pa.table({"status": column, "calls": [1, 2, 3]})
    rows = align(tmp_path, project, customers=table).rows
    assert {row["calls"]: row["stayed"] for row in rows} == {1: 1.0, 2: 0.0, 3: None}


@pytest.mark.parametrize("words", ["Yes No", "yes no", "True False", "t f"])
def test_yes_and_no_are_compared_as_they_are_written_though_the_file_is_read_as_true_and_false(
    tmp_path: Path, words: str
) -> None:
    yes, no = words.split()
    told = PROJECT.replace("is: [Active, Renewed]", f"is: {yes}, is_not: [{no}]")
    rows = align(tmp_path, told, customers=f"status | calls | csat\n{yes} | 1 | 5\n{no} | 2 | 1").rows
    assert {row["calls"]: row["stayed"] for row in rows} == {1: 1.0, 2: 0.0}


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        (
            "[Active, Renewd]",
            r"'Renewd' does not occur in column 'status'; did you mean 'Renewed' \(1 rows\)\?",
        ),
        ("[active]", r"'active' does not occur in column 'status'; did you mean 'Active' \(2 rows\)\?"),
        ("[Gone]", r"'Gone' does not occur in column 'status'"),
    ],
)
def test_a_misspelt_value_is_refused(tmp_path: Path, listed: str, message: str) -> None:
    project = PROJECT.replace("[Active, Renewed]", listed)
    with pytest.raises(DataError, match=message) as found:
        align(tmp_path, project, customers=ROWS)
    assert "those there are: 'Active', 'Cancelled', 'Joined' and 'Renewed'" in str(found.value)
    assert str(found.value.code) == "LOS-D061"


def test_a_value_that_never_occurs_is_told_where_none_is_like_it(tmp_path: Path) -> None:
    project = PROJECT.replace("[Active, Renewed]", "[Active, Renewed, Paused]")
    assert align(tmp_path, project, customers=ROWS).file.others["stayed"][-1] == ("Paused", 0)


def test_a_customer_stands_once(tmp_path: Path) -> None:
    project = PROJECT.replace("each: customers", "each: customers, customer: who")
    rows = "who | status | calls | csat\nann | Active | 1 | 5\nbob | Renewed | 2 | 4\nann | Active | 1 | 5"
    with pytest.raises(
        DataError, match=r"one row per customer: 1 rows of table 'customers' repeat one, as 'ann' \(2 times\)"
    ):
        align(tmp_path, project, customers=rows)
    once = align(tmp_path, project, customers="\n".join(rows.splitlines()[:3]))
    assert once.by_key("stayed") == {"ann": 1.0, "bob": 1.0}


def test_values_made_from_dates_are_not_held_against_a_moment(tmp_path: Path) -> None:
    project = PROJECT.replace("value: calls", "value: \"date_diff('day', opened, closed)\"")
    rows = "status | opened | closed | csat\nActive | 2024-03-01 | 2024-03-04 | 5\nRenewed | 2024-03-01 | 2024-03-02 | 1"
    aligned = align(tmp_path, project, customers=rows)
    assert aligned.file.later == ()
    assert sorted(row["calls"] for row in aligned.rows) == [1.0, 3.0]


REFUSED = {
    "a window": ("calls: {value: calls", "calls: {table: customers, at: csat, agg: sum, value: calls", "has no time, so nothing lies before or after it"),
    "when it was known": ("mood: {value: csat", "mood: {value: csat, at: csat", "has no time, so nothing lies before or after it"),
    "periods": ("episodes:", "period_effects: month\nepisodes:", "has no time, so no periods"),
    "a key alone": ("each: customers", "each: customers, key: csat", "with neither 'key' nor 'at' they are a snapshot"),
    "an order with times": ("each: customers", "each: customers, customer: csat, key: csat, at: csat, order: x", "'order' is for a snapshot"),
    "an empty order": ("each: customers", "each: customers, order: ''", "whoever reads the run wants to know why"),
    "nobody": ("each: customers", "every: month, customers: customers", "episodes need 'customer'"),
    "no list": (", is: [Active, Renewed]", "", "'column' needs 'is'"),
    "no column": ("column: status, ", "value: calls, ", "'is' needs 'column'"),
    "both": ("column: status", "column: status, value: calls", "and not with 'value'"),
    "a value twice": ("is: [Active, Renewed]", "is: [Active, Renewed], is_not: Active", "stands in both 'is' and 'is_not'"),
    "a misspelt key": ("is: [Active", "is_nt: [Active", "did you mean 'is_not'?"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, name: str) -> None:
    old, new, message = REFUSED[name]
    with pytest.raises(ProjectError, match=re.escape(message)):
        align(tmp_path, PROJECT.replace(old, new), customers=ROWS)
