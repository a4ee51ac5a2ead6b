"""How different the silent would have to be, in words: with digits that can be read, and never as nothing."""

from __future__ import annotations

import pytest

from lineofsight.units import Unit, UnitKind
from lineofsight.words.nonresponse import tipping_words

WHO = {"cause": "'Delivery time' 10 % better", "outcome": "'Came back'"}

EUR = Unit("EUR", UnitKind.MONEY)


def said(tip: float, effect: float, unit: str, **more: object) -> str:
    words = tipping_words(tip, 0.15, effect, unit, **{**WHO, "felt": False, **more})  # type: ignore[arg-type]
    return words.replace("\u00a0", " ")


def test_what_is_felt_is_worse_or_better() -> None:
    assert said(-0.0061, 0.042, "points", felt=True) == (
        "15 % answered. For this to fall, the silent would have to feel 0.0061 points worse, not better, with"
        " 'Delivery time' 10 % better: the other way round, at 15 % of the size seen among those who answered"
    )
    assert "0.0061 points better, not worse," in said(0.0061, -0.042, "points", felt=True)


def test_what_is_done_is_lower_or_higher() -> None:
    assert (
        "For this to fall, 'Came back' would have to be 7.4 percentage points lower, not higher, among"
        in said(-7.43, 0.25, "percentage points")
    )
    assert "at 30 times the size" in said(-7.43, 0.25, "percentage points")
    assert "higher, not lower" in said(1.0, -2.0, "percentage points")


@pytest.mark.parametrize(
    ("path", "what"), [("", "this"), ("direct", "the direct part"), ("'Mood'", "the part via 'Mood'")]
)
def test_it_says_which_part_would_fall(path: str, what: str) -> None:
    assert f"For {what} to fall, " in said(-1.0, 2.0, "points", path=path)


@pytest.mark.parametrize(
    ("tip", "unit", "amount"),
    [
        (-0.00123, EUR, "EUR 0.0012"),
        (-0.78, EUR, "EUR 0.78"),
        (-12.34, EUR, "EUR 12"),
        (-0.001112, "points", "0.0011 points"),
        (-123.4, "points", "120 points"),
    ],
)
def test_two_digits_and_money_that_is_small_is_not_nothing(tip: float, unit: str, amount: str) -> None:
    assert f" {amount} lower" in said(tip, 1.0, unit)


@pytest.mark.parametrize(
    ("ratio", "size"),
    [(0.004, "less than 1 % of"), (0.146, "15 % of"), (1.44, "1.4 times"), (31.2, "31 times")],
)
def test_its_size_beside_what_was_seen(ratio: float, size: str) -> None:
    assert f"the other way round, at {size} the size seen" in said(-ratio, 1.0, "points")
