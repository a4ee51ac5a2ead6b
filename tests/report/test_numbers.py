from __future__ import annotations

from datetime import datetime

import pytest

from lineofsight.units import Unit, UnitKind
from lineofsight.words import numbers

BRL = Unit("BRL", UnitKind.MONEY)


def text(value: str) -> str:
    return value.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.05, 0.07, "[0.05, 0.07]"),
        (0.0512, 0.0698, "[0.051, 0.070]"),
        (-0.011, 0.07, "[−0.01, 0.07]"),
        (0.0003, 0.033, "[0.0003, 0.033]"),  # excludes zero, so it does not read as zero
        (-0.0003, 0.07, "[0.00, 0.07]"),
        (1234.4, 5678.9, "[1,000, 6,000]"),
        (None, 1.0, "–"),
    ],
)
def test_interval(low: float | None, high: float | None, shown: str) -> None:
    assert numbers.interval(low, high) == shown


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "short", "sentence"),
    [
        (
            0.0612,
            0.05,
            0.07,
            "points",
            "+0.06 [0.05, 0.07] points",
            "+0.06 points (95 % interval 0.05 to 0.07)",
        ),
        (
            *(0.712, 0.4, 1.02, "percentage points"),
            *("+0.7 [0.4, 1.0] pp", "+0.7 percentage points (95 % interval 0.4 to 1.0)"),
        ),
        (-3.02, -5.1, -0.9, "per cent", "−3 [−5, −1] %", "−3 % (95 % interval −5 to −1)"),
        (
            1.234e6,
            0.9e6,
            1.5e6,
            BRL,
            "+BRL 1.2 m [0.9, 1.5]",
            "+BRL 1.2 million (95 % interval 0.9 to 1.5 million)",
        ),
        (
            *(-887_000.0, -1_004_000.0, -780_000.0, BRL),
            *("−BRL 890 k [−1,000, −780]", "−BRL 890,000 (95 % interval −1,000,000 to −780,000)"),
        ),
        (5.0, None, None, "days", "+5.00 days", "+5.00 days"),
        (None, None, None, "days", "–", "–"),
    ],
)
def test_with_interval(
    value: float | None, low: float | None, high: float | None, unit: str, short: str, sentence: str
) -> None:
    assert text(numbers.with_interval(value, low, high, unit)) == short
    assert text(numbers.with_interval(value, low, high, unit, form="sentence")) == sentence


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1_200_000.0, "short", "BRL 1.2 m"),
        (1_200_000.0, "sentence", "BRL 1.2 million"),
        (2.34e9, "sentence", "BRL 2.3 billion"),
        (345_678.0, "short", "BRL 350 k"),
        (345_678.0, "sentence", "BRL 346,000"),
        (41.3, "short", "BRL 41.3"),
        (-1.0, "short", "−BRL 1.00"),
        (0.0, "short", "BRL 0"),
        (None, "short", "–"),
    ],
)
def test_money(value: float | None, form: numbers.Form, shown: str) -> None:
    assert text(numbers.money(value, "BRL", form=form)) == shown


@pytest.mark.parametrize(
    ("before", "after", "unit", "shown"),
    [
        (12.5, 11.25, "days", "12.5 → 11.3 days"),
        (0.6, 0.54, "%", "0.60 → 0.54 %"),
        (132.0, 145.2, "words", "132 → 145 words"),
        (9.7, 8.73, "hours", "9.7 → 8.7 hours"),
        (3.0, 3.0, "", "3 → 3"),
        (None, 3.0, "", "–"),
        (0.08, 0.072, "share", "8.0 → 7.2 %"),
    ],
)
def test_change(before: float | None, after: float | None, unit: str, shown: str) -> None:
    assert text(numbers.change(before, after, unit)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.12, "12 %"), (0.0312, "3.1 %"), (0.00003, "< 0.01 %"), (1.0, "100 %"), (0.0, "0 %"), (None, "–")],
)
def test_share(value: float | None, shown: str) -> None:
    assert text(numbers.share(value)) == shown


def test_share_has_the_digits_of_its_interval() -> None:
    assert text(numbers.share(0.4203, 0.4171, 0.4234)) == "42.0 %"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (numbers.count(1_234_567), "1,234,567"),
        (numbers.count(None), "–"),
        (numbers.counted(1, "driver"), "1 driver"),
        (numbers.counted(12, "driver"), "12 drivers"),
        (numbers.quantity(12.5, "days"), "12.5 days"),
        (numbers.quantity(1.0, "days", 0.0, 2.0), "1 day"),
        (numbers.quantity(31.4, "NPS"), "31.4 NPS"),
        (numbers.plain(-0.0001, 2, signed=True), "0.00"),
        (numbers.plain(float("inf")), "–"),
        (numbers.plain(2.5e30), "2.50e+30"),
        (numbers.band(None, 4.0), "< 4"),
        (numbers.band(4.0, 8.5), "4–8.5"),
        (numbers.band(1000.0, None), "≥ 1,000"),
        (numbers.band(None, None), "–"),
        (numbers.seconds(0.84), "0.8 s"),
        (numbers.seconds(125.0), "2 min 5 s"),
        (numbers.seconds(None), "–"),
        (numbers.size(17_654_914), "17.7 MB"),
        (numbers.size(12), "12 bytes"),
        (numbers.size(None), "–"),
        (numbers.date(datetime(2018, 1, 3)), "3 Jan 2018"),
        (numbers.date("2018-01-03T10:00:00"), "3 Jan 2018"),
        (numbers.date("some day"), "some day"),
        (numbers.date(None), "–"),
    ],
)
def test_others(shown: str, expected: str) -> None:
    assert text(shown) == expected
