"""From how many on, and bands of counts, in words."""

from __future__ import annotations

import pytest

from lineofsight.words.amounts import Amount
from lineofsight.words.counts import count_band
from lineofsight.words.shapes import from_words, shape_words


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Amount(4, 4, 4, "calls"), "from the 4th call on"),
        (Amount(4, 3, 5, "calls"), "from the 4th call on (3rd to 5th)"),
        (Amount(1, None, None, "defects"), "from the 1st defect on"),
        (Amount(2, 2, 2, "enquiries"), "from the 2nd enquiry on"),
        (Amount(11, 11, 11, "service visits"), "from the 11th service visit on"),
        (Amount(21, 12, 23, "boxes"), "from the 21st box on (12th to 23rd)"),
        (Amount(24, 12, 36, "hours"), "from 24 hours on (12 to 36)"),
        (Amount(3, 3, 3, "working days"), "from 3 working days on"),
        (Amount(20, 20, 20, "points"), "from 20 points on"),
        (Amount(3, 3, 3, "km"), "from 3 km on"),
        (Amount(4, 3, 4, ""), "from 4 on (3 to 4)"),
    ],
)
def test_from_how_many_on(place: Amount, words: str) -> None:
    assert from_words(place) == words
    assert shape_words("step", place) == f"step {words}"


def test_a_band_of_a_count() -> None:
    assert count_band(None, 1.0, 0.0) == "0" and count_band(None, 3.0, 1.0) == "1 to 2"
    assert count_band(3.0, 4.0, 0.0) == "3" and count_band(2.0, 4.0, 0.0) == "2 to 3"
    assert count_band(6.0, None, 0.0) == "6 and more"
