"""What dates and numbers in texts mean, on both engines."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from episodes import world
from lineofsight.errors import DataError

from .selecting import selected

DATES: dict[str, tuple[list[str], list[dt.datetime]]] = {
    "twelve hours": (["2024-03-05 02:30 PM", "2024-03-05 12:05 AM"], [dt.datetime(2024, 3, 5, 14, 30), dt.datetime(2024, 3, 5, 0, 5)]),
    "noon": (["3/25/2024, 12:00:01 p.m.", "4/1/2024, 1:00:00\u202fAM"], [dt.datetime(2024, 3, 25, 12, 0, 1), dt.datetime(2024, 4, 1, 1)]),
    "days first": (["25/01/2024", "03/02/2024"], [dt.datetime(2024, 1, 25), dt.datetime(2024, 2, 3)]),
    "months first": (["01/25/2024 08:15", "02/03/2024 09:00"], [dt.datetime(2024, 1, 25, 8, 15), dt.datetime(2024, 2, 3, 9)]),
    "years of two digits": (["13.02.24", "30.03.24", "01.04.24"], [dt.datetime(2024, 2, 13), dt.datetime(2024, 3, 30), dt.datetime(2024, 4, 1)]),
    "dots, year first": (["2024.03.05", "2024.04.30"], [dt.datetime(2024, 3, 5), dt.datetime(2024, 4, 30)]),
    "a zone apart": (["2024-03-05 12:00:00 +0200", "2024-03-05 12:00:00 Z"], [dt.datetime(2024, 3, 5, 10), dt.datetime(2024, 3, 5, 12)]),
    "one date either way": (["02/02/2024"], [dt.datetime(2024, 2, 2)]),
}  # fmt: skip

UNCLEAR: dict[str, tuple[list[str], str]] = {
    "order": (["01/02/2024", "03/04/2024"], "does not tell days from months"),
    "year": (["09.03.24", "10.03.23"], "years of two digits"),
    "year first": (["24-03-05", "24-03-06", "24-03-07"], "years of two digits"),
    "a word behind": (["2024-03-05 02:30 nachts"], "no dates or times|not understood"),
    "an abbreviated zone": (["2024-03-05 02:30:11 CEST"], "no dates or times|not understood"),
    "half of them in twelve hours": (["2024-03-05 02:30 PM", "2024-03-05 02:30"], "in several ways"),
    "two forms": (["2024-03-05", "05.04.2024"], "in several ways"),
    "fourteen in the afternoon": (["2024-03-05 14:30 PM", "2024-03-05 01:30 PM"], "no dates or times"),
    "a month by name": (["5 March 2024"], r"%d %B %Y"),
}  # fmt: skip

NUMBERS: dict[str, tuple[list[str], list[float]]] = {
    "thousands and decimals": (["1.234,56", "12,5", "7"], [1234.56, 12.5, 7]),
    "the other way": (["1,234.56", "12.5", "7"], [1234.56, 12.5, 7]),
    "millions": (["1.234.567", "950"], [1234567, 950]),
    "decimals with a comma": (["1,5", "2,579"], [1.5, 2.579]),
    "money": (["€1.250,00", "€12,10"], [1250, 12.1]),
    "blanks": (["1\u00a0234,5", "12"], [1234.5, 12]),
    "quotes": (["1'234.50", "12"], [1234.5, 12]),
    "long ones without": (["1234,567", "1,579"], [1234.567, 1.579]),
}  # fmt: skip

UNCLEAR_NUMBERS: dict[str, tuple[list[str], str]] = {
    "thousands or decimals": (["1,579", "2,310"], "exactly three digits behind every ','"),
    "both": (["1,5", "1.5"], "contradict each other"),
    "percent": (["12%", "7%"], r"replace\(x, '%', ''\)"),
    "two currencies": (["€12", "$12"], "several currencies"),
    "units": (["12 days", "3 weeks"], r"regexp_extract\(x, '\[0-9\]\+'\)"),
    "words": (["12", "n/a"], r"answers: \{'n/a': …"),
}  # fmt: skip


def check(tmp_path: Path, role: Any, written: list[str], expected: list[Any]) -> None:
    found, _ = selected(tmp_path, pa.array(written), role)
    assert found == expected


@pytest.mark.parametrize("name", DATES)
def test_dates(tmp_path: Path, name: str) -> None:
    check(tmp_path, "instant", *DATES[name])


@pytest.mark.parametrize("name", UNCLEAR)
def test_unclear_dates(tmp_path: Path, name: str) -> None:
    written, message = UNCLEAR[name]
    with pytest.raises(DataError, match=message):
        selected(tmp_path, pa.array(written), "instant")


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(tmp_path: Path, name: str) -> None:
    check(tmp_path, "number", *NUMBERS[name])


@pytest.mark.parametrize("name", UNCLEAR_NUMBERS)
def test_unclear_numbers(tmp_path: Path, name: str) -> None:
    written, message = UNCLEAR_NUMBERS[name]
    with pytest.raises(DataError, match=message):
        selected(tmp_path, pa.array(written), "number")


@pytest.mark.xdist_group("spark")
def test_spark_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sparks import spark_session

    spark_session()
    monkeypatch.setattr(world, "ENGINE", "spark")
    for number, (written, dates) in enumerate(DATES.values()):
        check(tmp_path / f"d{number}", "instant", written, dates)
    for number, (written, numbers) in enumerate(NUMBERS.values()):
        check(tmp_path / f"n{number}", "number", written, numbers)
    for role, unclear in (("instant", UNCLEAR), ("number", UNCLEAR_NUMBERS)):
        for number, (written, message) in enumerate(unclear.values()):
            pattern = message
            with pytest.raises(DataError, match=pattern):
                selected(tmp_path / f"{role}{number}", pa.array(written), role)  # type: ignore[arg-type]  # one of the roles


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark", marks=pytest.mark.xdist_group("spark"))])
def test_dates_of_text_files_are_dates_in_expressions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    if engine == "spark":
        from sparks import spark_session

        spark_session()
    monkeypatch.setattr(world, "ENGINE", engine)
    found, _ = selected(tmp_path / "a", "25.01.2024\n03.02.2024", "number", "date_diff('day', x, x) + day(x)")
    assert found == [25, 3]
    with pytest.raises(DataError, match="does not tell days from months"):
        selected(tmp_path / "b", "01.02.2024\n03.04.2024", "number", "day(x)")
    with pytest.raises(DataError, match=r"thousands: \{x: '\.'\}"):
        selected(tmp_path / "c", "1.579\n2.310", "number", "x / 2")
    with pytest.raises(DataError, match=r"thousands: \{x: '\.'\}"):
        selected(tmp_path / "d", "1.579\n2.310", "number")
    assert selected(tmp_path / "e", "1.579\n0.310", "number")[0] == [1.579, 0.31]
