"""What expressions become: numbers, instants, flags and texts, and what is refused with examples."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lineofsight.engines.base import Role
from lineofsight.errors import DataError

from .selecting import selected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([True, False, None]), [1.0, 0.0, None]),
        (pa.array([Decimal("1.25"), Decimal("-3.00"), None]), [1.25, -3.0, None]),
        (pa.array([2**64 - 1, 0, None], pa.uint64()), [2.0**64, 0.0, None]),
        (pa.array([1, 2, None], pa.uint8()), [1.0, 2.0, None]),
        (pa.array([Decimal(2**100), Decimal(1), None], pa.decimal128(38, 0)), [2.0**100, 1.0, None]),
        (pa.array(["1.5", " 2 ", None]), [1.5, 2.0, None]),
        (pa.array(["nan", "2", None]), [None, 2.0, None]),
        (pa.array([1.5, float("nan"), None], from_pandas=False), [1.5, None, None]),
        # Statistics in the file leave out NaN, and from two different ends DuckDB takes it that there is none.
        (pa.array([1.5, 3.0, float("nan")], from_pandas=False), [1.5, 3.0, None]),
        (pa.array([None, None, None]), [None, None, None]),
        (pa.array(["1", "2", None]).dictionary_encode(), [1.0, 2.0, None]),
    ],
)
def test_numbers(tmp_path: Path, column: pa.Array, expected: list[float | None]) -> None:
    found, audit = selected(tmp_path, column, "number")
    assert found == expected
    assert audit.kind == "number" and not audit.whole
    known = [abs(value) for value in expected if value is not None]
    assert audit.max_abs == (max(known) if known else None)


def test_wide_integers(tmp_path: Path) -> None:
    for type_ in ("hugeint", "uhugeint", "bignum"):
        found, _ = selected(tmp_path / type_, pa.array([1, 2, None]), "number", f"x::{type_} * 2")
        assert found == [2.0, 4.0, None]


def test_a_number_that_is_always_there(tmp_path: Path) -> None:
    assert selected(tmp_path / "a", pa.array([1, 2, 3]), "number")[1].whole
    assert selected(tmp_path / "b", pa.array([1, 2, None]), "number", where="x > 0")[1].whole
    assert not selected(tmp_path / "c", pa.array([1.0, 2.0]), "number")[1].whole  # statistics leave out NaN


def test_text_in_a_number_is_shown_with_its_rows(tmp_path: Path) -> None:
    with pytest.raises(
        DataError,
        match=r"2 of 4 values of 'x' in table 'visits' are no numbers: 'n/a' \(row 2\), '1,5' \(row 4\)",
    ):
        selected(tmp_path, pa.array(["1", "n/a", None, "1,5", "3"]), "number")


def test_rows_that_where_leaves_out_are_not_checked(tmp_path: Path) -> None:
    found, audit = selected(tmp_path, pa.array(["1", "n/a", None]), "number", where="x <> 'n/a'")
    assert (found, audit.max_abs) == ([1.0], 1.0)


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_infinities_are_refused(tmp_path: Path, value: float) -> None:
    with pytest.raises(DataError, match=r"1 value of 'x' in table 'visits' is infinite: row 2"):
        selected(tmp_path, pa.array([1.0, value, None]), "number")


def test_an_infinity_beside_nan_is_refused(tmp_path: Path) -> None:
    column = pa.array(
        [1.0, float("-inf"), float("nan"), None], from_pandas=False
    )  # of which statistics tell no NaN
    with pytest.raises(DataError, match=r"1 value of 'x' in table 'visits' is infinite: row 2"):
        selected(tmp_path, column, "number")


def test_flags(tmp_path: Path) -> None:
    assert selected(tmp_path / "a", pa.array([True, False, None]), "flag")[0] == [True, False, None]
    numbers = pa.array([2.0, 0.0, None, float("nan")], from_pandas=False)
    assert selected(tmp_path / "b", numbers, "flag")[0] == [True, False, None, False]
    unknown = pa.array([2.0, 1.0, float("inf"), float("nan")], from_pandas=False)
    assert selected(tmp_path / "d", unknown, "flag")[0] == [True, True, True, False]
    assert selected(tmp_path / "e", unknown.take([0, 1, 3]), "flag")[0] == [True, True, False]
    with pytest.raises(DataError, match="is VARCHAR, but true or false is needed here"):
        selected(tmp_path / "c", pa.array(["yes"]), "flag")


@pytest.mark.parametrize(
    ("role", "column", "wanted"),
    [
        ("number", pa.array([dt.date(2024, 1, 1)]), "is DATE, but a number is needed"),
        ("instant", pa.array([1]), "is BIGINT, but a date or time is needed"),
        ("number", pa.array([[1, 2]]), "but one value is needed"),
        ("key", pa.array([{"a": 1}]), "but one value is needed"),
    ],
)
def test_types_that_do_not_fit(tmp_path: Path, role: Role, column: pa.Array, wanted: str) -> None:
    with pytest.raises(DataError, match=wanted):
        selected(tmp_path, column, role)


def test_a_column_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="table 'visits' has no column 'xx'") as refused:
        selected(tmp_path, pa.array([1]), "number", "xx + 1")
    assert "lineofsight.yml:6: operations.minutes.value" in str(refused.value)


def test_what_fails_on_some_row_is_said_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'cast\(x as integer\)' fails on table 'visits'"):
        selected(tmp_path, pa.array(["1", "x"]), "number", "cast(x as integer)")
